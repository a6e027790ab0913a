"""How long the notebooks' trainings take: `python -m bench.training` (about ten minutes) writes docs/training.md.

With one BLAS thread, as the students' library trains, and with NumPy's own number of threads; on the machine as it is,
and beside a process that keeps a core busy. Each training runs for a few seconds in a process of its own, and the
seconds of the whole one are its steps times the mean step; scores after an epoch are not in them.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from tqdm import tqdm

from bench import machine

from .notebook import ASSIGNMENT
from .training_steps import TRAININGS

ONE, DEFAULT = "one", "default"  # threads
ALONE, BUSY = "as it is", "beside a busy process"
THREADS, LOADS = (ONE, DEFAULT), (ALONE, BUSY)
PAGE = Path("docs", "training.md")
TEXT = """\
# How fast does a network train?

Measured on {date} by `python -m bench.training`, which rewrites this page. The students' library trains with one BLAS
thread (`source/rnn_captioning/cs231n/threads.py`); NumPy by itself takes one for each core.

{table}
Seconds of the whole training: its steps times the mean step of {seconds:g} seconds of training, the median of {rounds}
rounds. The last column is how many cores all other processes of the machine kept busy meanwhile; where it says more
than 0.1, the machine "as it is" was not idle. {losses}

## The machine

| | |
| --- | --- |
| processor | {processor} |
| cores | {cores} |
| system | {system} |
| Python | {Python} |
| numpy | {numpy} |
"""


@dataclass(frozen=True)
class Measured:
    """One run of a training: its steps in all, seconds of one, and the cores that others kept busy meanwhile.

    loss: the last one before the clock was started.
    """

    steps: int
    step: float
    loss: float
    others: float


Runs = dict[tuple[str, str, str], list[Measured]]  # by training, load and threads


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure all trainings, print the table and write the page; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.training", description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=4.0, help="of training in each run (default: 4)")
    parser.add_argument("--rounds", type=int, default=3, help="how often everything is run (default: 3)")
    parser.add_argument("--to", type=Path, default=PAGE, metavar="FILE", help=f"the page (default: {PAGE})")
    options = parser.parse_args(arguments)
    runs = [*product(range(options.rounds), LOADS, TRAININGS, THREADS)]
    found: Runs = {}
    for _, load, name, threads in tqdm(runs, unit="run", disable=None):
        with busy() if load == BUSY else contextlib.nullcontext():
            found.setdefault((name, load, threads), []).append(measure(name, threads, options.seconds))
    written = {"seconds": options.seconds, "rounds": options.rounds, "date": datetime.date.today()}
    written |= {"table": table(found), "losses": about_losses(found), **machine.describe()}
    options.to.write_text(TEXT.format(**written), encoding="utf-8")
    print(f"{written['table']}The page is {options.to}.")
    return 0


@contextlib.contextmanager
def busy() -> Iterator[None]:
    """A process that does nothing but keep a core busy."""
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def measure(name: str, threads: str, seconds: float) -> Measured:
    """Train for some seconds in a process of its own, which inherits no number of threads."""
    from cs231n.threads import CHOSEN

    environment = {key: value for key, value in os.environ.items() if key not in CHOSEN}
    environment |= {variable: str(folder) for variable, folder in ASSIGNMENT.data_folders.items()}
    environment["PYTHONPATH"] = os.pathsep.join([str(ASSIGNMENT.source), str(ASSIGNMENT.root)])
    command = [sys.executable, "-m", "bench.training_steps", name, threads, str(seconds)]
    done = subprocess.run(
        command, cwd=ASSIGNMENT.solutions, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def about_losses(found: Runs) -> str:
    """Whether threads changed what was learned."""
    same = all(
        len({run.loss for load in LOADS for one in THREADS for run in found[name, load, one]}) == 1
        for name in TRAININGS
    )
    return "The losses were the same with all threads." if same else "The losses differed with the number of threads."


def table(found: Runs) -> str:
    """A line for each training and load, as Markdown."""
    head = ["training", "steps", "machine", "ms a step, one thread", "default", "seconds in all, one thread", "default"]
    head += ["times as long", "other processes"]
    lines = [f"| {' | '.join(head)} |", "| --- " * len(head) + "|"]
    for name, load in product(TRAININGS, LOADS):
        one, default = (statistics.median(run.step for run in found[name, load, threads]) for threads in THREADS)
        steps = found[name, load, ONE][0].steps
        others = statistics.mean(run.others for threads in THREADS for run in found[name, load, threads])
        cells = [name, steps, load, f"{1000 * one:.0f}", f"{1000 * default:.0f}", f"{steps * one:.0f}"]
        cells += [f"{steps * default:.0f}", f"{default / one:.1f}", f"{others:.1f} cores"]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
