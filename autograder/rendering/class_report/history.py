"""What earlier reports on a class found: a small file beside the report, so that marks can be seen to move.

One line of JSON for each report whose marks were others than those of the report before it; `report/NAME/history.jsonl`
in the course folder. It holds figures of the class and, for the last two lines, everybody's points: private to whoever
may read the marks. It is never read for marks.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

NAME = "history.jsonl"
VERSION = 1
MOST_RUNS, MOST_BYTES = 60, 16 << 20  # of a history; older lines are dropped, a larger file is none of ours
NAMED = 2  # of the last lines that keep everybody's points


@dataclass(frozen=True)
class Run:
    """What one report found.

    when: local time in ISO 8601, to the second. most: the points possible. mean, median: None where nobody has marks.
    shares: by exercise or test, the share of those judged that has all points. points: by student, of the last runs.
    """

    when: str
    submissions: int
    marked: int
    most: float
    mean: float | None
    median: float | None
    shares: Mapping[str, float]
    points: Mapping[str, float] = field(default_factory=dict)

    def same_as(self, other: Run) -> bool:
        """Whether nothing has changed but the time."""
        return replace(self, when="") == replace(other, when="")

    def dump(self) -> str:
        """The run as one line of JSON."""
        return json.dumps({"version": VERSION, **asdict(self)}, allow_nan=False)

    @classmethod
    def load(cls, line: str) -> Run:
        """The run that `dump` wrote; raises ValueError for anything else."""
        content = json.loads(line)
        if not isinstance(content, Mapping) or content.get("version") != VERSION:
            raise ValueError("no line of a history")
        try:
            return cls(
                str(content["when"])[:40],
                int(content["submissions"]),
                int(content["marked"]),
                _number(content["most"]),
                None if content["mean"] is None else _number(content["mean"]),
                None if content["median"] is None else _number(content["median"]),
                {str(name): _number(share) for name, share in content["shares"].items()},
                {str(student): _number(points) for student, points in content["points"].items()},
            )
        except (AttributeError, KeyError, OverflowError, TypeError, RecursionError) as problem:
            raise ValueError("no line of a history") from problem


@dataclass(frozen=True)
class Moves:
    """Whose marks moved between two reports: who has more, who has fewer, and who has marks for the first time."""

    more: tuple[str, ...]
    fewer: tuple[str, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]


def moves(before: Run, after: Run) -> Moves:
    """How everybody's points moved from one run to another, both of which still have them."""
    both = [student for student in after.points if student in before.points]
    step = {student: round(after.points[student] - before.points[student], 4) for student in both}
    return Moves(
        tuple(student for student in both if step[student] > 0),
        tuple(student for student in both if step[student] < 0),
        tuple(student for student in after.points if student not in before.points),
        tuple(student for student in before.points if student not in after.points),
    )


def read(path: Path) -> tuple[list[Run], str]:
    """The runs in a history, the oldest first, and what is wrong with it, in a sentence; "" where nothing is.

    A damaged one is moved aside, so that nothing that could still be read by a person is lost.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError("too large")
        return [Run.load(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()], ""
    except FileNotFoundError:
        return [], ""
    except (OSError, ValueError, RecursionError):
        return [], _put_aside(path)


def _put_aside(path: Path) -> str:
    aside = path.with_name(f"{path.name}.damaged")
    try:
        os.replace(path, aside)
    except OSError:
        return f"{path} cannot be read, so that the report does not show how marks moved: remove it."
    return f"The history of earlier reports was damaged: it is {aside} now, and a new one begins."


def with_run(runs: Sequence[Run], run: Run) -> list[Run]:
    """The runs with one more, unless it found what the last one had; as many as are kept."""
    if runs and runs[-1].same_as(run):
        return list(runs)
    kept = [*runs, run][-MOST_RUNS:]
    return [*(replace(each, points={}) for each in kept[:-NAMED]), *kept[-NAMED:]]


def write(path: Path, runs: Sequence[Run]) -> None:
    """Put the history in its place when all of it was written; only the owner may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{path.name}-*"):  # by a run that was killed
        left.unlink(missing_ok=True)
    with NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}-", encoding="utf-8", delete=False) as file:
        try:  # such a file is its owner's alone
            file.writelines(f"{run.dump()}\n" for run in runs)
            file.flush()
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


def _number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("no number")
    return number
