"""A course with an exchange, submissions as `nbgrader submit` leaves them there, and the command `watch` beside it."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.utils import notebook_hash

from autograder.record import Record, load_from
from tests.support.batch_command import LIMITS, copy
from tests.support.course import NOTEBOOK, CourseFolder
from tests.support.house import ASSIGNMENT

COURSE = "c1"
WAIT = 120.0  # seconds until something must have happened
READY = "Ctrl-C ends it."


def released(root: Path) -> CourseFolder:
    """A course whose assignment is released; nothing is handed in."""
    folder = CourseFolder.make(root, ASSIGNMENT, f"c.CourseDirectory.course_id = {COURSE!r}")
    folder.nbgrader("generate_assignment").check_returncode()
    return folder


class Watched:
    """The course folder, its exchange, and one run of `watch` at a time."""

    def __init__(self, root: Path, released: CourseFolder, config: str = "") -> None:
        self.exchange = root / "exchange"
        self.inbound = self.exchange / COURSE / "inbound"
        self.inbound.mkdir(parents=True)
        self.exchange.chmod(0o777)
        self.folder = copy(released, root / "course")
        own = f"c.Exchange.root = {str(self.exchange)!r}\nc.ExchangeCollect.check_owner = False\n{LIMITS}{config}\n"
        with open(self.folder.root / "nbgrader_config.py", "a") as file:
            file.write(own)
        self.out = root / "said"
        self.secrets: dict[str, list[str]] = {}
        self.process: subprocess.Popen[bytes] | None = None

    def submit(self, student: str, files: Mapping[str, str | bytes]) -> Path:
        """A submission of these files."""
        stamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
        folder = self.inbound / f"{student}+{ASSIGNMENT.name}+{stamp}+{secrets.token_hex(6)}"
        folder.mkdir()
        secret = secrets.token_hex(64)
        self.secrets.setdefault(student, []).append(secret)
        for name, content in {**files, "timestamp.txt": stamp, "submission_secret.txt": secret}.items():
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    def page(self, student: str, number: int = -1) -> str:
        """The page that was given back for one of a student's submissions; "" where there is none."""
        name = notebook_hash(secret=self.secrets[student][number], notebook_id=Path(NOTEBOOK).stem)
        path = self.exchange / COURSE / "feedback" / f"{name}.html"
        return path.read_text() if path.exists() else ""

    def start(self, *options: str) -> None:
        """Start the command and wait until it watches."""
        before = self.said
        program = [sys.executable, "-m", "autograder", "watch", "--course", str(self.folder.root), "--jobs", "2"]
        with open(self.out, "ab") as out:
            self.process = subprocess.Popen([*program, *options], stdout=out, stderr=out, start_new_session=True)
        self.until(lambda: READY in self.said[len(before) :])

    @property
    def said(self) -> str:
        """All that has been said, by all runs."""
        return self.out.read_text() if self.out.exists() else ""

    def lines(self, student: str) -> list[str]:
        """The lines on what came of one student's submissions."""
        of_student = [line[10:] for line in self.said.splitlines() if line[10:].startswith(f"{student} ")]
        return [line for line in of_student if " left out, " not in line]

    def until(self, condition) -> None:
        """Wait until something has happened."""
        end = time.monotonic() + WAIT
        while not condition():
            assert self.process is not None and self.process.poll() is None, self.said
            assert time.monotonic() < end, self.said
            time.sleep(0.02)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End the run in some way; returns its exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            os.kill(self.process.pid, number)
        return self.process.wait(WAIT)

    def record(self, student: str) -> Record | None:
        """What is kept of a student's grading."""
        path = self.folder.autograded(student) / NOTEBOOK
        return load_from(json.loads(path.read_text())["metadata"]) if path.exists() else None

    def book(self) -> list[dict]:
        """The lines of the account."""
        path = self.folder.root / f".watch.{ASSIGNMENT.name}.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines() if line]

    def entries(self, student: str) -> list[dict]:
        """The lines of the account on a student, in order."""
        return [line for line in self.book() if line.get("student") == student]

    def is_done(self, student: str) -> bool:
        """Whether the student's newest submission is graded, given back and accounted for."""
        stamp = self.folder.autograded(student) / "timestamp.txt"
        newest = max(folder.name.split("+")[2] for folder in self.inbound.glob(f"{student}+*"))
        graded = stamp.exists() and stamp.read_text() == newest
        return graded and self.entries(student)[-1].get("finished", False)
