"""From raw runs to the figures of the report: costs of a submission, ratios with their targets, growth."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from .measure import BenchError
from .runs import ALONE, GRADERS, Plan, Run

BATCH, LARGE, AUTOGRADE = 25.0, 30.0, 14.0  # times stock's throughput, at least; LARGE for the batch on a large class
SANDBOXED = 1.35  # times the floor, at most
WORKER, WITHOUT_WORKERS = 160.0, 210.0  # MB at most: of one of the batch command's, of `nbgrader autograde`
GROWTH = 0.1  # how far ten times the submissions may be from ten times the cost


@dataclass(frozen=True)
class Spread:
    """The median of some numbers, the least and the greatest."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, numbers: Iterable[float]) -> Spread:
        """The spread of at least one number."""
        numbers = list(numbers)
        return cls(statistics.median(numbers), min(numbers), max(numbers))


@dataclass(frozen=True)
class Cost:
    """What a command costs for each submission, the worker's peak memory on each, and the peak of all processes."""

    seconds: Spread
    cpu_seconds: Spread
    worker_mb: Spread
    total_mb: float


@dataclass(frozen=True)
class Size:
    """What the batch command takes on a whole class of `submissions`; the memory where it was looked at."""

    submissions: int
    seconds: Spread
    cpu_seconds: Spread
    worker_mb: Spread | None = None
    total_mb: float | None = None


@dataclass(frozen=True)
class Growth:
    """What the batch command takes on as many submissions as workers (start-up), the usual and the large class.

    times: how much larger the large class is. total: its seconds over those of the usual class and over `times`, so
    that 1 is linear. each, each_cpu: the seconds and CPU seconds of one submission of the large class over those of
    one in the usual class, start-up left out.
    """

    few: Size
    usual: Size
    large: Size
    times: float
    total: float
    each: float
    each_cpu: float


@dataclass(frozen=True)
class Target:
    """One promise: what was wanted in words, what was measured, and whether it is kept."""

    name: str
    wanted: str
    measured: str
    met: bool


def costs(runs: Sequence[Run], plan: Plan) -> dict[str, Cost]:
    """The cost of each command on the usual class."""
    return {what: _cost([run for run in runs if run.what == what], plan.submissions) for what in (*ALONE, *GRADERS)}


def _cost(runs: Sequence[Run], size: int) -> Cost:
    timed, sampled = _timed(runs, size), _sampled(runs, size)
    return Cost(
        Spread.of(run.seconds / size for run in timed),
        Spread.of(run.cpu_seconds / size for run in timed),
        Spread.of(sampled.worker_mb),
        sampled.total_mb,
    )


def ratios(runs: Sequence[Run], plan: Plan) -> dict[str, Spread]:
    """How often one command's seconds (CPU seconds) are another's, each ratio taken within one round."""

    def ratio(above: str, below: str, of: Callable[[Run], float]) -> Spread:
        pairs = zip(_timed(runs, plan.submissions, above), _timed(runs, plan.submissions, below), strict=True)
        return Spread.of(of(one) / of(other) for one, other in pairs)

    over = {"batch": ("stock", "batch"), "autograde": ("stock", "autograde"), "sandboxed": ("sandboxed", "floor")}
    return {
        **{name: ratio(*pair, lambda run: run.seconds) for name, pair in over.items()},
        **{f"{name}_cpu": ratio(*pair, lambda run: run.cpu_seconds) for name, pair in over.items()},
    }


def growth(runs: Sequence[Run], plan: Plan) -> Growth | None:
    """How the batch command grows; None where no large class was measured."""
    if not plan.large:
        return None
    few, usual, large = (_size(runs, size) for size in (plan.jobs, plan.submissions, plan.large))
    times = plan.large / plan.submissions
    total = large.seconds.median / usual.seconds.median / times
    each = _each(large, few, "seconds") / _each(usual, few, "seconds")
    each_cpu = _each(large, few, "cpu_seconds") / _each(usual, few, "cpu_seconds")
    return Growth(few, usual, large, times, total, each, each_cpu)


def _size(runs: Sequence[Run], size: int) -> Size:
    timed = _timed(runs, size, "batch")
    whole = Size(size, Spread.of(run.seconds for run in timed), Spread.of(run.cpu_seconds for run in timed))
    batch = [run for run in runs if run.what == "batch" and run.submissions == size and run.worker_mb is not None]
    return replace(whole, worker_mb=Spread.of(batch[0].worker_mb), total_mb=batch[0].total_mb) if batch else whole


def _each(size: Size, few: Size, what: str) -> float:
    """What one more submission takes beyond those few that start-up was measured with."""
    return (getattr(size, what).median - getattr(few, what).median) / (size.submissions - few.submissions)


def targets(runs: Sequence[Run], plan: Plan) -> list[Target]:
    """Every promise that these runs can tell about."""
    ratio, cost, grown = ratios(runs, plan), costs(runs, plan), growth(runs, plan)
    workers = [cost["batch"].worker_mb, *([grown.large.worker_mb] if grown and grown.large.worker_mb else [])]
    found = [
        _at_least("batch command against stock, throughput", ratio["batch"], BATCH),
        _at_least("`nbgrader autograde` against stock, throughput", ratio["autograde"], AUTOGRADE),
        _at_most("sandboxed run against the floor, seconds", ratio["sandboxed"], SANDBOXED),
        _under("peak memory of a worker of the batch command", workers, WORKER),
        _under("peak memory of a worker of `nbgrader autograde`", [cost["autograde"].worker_mb], WITHOUT_WORKERS),
    ]
    if grown:
        each = grown.large.seconds.median / grown.large.submissions
        on_large = Spread.of(seconds / each for seconds in vars(cost["stock"].seconds).values())
        found.insert(1, _at_least(f"the same, {grown.large.submissions} submissions", on_large, LARGE))
        change = f"{grown.times:g} times the submissions, cost of each"
        near = f"within {GROWTH:.0%} of the same"
        found += [
            Target(f"{change} with start-up", near + ", or less", f"{grown.total:.3f} times", grown.total < 1 + GROWTH),
            Target(f"{change} without start-up", near, f"{grown.each:.3f} times", abs(grown.each - 1) < GROWTH),
        ]
    return found


def _at_least(name: str, ratio: Spread, least: float) -> Target:
    return Target(name, f"at least {least:g} times", f"{ratio.median:.1f} times", ratio.median >= least)


def _at_most(name: str, ratio: Spread, most: float) -> Target:
    return Target(name, f"at most {most:g} times", f"{ratio.median:.2f} times", ratio.median <= most)


def _under(name: str, sizes: Sequence[Spread], most: float) -> Target:
    worst = max(sizes, key=lambda spread: spread.high)
    measured = f"{worst.median:.0f} MB on half of the submissions, {worst.high:.0f} MB at most"
    return Target(name, f"under {most:g} MB", measured, worst.high < most)


def _timed(runs: Sequence[Run], size: int, what: str = "") -> list[Run]:
    """The timed runs on a class of this size, in the order of their rounds."""
    found = [run for run in runs if run.submissions == size and run.seconds is not None and what in ("", run.what)]
    if not found:
        raise BenchError(f"there is no timed run of {what or 'a command'} on {size} submissions")
    return sorted(found, key=lambda run: run.round)


def _sampled(runs: Sequence[Run], size: int) -> Run:
    return next(run for run in runs if run.submissions == size and run.worker_mb is not None)
