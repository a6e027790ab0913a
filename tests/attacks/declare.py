"""How an attack is declared: what a hostile submission holds, what it is after, and which level cannot stop it.

The table in docs/security.md and the tests both come from these declarations. A declaration can excuse the levels
"process" and "container", with the reason; it cannot excuse "full".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from nbformat import NotebookNode

UNTOUCHED, WRONG, SOLVED = "untouched", "wrong", "solved"  # what an attack rides on
CELL = "# %%\n"  # between two cells of an attack's code


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    name, tries: what the table says of it. code: cells that run after the functions' own, with `AIM` as a dictionary of
    what there is to attack (see stage.py). It prints AIM["done"] where it did what must not be possible.
    files: further files of the submission, by name. edit: changes the submitted notebook. base: what it rides on.
    status, note: what the instructor sees: the status, and a pattern that all notes together match; none without one.
    fails: what its code may end in, as a pattern; it must not end in any other exception, or it would prove nothing.
    costs: whether it may lose marks of its own. endless: whether its code never ends by itself; it gets little time.
    process, container: why that level cannot stop it.
    depends: whether the machine itself may stop it, so that the process level proves nothing.
    """

    name: str
    tries: str
    code: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    edit: Callable[[NotebookNode], None] | None = None
    base: str = UNTOUCHED
    status: str = "graded"
    note: str = ""
    fails: str = ""
    costs: bool = False
    endless: bool = False
    process: str = ""
    container: str = ""
    depends: bool = False

    def gets_through(self, level: str) -> str:
        """The reason why this level does not stop it; "" where it does."""
        return {"process": self.process, "container": self.container}.get(level, "")

    @property
    def cells(self) -> list[str]:
        """The code of each cell."""
        return [cell.strip() for cell in self.code.split(CELL) if cell.strip()]


@dataclass(frozen=True)
class Elsewhere:
    """An attack that other tests make: `tests` names them."""

    name: str
    tries: str
    tests: str
