"""nbgrader's commands and Formgrader's button, each in a fork of a process that has not imported the grader.

Whether the grader comes in at all is up to the configuration, as it is where an instructor types a command.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import sys
from types import SimpleNamespace
from typing import Any

from tests.support.warm_nbgrader import WarmNbgrader, serve

OF_OTHERS = (  # what the grader imports and nbgrader does not: a third of what it takes to import the grader
    *("babel.dates", "babel.messages.mofile", "babel.messages.pofile", "compileall", "h5py", "multiprocessing.heap"),
    *("nh3", "numpy.random", "pygments.lexers.python", "pygments.unistring", "safetensors.numpy", "symtable"),
)
BUTTON = "press"  # in the place of a command: press Formgrader's button for an assignment and a student


class FreshNbgrader(WarmNbgrader):
    """The process. A context manager. In the place of a command it takes BUTTON, too."""

    module = __name__

    def __enter__(self) -> FreshNbgrader:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


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
    for name in OF_OTHERS:
        importlib.import_module(name)
    from nbgrader import api
    from nbgrader.apps import nbgraderapp
    from nbgrader.server_extensions.formgrader import base, formgrader  # noqa: F401  imported for the button

    api.get_alembic_version = lambda: ""  # it asks another process, which takes seconds
    assert not [name for name in sys.modules if name.split(".")[0] == "autograder"]

    def command() -> Any:
        name, *arguments = sys.argv[1:]
        if name != BUTTON:
            return nbgraderapp.main()
        answer = press(*arguments)
        print(json.dumps(answer), flush=True)
        return 0 if answer["success"] else 1

    serve(nbgrader=command)


if __name__ == "__main__":
    main()
