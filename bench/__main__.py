"""Measure the grader: `python -m bench` (about half an hour), or with --quick (a minute or two)."""

from __future__ import annotations

import argparse
import datetime
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from autograder.options import processors
from bench import machine, profile, report

from .measure import BenchError
from .notebook import ASSIGNMENT
from .runs import Bench, Plan, Run, Step

QUICK = Plan(submissions=12, large=0, rounds=1, hasty=True)
SIZES = {
    "submissions": "submissions of the usual class",
    "large": "submissions of the large class, 0 for none",
    "rounds": "how often each command runs",
    "seed": "of the class",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench and write its report; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        plan = _plan(options)
        runs = measure_all(plan)
        spent = profile.in_a_process(plan.submissions, plan.seed)
    except BenchError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    print(report.write(options.out, runs, plan, machine.describe(), options.date, spent))
    print(f"The report is {options.out / 'bench.md'}.")
    return 0


def measure_all(plan: Plan) -> list[Run]:
    """Run all steps of a plan in a folder of their own, with a progress bar."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        print("Making the classes ...", flush=True)
        bench, steps = Bench(plan, ASSIGNMENT, Path(folder)), plan.steps()
        with tqdm(total=sum(step.submissions for step in steps), unit="submission", disable=None) as bar:
            return [_measure(bench, step, bar) for step in steps]


def _measure(bench: Bench, step: Step, bar: tqdm) -> Run:
    before = bar.n

    def show(done: int) -> None:
        bar.n = before + min(done, step.submissions)
        bar.refresh()

    bar.set_description(step.what)
    run = bench.run(step, show)
    show(step.submissions)
    found = f"{run.seconds:.1f} s" if run.seconds is not None else f"{max(run.worker_mb):.0f} MB at most"
    bar.write(f"{step}: {found}")
    return run


def _plan(options: argparse.Namespace) -> Plan:
    given = {name: getattr(options, name) for name in ("jobs", *SIZES)}
    base = QUICK if options.quick else Plan()
    plan = replace(base, **{name: value for name, value in given.items() if value is not None})
    if not 0 < plan.jobs < plan.submissions < (plan.large or sys.maxsize) or plan.rounds < 1:
        raise BenchError("growth needs more submissions than workers, a larger large class, and a round at least")
    return plan


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few submissions, one round: shows that the bench works")
    for name, what in SIZES.items():
        parser.add_argument(f"--{name}", type=int, metavar="N", help=f"{what} (default: {getattr(Plan, name)})")
    parser.add_argument("--jobs", type=int, default=processors(), metavar="N", help="workers (default: %(default)s)")
    parser.add_argument("--date", default=datetime.date.today().isoformat(), help="of the report (default: today)")
    parser.add_argument(
        "--out", type=Path, default=ASSIGNMENT.root / "docs", help="folder of the report (default: docs)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
