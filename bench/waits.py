"""How long people wait, and how long they should: `python -m bench.waits`, a quarter of an hour with everything.

python -m bench.waits                        # all but the tests and the proof
python -m bench.waits --only marks report    # what has one of these words in its name
python -m bench.waits --only tests proof     # `make check`, `make test`, `prove --quick`
python -m bench.waits --keep FOLDER          # graded classes stay there: the next run need not grade anything
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment import Assignment, load
from autograder.building import demo

from . import class_report
from .measure import BenchError, completed
from .notebook import ASSIGNMENT

CHECK = """
import os, sys, time
sys.path.insert(0, "")
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(user_ns=vars(sys.modules["__main__"]))
shell.enable_gui = lambda gui=None: None
shell.run_cell({setup!r}).raise_error()
shell.run_cell({code!r}).raise_error()
shell.run_cell({check!r}).raise_error()
"""
LIST = """
import time
from pathlib import Path
from nbgrader.apps import NbGrader
from nbgrader.apps.api import NbGraderAPI
from nbgrader.auth import Authenticator
app = NbGrader()
app.initialize(["--course-dir=" + str(Path.cwd())])
api = NbGraderAPI(app.coursedir, authenticator=Authenticator(config=app.config), config=app.config)
for _ in range({rounds}):
    start = time.perf_counter()
    assert len(api.get_submissions({name!r})) == 1000
    print(time.perf_counter() - start)
"""
GRADED = 40  # submissions that are graded; larger classes are made of copies
ROUNDS = 3  # of what takes seconds: the median counts


class Places:
    """The course folders that are measured in, each made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def course(self) -> Assignment:
        """The course as a clone has it, built."""
        root = self._folder / "course"
        if not root.is_dir():
            demo.lay_out(ASSIGNMENT, root)
            for built in (ASSIGNMENT.release, ASSIGNMENT.solutions):
                to = root / built.relative_to(ASSIGNMENT.root)
                shutil.copytree(built, to, dirs_exist_ok=True)
        return load(root, ASSIGNMENT.name)

    def graded(self, count: int) -> Assignment:
        """A course with a graded class of so many."""
        graded = class_report.graded_class(self._folder / "graded", GRADED, 1)
        return class_report.larger(graded, self._folder / f"class-{count}", count)


@dataclass(frozen=True)
class Wait:
    """Something that somebody waits for. target: the seconds that it should take at most."""

    name: str
    who: str
    target: float
    measure: Callable[[Places], float]
    usual: bool = True


WAITS: list[Wait] = []


def wait(name: str, who: str, target: float, usual: bool = True) -> Callable[[Callable], Callable]:
    """Declare one: the decorated function returns seconds."""

    def declare(measure: Callable[[Places], float]) -> Callable[[Places], float]:
        WAITS.append(Wait(name, who, target, measure, usual))
        return measure

    return declare


@wait("build after a changed word", "author", 20)
def build(places: Places) -> float:
    """A word of a text is another one; the reference, the checks and all code are as they were."""
    assignment = places.course()
    path = assignment.notebooks[0]
    taken = []
    for number in range(ROUNDS):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("Run this cell first", f"Run this cell first ({number})", 1), encoding="utf-8")
        taken.append(seconds(["autograder", "build"], assignment.root))
        path.write_text(text, encoding="utf-8")
    return _median(taken)


@wait("nbgrader generate_assignment", "author", 12)
def generate(places: Places) -> float:
    """The release and the gradebook's entries of all notebooks."""
    assignment = places.course()
    command = ["nbgrader", "generate_assignment", assignment.name, "--force"]
    return _median([seconds(command, assignment.root) for _ in range(ROUNDS)])


@wait("first check of a fresh notebook", "student", 3)
def check(places: Places) -> float:
    """From the start of a kernel's process to the verdict, with its setup cell."""
    assignment = places.course()
    notebook = assignment.notebooks[0]
    cells = [cell for cell in assignment.cells(notebook.stem) if cell["cell_type"] == "code"]
    first = next(iter(assignment.points(notebook.stem)))
    setup = "".join(cells[0]["source"])
    code = assignment.module(notebook).read_text(encoding="utf-8")
    program = CHECK.format(setup=setup, code=code, check=f'check("{first}")')
    command = [sys.executable, "-c", program]
    return _median([_timed(command, assignment.release) for _ in range(ROUNDS)])


