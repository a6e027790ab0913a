"""Whether this machine can run the grader at all, and a sentence where it cannot."""

import sys

OLDEST, NEWEST = (3, 10), (3, 13)


def problem(version=sys.version_info[:2], platform=sys.platform):
    """What stands in the way, with the next step; "" where nothing does. Must parse under any Python 3.

    >>> problem((3, 11), "linux")
    ''
    """
    if not OLDEST <= version <= NEWEST:
        here = ".".join(map(str, version))
        return f"Python {here} is not supported: use Python 3.10 to 3.13, for example `make demo PYTHON=python3.11`."
    if platform == "win32":
        return (
            "Grading needs Linux, or macOS with a weaker sandbox. On Windows use WSL 2 (`wsl --install`) and run this"
            " command in it. Students' notebooks work on Windows as they are."
        )
    return ""


def insist():
    """End with a sentence where this machine cannot run the grader."""
    if said := problem():
        sys.exit(f"error: {said}")
