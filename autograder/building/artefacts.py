"""Make what is built from source/: the reference, the visible cases, the release, the solved notebooks.

Each artefact can say whether it is fresh and can be made again; `build` does both in the order of need.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autograder.assignment import BUILD, Assignment
from autograder.translation import languages

from . import catalogue, checks, reference, release, solved


@dataclass(frozen=True)
class Artefact:
    """Something built. `stale` lists what differs from what would be built, as paths in the course folder."""

    name: str
    stale: Callable[[Assignment], list[str]]
    make: Callable[[Assignment], None]


ARTEFACTS = (
    Artefact("reference", reference.stale, reference.make),
    Artefact("visible checks", checks.stale, checks.make),
    Artefact("release", release.stale, release.make),
    Artefact("solved notebooks", solved.stale, solved.make),
)


CATALOGUE = Artefact("catalogue", catalogue.stale, catalogue.make)  # where the language is not English


def artefacts(assignment: Assignment) -> tuple[Artefact, ...]:
    """What is built of an assignment, in the order of need."""
    return (*ARTEFACTS[:2], CATALOGUE, *ARTEFACTS[2:]) if assignment.language else ARTEFACTS


def build(assignment: Assignment, say: Callable[[str], None] = print) -> None:
    """Make every artefact that is not fresh."""
    wanted = artefacts(assignment)
    for number, artefact in enumerate(wanted, 1):
        stale = artefact.stale(assignment)
        say(f"[{number}/{len(wanted)}] {artefact.name}: {'building ' + ', '.join(stale) if stale else 'fresh'}")
        if stale:
            artefact.make(assignment)
    release.add_data(assignment)


def check(assignment: Assignment, say: Callable[[str], None] = print) -> bool:
    """Say what is stale and how to mend it; returns whether all is fresh."""
    stale = [f"{path} ({artefact.name})" for artefact in artefacts(assignment) for path in artefact.stale(assignment)]
    for path in stale:
        say(f"stale: {path}")
    wrong = [said for language in languages.shipped(assignment) for said in languages.wrong(assignment, language)]
    for said in wrong:
        say(f"not translated well: {said}")
    if stale:
        say(f"Run `{BUILD}` and commit the result.")
    elif not wrong:
        say("Everything built is fresh.")
    return not stale and not wrong
