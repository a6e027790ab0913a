"""What larger classes and more workers cost: `python -m bench.growth`, a quarter of an hour with all.

An ordinary assignment with one small function and one test, handed in by everybody: what is left is the grader's own
work. Small classes make a model (bench/model.py), which then has to say what the others take. Prints a table in
Markdown; the exit code is 1 where the model is too far off.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook

from autograder.course.configuration import plug_in
from autograder.options import processors
from tests.support.dask_cluster import Cluster

from .measure import BenchError, completed, environment
from .memory import MemoryWatch
from .model import Model, Point, is_near, table

CLONE = Path(__file__).resolve().parents[1]
NAME, NOTEBOOK = "tiny", "one"
SMALL, ROUNDS = (100, 400), 1  # classes that the model is made from, and how often each is graded: the median counts
SIZES, WORKERS = (1000, 3000, 10000), (1, 2, 4)
EVERY = 2.0  # seconds between two samples of memory
ANSWER = "def double(x):\n    return 2 * x"
TEST = "assert double(2) == 4\nassert double(-1) == -2"
CONFIG = "from autograder.faces.nbgrader import configure\nc = get_config()\nconfigure(c)\n"
ABOUT = {"schema_version": 3, "task": False}


class Class:
    """A course folder with a class of any size in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "source" / NAME).mkdir(parents=True)
        solution = f"### BEGIN SOLUTION\n{ANSWER}\n### END SOLUTION"
        cells = [
            _cell(solution, "double", solution=True),
            _cell(TEST, "test_double", grade=True, locked=True, points=1),
        ]
        nbformat.write(new_notebook(cells=cells), root / "source" / NAME / f"{NOTEBOOK}.ipynb")
        (root / "nbgrader_config.py").write_text(CONFIG)
        plug_in(root)
        completed([sys.executable, "-m", "nbgrader", "generate_assignment", NAME], root, CLONE)
        released = nbformat.read(root / "release" / NAME / f"{NOTEBOOK}.ipynb", as_version=4)
        released.cells[0].source = ANSWER
        self._answered = nbformat.writes(released)
        shutil.copy(root / "gradebook.db", root / "before.db")

    def hand_in(self, count: int) -> None:
        """Have exactly so many students hand in, and nothing be graded."""
        for folder in ("submitted", "autograded"):
            shutil.rmtree(self.root / folder, ignore_errors=True)
        for number in range(count):
            folder = self.root / "submitted" / f"s{number:06d}" / NAME
            folder.mkdir(parents=True)
            (folder / f"{NOTEBOOK}.ipynb").write_text(self._answered)
        for path in self.root.glob("gradebook.db*"):
            path.unlink()
        shutil.copy(self.root / "before.db", self.root / "gradebook.db")

    def grade(self, count: int, *options: str) -> Point:
        """Grade a class of so many, and see that everybody got the point; raises BenchError where somebody did not."""
        self.hand_in(count)
        watch = MemoryWatch("ours")
        started = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-m", "autograder", "grade", NAME, *options],
            cwd=self.root,
            env=environment(CLONE),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            while process.poll() is None:
                watch()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(EVERY)
            seconds = time.perf_counter() - started
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as gradebook:
            scores = [submission.score for submission in gradebook.assignment_submissions(NAME)]
        if scores != [1.0] * count:
            raise BenchError(f"{count} submissions gave {len(scores)} marks, {scores.count(1.0)} of them right")
        return Point(count, seconds, watch.total)


def measured(course: Class, sizes: Sequence[int], workers: Sequence[int], rounds: int = ROUNDS) -> list[Point]:
    """All points: small classes with these workers, here and of Dask, then the large ones that the model has to say.

    sizes: of the large classes, for as many workers as cores; the first of them is graded by Dask's, too.
    """
    known = [
        Point(count, 0.0, workers=one, dask=dask, known=True)
        for dask in (False, True)
        for one in workers
        for count in SMALL
    ]
    found = [[graded(course, point) for point in known] for _ in range(rounds)]  # so that slow minutes hit all alike
    middle = [sorted(same, key=lambda point: point.seconds)[rounds // 2] for same in zip(*found, strict=True)]
    large = [Point(count, 0.0, workers=processors()) for count in sizes]
    large += [replace(point, dask=True) for point in large[:1]]
    return middle + [graded(course, point) for point in large]


def graded(course: Class, point: Point) -> Point:
    """The point with its seconds and memory."""
    with ExitStack() as stack:
        options = ["--jobs", str(point.workers)]
        if point.dask:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            cluster = stack.enter_context(Cluster(Path(folder, "cluster")))
            cluster.add_workers(point.workers)
            options = ["--scheduler", cluster.address]
        found = course.grade(point.count, *options)
    print(
        f"{point.count} submissions, {point.workers} workers{' of Dask' * point.dask}: {found.seconds:.1f} s",
        flush=True,
    )
    return replace(point, seconds=found.seconds, memory=found.memory)


def main(arguments: Sequence[str] | None = None) -> int:
    """Grade the classes and print the table; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, metavar="N", help="of the large classes")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="how often small classes are graded")
    parser.add_argument(
        "--workers", type=int, nargs="*", default=WORKERS, metavar="N", help="here and of Dask clusters"
    )
    options = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            points = measured(Class(Path(folder, "course")), options.sizes, options.workers, options.rounds)
            model = Model.of(points)
    except BenchError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    print(f"\n{table(model, points)}")
    return 0 if is_near(model, points) else 1


def _cell(source: str, name: str, **about: object) -> nbformat.NotebookNode:
    marks = {"grade": False, "solution": False, "locked": False, **about}
    return new_code_cell(source, metadata={"nbgrader": {"grade_id": name, **marks, **ABOUT}})


if __name__ == "__main__":
    sys.exit(main())
