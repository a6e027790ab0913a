"""The command `python -m autograder prove`: measure everything, write the page, say whether the proof holds."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from autograder.assignment import Assignment
from autograder.judging.judge import Judge
from autograder.options import processors

from . import agreement
from .accept import accept, designs
from .floors import Proof
from .gradients import differentiated
from .hunt import all_mutants, hunt
from .report import said_of_reference, verdict, write
from .rewrite import variants
from .seeds import measure
from .sources import Sources

FIRST_SEED = 1  # the first of those that right code is measured under


@dataclass(frozen=True)
class Size:
    """How much is measured. draws: fresh inputs for each declared equivalent. mixes: variants that mix many rules."""

    seeds: int = 10_000
    draws: int = 300
    mixes: int = 200


QUICK = Size(seeds=20, draws=60, mixes=20)


def prove(assignment: Assignment, size: Size, seed: int, processes: int = 0, to: Path | None = None) -> int:
    """Measure everything and show the figures; returns 1 where the proof does not hold.

    seed: of the hidden cases that mutants and variants are graded on. processes: 0 for one on each processor. to: the
    folder to write the page into, if any.
    """
    proof = prove_all(assignment, size, seed, processes or processors())
    if to:
        write(to, proof, assignment, seed, datetime.date.today().isoformat(), size.mixes)
    print(table(proof))
    print(said_of_reference(proof))
    print(verdict(proof).replace("**", ""))
    if to:
        print(f"The page is {to / 'proof.md'}.")
    return 1 if proof.problems() else 0


def prove_all(assignment: Assignment, size: Size, seed: int, processes: int) -> Proof:
    """Measure everything, with progress bars."""
    sources = Sources.of(assignment)
    reference = sources.namespace()
    made = all_mutants(sources, assignment.proof)
    with _bar("mutants", len(made)) as bar:
        found = hunt(assignment, seed, made, size.draws, processes, bar.update)
    correct, by_hand = list(variants(sources, assignment.proof, size.mixes)), designs(assignment)
    with _bar("correct variants", len(correct) + len(by_hand)) as bar:
        accepted = accept(sources, Judge(reference, seed), correct, by_hand, bar.update)
    with _bar("gradients", len(differentiated(assignment.exercises))) as bar:
        steps = agreement.complex_steps(assignment, reference, seed, bar.update)
    compared = agreement.second_opinions(assignment, reference, seed)
    with _bar("seeds", size.seeds) as bar:
        right = measure(assignment, range(FIRST_SEED, FIRST_SEED + size.seeds), processes, bar.update)
    return Proof(found, accepted, size.seeds, right, steps, compared, assignment.exercises)


def table(proof: Proof) -> str:
    """The figures of each exercise, for a terminal."""
    head = ("exercise", "mutants", "equivalent", "caught", "share", "right at most", "limit", "wrong at least")
    lines = [f"{head[0]:30}" + "".join(f"{name:>15}" for name in head[1:])]
    for exercise in proof.exercises:
        counts = proof.hunt.counts(exercise.name)
        share = f"{counts.share:.1%}" if counts.mutants else "-"
        caught = (counts.mutants, counts.equivalent, counts.caught + counts.elsewhere, share)
        numbers = (*caught, *_extremes(proof, exercise.name))
        lines.append(f"{exercise.name:30}" + "".join(f"{number:>15}" for number in numbers))
    return "\n".join(lines)


def _extremes(proof: Proof, exercise: str) -> tuple[str, str, str]:
    """Right code's largest error, the limit and wrong code's smallest error, for the output closest to its limit."""
    places = [place for place in proof.right.ranges if place.exercise == exercise and not place.single]
    place = max(places, key=lambda place: proof.right.ranges[place].passed / proof.right.ranges[place].limit)
    right, wrong = proof.right.ranges[place], proof.wrong.ranges.get(place)
    least = f"{wrong.failed:.1e}" if wrong and wrong.failed is not None else "-"
    return f"{right.passed:.1e}", f"{right.limit:.0e}", least


@contextmanager
def _bar(what: str, total: int) -> Iterator[Any]:
    with tqdm(total=total, desc=what, disable=None) as bar:
        yield bar
