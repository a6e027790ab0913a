"""What plugs the grader into nbgrader; Formgrader's buttons go through the same configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..supported import insist

if TYPE_CHECKING:
    from traitlets.config import Config


def configure(c: Config) -> None:
    """Set up nbgrader's converters, for nbgrader_config.py; ends with a sentence on systems that cannot grade."""
    insist()
    from .setup import set_up  # imports what only some systems have

    set_up(c)
