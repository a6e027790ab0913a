"""What a class of any size takes: a few numbers, reckoned from small classes, that say what larger ones take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograder.options import processors

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
    """What a class takes, in seconds.

    start: until the first submission is graded; crowd: more of it for each worker beyond the cores. path: of one
    submission in a worker that has a core to spare, where its own process runs beside it. work: of one submission on
    one core, where all cores are busy. dask_start, dask_path, dask_work: what a Dask cluster adds to each, whose
    scheduler and client share the cores.
    """

    start: float
    crowd: float
    path: float
    work: float
    dask_start: float
    dask_path: float
    dask_work: float
    cores: int

    def seconds(self, count: int, workers: int, dask: bool = False) -> float:
        """The wall seconds of so many submissions."""
        parts = [getattr(self, name) for name in PARTS]
        return float(np.dot(parts, _row(count, workers, dask, self.cores)))

    @classmethod
    def of(cls, points: Sequence[Point], cores: int = 0) -> Model:
        """The model that is least off, as shares of the seconds, from the known points.

        Raises BenchError where these are too few: fewer workers than cores and as many, here and of Dask, each with
        classes of two sizes. What no point tells about is 0.
        """
        cores = cores or processors()
        known = [point for point in points if point.known]
        rows = np.array([_row(each.count, each.workers, each.dask, cores) for each in known]).reshape(-1, len(PARTS))
        seconds = np.array([point.seconds for point in known])
        if np.linalg.matrix_rank(rows) < len(PARTS) - (not rows[:, PARTS.index("crowd")].any()):
            raise BenchError("a model needs classes of two sizes, of few workers and of many, here and of Dask")
        found = np.linalg.lstsq(rows / seconds[:, None], np.ones(len(known)), rcond=None)[0]
        return cls(*map(float, found), cores)


PARTS = ("start", "crowd", "path", "work", "dask_start", "dask_path", "dask_work")


def _row(count: int, workers: int, dask: bool, cores: int) -> list[float]:
    """How often each part of the model is in a class's seconds."""
    path, work = (count / workers, 0.0) if workers < cores else (0.0, count / cores)
    return [1.0, max(0, workers - cores), path, work, dask, dask * path, dask * work]


def table(model: Model, points: Sequence[Point]) -> str:
    """What was measured, what the model says, and how far it is off; then the model in words."""
    rows = ["| submissions | workers | seconds | the model says | off | memory of all processes |", "|" + "---|" * 6]
    for point in points:
        said = model.seconds(point.count, point.workers, point.dask)
        off = f"{round(100 * (said / point.seconds - 1)):+d} %{', made from it' if point.known else ''}"
        who = f"{point.workers} of {'Dask' if point.dask else 'this machine'}"
        memory = f"{point.memory / 1e6:.0f} MB" if point.memory else ""
        rows.append(f"| {point.count:,} | {who} | {point.seconds:.1f} | {said:.1f} | {off} | {memory} |")
    ms = {name: 1000 * getattr(model, name) for name in PARTS}
    rows += [
        "",
        f"Start {model.start:.1f} s, {model.crowd:.1f} s more for each worker beyond {model.cores} cores; each"
        f" submission {ms['path']:.1f} ms in a worker alone, {ms['work']:.1f} ms of one core where all are busy.",
        f"Dask: start {model.dask_start:+.1f} s; each {ms['dask_path']:+.1f} ms alone, {ms['dask_work']:+.1f} ms of a"
        " core.",
        f"1,000,000 on {model.cores} cores: {model.seconds(10**6, model.cores) / 3600:.1f} h.",
    ]
    return "\n".join(rows)


def is_near(model: Model, points: Sequence[Point]) -> bool:
    """Whether the model says within `NEAR` what all points are, those too that it was made from."""
    said = [(model.seconds(each.count, each.workers, each.dask), each.seconds) for each in points]
    return all(abs(model_says / measured - 1) <= NEAR for model_says, measured in said)
