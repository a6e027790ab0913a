"""Judge what uses a function many times over by what the student's own function gives when it is called afresh."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from autograder.sandbox.messages import Arrays, Call

from ..trusted import run_lines
from .second_look import Attempt, SecondLook


def by_replay(look: SecondLook) -> Iterator[Attempt]:
    """A judgement for each replay that the exercise declares, where its function's values lead somewhere.

    The student's claims are checked by the reference, or by their own mistake where that is known.
    """
    known = look.mistake_in({look.exercise.function})
    trusted = look.planted(*known) if known else look.judge.reference

    def theirs(snippet: str, inputs: Arrays, outputs: Sequence[str]) -> Mapping[str, np.ndarray]:
        return look.run([Call(snippet, inputs, tuple(outputs))])[0].outputs

    def right(snippet: str, inputs: Arrays, outputs: Sequence[str]) -> Mapping[str, np.ndarray]:
        return run_lines(snippet, inputs, outputs, trusted).outputs

    for replay in look.exercise.replays:
        expected = {}
        for case in look.exercise.cases:
            exact = look.judge.expected(look.exercise, case)
            found = replay(look.judge.inputs(look.exercise, case), exact, theirs, right)
            if found is None:
                return
            expected[case.name] = found
        yield look.against(expected)
