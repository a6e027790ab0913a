"""What the tests share: a grading is made once, and another one for whatever differs."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tests.support.shared import GradedOnce


class Counting:
    """An engine that says how often it was asked."""

    asked = 0

    def grade(self, notebook: NotebookNode, name: str) -> SimpleNamespace:
        self.asked += 1
        notebook.cells[0].outputs = [new_output("stream", text=f"{self.asked}")]
        return SimpleNamespace(number=self.asked)


def test_a_notebook_is_graded_once_and_what_differs_by_itself(tmp_path: Path) -> None:
    once, again = (GradedOnce(Counting(), tmp_path) for _ in range(2))  # as in two processes
    for name, source in (("a", "1"), ("b", "1"), ("a", "2")):
        first, second = (new_notebook(cells=[new_code_cell(source)]) for _ in range(2))
        assert once.grade(first, name).number == again.grade(second, name).number
        assert first.cells[0].outputs == second.cells[0].outputs != []
    assert (once.engine.asked, again.engine.asked) == (3, 0)
