"""Tests run once more as an ordinary user, where the tests run as root: as nobody, who owns nothing."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import matplotlib
import pytest

from tests.support.house import ASSIGNMENT

NOBODY = 65534
LOCK = Path("/var/tmp/tests-as-nobody.lock")


def unlocked(folders: list[Path], aside: Path) -> list[str]:
    """Shell commands that show these folders to everyone, in a mount namespace of its own, where a parent is closed."""
    closed = {folder: _closed(folder) for folder in folders}
    commands = ["mount --make-rprivate /"]
    for number, folder in enumerate(folders):
        commands += [f"mkdir {aside}/{number}", f"mount --bind {folder} {aside}/{number}"]
    commands += [f"mount -t tmpfs -o mode=755 none {parent}" for parent in set(closed.values()) - {None}]
    for number, folder in enumerate(folders):
        commands += [f"mkdir -p {folder}", f"mount --move {aside}/{number} {folder}"]
    return commands


def _closed(folder: Path) -> Path | None:
    """The outermost folder above this one that not everyone may enter."""
    return next((one for one in reversed(folder.parents) if not one.stat().st_mode & 0o001), None)


def as_nobody(command: list[str], aside: Path) -> list[str]:
    """The command line that runs `command` as a user who owns nothing."""
    needed = {Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), ASSIGNMENT.root}
    behind = sorted(folder for folder in needed if _closed(folder))
    who = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all"]
    script = " && ".join([*unlocked(behind, aside), f"exec {shlex.join([*who, *command])}"])
    return ["unshare", "--mount", "sh", "-c", script]


@pytest.fixture
def home_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home for nobody, with the list of fonts that takes long to make; not beneath what only root may enter."""
    if os.geteuid() != 0:
        pytest.skip("these tests run as an ordinary user already")
    if not all(map(shutil.which, ("unshare", "setpriv"))):
        pytest.skip("there is no unshare or setpriv here")
    home = Path("/var/tmp") / f"home-{tmp_path_factory.getbasetemp().name}-{os.getpid()}"
    shutil.copytree(matplotlib.get_cachedir(), home / ".cache" / "matplotlib")
    (home / "aside").mkdir()
    for path in (home, *home.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    yield home
    shutil.rmtree(home)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Nobody's processes are counted together, whoever started them: two runs would use up each other's limits."""
    with open(LOCK, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def expect_passes(tests: Path, chosen: str, home: Path, patience: float) -> None:
    """Run the tests that `-k` chooses of a file as nobody; all must pass, and none be skipped."""
    able = subprocess.run(as_nobody([sys.executable, "-c", "import pytest"], home / "aside"), capture_output=True)
    if able.returncode:
        pytest.skip(f"nobody cannot run Python here: {able.stderr.decode()[-200:]}")
    for left in (home / "aside").iterdir():
        left.rmdir()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", str(tests)]
    options = ["-k", chosen, f"--basetemp={home}/pytest"]
    environment = {**os.environ, "HOME": str(home), "TMPDIR": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    with alone():
        done = subprocess.run(
            as_nobody([*command, *options], home / "aside"),
            cwd=ASSIGNMENT.root,
            env={name: value for name, value in environment.items() if not name.startswith(("PYTEST_", "XDG_", "MPL"))},
            capture_output=True,
            text=True,
            timeout=patience,
        )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert " passed" in done.stdout and " skipped" not in done.stdout
