"""nbgrader's commands and ours from one warm process: each in a fork of it, as the account and in the home it is told.

Importing nbgrader takes seconds, a fork of what has imported it a few milliseconds. `WarmNbgrader` starts the process
and asks it; a request is a line of JSON on its standard input, and its answer the command's exit code.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300  # seconds that a command may take
NBGRADER, AUTOGRADER = "nbgrader", "autograder"  # the programs


class WarmNbgrader:
    """The process. prefix: what to put in front of the command that starts it."""

    module = __name__  # what the process runs

    def __init__(self, prefix: Sequence[str] = ()) -> None:
        single = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # a process with threads should not fork
        path = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}  # nbgrader looks for alembic there
        environment = {**os.environ, **single, **path}
        command = [*prefix, sys.executable, "-m", self.module]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True)
        if self._process.stdout.readline() != "ready\n":
            self.close()
            raise RuntimeError(f"{' '.join(command)} ended.")

    def run(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        account: tuple[int, int] | None = None,
        before: str = "",
        program: str = NBGRADER,
    ) -> subprocess.CompletedProcess[str]:
        """One of the program's commands in `folder`.

        account: user and group ids; None for the account of the tests. before: code that the process runs first.
        """
        with tempfile.TemporaryDirectory() as said:
            outputs = [Path(said) / name for name in ("stdout", "stderr")]
            request = {
                "arguments": [program, *arguments],
                "folder": str(folder),
                "environment": dict(environment),
                "account": account,
                "outputs": [str(path) for path in outputs],
            }
            self._process.stdin.write(json.dumps([request, before]) + "\n")
            self._process.stdin.flush()
            code = int(self._process.stdout.readline())
            texts = (path.read_bytes().decode() for path in outputs)  # a carriage return stays one
            return subprocess.CompletedProcess(arguments, code, *texts)

    def close(self) -> None:
        """End the process; it may be done again."""
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@cache
def shared() -> WarmNbgrader:
    """The one for all who need no prefix."""
    return WarmNbgrader()


def autograder(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """`python -m autograder ARGUMENTS` in `folder`, where it does not matter how Python starts."""
    return shared().run(arguments, folder, os.environ, program=AUTOGRADER)


def close_shared() -> None:
    """End the shared one, if there is one."""
    if shared.cache_info().currsize:
        shared().close()
        shared.cache_clear()


def become(
    arguments: Sequence[str],
    folder: str,
    environment: Mapping[str, str],
    account: Sequence[int] | None,
    outputs: Sequence[str],
) -> None:
    """Make this process that of somebody who has just typed a command."""
    for number, path in enumerate(outputs, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    if account:
        user, group = account
        os.setgroups([])
        os.setresgid(group, group, group)
        os.setresuid(user, user, user)
    os.umask(0o022)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path[0] = folder
    sys.argv = [*arguments]
    signal.alarm(PATIENCE)  # nobody waits longer: the system ends this process


def serve(**programs: Callable[[], Any]) -> None:
    """Answer requests until there are no more. programs: by name, what a process does that has become somebody's."""
    gc.freeze()  # a fork need not copy what it only looks at
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            request, before = json.loads(line)
            become(**request)
            exec(before, {})
            sys.exit(programs[sys.argv[0]]())
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def main() -> None:
    """Import everything once, then serve."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from nbgrader import api
    from nbgrader.apps import nbgraderapp
    from nbgrader.dbutil import _temp_alembic_ini

    from autograder import cli
    from autograder.course import configuration

    configuration.import_parts()
    cli.parser()  # which imports what has the commands
    with _temp_alembic_ini("sqlite://") as settings:  # nbgrader asks another process, which takes seconds
        version = ScriptDirectory.from_config(Config(settings)).get_current_head()
    api.get_alembic_version = lambda: version
    serve(nbgrader=nbgraderapp.main, autograder=cli.main)


if __name__ == "__main__":
    main()