@wait("Validate, the longest of the solved notebooks", "student", 20)
def validate(places: Places) -> float:
    """nbgrader's button and command, which runs the notebook from top to bottom."""
    assignment = places.course()
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder, "work")
        shutil.copytree(assignment.release, work)
        for path in assignment.notebooks:
            shutil.copyfile(assignment.solutions / path.name, work / path.name)
        for path in assignment.notebooks:
            taken.append(seconds(["nbgrader", "validate", path.name], work))
    return max(taken)


@wait("nbgrader generate_feedback for 400", "instructor", 120)
def feedback(places: Places) -> float:
    """All pages of a class that has all notebooks."""
    assignment = places.graded(400)
    return seconds(["nbgrader", "generate_feedback", assignment.name, "--force"], assignment.root)


@wait("class report for 400", "instructor", 15)
def report_400(places: Places) -> float:
    """The page, written anew."""
    return seconds(["autograder", "report", ASSIGNMENT.name], places.graded(400).root)


@wait("class report for 1,000", "instructor", 40)
def report_1000(places: Places) -> float:
    """The page, written anew."""
    return seconds(["autograder", "report", ASSIGNMENT.name], places.graded(1000).root)


@wait("marks for 1,000", "instructor", 10)
def marks(places: Places) -> float:
    """The table in the terminal and the CSV file."""
    return seconds(["autograder", "marks", ASSIGNMENT.name], places.graded(1000).root, (0, 1))


@wait("Formgrader's submissions list for 1,000", "instructor", 5)
def submissions_list(places: Places) -> float:
    """What the page waits for in a server that runs: nbgrader's own list of all submissions, and none of our code."""
    program = LIST.format(name=ASSIGNMENT.name, rounds=ROUNDS)
    said = completed([sys.executable, "-c", program], places.graded(1000).root, ASSIGNMENT.root)
    return _median([float(taken) for taken in said.split()])


@wait("make check (tests)", "maintainer", 45, usual=False)
def make_check(places: Places) -> float:
    """In this clone."""
    return _timed(["make", "check"], ASSIGNMENT.root)


@wait("make test (tests)", "maintainer", 720, usual=False)
def make_test(places: Places) -> float:
    """In this clone."""
    return _timed(["make", "test"], ASSIGNMENT.root)


@wait("prove --quick (proof)", "maintainer", 600, usual=False)
def prove(places: Places) -> float:
    """The mutants, variants and seeds of the quick proof."""
    return seconds(["autograder", "prove", ASSIGNMENT.name, "--quick"], ASSIGNMENT.root)


def seconds(arguments: Sequence[str], folder: Path, fine: tuple[int, ...] = (0,)) -> float:
    """The wall seconds of a module's command; raises BenchError where it fails."""
    return _timed([sys.executable, "-m", *arguments], folder, fine)


def _timed(command: Sequence[str], folder: Path, fine: tuple[int, ...] = (0,)) -> float:
    start = time.perf_counter()
    completed(command, folder, ASSIGNMENT.root, fine)
    return time.perf_counter() - start


def _median(taken: Sequence[float]) -> float:
    return sorted(taken)[len(taken) // 2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what was asked for and print a line each; returns the exit code, 1 where a target is missed."""
    options = _parser().parse_args(arguments)
    wanted = [
        each for each in WAITS if (any(word in each.name for word in options.only) if options.only else each.usual)
    ]
    missed = 0
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        places = Places(folder)
        for each in wanted:
            try:
                taken = each.measure(places)
            except BenchError as problem:
                print(f"error: {each.name}: {problem}", file=sys.stderr)
                return 2
            missed += taken > each.target
            met = "met" if taken <= each.target else "MISSED"
            print(f"{each.name:<46} {each.who:<11} {taken:>7.1f} s, target {each.target:g} s: {met}", flush=True)
    return 1 if missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.waits", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD", help="what has one of these in its name")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the course folders stay")
    return parser


if __name__ == "__main__":
    sys.exit(main())
