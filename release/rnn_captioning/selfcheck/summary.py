"""Turn the outcomes of a check into what the student reads: a headline, a table, sentences, notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .cases import Exercise
from .causes import Cause
from .compare import together
from .known import Named, recognise
from .run import Outcome
from .telling import changed_note, tell


@dataclass(frozen=True)
class Row:
    """One output over all cases.

    error: the worst of the wrong cases, or of all where it is right; None where it could not be measured.
    """

    output: str
    shape: str
    error: float | None
    limit: float
    verdict: str  # "right", "wrong" or "stopped"


@dataclass(frozen=True)
class Picture:
    """A wrong output to draw: value and expected have one shape."""

    output: str
    title: str
    value: np.ndarray
    expected: np.ndarray
    limit: float


@dataclass(frozen=True)
class Report:
    """The whole result of a check. rows is empty when no case could run."""

    name: str
    right: bool
    headline: str
    call: str
    rows: tuple[Row, ...]
    sentences: tuple[str, ...]
    notes: tuple[str, ...]
    picture: Picture | None

    @property
    def summary(self) -> str:
        """What matters in one line: the headline and the first sentence, or the sentence alone if nothing ran."""
        first = self.sentences[0] if self.sentences else ""
        if self.rows or not first:
            return f"{self.headline}. {first}".strip()
        return first if first.startswith(self.name) else f"{self.name}: {first}"


def make_report(exercise: Exercise, outcomes: list[Outcome], notes: tuple[str, ...] = ()) -> Report:
    """Judge the outcomes of all cases of an exercise. notes: further remarks to show below."""
    ran = [outcome for outcome in outcomes if outcome.stop is None]
    rows = tuple(_row(output, limit, outcomes) for output, limit in exercise.limits.items()) if ran else ()
    named = recognise(exercise, outcomes)
    return Report(
        name=exercise.name,
        right=all(outcome.right for outcome in outcomes),
        headline=f"{exercise.name}: {_state(exercise, rows, outcomes)}",
        call=exercise.call,
        rows=rows,
        sentences=(*_stop_sentences(outcomes), *_value_sentences(exercise, outcomes, named)),
        notes=(*_warning_notes(outcomes), *_changed_notes(outcomes), *notes),
        picture=_picture(exercise, ran),
    )


def _row(output: str, limit: float, outcomes: list[Outcome]) -> Row:
    ran = [outcome for outcome in outcomes if outcome.stop is None]
    wrong = [outcome for outcome in ran if not outcome.findings[output].right]
    shown = (wrong or ran)[0]
    errors = [error for each in wrong or ran if (error := each.findings[output].error) is not None]
    verdict = "wrong" if wrong else "right" if len(ran) == len(outcomes) else "stopped"
    shape = _shape(shown.values[output], shown.case.expected[output])
    return Row(output, shape, max(errors, default=None), limit, verdict)


def _shape(value: Any, expected: np.ndarray) -> str:
    if value is None:
        return f"None, not {expected.shape or 'a number'}"
    try:
        shape = np.shape(value)
    except ValueError:  # a ragged list
        return f"none, not {expected.shape}"
    shown = str(shape) if shape else "a number"
    return shown if shape == expected.shape else f"{shown}, not {expected.shape or 'a number'}"


def _state(exercise: Exercise, rows: tuple[Row, ...], outcomes: list[Outcome]) -> str:
    stops = [outcome.stop for outcome in outcomes if outcome.stop]
    wrong = [row.output for row in rows if row.verdict == "wrong"]
    checks = len(outcomes) * len(exercise.limits)
    alike = len({stop.headline for stop in stops}) == 1
    if len(stops) == len(outcomes):
        return stops[0].headline if alike else "stopped in every case"
    if stops:
        return f"{stops[0].headline if alike else 'stopped'} in {len(stops)} of {len(outcomes)} cases"
    if wrong:
        return f"{wrong[0]} is wrong" if len(rows) == 1 else f"{len(wrong)} of {len(rows)} outputs are wrong"
    return f"all {checks} checks pass" if checks > 1 else "the check passes"


def _stop_sentences(outcomes: list[Outcome]) -> list[str]:
    found = {
        outcome.case.title: [Cause(f"{outcome.stop.headline}: {outcome.stop.place}", outcome.stop.sentence)]
        for outcome in outcomes
        if outcome.stop
    }
    return [
        told.text
        if len(told.titles) == len(outcomes)
        else f"{_ended(told.text)} Stopped for: {'; '.join(told.titles)}."
        for told in tell(found)
    ]


def _ended(text: str) -> str:
    """With a full stop, which what an exception says may lack."""
    return text if text.endswith((".", "!", "?", ")")) else f"{text}."


def _value_sentences(exercise: Exercise, outcomes: list[Outcome], named: Sequence[Named]) -> list[str]:
    """What recognised mistakes explain, then what is wrong with the other outputs."""
    explained = {output for each in named for output in each.outputs}
    groups: dict[tuple[str, ...], list[tuple[str, str]]] = {}  # by the cases that they speak of
    for output in exercise.limits:
        if output not in explained:
            for told in tell(_wrong(output, outcomes)):
                groups.setdefault(told.titles, []).append((output, told.text))
    sentences = [
        sentence + _where(titles, [output for output, _ in said], outcomes)
        for titles, said in groups.items()
        for sentence in together(said)
    ]
    if len(sentences) == 1 < len(exercise.limits) == sum(map(len, groups.values())):
        sentences[0] += " They go wrong together: look first at what they share."
    return [each.advice for each in named] + sentences


def _wrong(output: str, outcomes: list[Outcome]) -> dict[str, tuple[Cause, ...]]:
    """What is wrong with an output, by the title of the case."""
    ran = [outcome for outcome in outcomes if outcome.stop is None]
    return {each.case.title: each.findings[output].causes for each in ran if not each.findings[output].right}


def _where(titles: Sequence[str], outputs: Sequence[str], outcomes: list[Outcome]) -> str:
    """For which cases a sentence holds, and for which these outputs are right, unless it holds for all."""
    if len(titles) == len(outcomes):
        return ""
    right = [
        outcome.case.title
        for outcome in outcomes
        if outcome.stop is None and all(outcome.findings[output].right for output in outputs)
    ]
    return f" Wrong for: {'; '.join(titles)}." + (f" Right for: {'; '.join(right)}." if right else "")


def _changed_notes(outcomes: list[Outcome]) -> list[str]:
    note = changed_note(list(dict.fromkeys(name for outcome in outcomes for name in outcome.changed)))
    return [note] if note else []


def _warning_notes(outcomes: list[Outcome]) -> list[str]:
    counts = Counter(said for outcome in outcomes for said in outcome.warnings)
    return [f"Your code warned {_times(count)}: {said}." for said, count in counts.most_common(3)]


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _picture(exercise: Exercise, ran: list[Outcome]) -> Picture | None:
    """The first wrong output that can be drawn: numbers of the right shape, more than one."""
    for output, limit in exercise.limits.items():
        for outcome in ran:
            value, expected = outcome.values[output], outcome.case.expected[output]
            if not outcome.findings[output].right and expected.size > 1 and _drawable(value, expected.shape):
                return Picture(output, outcome.case.title, np.array(value, np.float64), expected, limit)
    return None


def _drawable(value: Any, shape: tuple[int, ...]) -> bool:
    try:
        array = np.asarray(value)
    except Exception:  # an object of the student's that cannot be an array
        return False
    return array.shape == shape and array.dtype.kind in "biuf"
