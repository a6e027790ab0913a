"""The command `python -m autograder handout`: the release as one zip file, for students without a server."""

from __future__ import annotations

import re
from pathlib import Path

from ..archive import files_below, size, write_zip
from ..course import Course
from ..plugin.release import IN_RELEASE

LIBRARIES = ("h5py", "ipython", "jupyterlab", "matplotlib", "numpy")  # that students need
START, REQUIREMENTS = "START_HERE.md", "requirements.txt"


def handout(to: Path) -> int:
    """Write the zip file and say where it is."""
    write_zip(to, contents(Course()))
    print(f"{to} ({size(to)}) is for students: the release, the data set, and {START}, which says how to open it.")
    return 0


def contents(course: Course) -> dict[str, bytes]:
    """What is in the zip file, by name, in one folder; the data set as it is in data/, like in every release."""
    top = Path(course.assignment)
    released = {path: path.relative_to(course.release) for path in files_below(course.release)}
    data = {path: IN_RELEASE / path.name for path in files_below(course.data)}
    kept = {path: name for path, name in released.items() if not name.is_relative_to(IN_RELEASE.parent)}
    files = {(top / name).as_posix(): path.read_bytes() for path, name in {**kept, **data}.items()}
    start = Path(__file__).with_name(START).read_bytes()
    return {**files, (top / START).as_posix(): start, (top / REQUIREMENTS).as_posix(): requirements(course).encode()}


def requirements(course: Course) -> str:
    """What students install, with the ranges of pyproject.toml; raises ValueError where it does not have one."""
    listed = re.findall(r'^    "([\w-]+)([^"]*)",?$', (course.root / "pyproject.toml").read_text(), re.MULTILINE)
    ranges = dict(reversed(listed))  # the first of a name is the project's own
    if missing := set(LIBRARIES) - ranges.keys():
        raise ValueError(f"pyproject.toml lists no {', '.join(sorted(missing))}")
    return "".join(f"{name}{ranges[name]}\n" for name in LIBRARIES)
