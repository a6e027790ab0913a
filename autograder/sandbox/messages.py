"""The words of the boundary: what is asked of a student's process, what comes back, and how large it may be.

Both sides import this module, and the judge imports no other of the sandbox. Bounds are checked where bytes arrive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from autograder.selfcheck.snippet import Reason

Arrays = dict[str, np.ndarray]
Answer = Callable[[dict[str, Any], Arrays], tuple[dict[str, Any], Arrays]]

SENTENCE = 1000  # characters of one sentence about a call
OUTPUTS = 1000  # of one cell
MISSING = 10  # names that one cell lacked
QUESTIONS = 4000  # that one call may ask
VALUE_LIMIT = 1 << 20  # numbers in one returned array
LEAVES = 100  # arrays of a cache that are shown
LEAF_LIMIT = 1 << 14  # numbers in one of them
TEXT_LIMIT = 200_000  # characters of text that a cell may leave behind
DATA_LIMIT = 8 << 20  # characters of rich outputs of a cell
LINE_LIMIT = 5000  # characters of an error's message, and of a line of its traceback
REPLIES = 64 << 20  # bytes that a submission's children may answer with, in all
VERSION_LIMIT = 1.0  # seconds of the processor that the first version of a function may take
SHORTEST, TIMES = 0.02, 10.0  # seconds that each other one may at least take, and how many times the first one's
MEASURES = 2  # numbers that are measured of each output of a version
OVERTIMES = 40  # versions of a batch that may take longer
END = ""  # in the place of an exercise: names and folder as they are when all cells have run


class Fate(StrEnum):
    """How a cell or a call ended."""

    DONE = "done"
    RAISED = "raised"  # an exception of the student's code; of calls only, as a cell's error is an output
    TIMEOUT = "timeout"
    DEAD = "dead"  # the process ended
    STOPPED = "stopped"  # never started: time, memory or fresh processes were used up


class Refused(StrEnum):
    """What a cell wanted and may not have; the value is the name of the setting that would allow it."""

    PROCESSES = "processes"  # other programs, or more processes at a time
    NETWORK = "network"
    MEMORY = "memory"


@dataclass(frozen=True)
class StandIn:
    """Which function is replaced, by the names of its arguments and results; one of either may be the cache.

    cache: that name. own_cache: whether the student's own function is run to make one. examples: for each argument the
    axis along which its examples lie, -1 where it has none. steps: for a pass over a sequence whose cache shall be the
    list of its steps' caches, the name of the step function.
    """

    function: str
    arguments: tuple[str, ...]
    results: tuple[str, ...]
    cache: str = "cache"
    own_cache: bool = True
    examples: tuple[int, ...] = ()
    steps: str = ""

    def dump(self) -> dict[str, Any]:
        """For the wire."""
        return asdict(self)

    @classmethod
    def load(cls, fields: Mapping[str, Any]) -> StandIn:
        """What `dump` gave."""
        values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()}
        return cls(**values)


@dataclass(frozen=True)
class Call:
    """A snippet to run in the child: inputs bound by name before, outputs read by name after.

    stand_ins: what takes the place of some of the student's functions. answer: gives their values, from the header and
    the arrays of a question. look_into: the name of a cache whose arrays are read before the last line. leaves: arrays
    that are first put in the place of some of these, by their numbers. as_of: the exercise at whose check cell names
    and folder are taken. seed: what the shared random generators begin with. instead: by name, the
    source of functions that take the place of the student's own.
    """

    snippet: str
    inputs: Arrays
    outputs: tuple[str, ...]
    strided: bool = False
    stand_ins: tuple[StandIn, ...] = ()
    answer: Answer | None = None
    look_into: str = ""
    leaves: Mapping[int, np.ndarray] = field(default_factory=dict)
    as_of: str = END
    seed: int = 0
    instead: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """What came back from a call: plain arrays and text.

    problems: for each output that is no array, why. reason, sentence, place: what stopped a call whose fate is RAISED
    in full, and where; the sentence starts with the place. exception: the type of what was raised. missing: the name
    that nothing had defined, where it was that.
    leaves: the arrays of the cache that was looked into. changed: the inputs that the code has changed in place, as the
    child says.
    """

    fate: Fate
    outputs: Arrays = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    reason: Reason | None = None
    exception: str = ""
    sentence: str = ""
    place: str = ""
    missing: str = ""
    leaves: tuple[np.ndarray, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measured:
    """What came of trying versions of a function in one call.

    sums: (versions, outputs, 2), the sums of each output with two arrays of weights; nan where it has another shape.
    None where nothing came back. late: how many versions took too long.
    """

    fate: Fate
    sums: np.ndarray | None = None
    late: int = 0


@dataclass(frozen=True)
class CellResult:
    """The outputs of one cell, as nbformat has them, and how it ended.

    refused: what it failed to get. missing: names that nothing had defined. The child says so, unless the grader's side
    saw it itself: never let marks depend on it.
    """

    fate: Fate
    outputs: list[dict[str, Any]] = field(default_factory=list)
    refused: tuple[Refused, ...] = ()
    missing: tuple[str, ...] = ()
