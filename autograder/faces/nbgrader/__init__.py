"""What plugs the grader into nbgrader; Formgrader's buttons go through the same configuration.

The course's nbgrader_config.json names the parts; whoever uses one of them imports this package, and so prepares
nbgrader for them.
"""

from __future__ import annotations

import inspect
from functools import lru_cache
from pathlib import Path

from traitlets.config import Config
from traitlets.log import get_logger

from autograder.supported import insist

insist()  # type: ignore[no-untyped-call]  # ends with a sentence on systems that cannot grade

from autograder.course import configuration  # noqa: E402

from .setup import prepare  # noqa: E402

prepare()


def configure(c: Config) -> None:
    """Plug the grader in from nbgrader_config.py, as nbgrader_config.json beside it does; warn where that is missing.

    One of the two is enough, so that an error in the one leaves the grader in. What the file has set before and this
    replaces is an error as soon as something is to be graded.
    """
    configuration.plug_into(c)
    here = inspect.currentframe()
    caller = here.f_back if here else None
    file = Path(caller.f_globals.get("__file__", "")) if caller else Path()
    if file.name == f"{configuration.NAME}.py" and (file.parent / "source").is_dir():
        _warn(file.parent.resolve())


@lru_cache
def _warn(root: Path) -> None:
    """Say what is missing in a course folder, once: nbgrader reads its configuration more than once."""
    if said := configuration.unguarded(root):
        get_logger().warning(said)
