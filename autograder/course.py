"""Where the parts of the course lie, and which exercises a source notebook asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

CHECK = "check_"  # an exercise's graded cell has the grade id check_<exercise>
DEMO = "demo"  # the tag of a source cell that shows something and that no mark depends on
ASSIGNMENT = "rnn_captioning"


@dataclass(frozen=True)
class Course:
    """The course at `root`, by default the folder that holds this package."""

    root: Path = Path(__file__).resolve().parent.parent
    assignment: str = ASSIGNMENT

    @property
    def source(self) -> Path:
        """What people edit."""
        return self.root / "source" / self.assignment

    @property
    def release(self) -> Path:
        """What students get; built."""
        return self.root / "release" / self.assignment

    @property
    def solutions(self) -> Path:
        """The hidden reference and the solved notebooks; built."""
        return self.root / "solutions"

    @property
    def data(self) -> Path:
        """The data set, in the COCO files' names and schema."""
        return self.root / "data" / "coco_captioning"

    @cached_property
    def notebooks(self) -> list[Path]:
        """The source notebooks, in order."""
        return sorted(self.source.glob("*.ipynb"))

    def points(self, notebook: str) -> dict[str, float]:
        """The exercises of a source notebook and their points, in the notebook's order."""
        return {
            exercise: float(cell.metadata.nbgrader["points"])
            for cell in self._cells(notebook)
            if (exercise := exercise_of(cell)) and "points" in cell.metadata.nbgrader
        }

    def points_by_hand(self, notebook: str) -> float:
        """The points of a source notebook's questions that a person marks."""
        asked = [cell for cell in self._cells(notebook) if not exercise_of(cell)]
        return float(sum(cell.metadata.nbgrader["points"] for cell in asked if _is_graded(cell)))

    def demos(self, notebook: str) -> frozenset[str]:
        """The code of the cells of a source notebook that need not run for marks: data, plots, visible checks."""
        return frozenset(cell.source.strip() for cell in self._cells(notebook) if DEMO in cell.metadata.get("tags", ()))

    def _cells(self, notebook: str) -> list[NotebookNode]:
        path = self.source / f"{notebook}.ipynb"
        if not path.exists():
            known = ", ".join(path.stem for path in self.notebooks)
            raise ValueError(f"the assignment has no notebook named {notebook!r}; it has {known}")
        import nbformat  # takes a second, which who needs only names and folders should not wait for

        return nbformat.read(path, as_version=4).cells

    def module(self, notebook: Path) -> Path:
        """Where the reference solution of a source notebook lies: `1_rnn_layers.ipynb` gives `rnn_layers.py`."""
        return self.solutions / (re.sub(r"^\d+_", "", notebook.stem) + ".py")

    def reference(self) -> dict[str, Any]:
        """The functions of the hidden reference solution, by name.

        The modules run one after another and share their names, as if their notebooks were one.
        """
        modules = [path for path in map(self.module, self.notebooks) if path.exists()]
        if not modules:
            raise FileNotFoundError(f"{self.solutions} holds no reference: run `python -m autograder build`")
        names: dict[str, Any] = {}
        for module in modules:
            exec(compile(module.read_text(), str(module), "exec"), names)
        return names


def grade_id(cell: NotebookNode) -> str:
    """The cell's nbgrader id; "" where it has none."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _is_graded(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


def exercise_of(cell: NotebookNode) -> str:
    """The exercise whose marks hang on this cell; "" where the cell is no graded check."""
    name = grade_id(cell)
    return name.removeprefix(CHECK) if name.startswith(CHECK) else ""
