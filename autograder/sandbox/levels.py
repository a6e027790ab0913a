"""The ladder: how well student code can be confined on this machine, found by trying, and what is missing for more."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
from dataclasses import dataclass, field

from autograder.errors import SandboxLevelError

from . import landlock, syscalls
from .room import Room

LEVELS = ("process", "container", "full")  # from the least to the most
PARTS = {
    "full": "bubblewrap's namespaces, Landlock, seccomp, resource limits",
    "container": "Landlock, seccomp, resource limits",
    "process": "a process of its own with resource limits",
}
MINIMUM = "container"  # what a course accepts unless it says otherwise
TRIAL_LIMIT = 20.0  # seconds


@dataclass(frozen=True)
class Ladder:
    """The best level that works here, and for each better one the sentence that says what it lacks."""

    level: str
    missing: dict[str, str] = field(default_factory=dict)

    def describe(self) -> str:
        """The level in force in one line, for an instructor."""
        better = " ".join(f"For {level!r}: {sentence}" for level, sentence in self.missing.items())
        return f"Sandbox: {self.level} ({PARTS[self.level]}). {better}".strip()


def least_or_better(minimum: str) -> Ladder:
    """The best level, where it is at least `minimum`; raises SandboxLevelError where not."""
    ladder = climb()
    if LEVELS.index(ladder.level) < LEVELS.index(minimum):
        raise SandboxLevelError(
            f"Nothing is graded: this machine offers the sandbox level {ladder.level!r}, and the course asks for"
            f" {minimum!r} or better. {ladder.missing[minimum]} Or accept less with"
            f" `c.Sandbox.minimum = {ladder.level!r}` in nbgrader_config.py."
        )
    return ladder


@functools.cache
def climb() -> Ladder:
    """Try the levels from the best to the least. Raises SandboxLevelError where none can work."""
    if sys.platform == "win32":
        raise SandboxLevelError("Windows cannot confine student code: grade in WSL, a container or on Linux.")
    missing: dict[str, str] = {}
    for level in reversed(LEVELS):
        if level == "process":
            break
        problem = _problem(level)
        if not problem:
            return Ladder(level, missing)
        missing[level] = problem
    return Ladder("process", missing)


def _problem(level: str) -> str:
    """What keeps this level from working, with the next step; "" where it works."""
    if sys.platform != "linux":
        return "It needs Linux: grade in a Linux container or on a Linux machine."
    try:
        syscalls.program()
    except (ImportError, OSError):
        return "Install seccomp: apt-get install libseccomp2, and pip install pyseccomp."
    if level == "full" and not shutil.which("bwrap"):
        return "Install bubblewrap: apt-get install bubblewrap."
    if level == "container" and not landlock.version():
        return "The kernel offers no Landlock (Linux 5.13 or later, with landlock in its lsm= list)."
    return _trial(level)


def _trial(level: str) -> str:
    """Confine a process that then does nothing."""
    room = Room(level)
    program = [sys.executable, "-I", "-m", "autograder.sandbox.confine", room.plan.dump()]
    try:
        done = subprocess.run(
            room.command(*program),
            env=room.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=TRIAL_LIMIT,
        )
    except subprocess.TimeoutExpired:
        return "A trial of it did not end in time."
    finally:
        room.close()
    return "" if done.returncode == 0 else _refused(done.stderr)


def _refused(said: str) -> str:
    """What the kernel refused, in the last words of the trial, and what usually helps."""
    last = (said.strip().splitlines() or ["it said nothing"])[-1]
    if "bwrap" not in last:
        return f"The kernel refused it ({last}); some containers forbid it: docs/container.md."
    return (
        f"bubblewrap may not make namespaces here ({last}). On Ubuntu 24.04 load the AppArmor profile"
        " bwrap-userns-restrict (package apparmor-profiles); in a container see docs/container.md."
    )
