"""Turn the outcomes of a check into what the student reads: a headline, a table, sentences, notes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from .cases import Exercise
from .compare import together
from .run import Outcome
from .snippet import Stop


@dataclass(frozen=True)
class Row:
    """One output over all cases. `error` is the worst one, None where it could not be measured."""

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
    return Report(
        name=exercise.name,
        right=all(outcome.right for outcome in outcomes),
        headline=f"{exercise.name}: {_state(exercise, rows, outcomes)}",
        call=exercise.call,
        rows=rows,
        sentences=(*_stop_sentences(outcomes), *_value_sentences(exercise, outcomes)),
        notes=(*_warning_notes(outcomes), *notes),
        picture=_picture(exercise, ran),
    )


def _row(output: str, limit: float, outcomes: list[Outcome]) -> Row:
    ran = [outcome for outcome in outcomes if outcome.stop is None]
    wrong = [outcome for outcome in ran if not outcome.findings[output].right]
    shown = (wrong or ran)[0]
    errors = [outcome.findings[output].error for outcome in ran]
    verdict = "wrong" if wrong else "right" if len(ran) == len(outcomes) else "stopped"
    worst = None if None in errors else max(error for error in errors if error is not None)
    return Row(output, _shape(shown.values[output], shown.case.expected[output]), worst, limit, verdict)


def _shape(value: Any, expected: np.ndarray) -> str:
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
    if len(stops) == len(outcomes):
        return stops[0].headline
    if stops:
        return f"{stops[0].headline} in {len(stops)} of {len(outcomes)} cases"
    if wrong:
        return f"{wrong[0]} is wrong" if len(rows) == 1 else f"{len(wrong)} of {len(rows)} outputs are wrong"
    return f"all {checks} checks pass" if checks > 1 else "the check passes"


def _stop_sentences(outcomes: list[Outcome]) -> list[str]:
    stopped = [(outcome, outcome.stop) for outcome in outcomes if outcome.stop]
    groups: dict[tuple[str, str], list[tuple[Outcome, Stop]]] = {}
    for outcome, stop in stopped:
        groups.setdefault((stop.headline, stop.place), []).append((outcome, stop))
    said = [(group[0][1].sentence, [outcome for outcome, _ in group]) for group in groups.values()]
    return [_with_cases(sentence, group, outcomes) for sentence, group in said]


def _value_sentences(exercise: Exercise, outcomes: list[Outcome]) -> list[str]:
    ran = [outcome for outcome in outcomes if outcome.stop is None]
    groups: dict[tuple[str, ...], list[tuple[str, str]]] = {}  # by the cases that are wrong
    for output in exercise.limits:
        wrong = [outcome for outcome in ran if not outcome.findings[output].right]
        if wrong:
            titles = tuple(outcome.case.title for outcome in wrong)
            groups.setdefault(titles, []).append((output, wrong[0].findings[output].sentence))
    sentences = [
        _with_cases(sentence, [outcome for outcome in ran if outcome.case.title in titles], ran)
        for titles, said in groups.items()
        for sentence in together(said)
    ]
    if len(sentences) == 1 < len(exercise.limits) == sum(map(len, groups.values())):
        sentences[0] += " They go wrong together: look first at what they share."
    return sentences


def _with_cases(sentence: str, wrong: list[Outcome], outcomes: list[Outcome]) -> str:
    """Say for which cases a sentence holds, unless it holds for all."""
    right = [outcome for outcome in outcomes if outcome not in wrong]
    if not right:
        return sentence
    if len(wrong) <= len(right):
        return f"Right in general, not for {_titles(wrong)}. {sentence}"
    return f"{sentence} Right only for {_titles(right)}."


def _titles(outcomes: list[Outcome]) -> str:
    return "; ".join(outcome.case.title for outcome in outcomes)


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
