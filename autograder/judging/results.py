"""What a notebook is asked for, and what comes of running it once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from autograder.record import Note
from autograder.sandbox.messages import Reply
from autograder.spec import Exercise

from .judge import Judgement
from .ordinary import TestScore


@dataclass(frozen=True)
class Asked:
    """What a notebook asks for: its exercises, the code of the cells that show something, of those that need not run,
    the names that these and the checks set, and notes on what it asks."""

    exercises: list[Exercise]
    demos: frozenset[str]
    spared: frozenset[str]
    left_over: frozenset[str] = frozenset()
    notes: tuple[Note, ...] = ()


@dataclass
class Results:
    """What came of a run: the scores of ordinary tests, the replies to each exercise's calls, notes, what was judged,
    and the names that cells lacked."""

    tests: dict[str, TestScore] = field(default_factory=dict)
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    judgements: dict[str, Judgement] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    lacked: set[str] = field(default_factory=set)

    @property
    def missing(self) -> set[str]:
        """The names that a cell or a call used and that nothing had defined."""
        return self.lacked | {reply.missing for replies in self.replies.values() for reply in replies} - {""}

    def better(self, first: Results) -> Results:
        """This run where something earns more in it, or cells lack less, than in the first, which judges all others."""
        gained = {name for name, each in self.judgements.items() if each.fraction > first.judgements[name].fraction}
        passed = any(each.fraction > first.tests[name].fraction for name, each in self.tests.items())
        if not (gained or passed or len(self.lacked) < len(first.lacked)):
            return first
        return replace(
            self,
            judgements={name: (self if name in gained else first).judgements[name] for name in self.judgements},
            replies={name: (self if name in gained else first).replies[name] for name in self.replies},
        )
