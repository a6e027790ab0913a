"""The report of a bench: docs/bench.md, its picture, and the raw figures as JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from bench import figures

from .figures import Cost, Growth, Size, Spread, Target
from .plot import LABELS, draw
from .profile import HEAD, Spent, rows
from .runs import Plan, Run

PICTURE = Path("images", "bench.svg")
HOW = """\
## How it is measured

- **The class** is the same for all: {submissions} seeded submissions (seed {seed}), half of them in the reference's
  style, half in other correct designs; four of ten have one or two known mistakes, one of ten leaves a function
  unwritten. All cells run, plots too. None is hostile.
- **Stock** is nbgrader with its own configuration in a course folder of its own: a kernel for each notebook, and
  asserts on relative errors in hidden tests. It tests each exercise on its typical case alone; ours run every case,
  so the ratios are on the low side.
- **Ours** are `nbgrader autograde` with the course's configuration and `python -m autograder grade` with {jobs}
  workers, both with all of nbgrader's work: copying, repairing, overwriting, gradebook, graded notebooks.
- **The floor** is what nobody can go below: the same cells without magics, `exec`ed in a bare fork of a process that
  has NumPy, h5py and matplotlib warm, then the same functions called on the same inputs. No sandbox, no shell, no
  capture. Figures are drawn as PNG where the notebook shows them. **Our engine alone** is the sandboxed run of the
  same notebooks with its verdicts, without nbgrader. Both are timed after one warm-up.
- **Seconds** are wall time from start to end of a command, start-up included (but for the two last ones). **CPU
  seconds** are those of all processes that a command started: the kernel's account of each (`wait4`), and processes
  that outlive their parent are adopted and counted as well.
- **Rounds**: {rounds}, each with every command once, so that a slow moment hits all alike. Tables show the median
  and the range; a ratio is taken within each round, and its median shown.
- **Memory** is the proportional set size, sampled every {sampling} ms in {where}.
  A worker is a process that grades, its sandbox and the student's process; of stock it is nbgrader with its
  kernel. Its peak on each submission gives the median and the range; what the student's own arrays need is in it.
  A MB is 10^6 bytes.
- A run counts only when every submission was graded, and ours gave the same marks each time.
"""

LIMIT = """\
Our engine without nbgrader, as in a batch: cells that no mark depends on are spared. What is not the grader's own CPU
time is spent waiting for the student's process. **Session start** forks, confines and hands over the files, and
**session end** removes what is left; **judging** compares, and looks for causes and for the line that is wrong.
**Further calls** are those of judging, where an earlier mistake is put right or edits of a function are tried.
"""

_SAMPLED = {True: "the timed runs, which slows them", False: "runs of its own (of stock on every tenth student)"}


def write(
    folder: Path, runs: Sequence[Run], plan: Plan, machine: Mapping[str, str], date: str, spent: dict[str, Spent]
) -> str:
    """Write the report into `folder`; returns the table of targets as text."""
    cost, grown, kept = figures.costs(runs, plan), figures.growth(runs, plan), figures.targets(runs, plan)
    alternative = draw(folder / PICTURE, cost, grown)
    raw = {
        "date": date,
        "machine": dict(machine),
        "plan": asdict(plan),
        "costs": {what: asdict(value) for what, value in cost.items()},
        "ratios": {name: asdict(value) for name, value in figures.ratios(runs, plan).items()},
        "growth": asdict(grown) if grown else None,
        "profile": {kind: asdict(each) for kind, each in spent.items()},
        "targets": [asdict(target) for target in kept],
        "runs": [{key: value for key, value in asdict(run).items() if value is not None} for run in runs],
    }
    (folder / "bench.json").write_text(json.dumps(raw, indent=1) + os.linesep)
    sections = [
        f"# How fast does it grade?\n\nMeasured on {date} by `make bench`, which rewrites this page.\n",
        f"## Targets\n\n{target_table(kept)}",
        f"![{alternative}]({PICTURE.as_posix()})\n",
        f"## Cost of one submission\n\n{_cost_table(cost)}\n{_ratio_sentence(runs, plan)}",
        f"## What a submission's milliseconds are spent on\n\n{_table(HEAD, rows(spent, plan.submissions))}\n{LIMIT}",
        _growth(grown),
        f"## The machine\n\n{_table(['', ''], machine.items())}",
        HOW.format(**asdict(plan), sampling=round(1000 * plan.sampling), where=_SAMPLED[plan.hasty]),
    ]
    text = "\n".join(section for section in sections if section)
    (folder / "bench.md").write_text(text)
    return target_table(kept)


def target_table(targets: Sequence[Target]) -> str:
    """The targets as a Markdown table."""
    rows = [[t.name, t.wanted, t.measured, "yes" if t.met else "**no**"] for t in targets]
    return _table(["what", "target", "measured", "met"], rows)


def _cost_table(cost: Mapping[str, Cost]) -> str:
    head = ["median (range)", "seconds", "CPU seconds", "peak memory of a worker", "of all processes"]
    return _table(head, ([LABELS[what], *_costs(cost[what])] for what in LABELS))


def _costs(cost: Cost) -> list[str]:
    return [
        _range(cost.seconds),
        _range(cost.cpu_seconds),
        f"{_range(cost.worker_mb, 0)} MB",
        f"{cost.total_mb:.0f} MB",
    ]


def _ratio_sentence(runs: Sequence[Run], plan: Plan) -> str:
    ratio = figures.ratios(runs, plan)
    return (
        f"Against stock, the batch command with {plan.jobs} workers grades {_range(ratio['batch'], 1)} times as many"
        f" submissions in the same time, and {_range(ratio['batch_cpu'], 1)} times as many with the same CPU time;"
        f" `nbgrader autograde` {_range(ratio['autograde'], 1)} and {_range(ratio['autograde_cpu'], 1)} times as many."
        f" Our engine takes {_range(ratio['sandboxed'])} times the floor's seconds, and"
        f" {_range(ratio['sandboxed_cpu'])} times its CPU seconds.\n"
    )


def _growth(grown: Growth | None) -> str:
    if not grown:
        return ""
    head = ["submissions", "seconds in all", "CPU seconds in all", "peak memory of a worker", "of all processes"]
    return (
        f"## Growth of the batch command\n\n"
        f"{_table(head, (_size(size) for size in (grown.few, grown.usual, grown.large)))}\n"
        f"{grown.times:g} times the submissions take {grown.total * grown.times:.2f} times the seconds. The first line,"
        f" a submission for each worker, is little more than start-up; beyond it, a submission of the large class takes"
        f" {grown.each:.3f} times the seconds, and {grown.each_cpu:.3f} times the CPU seconds, that it takes in the"
        f" usual one. The large class is the usual one over and over.\n"
    )


def _size(size: Size) -> list[str]:
    memory = [f"{_range(size.worker_mb, 0)} MB", f"{size.total_mb:.0f} MB"] if size.worker_mb else ["", ""]
    return [str(size.submissions), _range(size.seconds, 1), _range(size.cpu_seconds, 1), *memory]


def _range(spread: Spread, digits: int = 2) -> str:
    return f"{spread.median:.{digits}f} ({spread.low:.{digits}f} to {spread.high:.{digits}f})"


def _table(head: Sequence[str], rows) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
