"""Measure the seconds from arrival to mark, and to page, with `watch`: `python -m bench.watch`, a minute or two.

Submissions come through an exchange, as `nbgrader submit` leaves them: first one after another, then all at once.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import nbformat
from nbgrader.utils import notebook_hash

from autograder.building import demo
from autograder.building.submissions import fill_in
from autograder.options import number

from .measure import BenchError
from .notebook import ASSIGNMENT

COURSE = "c1"
STARTED = "Ctrl-C ends it."
LONGEST = 120.0  # seconds for one submission
PAUSE = 1.0  # seconds between two that come one after another


class Exchange:
    """A course with an exchange, and `watch` beside it."""

    def __init__(self, root: Path, notebooks: list[str]) -> None:
        self.root, self.course, self.names = root, root / "course", notebooks
        self.inbound = root / "exchange" / COURSE / "inbound"
        self.inbound.mkdir(parents=True)
        self.inbound.parents[1].chmod(0o777)
        demo.lay_out(ASSIGNMENT, self.course, notebooks)
        with open(self.course / "nbgrader_config.py", "a", encoding="utf-8") as file:
            file.write(f"\nc.Exchange.root = {str(root / 'exchange')!r}\nc.CourseDirectory.course_id = {COURSE!r}\n")
            file.write("c.ExchangeCollect.check_owner = False\n")
        self._run("nbgrader", "generate_assignment", ASSIGNMENT.name)
        code = "\n\n".join(ASSIGNMENT.module(path).read_text() for path in ASSIGNMENT.notebooks)
        released = self.course / "release" / ASSIGNMENT.name
        self.files = {
            name: nbformat.writes(fill_in(nbformat.read(released / name, as_version=4), code)) for name in notebooks
        }

    def _run(self, module: str, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments], cwd=self.course, capture_output=True, text=True
        )
        if done.returncode:
            raise BenchError(f"{module} {arguments[0]} failed: {done.stderr[-500:]}")

    def watch(self) -> subprocess.Popen[str]:
        """Start the command and wait until it watches."""
        command = [sys.executable, "-m", "autograder", "watch", "--release"]
        process = subprocess.Popen(command, cwd=self.course, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        while STARTED not in (line := process.stdout.readline()):
            if not line:
                raise BenchError("`watch` has not started")
        return process

    def submit(self, student: str) -> tuple[str, str, float]:
        """Hand in; returns the student, the secret, and when it was complete."""
        stamp, secret = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC"), secrets.token_hex(64)
        folder = self.inbound / f"{student}+{ASSIGNMENT.name}+{stamp}+x"
        folder.mkdir()
        for name, content in {**self.files, "timestamp.txt": stamp, "submission_secret.txt": secret}.items():
            (folder / name).write_text(content, encoding="utf-8")
        return student, secret, time.time()

    def seconds(self, student: str, secret: str, begun: float) -> tuple[float, float]:
        """Wait for a page; returns the seconds to the mark and to the page."""
        stems = [name.removesuffix(".ipynb") for name in self.names]
        pages = [notebook_hash(secret=secret, notebook_id=stem) for stem in stems]
        paths = [self.inbound.parent / "feedback" / f"{page}.html" for page in pages]
        while not all(path.exists() for path in paths):
            if time.time() > begun + LONGEST:
                raise BenchError(f"no page came for {student}")
            time.sleep(0.01)
        graded = self.course / "autograded" / student / ASSIGNMENT.name
        marked = max((graded / name).stat().st_mtime for name in self.names)
        return marked - begun, max(path.stat().st_mtime for path in paths) - begun


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print what came out; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.watch", description=__doc__)
    parser.add_argument("--submissions", type=number("submissions"), default=12, metavar="N")
    parser.add_argument("--all", action="store_true", help="all notebooks of the assignment, not the first alone")
    options = parser.parse_args(arguments)
    names = [path.name for path in ASSIGNMENT.notebooks][: None if options.all else 1]
    os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with tempfile.TemporaryDirectory(prefix="watch-") as folder:
        exchange = Exchange(Path(folder), names)
        process = exchange.watch()
        try:
            one_by_one = []
            for count in range(options.submissions):
                one_by_one.append(exchange.seconds(*exchange.submit(f"a{count}")))
                time.sleep(PAUSE)
            at_once = [
                exchange.seconds(*each) for each in [exchange.submit(f"b{n}") for n in range(options.submissions)]
            ]
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate()
    print(f"notebooks: {len(names)}, submissions: {options.submissions}, load: {os.getloadavg()[0]:.1f}")
    for title, found in (("one after another", one_by_one), ("all at once", at_once)):
        for what, seconds in zip(("to the mark", "to the page"), zip(*found, strict=True), strict=True):
            print(f"{title:<18} {what}: median {statistics.median(seconds):.2f} s, max {max(seconds):.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
