"""Make a submission from Python code: put functions into the solution cells of a released notebook."""

from __future__ import annotations

import ast
import copy

import nbformat
from nbformat import NotebookNode

from autograder.cells import grade_id


def fill_in(released: NotebookNode, code: str) -> NotebookNode:
    """The released notebook with the functions of `code` written into the solution cells of the same names.

    Everything else at the top level of `code` (imports, helpers, assignments) goes into a cell of its own in front
    of the first solution cell, but for docstrings and the functions that the notebook gives. The released notebook
    is not changed. Raises ValueError where it has no solution cell.
    """
    notebook = copy.deepcopy(released)
    cells = {grade_id(cell): cell for cell in notebook.cells if _is_solution(cell)}
    others, given = [], _given(notebook)
    for node in ast.parse(code).body:
        text = _source(code, node)
        if isinstance(node, ast.FunctionDef) and node.name in cells:
            cells[node.name].source = text
        elif not isinstance(node, ast.Expr) and getattr(node, "name", None) not in given:
            others.append(text)
    if not cells:
        raise ValueError("the notebook has no solution cell: is it the released one?")
    if others:
        first = next(index for index, cell in enumerate(notebook.cells) if _is_solution(cell))
        notebook.cells.insert(first, nbformat.v4.new_code_cell("\n\n".join(others)))
    return notebook


def add_cell(notebook: NotebookNode, after: str, code: str) -> NotebookNode:
    """The notebook with one more code cell after the cell with the grade id `after`; the original is not changed."""
    notebook = copy.deepcopy(notebook)
    places = [i for i, cell in enumerate(notebook.cells) if grade_id(cell) == after]
    if not places:
        raise ValueError(f"the notebook has no cell {after!r}")
    notebook.cells.insert(places[0] + 1, nbformat.v4.new_code_cell(code))
    return notebook


def _is_solution(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _given(notebook: NotebookNode) -> set[str]:
    """The names of the functions in the notebook's locked cells."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and not _is_solution(cell)]
    locked = [cell.source for cell in cells if cell.metadata.get("nbgrader", {}).get("locked")]
    return {node.name for source in locked for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}


def _source(code: str, node: ast.stmt) -> str:
    """The statement's text with its decorators and the comments right above it."""
    lines = code.splitlines()
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))]) - 1
    while first and lines[first - 1].startswith("#"):
        first -= 1
    return "\n".join(lines[first : node.end_lineno])
