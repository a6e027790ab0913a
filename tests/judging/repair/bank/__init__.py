"""Wrong functions as students write them: right code in many styles, and what was got wrong in it.

Each module has `CODE`, functions that are right, and `WRONG`, each a text in it and what stands there in its place.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wrong:
    """One wrong function.

    function: which one. right, wrong: a text in the code, which comes up once, and what stands in its place. at: a text
    in the line that a teacher would point at, or in one of those, where that is not the first line that differs.
    """

    function: str
    right: str
    wrong: str
    at: tuple[str, ...] = ()
