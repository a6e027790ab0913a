"""What students may read of a second look, in which their code could ask for right values of earlier exercises.

Such code may put what it has got into an exception's text, a shape or the size of an error. So of these judgements
students are shown nothing that the process has worded or measured out: which checks are right, the kind of what is
wrong, and mistakes that are recognised.
"""

from __future__ import annotations

import builtins
import re
from dataclasses import replace

import numpy as np

from autograder.record import Check
from autograder.sandbox.messages import Fate, Reply
from autograder.selfcheck.causes import DIFFERENT
from autograder.selfcheck.compare import about
from autograder.selfcheck.language import Text
from autograder.spec import Exercise

from ..diagnosis import Advice
from ..judge import LOST, Judge, Judgement, Verdict

PLACE = re.compile(r"In (\w{1,60}), line (\d{1,4})\b")
LINES = 300  # of a function that is named as a place
NOT_AN_ARRAY = "{output} is not an array of real numbers."
WRONG_SHAPE = "{output} has another shape than the exact one."
NOT_FINITE = "{output} holds nan or inf."


def discreet(judge: Judge, exercise: Exercise, judgement: Judgement, replies: list[Reply]) -> Judgement:
    """The judgement on these replies without anything that the student's process could have put into it."""
    cases = {case.name: (case, reply) for case, reply in zip(exercise.cases, replies, strict=True)}
    verdicts = []
    for verdict in judgement.verdicts:
        case, reply = cases[verdict.case]
        right = np.asarray(judge.expected(exercise, case)[verdict.output])
        sentence = _sentence(exercise, verdict, reply, right)
        verdicts.append(replace(verdict, error=None, entries=None, sentence=sentence, kind=""))
    advice = tuple(each for each in judgement.advice if _is_ours(exercise, each))
    return replace(judgement, verdicts=tuple(verdicts), advice=advice, changed=())


def _sentence(exercise: Exercise, verdict: Verdict, reply: Reply, right: np.ndarray) -> str:
    if verdict.status is Check.RIGHT:
        return ""
    if reply.fate is not Fate.DONE:
        return LOST.get(reply.fate) or _stop(exercise, reply)
    value = reply.outputs.get(verdict.output)
    if value is not None and value.shape == right.shape and np.isfinite(value).all():
        return about(verdict.output, DIFFERENT)
    if value is None:
        return Text(NOT_AN_ARRAY, output=verdict.output)
    return Text(NOT_FINITE if value.shape == right.shape else WRONG_SHAPE, output=verdict.output)


def _stop(exercise: Exercise, reply: Reply) -> str:
    """The kind of an exception that Python knows, and the line where it is one of the exercise's own function."""
    known = isinstance(getattr(builtins, reply.exception, None), type)
    kind = Text("It stopped with an exception.")
    if known:
        kind = Text("{exception} (what it says is not shown).", exception=reply.exception)
    place = PLACE.match(reply.place)
    if place and place[1] == exercise.function and int(place[2]) <= LINES:
        spot = Text("{function}, line {line}", function=place[1], line=place[2])
        return Text("In {spot}: {kind}", spot=spot, kind=kind)
    return kind


def _is_ours(exercise: Exercise, advice: Advice) -> bool:
    """Whether an advice is of the bank, or holds no numbers, which could be measured ones."""
    known = any(mistake.name == advice.mistake for mistake in exercise.mistakes)
    return known or not any(character.isdigit() for character in advice.text)
