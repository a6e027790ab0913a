"""A PostgreSQL server of the tests' own, from the system's package: reached through a socket, gone with the block."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy

FOLDERS = "usr/lib/postgresql/*/bin"  # where Debian keeps the programs that are not for everyone's PATH
PATIENCE = 60.0  # seconds to start and to stop
USERS = ("postgres", "nobody")  # the server refuses to run as root
QUICK = ("fsync=off", "full_page_writes=off")  # nothing of a test has to outlive a power cut


def find(name: str) -> str:
    """Where one of PostgreSQL's programs is, the newest; raises FileNotFoundError where it is not installed."""
    folders = sorted(Path("/").glob(FOLDERS), key=lambda folder: float(folder.parent.name), reverse=True)
    found = shutil.which(name, path=os.pathsep.join([*map(str, folders), os.environ["PATH"]]))
    if not found:
        raise FileNotFoundError(f"there is no {name}: apt-get install postgresql")
    return found


@contextlib.contextmanager
def server(*settings: str) -> Iterator[str]:
    """Run a server during the block; gives the URL of its empty database. Raises FileNotFoundError, see `find`.

    It listens on a socket alone, in a folder that nobody but its user and root may enter, so there is no password.
    """
    initdb, postgres, user = find("initdb"), find("postgres"), _user()
    with tempfile.TemporaryDirectory(prefix="pg-") as folder, open(f"{folder}/log", "w") as log:
        if user:
            shutil.chown(folder, user["user"], user["group"])
        own = dict(cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **user)
        make = [initdb, f"{folder}/data", "--auth=trust", "--username=grader", "--encoding=UTF8", "--no-sync"]
        subprocess.run(make, check=True, timeout=PATIENCE, **own)
        options = [f"unix_socket_directories={folder}", "listen_addresses=", *settings]
        process = subprocess.Popen([postgres, "-D", f"{folder}/data", *(f"--{option}" for option in options)], **own)
        try:
            _await_ready(process, Path(folder))
            yield f"postgresql+psycopg://grader@/postgres?host={folder}"
        finally:
            process.send_signal(signal.SIGINT)  # does not wait for those who are connected
            process.wait(PATIENCE)


def new_database(server: str, name: str, like: str = "template1") -> str:
    """Make a database as a copy of another one, which nobody may be using; gives its URL."""
    command(server, f"CREATE DATABASE {name} TEMPLATE {like}")
    return sqlalchemy.make_url(server).set(database=name).render_as_string(hide_password=False)


def command(server: str, *statements: str) -> None:
    """Run some statements, each by itself."""
    engine = sqlalchemy.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sqlalchemy.text(statement))


def _user() -> dict[str, Any]:
    """Whom to run the server as, in subprocess's words; nothing to say where we are not root."""
    if os.getuid():
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in USERS if name in known)
    return dict(user=entry.pw_uid, group=entry.pw_gid, extra_groups=[])


def _await_ready(process: subprocess.Popen, folder: Path) -> None:
    """The server writes this word into the last line of its lock file."""
    end = time.monotonic() + PATIENCE
    lock = folder / "data" / "postmaster.pid"
    while not (lock.exists() and lock.read_text().split()[-1:] == ["ready"]):
        if process.poll() is not None or time.monotonic() > end:
            raise OSError(f"the server did not start: {(folder / 'log').read_text()[-2000:]}")
        time.sleep(0.02)
