"""A machine with a JupyterHub as docs/hub.md sets it up: accounts, two courses, the exchange. It is gone when it stops.

The files of docs/examples/jupyterhub are used as they are. A namespace gives the hub an /etc, a /home and a /srv of its
own, so that the accounts exist for it alone.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.building import demo
from autograder.course.configuration import plug_in
from tests.support.exchange import way_for_others
from tests.support.house import ROOT
from tests.support.needs import lacking

EXAMPLES = ROOT / "docs" / "examples"
CONFIGS = EXAMPLES / "jupyterhub"
PROXIES = (ROOT / ".venv-proxy" / "node_modules" / ".bin", *map(Path, os.get_exec_path()))
COURSES = ("rnn_captioning", "line_fitting")
PEOPLE = ("student1", "student2", "student3", "instructor1", "instructor2", *(f"grader-{name}" for name in COURSES))
FIRST_ID = 21000
PASSWORD = "for-this-test-only"
# Numbers of processes of its own, which all end with the first. bubblewrap's own /proc would forbid the full sandbox.
ALONE = ("unshare", "--pid", "--fork", "--mount-proc", "--kill-child")
OVERRIDES = """
from jupyterhub.objects import Server

wait_up = Server.wait_up  # ten seconds for a course's server, then the hub ends: too few beside other tests
Server.wait_up = lambda self, timeout=10, **options: wait_up(self, timeout=20 * timeout, **options)
load_subconfig({config!r})
c.JupyterHub.authenticator_class = "dummy"  # a test has no passwords to look up
c.DummyAuthenticator.password = {password!r}
c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}"
c.JupyterHub.hub_port = {ports[1]}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
for service, port in zip(c.JupyterHub.services, {services!r}):
    service["url"] = f"http://127.0.0.1:{{port}}"
"""


@dataclass(frozen=True)
class Hub:
    """A hub that runs: its address, and the folder in which the machine's /home and /srv lie."""

    address: str
    machine: Path

    def course(self, name: str) -> Path:
        return self.machine / "home" / f"grader-{name}" / "course"

    def home(self, person: str) -> Path:
        return self.machine / "home" / person


def needed() -> tuple[str, tuple[str, ...]]:
    """The proxy's path, and the command in front of others that gives rights over accounts; skips without these."""
    proxy = next((path for folder in PROXIES if (path := folder / "configurable-http-proxy").exists()), None)
    if proxy is None:
        pytest.skip("a JupyterHub is tried by `make hub`, which fetches its proxy")
    if os.geteuid() or not shutil.which("bwrap"):
        lacking("a JupyterHub is tried as root and with bubblewrap, which gives it accounts of its own")
    way = way_for_others()
    if way is None:
        lacking("a JupyterHub is tried where other accounts can read this Python and this folder")
    return str(proxy), way or ("bwrap", "--dev-bind", "/", "/", "--cap-add", "ALL")


@contextmanager
def running(assignment: Assignment, folder: Path) -> Iterator[Hub]:
    """The hub with its courses, in `folder`; the first notebook is all of the first course."""
    proxy, way = needed()
    machine = folder / "machine"
    _accounts(machine)
    _courses(machine, assignment)
    ports = free_ports(5)
    overrides = machine / "srv" / "hub" / "jupyterhub_config.py"
    overrides.parent.mkdir(mode=0o700)
    config = str(CONFIGS / "jupyterhub_config.py")
    overrides.write_text(
        OVERRIDES.format(config=config, password=PASSWORD, ports=ports[:3], proxy=proxy, services=ports[3:])
    )
    binds = [word for name in ("etc", "home", "srv") for word in ("--bind", str(machine / name), f"/{name}")]
    program = [sys.executable, "-m", "jupyterhub", "--config", "/srv/hub/jupyterhub_config.py"]
    command = [*ALONE, *way, *binds, "--chdir", "/srv/hub", *program]
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": "/srv/hub", "OPENBLAS_NUM_THREADS": "1"}
    address, log = f"http://127.0.0.1:{ports[0]}", folder / "hub.log"
    with open(log, "wb") as file:
        hub = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
        try:
            assert _answers(f"{address}/hub/health", hub), f"No hub:\n{log.read_text(errors='replace')[-3000:]}"
            yield Hub(address, machine)
        finally:
            hub.kill()  # and with it each server
            hub.wait(20)


def free_ports(count: int) -> list[int]:
    with_all = [socket.socket() for _ in range(count)]
    try:
        for each in with_all:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in with_all]
    finally:
        for each in with_all:
            each.close()


def _accounts(machine: Path) -> None:
    """The machine's /etc with an account and a closed home for everybody, and with nbgrader's settings for all."""
    shutil.copytree("/etc", machine / "etc", symlinks=True, ignore=_unreadable, ignore_dangling_symlinks=True)
    machine.chmod(0o755)
    with open(machine / "etc" / "passwd", "a") as accounts, open(machine / "etc" / "group", "a") as groups:
        for number, name in enumerate(PEOPLE, FIRST_ID):
            accounts.write(f"{name}:x:{number}:{number}::/home/{name}:/bin/bash\n")
            groups.write(f"{name}:x:{number}:\n")
            (machine / "home" / name).mkdir(parents=True, mode=0o700)
            os.chown(machine / "home" / name, number, number)
    (machine / "etc" / "jupyter").mkdir(exist_ok=True)
    shutil.copy(CONFIGS / "nbgrader_config.py", machine / "etc" / "jupyter")
    exchange = machine / "srv" / "nbgrader" / "exchange"
    exchange.mkdir(parents=True)
    exchange.chmod(0o1777)


def _unreadable(folder: str, names: list[str]) -> list[str]:
    """What a copy of /etc leaves out: sockets and the like."""
    paths = {name: Path(folder, name) for name in names}
    return [name for name, path in paths.items() if not (path.is_symlink() or path.is_dir() or path.is_file())]


def _courses(machine: Path, assignment: Assignment) -> None:
    """The project's course, and one of the example of the guide for authors, each in its grader's home."""
    mine, other = (machine / "home" / f"grader-{name}" / "course" for name in COURSES)
    demo.lay_out(assignment, mine, [assignment.notebooks[0].name])
    shutil.copytree(EXAMPLES / "line_fitting", other)
    shutil.copy(CONFIGS / "course_nbgrader_config.py", other / "nbgrader_config.py")
    plug_in(other)
    subprocess.run([sys.executable, "-m", "autograder", "build"], cwd=other, check=True)
    for name in COURSES:
        account = FIRST_ID + PEOPLE.index(f"grader-{name}")
        home = machine / "home" / f"grader-{name}"
        for path in (home, *home.rglob("*")):
            os.chown(path, account, account)


def _answers(address: str, hub: subprocess.Popen) -> bool:
    """Wait until the hub answers; False where it ended."""
    while hub.poll() is None:
        with suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return True
        time.sleep(0.2)
    return False


def account_of(path: Path) -> str:
    """The name of the machine's account that owns a file."""
    number = path.stat().st_uid
    return PEOPLE[number - FIRST_ID] if number >= FIRST_ID else pwd.getpwuid(number).pw_name
