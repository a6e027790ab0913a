"""What a notebook is asked for, and what comes of running it once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from autograder.record import Event, Note
from autograder.sandbox.messages import Reply
from autograder.spec import Exercise

from .judge import Judgement
from .ordinary import TestScore
from .repair import Written


@dataclass(frozen=True)
class Asked:
    """What a notebook asks for: its exercises, the code of the cells that show something, of those that need not run,
    the names that these and the checks set, notes on what it asks, and its tests' points by grade id."""

    exercises: list[Exercise]
    demos: frozenset[str]
    spared: frozenset[str]
    left_over: frozenset[str] = frozenset()
    notes: tuple[Note, ...] = ()
    test_points: Mapping[str, float] = field(default_factory=dict)


@dataclass
class Results:
    """What came of a run: the scores of ordinary tests, the replies to each exercise's calls, notes, what was judged,
    the names that cells lacked, the spared cells that set what is missing, and the functions as they are written."""

    tests: dict[str, TestScore] = field(default_factory=dict)
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    judgements: dict[str, Judgement] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    lacked: set[str] = field(default_factory=set)
    needs: frozenset[str] = frozenset()
    written: Written = field(default_factory=Written)

    @property
    def missing(self) -> set[str]:
        """The names that a cell or a call used and that nothing had defined."""
        return self.lacked | {reply.missing for replies in self.replies.values() for reply in replies} - {""}

    def is_better(self, first: Results) -> bool:
        """Whether something earns more in this run than in the first one, or cells lack less."""
        passed = any(each.fraction > first.tests[name].fraction for name, each in self.tests.items())
        return bool(self._gained(first) or passed or len(self.lacked) < len(first.lacked))

    def _gained(self, first: Results) -> set[str]:
        return {name for name, each in self.judgements.items() if each.fraction > first.judgements[name].fraction}

    def over(self, first: Results) -> Results:
        """This run; but what earns no more in it than in the first one is judged as in that."""
        gained, searched = self._gained(first), first.with_lines(self)
        return replace(
            self,
            judgements={name: (self if name in gained else searched).judgements[name] for name in self.judgements},
            replies={name: (self if name in gained else first).replies[name] for name in self.replies},
        )

    def with_lines(self, other: Results) -> Results:
        """This run with another one's lines and signatures: where names are lacking, they come of the later run."""
        judgements = {
            name: replace(each, line=other.judgements[name].line, signature=other.judgements[name].signature)
            for name, each in self.judgements.items()
        }
        notes = [note for note in other.notes if note.event is Event.LINE]
        return replace(self, judgements=judgements, notes=self.notes + notes)
