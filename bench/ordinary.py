"""How fast an ordinary assignment is graded: `nbgrader quickstart`'s, by stock nbgrader and by our batch command.

`python -m bench.ordinary` prints the seconds for each submission and their ratio; it takes a few minutes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.support import warm_nbgrader
from tests.support.quickstart import NAME, PROBLEM, QUESTIONS, RIGHT, Quickstart, solved

from . import measure

NOTEBOOKS = (PROBLEM, QUESTIONS)
WRONG = {  # every third student writes one of these
    "squares": "def squares(n):\n    return [i ** 3 for i in range(1, n + 1)]",
    "sum_of_squares": "def sum_of_squares(n):\n    return missing_name",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Grade one class by both and print what it took; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.ordinary", description=__doc__)
    parser.add_argument("--submissions", type=int, default=24, metavar="N", help="of the class (default: %(default)s)")
    count = parser.parse_args(arguments).submissions
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        stock = make(Path(folder, "stock"), count, ours=False)
        ours = make(Path(folder, "ours"), count, ours=True)
        warm_nbgrader.close_shared()  # its CPU time is not to be counted
        python = [sys.executable, "-m"]
        commands = {
            "stock nbgrader autograde": (stock, [*python, "nbgrader", "autograde", NAME]),
            "autograder grade, one worker": (ours, [*python, "autograder", "grade", NAME, "--jobs", "1"]),
            "autograder grade": (ours, [*python, "autograder", "grade", NAME, "--force"]),
        }
        spent = {what: measure.run(command, course.root, {}) for what, (course, command) in commands.items()}
    base = next(iter(spent.values()))
    for what, each in spent.items():
        took = f"{each.seconds / count:6.2f} s a submission, {each.cpu_seconds / count:6.2f} s of CPU time"
        faster, cheaper = base.seconds / each.seconds, base.cpu_seconds / each.cpu_seconds
        print(f"{what:<30} {took}   {faster:.1f} times as fast, {cheaper:.1f} by CPU time")
    return 0


def make(root: Path, count: int, ours: bool) -> Quickstart:
    """A quickstart course with so many submissions."""
    course = Quickstart.make(root, "", ours, NOTEBOOKS)
    released, questions = course.released(), course.released(QUESTIONS)
    for number in range(count):
        wrong = dict([list(WRONG.items())[number // 3 % len(WRONG)]]) if number % 3 == 2 else {}
        code = {**RIGHT, **wrong}
        course.hand_in(f"s{number:03}", solved(released, **code), questions, names=NOTEBOOKS)
    return course


if __name__ == "__main__":
    sys.exit(main())
