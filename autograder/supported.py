"""Whether this machine can run the grader at all, and a sentence where it cannot."""

import os
import sys

OLDEST, NEWEST = (3, 11), (3, 14)


def problem(version=sys.version_info[:2], platform=sys.platform):  # type: ignore[no-untyped-def]  # for any Python 3
    """What stands in the way, with the next step; "" where nothing does. Must parse under any Python 3.

    >>> problem((3, 11), "linux")
    ''
    """
    if not OLDEST <= version <= NEWEST:
        here = ".".join(map(str, version))
        return f"Python {here} is not supported: use Python 3.11 to 3.14, for example `make demo PYTHON=python3.11`."
    if platform == "win32":
        return (
            "Grading needs Linux, or macOS with a weaker sandbox. On Windows use WSL 2 (`wsl --install`) and run this"
            " command in it. Students' notebooks work on Windows as they are."
        )
    return ""


def read_names_as_utf8():  # type: ignore[no-untyped-def]  # for any Python 3
    """Start this program anew where the locale would have Python read names otherwise, as `LC_ALL=C` may.

    Folders are named by students, and the gradebook knows them as text: one class must not look different where a
    scheduler or a container sets no locale.
    """
    if sys.getfilesystemencoding() != "utf-8" and os.environ.get("PYTHONUTF8") != "1":
        os.environ["PYTHONUTF8"] = "1"
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def insist():  # type: ignore[no-untyped-def]  # for any Python 3
    """End with a sentence where this machine cannot run the grader."""
    said = problem()  # type: ignore[no-untyped-call]
    if said:
        sys.exit(f"error: {said}")
