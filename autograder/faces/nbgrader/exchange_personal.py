"""Numbers of students' own by nbgrader's exchange, which gives the same files to everybody by itself.

Beside `outbound/NAME` in the exchange lies `personal/NAME/STUDENT`, with what differs for that student. No secret:
whoever may fetch may read it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from nbgrader.exchange.default import ExchangeFetchAssignment, ExchangeReleaseAssignment
from nbgrader.utils import get_username

from autograder.assignment import load
from autograder.course.personal import Personal
from autograder.errors import UserError

PERSONAL = "personal"  # the folder in the exchange
FILES, FOLDERS, SHARED = 0o644, 0o755, 0o2020  # as nbgrader has them in its outbound folder


class ReleaseAssignment(ExchangeReleaseAssignment):
    """Releases what single students get, too, where the course has made it."""

    def init_src(self) -> None:
        """Find the files; refuse those of students that are older than the release."""
        super().init_src()
        try:
            assignment = load(Path(self.coursedir.root), self.coursedir.assignment_id)
            self._personal = Personal(assignment, self.coursedir.course_id)
            self._students = self._personal.students
            if self._students:
                self._personal.insist_on_today()
        except UserError as problem:
            self.fail(str(problem))

    def copy_files(self) -> None:
        """Copy the release, then what differs for each student, in the place of an earlier one."""
        super().copy_files()
        place = Path(self.course_path, PERSONAL, self.coursedir.assignment_id)
        if place.exists():
            shutil.rmtree(place)
        for student in self._students:
            shutil.copytree(self._personal.folder(student), place / student)
        if self._students:
            shared = self.coursedir.groupshared
            modes = (FILES | (SHARED & 0o777 if shared else 0), FOLDERS | (SHARED if shared else 0))
            self.set_perms(str(place.parent), *modes)
            self.log.info("Released with numbers of their own: %d students", len(self._students))


class FetchAssignment(ExchangeFetchAssignment):
    """Fetches what is meant for the student who fetches, too; for students' own configuration."""

    def do_copy(self, src: str, dest: str) -> None:
        """Copy the release, and in it what differs for this student; files that are there already stay."""
        own = os.path.join(self.course_path, PERSONAL, self.coursedir.assignment_id, get_username())
        ignored = shutil.ignore_patterns(*self.coursedir.ignore)
        is_there, is_personal = os.path.isdir(dest), os.path.isdir(own)
        if is_there and is_personal:
            self.copy_if_missing(own, dest, ignore=ignored)
        super().do_copy(src, dest)
        if is_personal and not is_there:
            shutil.copytree(own, dest, ignore=ignored, dirs_exist_ok=True)
