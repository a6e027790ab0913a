"""What keeps answers out of the student's process: the direction of imports, and what crosses the wire."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import numpy as np
import pytest

from autograder.course import Course
from autograder.exercises import IN_ORDER
from autograder.grade import SEED, Engine
from autograder.judge import Judge
from autograder.sandbox import wire
from autograder.sandbox.room import CHILD_MODULES

LAYERS = (  # a module may import those before it, never those after it
    "supported",
    "warm",
    "spec",
    "exercises",
    "sandbox",
    "run",
    "diagnosis",
    "entries",
    "judge",
    "fair",
    "course",
    "folder",
    "fingerprint",
    "safe",
    "grade",
    "wrong_map",
    "report",
    "feedback",
    "submissions",
    "demo",
    "plugin",
    "artefacts",
    "marks",
    "export",
    "archive",
    "gradescope",
    "canvas_file",
    "export_lms",
    "handout",
    "batch",
    "class_report",
    "pytest_plugin",
    "proof",
    "download",
    "cli",
    "__main__",
)


def imported(path: Path, package: str) -> set[str]:
    """The modules of `autograder` that a file imports, by dotted name; relative imports resolved from `package`."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, [base, node.module]))
            names |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return {name.removeprefix("autograder.") for name in names if name.startswith("autograder.")}


def modules(course: Course) -> list[tuple[Path, str]]:
    root = course.root / "autograder"
    files = [path for path in sorted(root.rglob("*.py")) if "samples" not in path.parts]
    return [(path, ".".join(path.relative_to(course.root).parent.parts)) for path in files]


def test_imports_point_one_way(course: Course):
    for path, package in modules(course):
        parts = path.relative_to(course.root / "autograder").with_suffix("").parts
        if parts[0] == "__init__":
            continue
        own = LAYERS.index(parts[0])
        for name in imported(path, package):
            first = name.split(".")[0]
            if first in LAYERS and first != parts[0]:
                assert LAYERS.index(first) < own, f"{path} imports {name}"


def test_the_childs_side_imports_only_itself(course: Course):
    for name in CHILD_MODULES:
        found = imported(course.root / "autograder" / "sandbox" / f"{name}.py", "autograder.sandbox")
        assert {module.split(".")[1] for module in found if module != "sandbox"} <= set(CHILD_MODULES)


def test_the_students_library_knows_nothing_of_the_grader(course: Course):
    for path in (course.source / "cs231n").rglob("*.py"):
        assert "autograder" not in path.read_text()


def test_the_child_has_loaded_nothing_of_the_grader(engine: Engine):
    code = """
import gc, sys
loaded = sorted(name for name in sys.modules if name.split(".")[0] in ("autograder", "solutions"))
arrays = sum(type(thing).__name__ in ("Exercise", "Mistake", "Judge") for thing in gc.get_objects())
print(loaded, arrays)
"""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    engine.grade(notebook, "1_rnn_layers")
    (output,) = notebook.cells[0].outputs
    expected = ["autograder", "autograder.sandbox", *sorted(f"autograder.sandbox.{name}" for name in CHILD_MODULES[1:])]
    assert output.text.strip() == f"{expected} 0"


def test_no_expected_value_is_sent_to_the_child(course: Course, whole_code: str, monkeypatch: pytest.MonkeyPatch):
    sent: list[bytes] = []
    pack = wire.pack

    def record(header: dict, arrays: dict | None = None) -> bytes:
        sent.append(pack(header, arrays))
        return sent[-1]

    monkeypatch.setattr(wire, "pack", record)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(whole_code)])
    with Engine(course) as engine:
        graded = [engine.grade(nbformat.from_dict(notebook), path.stem) for path in course.notebooks]
    assert all(judgement.fraction == 1.0 for each in graded for judgement in each.judgements.values())

    judge, traffic = Judge(course.reference(), SEED), b"".join(sent)
    for exercise in IN_ORDER:
        for case in exercise.cases:
            given = [np.ascontiguousarray(array).tobytes() for array in judge.inputs(exercise, case).values()]
            assert all(data in traffic for data in given)  # this test does see what crosses
            for value in judge.expected(exercise, case).values():
                answer = np.ascontiguousarray(value).tobytes()
                told = np.size(value) > 5 or np.asarray(value).dtype.kind == "f"  # a few word ids may be anywhere
                own = told and np.any(value) and not any(answer in data for data in given)  # not zeros, nor an input
                assert not own or answer not in traffic, (exercise.name, case.name)
