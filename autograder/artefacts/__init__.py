"""Make what is built from source/: the reference, the visible cases, the release, the solved notebooks.

Each artefact can say whether it is fresh and can be made again; `build` does both in the order of need.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..course import Course
from . import checks, reference, release, solved

MEND = "python -m autograder build"


@dataclass(frozen=True)
class Artefact:
    """Something built. `stale` lists what differs from what would be built, as paths in the course folder."""

    name: str
    stale: Callable[[Course], list[str]]
    make: Callable[[Course], None]


ARTEFACTS = (
    Artefact("reference", reference.stale, reference.make),
    Artefact("visible checks", checks.stale, checks.make),
    Artefact("release", release.stale, release.make),
    Artefact("solved notebooks", solved.stale, solved.make),
)


def build(course: Course, say: Callable[[str], None] = print) -> None:
    """Make every artefact that is not fresh."""
    for number, artefact in enumerate(ARTEFACTS, 1):
        stale = artefact.stale(course)
        say(f"[{number}/{len(ARTEFACTS)}] {artefact.name}: {'building ' + ', '.join(stale) if stale else 'fresh'}")
        if stale:
            artefact.make(course)
    release.add_data(course)


def check(course: Course, say: Callable[[str], None] = print) -> bool:
    """Say what is stale and how to mend it; returns whether all is fresh."""
    stale = [f"{path} ({artefact.name})" for artefact in ARTEFACTS for path in artefact.stale(course)]
    for path in stale:
        say(f"stale: {path}")
    say(f"Run `{MEND}` and commit the result." if stale else "Everything built is fresh.")
    return not stale
