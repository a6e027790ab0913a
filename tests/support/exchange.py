"""A course's exchange, and people who share it: each with a home, and with a system account where that can be had."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment import Assignment
from tests.support.course import CourseFolder
from tests.support.house import NAME
from tests.support.warm_nbgrader import WarmNbgrader

ACCOUNTS = ("daemon", "bin", "nobody")  # that every Unix has


@dataclass(frozen=True)
class Said:
    """What a command ended with."""

    code: int
    text: str


@dataclass(frozen=True)
class Person:
    """Somebody who types commands. account: user and group ids; None for the account of the tests."""

    name: str
    home: Path
    account: tuple[int, int] | None = None

    @property
    def assignment(self) -> Path:
        """Where a student works."""
        return self.home / NAME


class Campus:
    """People, an exchange in `root`, and the process that runs their commands."""

    def __init__(self, root: Path, assignment: Assignment, nbgrader: WarmNbgrader, separate: bool) -> None:
        self.root, self.assignment, self.separate = root, assignment, separate
        self.exchange = root / "exchange"
        self._nbgrader = nbgrader

    def run(self, person: Person, command: str, *options: str, folder: Path | None = None) -> Said:
        """One of nbgrader's commands, as this person types it in their home or in `folder`."""
        environment = {"HOME": str(person.home), "PATH": os.defpath, "LANG": "C.UTF-8"}
        done = self._nbgrader.run([command, *options], folder or person.home, environment, person.account)
        return Said(done.returncode, done.stdout + done.stderr)

    def settings(self, course_id: str) -> str:
        """The lines of an nbgrader_config.py that students and instructors share."""
        return f"c.Exchange.root = {str(self.exchange)!r}\nc.CourseDirectory.course_id = {course_id!r}\n"

    def people(self, course_id: str) -> list[Person]:
        """Students, each with a home that is closed to the others and has nbgrader's settings."""
        people = []
        for name in ACCOUNTS:
            entry = pwd.getpwnam(name)
            account = (entry.pw_uid, entry.pw_gid) if self.separate else None
            home = self.root / "homes" / name
            (home / ".jupyter").mkdir(parents=True)
            config = f"c = get_config()\n{self.settings(course_id)}"
            (home / ".jupyter" / "nbgrader_config.py").write_text(config)
            people.append(Person(name, home, account))
            self.give(people[-1], home)
        return people

    def give(self, person: Person, folder: Path) -> None:
        """Make a folder and everything in it this person's own, closed to others."""
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o700 if path.is_dir() else 0o600)
            if person.account:
                os.chown(path, *person.account)

    def course_folder(self, course_id: str, config: str = "") -> tuple[Person, CourseFolder]:
        """The instructor, who is the account of the tests, with a course folder."""
        home = self.root / "homes" / "instructor"
        folder = CourseFolder.make(home / "course", self.assignment, self.settings(course_id) + config)
        home.chmod(0o700)
        return Person("instructor", home), folder


def listed(folder: Path, person: Person) -> bool:
    """Whether this person can see what is in a folder."""
    user, group = person.account or (None, None)
    groups = [] if person.account else None
    return not subprocess.run(
        ["ls", folder], capture_output=True, user=user, group=group, extra_groups=groups
    ).returncode


@contextmanager
def campus(assignment: Assignment) -> Iterator[Campus]:
    """An exchange with nobody on it yet; its folder is removed afterwards."""
    root = Path(tempfile.mkdtemp(prefix="campus-"))  # pytest's own folders are closed to other accounts
    root.chmod(0o711)
    prefix = way_for_others() if os.geteuid() == 0 else None
    nbgrader = WarmNbgrader(prefix or ())
    try:
        made = Campus(root, assignment, nbgrader, prefix is not None)
        made.exchange.mkdir()
        made.exchange.chmod(0o777)
        yield made
    finally:
        nbgrader.close()
        shutil.rmtree(root)


def way_for_others() -> tuple[str, ...] | None:
    """What to put in front of a command so that other accounts can use this Python too; None where there is no way.

    Often Python lies in root's home, which is closed. There the command sees a home with nothing but Python in it.
    """
    python = Path(sys.base_prefix)
    closed = [folder for folder in python.parents if not folder.stat().st_mode & 0o001]
    ways = [()]
    if closed and shutil.which("bwrap"):
        hidden = str(closed[-1])  # the outermost
        shown = str(closed[-1] / python.relative_to(closed[-1]).parts[0])
        ways.append(("bwrap", "--dev-bind", "/", "/", "--cap-add", "ALL", "--tmpfs", hidden, "--ro-bind", shown, shown))
    return next((way for way in ways if _works(way)), None)


def _works(way: tuple[str, ...]) -> bool:
    """Whether another account can import what is installed, and read the course."""
    become = f"import os; os.setgid(1); os.setuid(1); open({__file__!r})"
    code = f"{become}; os.execl({sys.executable!r}, 'python', '-c', 'import traitlets')"
    return subprocess.run([*way, sys.executable, "-c", code], capture_output=True).returncode == 0
