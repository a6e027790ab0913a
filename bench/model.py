"""What a class of any size takes: a few numbers, reckoned from small classes, that say what larger ones take."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .measure import BenchError

NEAR = 0.15  # how far a prediction may be from what was measured, as a share of it


@dataclass(frozen=True)
class Point:
    """One class that was graded: its size, the wall seconds, and the peak memory of all processes in bytes.

    workers: how many graded. dask: whether they were a Dask cluster's. known: whether the model was made from it.
    """

    count: int
    seconds: float
    memory: int = 0
    workers: int = 2
    dask: bool = False
    known: bool = False


@dataclass(frozen=True)
class Model:
    """Seconds of a start, and for each submission of work: `alone`, one at a time, and `shared`, on all cores at once.

    dask_start, dask_each: what a Dask cluster adds to the start, and to the shared work of each submission.
    """

    start: float
    alone: float
    shared: float
    dask_start: float
    dask_each: float
    cores: int

    def seconds(self, count: int, workers: int, dask: bool = False) -> float:
        """The wall seconds of so many submissions; more workers than cores are no gain."""
        start = self.start + dask * self.dask_start
        return start + count * (self.alone + (self.shared + dask * self.dask_each) / min(workers, self.cores))

    @classmethod
    def of(cls, points: Sequence[Point], cores: int = 0) -> Model:
        """The model that is least off, as shares of the seconds, from the known points.

        Raises BenchError where these are too few: one worker and several, and Dask's, each with two sizes.
        """
        cores = cores or os.cpu_count() or 1
        known = [point for point in points if point.known]
        rows = np.array([_row(point, cores) for point in known]).reshape(-1, len(PARTS))
        seconds = np.array([point.seconds for point in known])
        if np.linalg.matrix_rank(rows) < len(PARTS):
            raise BenchError("a model needs classes of two sizes, of one worker and of several, and of Dask's")
        found = np.linalg.lstsq(rows / seconds[:, None], np.ones(len(known)), rcond=None)[0]
        return cls(*map(float, found), cores)


PARTS = ("start", "alone", "shared", "dask_start", "dask_each")


def _row(point: Point, cores: int) -> list[float]:
    """How often each part of the model is in a point's seconds."""
    each = point.count / min(point.workers, cores)
    return [1.0, point.count, each, float(point.dask), point.dask * each]


def table(model: Model, points: Sequence[Point]) -> str:
    """What was measured, what the model says, and how far it is off; then the model in words."""
    rows = ["| submissions | workers | seconds | the model says | off | memory of all processes |", "|" + "---|" * 6]
    for point in points:
        said = model.seconds(point.count, point.workers, point.dask)
        off = "made from it" if point.known else f"{100 * (said / point.seconds - 1):+.0f} %"
        who = f"{point.workers} of {'Dask' if point.dask else 'this machine'}"
        memory = f"{point.memory / 1e6:.0f} MB" if point.memory else ""
        rows.append(f"| {point.count:,} | {who} | {point.seconds:.1f} | {said:.1f} | {off} | {memory} |")
    ms = {name: 1000 * getattr(model, name) for name in ("alone", "shared", "dask_each")}
    rows += [
        "",
        f"Start {model.start:.1f} s (Dask {model.dask_start:+.1f} s); each submission {ms['alone']:.1f} ms one at a"
        f" time and {ms['shared']:.1f} ms shared by the cores (Dask {ms['dask_each']:+.1f} ms).",
        f"1,000,000 on {model.cores} cores: {model.seconds(10**6, model.cores) / 3600:.1f} h.",
    ]
    return "\n".join(rows)


def is_near(model: Model, points: Sequence[Point]) -> bool:
    """Whether the model says within `NEAR` what all points are that it was not made from."""
    said = [(model.seconds(each.count, each.workers, each.dask), each.seconds) for each in points if not each.known]
    return all(abs(model_says / measured - 1) <= NEAR for model_says, measured in said)
