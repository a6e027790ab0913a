"""Attacks around the sandbox: on what reads a submission before it is run, and on those who read what came of it."""

from __future__ import annotations

from .declare import Elsewhere

PYTEST, DOORS = "tests/faces/pytest/test_pytest_face.py", "tests/faces/test_doors.py"

ATTACKS = (
    Elsewhere(
        "settings for pytest",
        "hands in pyproject.toml, pytest.ini and conftest.py that load a plugin into the process that grades",
        PYTEST,
    ),
    Elsewhere(
        "modules for the grader",
        "hands in argparse.py, numpy.py and pytest.py, for a grader that is started in its folder",
        PYTEST,
    ),
    Elsewhere(
        "a missing notebook",
        "hands in only the notebooks that are right, for full marks of what is there",
        PYTEST,
    ),
    Elsewhere(
        "a terminal's commands in an exception",
        "raises an error whose text clears the screen, moves the cursor and writes other marks",
        PYTEST,
    ),
    Elsewhere(
        "a terminal's commands in names",
        "names its folder and files so that they steer whatever terminal shows a log, marks or a report",
        DOORS,
    ),
    Elsewhere("a line in a name", "names its folder with a line break and a line of marks of its own", DOORS),
    Elsewhere(
        "formulas in tables",
        "names itself by a formula that a spreadsheet would run when marks are opened in it",
        "tests/test_spreadsheet.py",
    ),
    Elsewhere(
        "a name that is a pattern",
        "names its folder so that nbgrader takes it for a pattern, and copies a forged record along",
        DOORS,
    ),
    Elsewhere(
        "a name that is no text", "names its folder in bytes that no gradebook can hold, to stop the class", DOORS
    ),
    Elsewhere(
        "a time that cannot be",
        "hands in a timestamp.txt of the year 2000, of the future, or in a zone that nobody knows",
        "tests/intake/test_handing_in.py",
    ),
    Elsewhere(
        "a time of its own",
        "changes its files in the exchange after the due date, and leaves the time that they say",
        "tests/faces/nbgrader/test_times.py",
    ),
)
