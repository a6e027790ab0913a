"""Who was graded how often, and what is not finished: a file of lines in the course folder, each written for good.

Each line is written before what it tells of is done, so that a run that is ended at any moment goes on with the same
submission, by the same inputs, and counts it once. What is lost with the file are the counts of the day.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.errors import UserError

NAME = ".watch.{assignment}.jsonl"  # in the course folder
MODE = 0o600  # it holds the secret with which inputs are drawn


@dataclass(frozen=True)
class Entry:
    """A submission of a student: its digest, its number among all that were graded, and when its grading began.

    finished: whether it has been graded and given back. free: whether it does not count for its day, as it was
    never graded. deferred: whether it waits for the next day; then it has no number yet.
    """

    student: str
    submission: str
    number: int
    time: float
    finished: bool = False
    free: bool = False
    deferred: bool = False

    @property
    def begun(self) -> bool:
        """Whether its grading was begun and is to go on."""
        return not (self.finished or self.free or self.deferred)


class Book:
    """The account of one assignment. Raises UserError where the file cannot be used, OSError where no line fits."""

    def __init__(self, root: Path, assignment: str) -> None:
        self.path = root / NAME.format(assignment=assignment)
        self._entries: dict[str, list[Entry]] = {}
        try:
            text = self.path.read_bytes() if self.path.exists() else b""
            self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, MODE)
        except OSError as problem:
            raise UserError(f"{self.path} cannot be read and written ({problem.strerror})") from None
        self._torn = not text.endswith(b"\n")  # or empty
        self.secret = b""
        for line in text.splitlines():
            self._read(line)
        if not self.secret:
            self.secret = secrets.token_bytes(32)
            self._write({"secret": self.secret.hex()})

    def close(self) -> None:
        """No more is written."""
        os.close(self._file)

    def last(self, student: str) -> Entry | None:
        """The student's latest entry; None where there is none."""
        return self._entries.get(student, [None])[-1]

    @property
    def deferred(self) -> list[Entry]:
        """Those whose latest submission waits for another day."""
        return [entries[-1] for entries in self._entries.values() if entries[-1].deferred]

    def count(self, student: str, since: float) -> int:
        """How many of a student's gradings began since a time. One from the future counts: a clock was set back."""
        counted = [each for each in self._entries.get(student, []) if not (each.free or each.deferred)]
        return sum(each.time >= since for each in counted)

    def begin(self, student: str, submission: str, time: float) -> Entry:
        """Note that a submission is going to be graded, for the first time or once more; returns its entry."""
        last = self.last(student)
        if last and last.submission == submission and not last.deferred:
            entry = replace(last, finished=False)
        else:
            if last and last.begun:
                self._note(replace(last, free=True))  # it came to nothing, and another one has taken its place
            number = sum(not each.deferred for each in self._entries.get(student, []))
            entry = Entry(student, submission, number, time)
        return entry if entry == last else self._note(entry)

    def defer(self, student: str, submission: str, time: float) -> Entry:
        """Note that a submission waits for another day."""
        return self._note(Entry(student, submission, -1, time, deferred=True))

    def finish(self, entry: Entry) -> None:
        """Note that a submission is graded and given back."""
        self._note(replace(entry, finished=True))

    def _note(self, entry: Entry) -> Entry:
        self._write({name: value for name, value in vars(entry).items() if value is not False})
        self._keep(entry)
        return entry

    def _keep(self, entry: Entry) -> None:
        """A later word on a submission takes the place of an earlier one."""
        entries = self._entries.setdefault(entry.student, [])
        if entries and (entries[-1].submission == entry.submission or entries[-1].deferred):
            entries.pop()
        entries.append(entry)

    def _read(self, line: bytes) -> None:
        """Take in one line; one that was torn when a run was ended says nothing."""
        try:
            content: dict[str, Any] = json.loads(line)
            if "secret" in content:
                self.secret = bytes.fromhex(content["secret"])
            else:
                self._keep(Entry(**content))
        except (TypeError, ValueError):
            return

    def _write(self, content: dict[str, Any]) -> None:
        line = json.dumps(content).encode() + b"\n"
        line = b"\n" + line if self._torn else line
        self._torn = True
        if os.write(self._file, line) < len(line):
            raise OSError(28, os.strerror(28), str(self.path))
        os.fsync(self._file)
        self._torn = False
