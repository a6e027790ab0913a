"""How long the report on a class takes: `python -m bench.class_report` makes classes and prints seconds.

Some submissions to all notebooks are graded, which takes minutes, and copied into larger classes. With --keep the
course folders stay, and a folder that is there already is used as it is: the next run need not grade anything.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from autograder.assignment import Assignment, load
from autograder.building import demo

from . import whole_class
from .measure import BenchError, completed
from .notebook import ASSIGNMENT

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
TIMES = """() => {
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    return [performance.timing.loadEventEnd - performance.timing.navigationStart, paint ? paint.startTime : null];
}"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the classes, write their reports, open them in a browser; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        with ExitStack() as stack:
            place = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
            graded = graded_class(place / "graded", options.graded, options.seed)
            for count in options.students:
                print(_measured(graded, place / f"class-{count}", count), flush=True)
    except BenchError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    return 0


def graded_class(root: Path, count: int, seed: int) -> Assignment:
    """A course folder with a class that has been graded; as it is, where it is there."""
    if (root / "autograded").is_dir():
        return load(root, ASSIGNMENT.name)
    print(f"Grading {count} submissions ...", flush=True)
    assignment = demo.lay_out(ASSIGNMENT, root)
    completed([sys.executable, "-m", "nbgrader", "generate_assignment", assignment.name], root, ASSIGNMENT.root)
    whole_class.hand_in(assignment, whole_class.enrol(assignment, count, seed))
    completed([sys.executable, "-m", "autograder", "grade", assignment.name], root, ASSIGNMENT.root, (0, 1))
    return assignment


def larger(graded: Assignment, root: Path, count: int) -> Assignment:
    """A course folder with a class of so many, made of copies of a graded one; as it is, where it is there."""
    if not root.is_dir():
        shutil.copytree(graded.root, root, symlinks=True)
        names = sorted(path.name for path in (root / "submitted").iterdir())
        whole_class.multiply(load(root, graded.name), names, count)
    return load(root, graded.name)


def _measured(graded: Assignment, root: Path, count: int) -> str:
    larger(graded, root, count)
    start = time.perf_counter()
    completed([sys.executable, "-m", "autograder", "report", graded.name], root, ASSIGNMENT.root)
    seconds = time.perf_counter() - start
    page = root / "report" / graded.name / "index.html"
    return f"{count} students: written in {seconds:.1f} s, {page.stat().st_size / 1e6:.1f} MB; {opened(page)}"


def opened(page: Path) -> str:
    """How long a browser takes to open the page, the median of five times."""
    found_at = browser()
    if found_at is None:
        return "no browser here to open it"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found_at, args=FLAGS)
        found = []
        for _ in range(5):
            tab = running.new_page(viewport={"width": 1280, "height": 950})
            tab.goto(page.as_uri())
            tab.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
            found.append(tab.evaluate(TIMES))
            tab.close()
        running.close()
    load_event, paint = (sorted(each)[len(found) // 2] for each in zip(*found, strict=True))
    return f"first paint after {paint:.0f} ms, load event after {load_event:.0f} ms"


def browser() -> str | None:
    """The path of a Chromium; None where there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.class_report", description=__doc__)
    parser.add_argument(
        "--students", type=int, nargs="+", default=[60, 400, 1000], metavar="N", help="the sizes of the classes"
    )
    parser.add_argument("--graded", type=int, default=40, metavar="N", help="submissions that are graded (default: 40)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the class (default: 1)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the course folders stay")
    return parser


if __name__ == "__main__":
    sys.exit(main())
