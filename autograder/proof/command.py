"""The command `python -m autograder prove`: measure everything, write the page, say whether the proof holds."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tqdm import tqdm

from ..course import Course
from ..exercises import IN_ORDER
from ..judge import Judge
from . import agreement
from .accept import accept, designs
from .floors import Proof
from .hunt import all_mutants, hunt
from .parallel import processors
from .report import said_of_reference, verdict, write
from .rewrite import variants
from .seeds import measure
from .sources import Sources

FIRST_SEED = 1  # of those that right code is measured under


@dataclass(frozen=True)
class Size:
    """How much is measured. draws: fresh inputs for each declared equivalent. mixes: of rules that keep code right."""

    seeds: int = 10_000
    draws: int = 300
    mixes: int = 200


QUICK = Size(seeds=20, draws=60, mixes=20)


def prove(course: Course, size: Size, seed: int, processes: int = 0, save: bool = True) -> int:
    """Measure, show and, if asked to, save into the course's docs; returns 1 where the proof does not hold.

    seed: of the hidden cases that mutants and variants are graded on. processes: 0 for one on each processor.
    """
    proof = prove_all(course, size, seed, processes or processors())
    if save:
        write(course.root / "docs", proof, seed, datetime.date.today().isoformat(), size.mixes)
    print(table(proof))
    print(said_of_reference(proof))
    print(verdict(proof).replace("**", ""))
    if save:
        print("The page is docs/proof.md.")
    return 1 if proof.problems() else 0


def prove_all(course: Course, size: Size, seed: int, processes: int) -> Proof:
    """Measure everything, with progress bars."""
    sources = Sources.of(course)
    reference = sources.namespace()
    made = all_mutants(sources)
    with _bar("mutants", len(made)) as bar:
        found = hunt(course, seed, made, size.draws, processes, bar.update)
    correct, by_hand = list(variants(sources, size.mixes)), designs(course)
    with _bar("correct variants", len(correct) + len(by_hand)) as bar:
        accepted = accept(sources, Judge(reference, seed), correct, by_hand, bar.update)
    with _bar("gradients", len(agreement.differentiated())) as bar:
        steps = agreement.complex_steps(reference, seed, bar.update)
    compared = agreement.torch(reference, seed)
    with _bar("seeds", size.seeds) as bar:
        right = measure(course, range(FIRST_SEED, FIRST_SEED + size.seeds), processes, bar.update)
    return Proof(found, accepted, size.seeds, right, steps, compared)


def table(proof: Proof) -> str:
    """The figures of each exercise, for a terminal."""
    head = ("exercise", "mutants", "equivalent", "caught", "share", "right at most", "limit", "wrong at least")
    lines = [f"{head[0]:24}" + "".join(f"{name:>15}" for name in head[1:])]
    for exercise in IN_ORDER:
        counts = proof.hunt.counts(exercise.name)
        share = f"{counts.share:.1%}" if counts.mutants else "-"
        caught = (counts.mutants, counts.equivalent, counts.caught + counts.elsewhere, share)
        numbers = (*caught, *_extremes(proof, exercise.name))
        lines.append(f"{exercise.name:24}" + "".join(f"{number:>15}" for number in numbers))
    return "\n".join(lines)


def _extremes(proof: Proof, exercise: str) -> tuple[str, str, str]:
    """The exercise's output in double precision with the least room: right code's error, the limit, wrong code's."""
    places = [place for place in proof.right.ranges if place.exercise == exercise and not place.single]
    place = max(places, key=lambda place: proof.right.ranges[place].passed / proof.right.ranges[place].limit)
    right, wrong = proof.right.ranges[place], proof.wrong.ranges.get(place)
    least = f"{wrong.failed:.1e}" if wrong and wrong.failed is not None else "-"
    return f"{right.passed:.1e}", f"{right.limit:.0e}", least


@contextmanager
def _bar(what: str, total: int) -> Iterator[Any]:
    with tqdm(total=total, desc=what, disable=None) as bar:
        yield bar
