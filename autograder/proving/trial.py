"""Run trusted functions on an exercise's cases in this process, and judge their outputs."""

from __future__ import annotations

import contextlib
import io
import signal
import types
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograder.judging.judge import Judge, Judgement
from autograder.sandbox.messages import Fate, Reply
from autograder.selfcheck.compare import as_numbers
from autograder.selfcheck.limit import DEFAULT
from autograder.selfcheck.snippet import run_snippet
from autograder.spec import Arrays, Case, Exercise

SECONDS = DEFAULT.call  # that one call may take, as in grading
AFTERWARDS = 0.25  # that each further case may take, once one has run out of time: fifty times what right code takes
WIDE = {
    "f": np.float64,
    "i": np.int64,
    "u": np.uint64,
    "b": np.bool_,
}  # types that leave a sandbox


class OutOfTimeError(BaseException):
    """Trusted code ran too long. Not an Exception, so that the code under test cannot catch it by accident."""


def judged(judge: Judge, exercise: Exercise, namespace: Mapping[str, Any]) -> Judgement:
    """The verdicts on these functions in every case, without advice. What they print is dropped.

    What has no end takes its whole time once, not in a dozen cases.
    """
    replies: list[Reply] = []
    for case in exercise.cases:
        seconds = min(SECONDS, AFTERWARDS) if any(reply.fate is Fate.TIMEOUT for reply in replies) else SECONDS
        replies.append(try_case(exercise, case, judge.inputs(exercise, case), namespace, seconds))
    return Judgement(exercise.name, tuple(judge.verdicts(exercise, replies)))


def try_case(exercise: Exercise, case: Case, inputs: Arrays, namespace: Mapping[str, Any], seconds: float) -> Reply:
    """What a sandboxed process would reply with these functions in one case, within these seconds."""
    scope = {**namespace, **given(case, inputs)}
    try:
        with quietly(), limited(seconds):
            stop = run_snippet(exercise.call, scope, namespace)
    except OutOfTimeError:
        return Reply(Fate.TIMEOUT)
    if stop:
        return Reply(
            Fate.RAISED, reason=stop.reason, exception=stop.exception, sentence=stop.sentence, place=stop.place
        )
    return reply_of({name: scope.get(name) for name in exercise.outputs})


def given(case: Case, inputs: Arrays) -> Arrays:
    """Copies of a case's inputs, not contiguous in memory where the case says so."""
    if not case.strided:
        return {name: array.copy() for name, array in inputs.items()}
    return {name: np.repeat(a, 2, axis=-1)[..., ::2] if a.ndim else a.copy() for name, a in inputs.items()}


def reply_of(outputs: Mapping[str, Any]) -> Reply:
    """The reply that holds these outputs, as they would come out of a sandboxed process."""
    read = {name: as_numbers(name, value) for name, value in outputs.items()}
    values: Arrays = {
        name: np.array(array, dtype=WIDE[array.dtype.kind], order="C")
        for name, (array, _) in read.items()
        if array is not None
    }
    return Reply(Fate.DONE, values, {name: problem for name, (array, problem) in read.items() if array is None})


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Drop what the block prints, and its warnings."""
    dropped = io.StringIO()
    with (
        np.errstate(all="ignore"),
        warnings.catch_warnings(),
        contextlib.redirect_stdout(dropped),
        contextlib.redirect_stderr(dropped),
    ):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise OutOfTimeError in the block when it takes longer; on Windows, without signals, it runs on."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(number: int, frame: types.FrameType | None) -> None:
        raise OutOfTimeError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
