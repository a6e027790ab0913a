"""Make the files of single students, each student's whole or not at all."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from autograder.assignment import CASES, KIT
from autograder.building import checks

from .template import Template


def make_all(template: Template, students: Sequence[str], processes: int) -> Iterator[str]:
    """Make the files of these students; yields each one that is done. What was made stays when a later one fails."""
    if processes == 1 or len(students) <= 1:
        for student in students:
            make(template, student)
            yield student
        return
    with ProcessPoolExecutor(min(processes, len(students)), get_context("spawn"), _leave_interrupts) as pool:
        waiting = {pool.submit(make, template, student): student for student in students}
        try:
            for done in as_completed(waiting):
                done.result()
                yield waiting[done]
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def make(template: Template, student: str) -> None:
    """Make the files of one student, in the place of older ones."""
    folder, stamp = template.personal.folder(student), template.personal.stamp(student)
    folder.parent.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as place:
        made = Path(place, folder.name)
        made.mkdir()
        for name, text in template.filled(student).items():
            (made / name).write_text(text, encoding="utf-8")
        if template.personal.assignment.exercises:
            checks.write(template.personal.assignment, made / KIT / CASES, template.personal.seed(student))
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(made, folder)
    stamp.write_text(template.digest, encoding="utf-8")


def _leave_interrupts() -> None:
    """Ctrl-C is for the process that shares out the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
