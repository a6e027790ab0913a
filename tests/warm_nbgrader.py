"""nbgrader's commands from one warm process: each runs in a fork of it, as the account and in the home it is told.

Importing nbgrader takes seconds, a fork of what has imported it a few milliseconds. A request is a line of JSON on
the standard input; its answer is the command's exit code.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence

import autograder.warm  # isort: skip  first: nbgrader, in less time
from nbgrader import api
from nbgrader.apps import nbgraderapp

import autograder.plugin.setup  # noqa: F401  what an instructor's configuration imports


def become(
    arguments: Sequence[str],
    account: Sequence[int] | None,
    environment: Mapping[str, str],
    folder: str,
    output: str,
) -> None:
    """Make this process that of somebody who has just typed a command."""
    into = os.open(output, os.O_WRONLY | os.O_TRUNC)
    os.dup2(into, 1)
    os.dup2(into, 2)
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
    sys.argv = ["nbgrader", *arguments]


def serve() -> None:
    """Answer requests until there are no more."""
    api.get_alembic_version = lambda: ""  # for a new gradebook nbgrader asks another process, which takes seconds
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            become(**json.loads(line))
            sys.exit(nbgraderapp.main())
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    serve()
