"""What must stay unread and untouched: files with secrets, a process that holds some, sockets that nobody may reach."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import psutil

from autograder.assignment import CACHES, DATA, Assignment, load

SECRET = "canary"  # how every secret begins
BIG = 256 << 10  # bytes from which a file's content is not read again
ENGINE = "autograder"
NOTEBOOK = "1_rnn_layers"
BYSTANDER = """
import ctypes, sys
ctypes.CDLL(None).capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())
kept = sys.stdin.readline().strip().encode() * 2
print("ready", flush=True)
sys.stdin.read()
"""


def new_secret(place: str, known: dict[str, str]) -> str:
    """A random secret, remembered in `known` under the name of its place."""
    known[place] = f"{SECRET}-{secrets.token_hex(16)}"
    return known[place]


@dataclass
class Outside:
    """Files beside the course, as an instructor's disk has them; each with a secret.

    `course` is a whole course folder, as a clone of this project is one: source, exercises, release, solutions, the
    data set and the engine, with a gradebook and another student's submission. known: the secrets by their files.
    """

    root: Path
    real: Assignment
    known: dict[str, str] = field(default_factory=dict)
    assignment: Assignment = field(init=False)

    def __post_init__(self) -> None:
        self.lay_out()

    def lay_out(self) -> None:
        """Copy the course and write the secrets, new ones each time."""
        real = self.real
        folders = [real.source, real.declared_in, real.release, real.solutions, real.root / ENGINE]
        for folder in (*folders, *real.data_folders.values()):
            copy = self.root / "course" / folder.relative_to(real.root)
            shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(*CACHES, DATA))
        self.assignment = load(self.root / "course", real.name)
        for path in self.programs:
            with open(path, "a") as file:
                file.write(f"\n# {self._new_secret(path)}\n")
        self.solved.write_text(
            json.dumps({**json.loads(self.solved.read_text()), "secret": self._new_secret(self.solved)})
        )
        for path in (self.gradebook, self.neighbour, self.key, self.packages / "site.py"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self._new_secret(path))
            path.chmod(0o600)

    def _new_secret(self, path: Path) -> str:
        return new_secret(str(path.relative_to(self.root)), self.known)

    @property
    def programs(self) -> list[Path]:
        """Code with a secret in it: the reference, hidden cases and mistakes, the judge, a file in source/."""
        mine = self.assignment
        hidden = [mine.solutions / "rnn_layers.py", mine.declared_in / "rnn_step_forward.py"]
        return [*hidden, mine.root / ENGINE / "judging" / "judge.py", mine.source / "secret.py"]

    @property
    def solved(self) -> Path:
        return self.assignment.solutions / f"{NOTEBOOK}.ipynb"

    @property
    def gradebook(self) -> Path:
        return self.assignment.root / "gradebook.db"

    @property
    def neighbour(self) -> Path:
        return self.assignment.root / "submitted" / "another" / self.assignment.name / f"{NOTEBOOK}.ipynb"

    @property
    def key(self) -> Path:
        return self.root / "home" / ".ssh" / "id_ed25519"

    @property
    def packages(self) -> Path:
        return self.root / "site-packages"

    @property
    def secret_files(self) -> list[Path]:
        return [*self.programs, self.solved, self.gradebook, self.neighbour, self.key]

    def state(self) -> dict[str, tuple]:
        """Every file and folder: kind and mode, size, time of change, names, owner, and the content of small ones."""
        found = {}
        for folder, folders, files in os.walk(self.root):
            for path in (os.path.join(folder, name) for name in (*folders, *files)):
                found[path.removeprefix(f"{self.root}/")] = _state(path)
        return found


def _state(path: str) -> tuple:
    said = os.lstat(path)
    is_file = stat.S_ISREG(said.st_mode)
    content = _digest(path, said.st_ino, said.st_ctime_ns) if is_file and said.st_size < BIG else ""
    return said.st_mode, said.st_size if is_file else 0, said.st_mtime_ns, said.st_nlink, said.st_uid, content


@cache
def _digest(path: str, _number: int, _changed: int) -> str:
    """The digest of a file, read again where the system says that it has changed, a time that nobody can set."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


class Bystander:
    """Another process of the same user, as the grader is one: it holds secrets in its environment and its memory."""

    def __init__(self, known: dict[str, str]) -> None:
        environment = {**os.environ, "INSTRUCTORS_TOKEN": new_secret("a process's environment", known)}
        self._process = subprocess.Popen(
            [sys.executable, "-c", BYSTANDER],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._process.stdin.write(new_secret("a process's memory", known) + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "ready\n"
        self._affinity, self._nice = self._manners()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def unharmed(self) -> bool:
        """Whether it runs as before: alive, not stopped, on the same processors."""
        if self._process.poll() is not None or psutil.Process(self.pid).status() == psutil.STATUS_STOPPED:
            return False
        return self._manners() == (self._affinity, self._nice)

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _manners(self) -> tuple[list[int], int]:
        process = psutil.Process(self.pid)
        return process.cpu_affinity(), process.nice()


class Ears:
    """Sockets of this machine that a submission may try to reach, and a terminal that it may try to write on."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ears-"))  # a socket's path must be short
        self.abstract = f"ears-{secrets.token_hex(8)}"
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self._udp = _bound(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
        self._stream = _bound(socket.AF_UNIX, socket.SOCK_STREAM, str(self.folder / "stream"))
        self._datagrams = _bound(socket.AF_UNIX, socket.SOCK_DGRAM, str(self.folder / "datagrams"))
        self._nameless = _bound(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.abstract}")
        self._screen, self._terminal = os.openpty()
        self._sockets = [self._tcp, self._udp, self._stream, self._datagrams, self._nameless]
        for listener in (self._stream, self._nameless):
            listener.listen()
        for one in self._sockets:
            one.setblocking(False)
        os.set_blocking(self._screen, False)

    @property
    def aim(self) -> dict[str, object]:
        """Where they are."""
        return {
            "tcp": self._tcp.getsockname()[1],
            "udp": self._udp.getsockname()[1],
            "stream": str(self.folder / "stream"),
            "datagrams": str(self.folder / "datagrams"),
            "abstract": self.abstract,
            "terminal": os.ttyname(self._terminal),
        }

    def heard(self) -> list[str]:
        """What has reached them since the last look."""
        found = []
        for number, one in enumerate(self._sockets):
            with contextlib.suppress(BlockingIOError):
                if one.type == socket.SOCK_STREAM:
                    one.accept()[0].close()
                    found.append(f"socket {number} was reached")
                else:
                    found.append(f"socket {number} got {one.recv(1000)!r}")
        with contextlib.suppress(BlockingIOError):
            found.append(f"terminal: {os.read(self._screen, 1000)!r}")
        return found

    def close(self) -> None:
        for one in self._sockets:
            one.close()
        for descriptor in (self._screen, self._terminal):
            os.close(descriptor)
        shutil.rmtree(self.folder)


def _bound(family: int, kind: int, address: object) -> socket.socket:
    one = socket.socket(family, kind)
    one.bind(address)
    return one
