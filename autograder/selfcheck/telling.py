"""What is wrong over several cases, each thing once and only of cases in which it was found.

The check at home and the grader's feedback both tell their findings through this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .causes import Cause, Kind
from .language import Text, counted, listed

CHANGED = (
    "Your code changed its input {names}. That in itself costs no points, but whoever uses it afterwards finds other"
    " numbers, as the course's own check may: work on a copy."
)
CHANGED_SEVERAL = (
    "Your code changed its inputs {names}. That in itself costs no points, but whoever uses it afterwards finds other"
    " numbers, as the course's own check may: work on a copy."
)
WEAK = (
    Kind.ENTRIES,
    Kind.VALUES,
    Kind.SHAPE,
)  # true of nearly every wrong value: said only where nothing else is known


@dataclass(frozen=True)
class Told:
    """One sentence of some kind, and the titles of the cases that it speaks of.

    example: the title of the case whose numbers it gives, "" where they are the same in all its cases.
    """

    kind: str
    sentence: str
    titles: tuple[str, ...]
    example: str = ""

    @property
    def text(self) -> str:
        """The sentence, and whose numbers it gives."""
        if not self.example:
            return self.sentence
        return Text("{said} (The numbers are those for {title}.)", said=self.sentence, title=self.example)


def tell(found: Mapping[str, Sequence[Cause]]) -> list[Told]:
    """Tell what is wrong in some cases. found: by a case's title, what holds in it, the most telling first.

    What holds in all cases is said of all of them. Otherwise each case has its own, those of one kind together; but
    where of the first one, which is the most ordinary, no more is known than that its values are wrong, what the
    values of smaller cases look like is chance.
    """
    shared = [cause.kind for cause in next(iter(found.values()), ()) if _holds_in_all(cause.kind, found)]
    strong = [kind for kind in shared if kind not in WEAK]
    groups: dict[str, dict[str, str]] = {}
    for title, causes in found.items():
        cause = _of_kind(strong[0], causes) if strong else _own(causes, shared)
        first = next(iter(groups), "")
        if first in (Kind.VALUES, Kind.ENTRIES) and any(each.kind == Kind.VALUES for each in causes):
            cause = next((each for each in causes if each.kind == first), causes[-1])
        groups.setdefault(cause.kind, {})[title] = cause.sentence
    return [_told(kind, group) for kind, group in groups.items()]


def changed_note(inputs: Sequence[str]) -> str:
    """Say which inputs a submission has changed in place; "" where it has changed none."""
    return counted(CHANGED, CHANGED_SEVERAL, len(inputs), names=listed(inputs)) if inputs else ""


def _holds_in_all(kind: str, found: Mapping[str, Sequence[Cause]]) -> bool:
    return all(any(cause.kind == kind for cause in causes) for causes in found.values())


def _of_kind(kind: str, causes: Sequence[Cause]) -> Cause:
    return next(cause for cause in causes if cause.kind == kind)


def _own(causes: Sequence[Cause], shared: Sequence[str]) -> Cause:
    """What a case is told by where no strong cause is shared: its own strong one, or what is true of all weak ones."""
    passed = () if Kind.ENTRIES in shared else (Kind.ENTRIES,)
    return next((cause for cause in causes if cause.kind not in passed), causes[0])


def _told(kind: str, group: Mapping[str, str]) -> Told:
    titles, first = tuple(group), next(iter(group.values()))
    return Told(kind, first, titles, "" if len(set(group.values())) == 1 else titles[0])
