"""Each sentence by which the grader explains wrong values is said of some wrong function, where it is true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder.judging import diagnosis
from autograder.judging.diagnosis.variants import variants
from autograder.judging.judge import Judge
from autograder.sandbox.messages import Reply
from autograder.spec import Exercise
from tests.judging.test_diagnosis import MEASURED, judge, part, reference, replies_made, replies_of
from tests.support.house import EXERCISES, IN_ORDER
from tests.support.templates import sentences

__all__ = ["judge", "reference"]  # fixtures
pytestmark = pytest.mark.slow

HERE = Path(diagnosis.__file__).parent
UNSAID = {  # what is no sentence, and what no function of this assignment has
    "trial": {
        r"shapes \(.*\) and \(.*\) not aligned: (\d+) \(dim \d\) != (\d+) \(dim \d\)",
        r"mismatch in its core dimension .*\(size (\d+) is different from (\d+)\)",
        "inner sizes ",
    },
    "variants": {" is left out: the one over ", " runs over the wrong axis: the one over "},
}


VALUES = [(exercise, output, make) for exercise, output, make, _, _ in MEASURED.values()] + [
    ("lstm_forward", "h", lambda a, s: part(a, np.s_[:, :-1])),
    ("captioning_rnn_loss", "loss", lambda a, s: np.full(3, a)),
    ("lstm_step_forward", "next_c", lambda a, s: a if s["N"] == 1 else a * np.nan),
    ("lstm_step_forward", "next_c", lambda a, s: a if s["N"] == 1 else a * 0),
    ("lstm_step_forward", "next_c", lambda a, s: a - 0.25),
    ("lstm_step_forward", "next_c", lambda a, s: a * (1 + 3e-6)),
    ("lstm_step_forward", "next_c", lambda a, s: a * s["H"] ** 0.5),
    ("captioning_rnn_training", "losses", lambda a, s: np.linspace(9.0, 1.0, len(a))),
]


def said_of_values(judge: Judge) -> Iterator[str]:
    """What is said where one output's values are changed."""
    for name, output, make in VALUES:
        replies = replies_made(
            judge, EXERCISES[name], lambda o, a, s, own=output, make=make: make(a, s) if o == own else a
        )
        yield from texts(judge, EXERCISES[name], replies)


def said_of_replies(judge: Judge) -> Iterator[str]:
    """What is said of outputs that are other values, or none, and of changed inputs."""
    exercise = EXERCISES["lstm_backward"]
    right = replies_made(judge, exercise, lambda o, a, s: a)
    given = [judge.inputs(exercise, case)["x"] for case in exercise.cases]
    first: dict[tuple[int, ...], np.ndarray] = {}
    for make in (
        lambda reply, x: replace(reply, outputs={**reply.outputs, "dx": x, "dWx": reply.outputs["db"]}),
        lambda reply, x: replace(
            reply, outputs={**reply.outputs, "dx": first.setdefault(x.shape, reply.outputs["dx"])}
        ),
        lambda reply, x: replace(reply, outputs={}, problems=dict.fromkeys(exercise.outputs, "dx is None.")),
        lambda reply, x: replace(reply, outputs={**reply.outputs, "dx": x**2}, changed=("x",)),
        lambda reply, x: replace(reply, outputs={**reply.outputs, "dx": x**2}, changed=("x", "h0")),
    ):
        yield from texts(judge, exercise, [make(reply, x) for reply, x in zip(right, given, strict=True)])


def texts(judge: Judge, exercise: Exercise, replies: list[Reply]) -> list[str]:
    """What students read of these replies."""
    return [advice.text for advice in judge.judge(exercise, replies).advice]


def said_of_parts(judge: Judge, reference: dict) -> Iterator[str]:
    """What is said where a part of a function is left out."""
    for exercise in IN_ORDER:
        for variant in variants(exercise, reference):
            functions = variant.mistake.plant(reference, exercise.function)
            yield from texts(judge, exercise, replies_of(judge, exercise, functions))


def test_each_cause_is_said_somewhere(judge: Judge, reference: dict):
    said = "\n".join([*said_of_values(judge), *said_of_replies(judge), *said_of_parts(judge, reference)])
    unsaid = {path.stem: {text for text in sentences(path) if text not in said} for path in HERE.glob("*.py")}
    assert {name: texts for name, texts in unsaid.items() if texts - UNSAID.get(name, set())} == {}
