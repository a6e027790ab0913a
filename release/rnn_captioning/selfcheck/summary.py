"""Turn the outcomes of a check into what the student reads: a headline, a table, sentences, notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .cases import Exercise
from .causes import Cause
from .compare import about, together
from .known import Named, recognise
from .language import Text, counted, pair, semicolons
from .run import Outcome
from .snippet import Reason
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
            return (
                Text("{headline}. {said}", headline=self.headline, said=first)
                if first
                else Text("{said}.", said=self.headline)
            )
        return first if first.startswith(self.name) else about(self.name, first)


def make_report(exercise: Exercise, outcomes: list[Outcome], notes: tuple[str, ...] = ()) -> Report:
    """Judge the outcomes of all cases of an exercise. notes: further remarks to show below."""
    ran = [outcome for outcome in outcomes if outcome.stop is None]
    rows = tuple(_row(output, limit, outcomes) for output, limit in exercise.limits.items()) if ran else ()
    named = recognise(exercise, outcomes)
    return Report(
        name=exercise.name,
        right=all(outcome.right for outcome in outcomes),
        headline=about(exercise.name, _state(exercise, rows, outcomes)),
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
        return _not("None", expected)
    try:
        shape = np.shape(value)
    except ValueError:  # a ragged list
        return _not(Text("none"), expected)
    return _size(shape) if shape == expected.shape else _not(_size(shape), expected)


def _not(shown: str, expected: np.ndarray) -> str:
    return Text("{shape}, not {expected}", shape=shown, expected=_size(expected.shape))


def _size(shape: tuple[int, ...]) -> str:
    return str(shape) if shape else Text("a number")


def _state(exercise: Exercise, rows: tuple[Row, ...], outcomes: list[Outcome]) -> str:
    stops = [outcome.stop for outcome in outcomes if outcome.stop]
    wrong = [row.output for row in rows if row.verdict == "wrong"]
    checks = len(outcomes) * len(exercise.limits)
    alike = len({stop.headline for stop in stops}) == 1
    if len(stops) == len(outcomes):
        return stops[0].headline if alike else Text("stopped in every case")
    if stops:
        what = stops[0].headline if alike else Text("stopped")
        return Text("{what} in {count} of {total} cases", what=what, count=len(stops), total=len(outcomes))
    if wrong and len(rows) == 1:
        return Text("{output} is wrong", output=wrong[0])
    if wrong:
        return Text("{wrong} of {total} outputs are wrong", wrong=len(wrong), total=len(rows))
    return counted("the check passes", "all {count} checks pass", checks)


def _stop_sentences(outcomes: list[Outcome]) -> list[str]:
    found = {
        outcome.case.title: [Cause(f"{outcome.stop.headline}: {outcome.stop.place}", outcome.stop.sentence)]
        for outcome in outcomes
        if outcome.stop
    }
    late = {outcome.case.title for outcome in outcomes if outcome.stop and outcome.stop.reason is Reason.TOO_SLOW}
    return [
        told.text
        if len(told.titles) == len(outcomes) or late & set(told.titles)  # which says itself in which case it was
        else Text("{said} Stopped for: {titles}.", said=_ended(told.text), titles=semicolons(told.titles))
        for told in tell(found)
    ]


def _ended(text: str) -> str:
    """With a full stop, which what an exception says may lack."""
    return text if text.endswith((".", "!", "?", ")")) else Text("{said}.", said=text)


def _value_sentences(exercise: Exercise, outcomes: list[Outcome], named: Sequence[Named]) -> list[str]:
    """What recognised mistakes explain, then what is wrong with the other outputs."""
    explained = {output for each in named for output in each.outputs}
    groups: dict[tuple[str, ...], list[tuple[str, str]]] = {}  # by the cases that they speak of
    for output in exercise.limits:
        if output not in explained:
            for told in tell(_wrong(output, outcomes)):
                groups.setdefault(told.titles, []).append((output, told.text))
    sentences = [
        _with_cases(sentence, titles, [output for output, _ in said], outcomes)
        for titles, said in groups.items()
        for sentence in together(said)
    ]
    if len(sentences) == 1 < len(exercise.limits) == sum(map(len, groups.values())):
        sentences[0] = Text("{said} They go wrong together: look first at what they share.", said=sentences[0])
    return [each.advice for each in named] + sentences


def _wrong(output: str, outcomes: list[Outcome]) -> dict[str, tuple[Cause, ...]]:
    """What is wrong with an output, by the title of the case."""
    ran = [outcome for outcome in outcomes if outcome.stop is None]
    return {each.case.title: each.findings[output].causes for each in ran if not each.findings[output].right}


def _with_cases(said: str, titles: Sequence[str], outputs: Sequence[str], outcomes: list[Outcome]) -> str:
    """A sentence, for which cases it holds, and for which these outputs are right, unless it holds for all."""
    if len(titles) == len(outcomes):
        return said
    right = [
        outcome.case.title
        for outcome in outcomes
        if outcome.stop is None and all(outcome.findings[output].right for output in outputs)
    ]
    told = dict(said=said, wrong=semicolons(titles))
    if right:
        return Text("{said} Wrong for: {wrong}. Right for: {right}.", right=semicolons(right), **told)
    return Text("{said} Wrong for: {wrong}.", **told)


def _changed_notes(outcomes: list[Outcome]) -> list[str]:
    note = changed_note(list(dict.fromkeys(name for outcome in outcomes for name in outcome.changed)))
    return [note] if note else []


def _warning_notes(outcomes: list[Outcome]) -> list[str]:
    counts = Counter(said for outcome in outcomes for said in outcome.warnings)
    words = pair("Your code warned once: {said}.", "Your code warned {count} times: {said}.")
    return [counted(*words, count, said=said) for said, count in counts.most_common(3)]


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
