"""Read the functions that a notebook on disk defines, without running the notebook.

Only definitions count: top-level def, class and import, assignments of lambdas or literal constants, and the settings
that the wanted functions need (see notebook_settings.py). They share one namespace in cell order, so helpers are found
and the last definition of a name wins, as in Run All.
"""

from __future__ import annotations

import ast
import json
import linecache
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from .notebook_settings import DEFINITIONS, binds_only_names, bound_names, settings
from .words import told

MARK = "__notebook__"  # in the globals of every function read from a notebook: the notebook's name
_MAGIC = re.compile(r"\s*[%!?]|.*\?\s*$|[^=]*=\s*[%!]")
_PYTHON_CELL_MAGICS = ("%%time", "%%capture", "%%prun")  # their body defines names in the notebook as usual
Others = tuple[tuple[str, Callable], ...]
_DEFINED_NAME = re.compile(r"^(?:(?:async\s+)?def|class)\s+(\w+)|^(\w+)\s*=(?!=)", re.MULTILINE)


class NotebookError(RuntimeError):
    """A function cannot be had from its notebook; the message says which cell and what to do."""

    explains_itself = True  # `check` shows the message as it is


@dataclass(frozen=True)
class Cell:
    """A code cell. `label` says where to find it, for a sentence."""

    label: str
    source: str
    grade_id: str


@dataclass
class Definitions:
    """What the cells of one notebook define: statements in order, and what is wrong with a name."""

    nodes: list[tuple[Cell, ast.stmt]] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    docs: dict[str, str | None] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)  # grade_id -> label


@dataclass(frozen=True)
class Notebook:
    """A saved notebook and what is read from it, again whenever the file has changed.

    wanted: the functions that may be asked for; what else runs depends on what these need. others: names and functions
    that the notebook's code finds beside its own, as if it had imported them.
    """

    path: Path
    wanted: tuple[str, ...] = ()
    others: Others = ()

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call a function of the notebook.

        Raises NotebookError, with a sentence, when the notebook cannot be read, does not define the function, or sets
        a name that the function uses in a way that is not read.
        """
        function = notebook_function(self, name)
        try:
            return function(*args, **kwargs)
        except NameError as error:
            _, problems, unread = _run(self, *_stamp(self.path))
            is_global = not isinstance(error, UnboundLocalError)
            if is_global and (sentence := problems.get(error.name) or unread.get(error.name)):
                raise NotebookError(sentence) from error
            raise


def notebook_function(notebook: Notebook, name: str) -> Callable:
    """The function `name` of a notebook; raises NotebookError when it is not defined there or cannot be read."""
    path = notebook.path
    functions, problems, _ = _run(notebook, *_stamp(path))
    if name in problems:
        raise NotebookError(problems[name])
    if callable(functions.get(name)):
        return functions[name]
    label = read_definitions(path, *_stamp(path)).cells.get(name)
    undefined = (
        "{name} is not defined in {cell} of {notebook}: write `def {name}(...)` and save the notebook."
        if label
        else "{name} is not defined in {notebook}, which has no cell {name}: write `def {name}(...)` and save the"
        " notebook."
    )
    raise NotebookError(told(undefined, name=name, cell=label or "", notebook=path.name))


def notebook_doc(path: Path, name: str) -> str | None:
    """The docstring of a notebook's function, found without running anything; None where there is none."""
    try:
        return read_definitions(path, *_stamp(path)).docs.get(name)
    except NotebookError:
        return None


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError as error:
        lost = "{notebook} was not found in {folder}: put it back there."
        raise NotebookError(told(lost, notebook=path.name, folder=str(path.parent))) from error
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=8)
def read_definitions(path: Path, mtime_ns: int, size: int) -> Definitions:
    """The definitions of a notebook; mtime_ns and size make a changed file a new question."""
    found = Definitions()
    for cell in _code_cells(path):
        found.cells.setdefault(cell.grade_id, cell.label)
        try:
            statements = _parse(cell.source)
        except SyntaxError as error:
            broken_off = "{cell} of {notebook} does not parse: line {line}: {error}."
            sentence = told(
                broken_off, cell=cell.label, notebook=path.name, line=str(error.lineno), error=str(error.msg)
            )
            broken = {first or second for first, second in _DEFINED_NAME.findall(cell.source)}
            found.problems.update(dict.fromkeys(broken | {cell.grade_id} - {""}, sentence))
            continue
        for node in statements:
            found.nodes.append((cell, node))
            for name in bound_names(node) if _is_definition(node) else ():
                found.problems.pop(name, None)
                found.docs[name] = None
            if isinstance(node, DEFINITIONS):
                found.docs[node.name] = ast.get_docstring(node, clean=False)
    return found


