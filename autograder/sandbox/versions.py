"""Versions of one of the student's functions, each tried in one call: what comes back are a few numbers of each.

The grader makes the versions and chooses what is measured; nothing of what is right is here. Names are put back after
each version, as code may bind them. Runs in the student's process.
"""

from __future__ import annotations

import contextlib
import signal
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from types import CodeType
from typing import Any

import numpy as np

from .messages import MEASURES, OVERTIMES, SHORTEST, TIMES, VERSION_LIMIT


class Overtime(BaseException):
    """A version has had its time."""


def measured(
    snippet: str,
    sources: Sequence[str],
    names: dict[str, Any],
    inputs: Mapping[str, np.ndarray],
    weights: Mapping[str, np.ndarray],
) -> tuple[np.ndarray, int]:
    """For each version the sums of its outputs with the weights, (versions, outputs, 2), and how many took too long.

    The first version is the student's own: others may take some times as long. names: the globals of the student's
    functions. weights: (2, *shape) for each output of this shape. nan stands for
    an output of another shape, and for all outputs of a version that stops.
    """
    call = compile(snippet, "<check>", "exec")
    rows, late = np.full((len(sources), len(weights), MEASURES), np.nan), 0
    before, limit = dict(names), VERSION_LIMIT
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for number, source in enumerate(sources):
            start = time.process_time()
            try:
                with _in_time(limit):
                    rows[number] = _measure(call, source, names, inputs, weights)
            except Overtime:
                late += 1
            except KeyboardInterrupt:
                raise
            except BaseException:  # what a version raises says that it is not right, and nothing else
                pass
            finally:
                names.clear()
                names.update(before)
            if not number:
                limit = min(VERSION_LIMIT, max(SHORTEST, TIMES * (time.process_time() - start)))
            if late >= OVERTIMES:
                break
    return rows, late


def _measure(
    call: CodeType, source: str, names: dict[str, Any], inputs: Mapping[str, np.ndarray], weights: Mapping[str, Any]
) -> list[list[float]]:
    exec(compile(source, "<version>", "exec"), names)
    scope = {**names, **{name: array.copy() for name, array in inputs.items()}}
    exec(call, scope)
    return [_sums(scope.get(name), weight) for name, weight in weights.items()]


def _sums(value: Any, weight: np.ndarray) -> list[float]:
    array = np.asarray(value)
    if array.shape != weight.shape[1:] or array.dtype.kind not in "biuf":
        return [np.nan] * MEASURES
    return [float(np.vdot(part, array)) for part in weight]


@contextlib.contextmanager
def _in_time(seconds: float) -> Iterator[None]:
    """Raise Overtime after this time of the processor's, which does not depend on what else runs."""

    def stop(*_: object) -> None:
        raise Overtime

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
