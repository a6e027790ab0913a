"""Whether the cost of a submission stays the same as classes grow: `python -m bench.growth`, half an hour with all.

An ordinary assignment with one small function and one test, handed in by everybody: what is left is the grader's own
work. A straight line through the two smallest classes predicts the others. Prints tables in Markdown.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook

from autograder.course.configuration import plug_in
from tests.support.dask_cluster import Cluster

from .measure import BenchError, completed, environment
from .memory import MemoryWatch

CLONE = Path(__file__).resolve().parents[1]
NAME, NOTEBOOK = "tiny", "one"
SIZES, WORKERS, OF_CLUSTER = (100, 1000, 3000, 10000), (1, 2, 4), (100, 500)
EVERY = 2.0  # seconds between two samples of memory
ANSWER = "def double(x):\n    return 2 * x"
TEST = "assert double(2) == 4\nassert double(-1) == -2"
CONFIG = "from autograder.faces.nbgrader import configure\nc = get_config()\nconfigure(c)\n"
ABOUT = {"schema_version": 3, "task": False}


@dataclass(frozen=True)
class Point:
    """One class that was graded: its size, the wall seconds, and the peak memory of all processes in bytes."""

    count: int
    seconds: float
    memory: int = 0


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


def line(points: Sequence[Point]) -> tuple[float, float]:
    """Seconds of the start, and of each submission, from the two smallest classes.

    >>> line([Point(100, 5), Point(1000, 14)])
    (4.0, 0.01)
    """
    one, other = sorted(points, key=lambda point: point.count)[:2]
    each = (other.seconds - one.seconds) / (other.count - one.count)
    return one.seconds - each * one.count, each


def grown(points: Sequence[Point]) -> str:
    """The table of growth, each class with what the line says and how far it is off."""
    start, each = line(points)
    rows = [
        "| submissions | seconds | the line says | off | memory of all processes |",
        "|" + "---|" * 5,
    ]
    for point in points:
        said = start + each * point.count
        off = f"{100 * (said / point.seconds - 1):+.0f} %"
        rows.append(f"| {point.count:,} | {point.seconds:.1f} | {said:.1f} | {off} | {point.memory / 1e6:.0f} MB |")
    rows.append(
        f"\nStart {start:.1f} s, then {1000 * each:.2f} ms each; 1,000,000 take {(start + each * 1e6) / 3600:.1f} h."
    )
    return "\n".join(rows)


def clustered(course: Class, workers: Sequence[int], sizes: Sequence[int]) -> str:
    """The table of Dask clusters beside as many workers of this machine."""
    rows = ["| workers | this machine: start | each | Dask: start | each | more each |", "|" + "---|" * 6]
    for count in workers:
        here = line([course.grade(size, "--jobs", str(count)) for size in sizes])
        with tempfile.TemporaryDirectory() as folder, Cluster(Path(folder, "cluster")) as cluster:
            cluster.add_workers(count)
            there = line([course.grade(size, "--scheduler", cluster.address) for size in sizes])
        more = 1000 * (there[1] - here[1])
        rows.append(
            f"| {count} | {here[0]:.1f} s | {1000 * here[1]:.1f} ms | {there[0]:.1f} s | {1000 * there[1]:.1f} ms"
            f" | {more:+.1f} ms |"
        )
    return "\n".join(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Grade the classes and print the tables; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N", help="of the classes, at least two")
    parser.add_argument("--cluster", type=int, nargs="*", default=WORKERS, metavar="N", help="workers of Dask clusters")
    options = parser.parse_args(arguments)
    if len(set(options.sizes)) < 2:
        parser.error("a line needs classes of two sizes")
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            course = Class(Path(folder, "course"))
            print(grown([course.grade(size) for size in sorted(set(options.sizes))]), flush=True)
            if options.cluster:
                print(f"\n{clustered(course, options.cluster, OF_CLUSTER)}")
    except BenchError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    return 0


def _cell(source: str, name: str, **about: object) -> nbformat.NotebookNode:
    marks = {"grade": False, "solution": False, "locked": False, **about}
    return new_code_cell(source, metadata={"nbgrader": {"grade_id": name, **marks, **ABOUT}})


if __name__ == "__main__":
    sys.exit(main())
