"""nbgrader's commands and Formgrader's button, each in a fork of a process that has not imported the grader.

Whether the grader comes in at all is up to the configuration, as it is where an instructor types a command.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.support.warm_nbgrader import become

ROOT = Path(__file__).resolve().parents[2]
BUTTON = "press"  # in the place of a command: press Formgrader's button for an assignment and a student


class FreshNbgrader:
    """The process. A context manager."""

    def __enter__(self) -> FreshNbgrader:
        single = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # a process with threads should not fork
        path = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}  # nbgrader looks for alembic there
        command, pipe = [sys.executable, "-m", __name__], subprocess.PIPE
        environment = {**os.environ, **single, **path}
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True)
        assert self._process.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def run(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], before: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """One of nbgrader's commands, or BUTTON, in `folder`. before: code that the process runs first."""
        with tempfile.TemporaryDirectory() as said:
            outputs = [str(Path(said) / name) for name in ("stdout", "stderr")]
            request = {"arguments": [*arguments], "folder": str(folder), "environment": dict(environment)}
            self._process.stdin.write(json.dumps([{**request, "account": None, "outputs": outputs}, before]) + "\n")
            self._process.stdin.flush()
            code = int(self._process.stdout.readline())
            return subprocess.CompletedProcess(arguments, code, *(Path(path).read_text() for path in outputs))


def press(assignment: str, student: str) -> dict[str, Any]:
    """What Formgrader's button answers, in a server that was started in the current folder."""
    from nbgrader.server_extensions.formgrader.base import BaseHandler
    from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension

    formgrader = FormgradeExtension(log_level=logging.INFO)
    formgrader.root_dir = os.getcwd()
    formgrader.initialize([])
    handler = SimpleNamespace(log=formgrader.log, coursedir=formgrader.coursedir, authenticator=None)
    return BaseHandler.api.fget(handler).autograde(assignment, student)


def main() -> None:
    """Import everything once, then answer requests until there are no more."""
    import h5py  # noqa: F401  as numpy, which the grader imports, and which takes its time
    import numpy  # noqa: F401
    from nbgrader import api
    from nbgrader.apps import nbgraderapp
    from nbgrader.server_extensions.formgrader import base, formgrader  # noqa: F401  imported for the button

    api.get_alembic_version = lambda: ""  # it asks another process, which takes seconds
    assert not [name for name in sys.modules if name.split(".")[0] == "autograder"]
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            request, before = json.loads(line)
            become(**request)
            exec(before, {})
            if request["arguments"][0] == BUTTON:
                answer = press(*request["arguments"][1:])
                print(json.dumps(answer), flush=True)
                sys.exit(0 if answer["success"] else 1)
            sys.exit(nbgraderapp.main())
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
