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
from autograder.spec import Exercise

from ..diagnosis import Advice
from ..judge import LOST, Judge, Judgement, Verdict

PLACE = re.compile(r"In (\w{1,60}), line (\d{1,4})\b")
LINES = 300  # of a function that is named as a place
NOT_AN_ARRAY = "{} is not an array of real numbers."
WRONG_SHAPE = "{} has another shape than the exact one."
NOT_FINITE = "{} holds nan or inf."
DIFFERENT = "{}: The values differ from the exact ones."


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
    if value is None:
        said = NOT_AN_ARRAY
    elif value.shape != right.shape:
        said = WRONG_SHAPE
    else:
        said = DIFFERENT if np.isfinite(value).all() else NOT_FINITE
    return said.format(verdict.output)


def _stop(exercise: Exercise, reply: Reply) -> str:
    """The kind of an exception that Python knows, and the line where it is one of the exercise's own function."""
    known = isinstance(getattr(builtins, reply.exception, None), type)
    kind = f"{reply.exception} (what it says is not shown)." if known else "It stopped with an exception."
    place = PLACE.match(reply.place)
    if place and place[1] == exercise.function and int(place[2]) <= LINES:
        return f"{place[0]}: {kind}"
    return kind


def _is_ours(exercise: Exercise, advice: Advice) -> bool:
    """Whether an advice is of the bank, or holds no numbers, which could be measured ones."""
    known = any(mistake.name == advice.mistake for mistake in exercise.mistakes)
    return known or not any(character.isdigit() for character in advice.text)
