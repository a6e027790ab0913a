"""The course's word on the sandbox: `c.Sandbox` in nbgrader_config.py."""

from __future__ import annotations

from logging import Logger

from nbgrader.converters.base import NbGraderException
from traitlets import CaselessStrEnum, Integer
from traitlets.config import Config, Configurable

from ..sandbox.levels import LEVELS, MINIMUM, SandboxError, least_or_better
from ..sandbox.room import MEMORY


class Sandbox(Configurable):
    """How well student code must be confined, and how much memory it may use."""

    minimum = CaselessStrEnum(LEVELS, MINIMUM, help="The least acceptable level: full, container or process.").tag(
        config=True
    )
    memory = Integer(MEMORY >> 20, help="Megabytes of memory that a submission may use.").tag(config=True)


def insist(config: Config, log: Logger) -> None:
    """Log the level in force; raises NbGraderException, before anything is touched, where it is below the minimum."""
    try:
        ladder = least_or_better(Sandbox(config=config).minimum)
    except SandboxError as problem:
        log.error(str(problem))
        raise NbGraderException(str(problem)) from None
    (log.warning if ladder.missing else log.info)(ladder.describe())