Names = dict[str, Any]
Sentences = dict[str, str]
NOT_READ = (
    "{name} is set in line {line} of {cell} of {notebook}, by code that is not run again when functions are read: set"
    " it in the function that uses it."
)
RAISED = "{name} could not be defined: line {line} of {cell} of {notebook} raised {exception}: {message}."


@lru_cache(maxsize=8)
def _run(notebook: Notebook, mtime_ns: int, size: int) -> tuple[Names, Sentences, Sentences]:
    """Run what is to be read of a notebook.

    Returns its namespace, the problems by name, and sentences on the names that only other code of the notebook sets.
    """
    path = notebook.path
    definitions = read_definitions(path, mtime_ns, size)
    needed = settings([node for _, node in definitions.nodes], notebook.wanted)
    namespace: Names = {"__name__": path.stem, MARK: path.name, **dict(notebook.others)}
    problems: Sentences = {}
    unread: Sentences = {}
    for cell, node in definitions.nodes:
        place = {"line": node.lineno, "cell": cell.label, "notebook": path.name}
        if not _is_definition(node) and node not in needed:
            unread.update({name: told(NOT_READ, name=name, **place) for name in _stored(node)})
            continue
        names = bound_names(node)
        before = {name: namespace[name] for name in names if name in namespace}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                exec(_compiled(cell, node, path), namespace)
        except Exception as error:  # the student's code: a decorator, a default value, an import
            lost = names - before.keys() if node in needed else names
            raised = {"exception": type(error).__name__, "message": str(error)}
            problems.update({name: told(RAISED, name=name, **place, **raised) for name in lost})
        else:
            problems = {name: problem for name, problem in problems.items() if name not in names}
        _keep_functions(namespace, before)
    return namespace, problems | definitions.problems, unread


def _keep_functions(namespace: Names, before: Names) -> None:
    """Where a cell used the name of a function or a module again for a plain value, functions go on with the former."""
    for name, value in before.items():
        if _is_code(value) and not _is_code(namespace.get(name)):
            namespace[name] = value


def _is_code(value: Any) -> bool:
    return callable(value) or isinstance(value, ModuleType)


def _compiled(cell: Cell, node: ast.stmt, path: Path) -> Any:
    """Compile one statement; its lines are registered so that tracebacks can show them."""
    filename = f"<{path.name}, {cell.label}>"
    linecache.cache[filename] = (len(cell.source), None, cell.source.splitlines(keepends=True), filename)
    return compile(ast.Module([node], []), filename, "exec")


def _code_cells(path: Path) -> Iterator[Cell]:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        codes = [cell for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        damaged = "{notebook} cannot be read as a notebook: save it again."
        raise NotebookError(told(damaged, notebook=path.name)) from error
    for number, cell in enumerate(codes, start=1):
        grade_id = str(((cell.get("metadata") or {}).get("nbgrader") or {}).get("grade_id", ""))
        label = "cell {grade_id} (code cell {number})" if grade_id else "code cell {number}"
        yield Cell(told(label, grade_id=grade_id, number=number), "".join(cell.get("source", "")), grade_id)


def _parse(source: str) -> list[ast.stmt]:
    """Parse a cell; lines that only IPython understands become `pass`, so line numbers stay the student's."""
    lines = source.splitlines()
    if lines and lines[0].startswith("%%"):
        if not lines[0].startswith(_PYTHON_CELL_MAGICS):
            return []
        lines[0] = ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the cell itself has already shown them
        while True:
            try:
                return ast.parse("\n".join(lines)).body
            except SyntaxError as error:
                line = (error.lineno or 1) - 1
                if not (line < len(lines) and _MAGIC.match(lines[line])):
                    raise
                lines[line] = re.match(r"\s*", lines[line])[0] + "pass"


def _is_definition(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module != "cs231n.rnn_layers"  # those names are the functions being read, and `others`
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        return node.value is not None and binds_only_names(node) and _is_plain_value(node.value)
    return isinstance(node, (*DEFINITIONS, ast.Import))


def _is_plain_value(value: ast.expr) -> bool:
    if isinstance(value, ast.Lambda):
        return True
    try:
        ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _stored(node: ast.stmt) -> set[str]:
    """The names that a statement sets, those in its loops and branches included."""
    return {name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}
