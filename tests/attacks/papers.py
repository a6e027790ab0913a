"""Forging by the file itself: metadata, stored outputs, deleted and doubled cells, files that stand before modules."""

from __future__ import annotations

import json

import nbformat
from nbformat import NotebookNode

from autograder.cells import grade_id
from autograder.record import KEY, ExerciseRecord, Record, TestRecord

from .declare import Attack

FULL = {"output_type": "execute_result", "data": {"text/plain": "60.0"}, "metadata": {}, "execution_count": 1}
GRADED = Record(
    exercises={"rnn_step_forward": ExerciseRecord(1.0)},
    tests={"check_rnn_step_forward": TestRecord(1.0)},
    submission="0" * 64,
    assignment="0" * 64,
).dump()
SHADOW = "import sys\nprint('a shadow was loaded')\ndef __getattr__(name):\n    return lambda *a, **k: 0.0\n"
SHADOWS = (
    "h5py.py numpy.py numpy/__init__.py cs231n/__init__.py cs231n/check.py selfcheck/__init__.py selfcheck/compare.py"
    " selfcheck/snippet.py sitecustomize.py usercustomize.py autograder/__init__.py autograder/judging/judge.py"
    " safetensors.py json.py struct.py nbgrader/__init__.py"
)
SETTINGS = {
    "conftest.py": "def pytest_runtest_makereport(item, call):\n    raise SystemExit(0)\n",
    "pytest.ini": "[pytest]\naddopts = --collect-only\n",
    "setup.cfg": "[tool:pytest]\naddopts = --collect-only\n",
    "nbgrader_config.py": "c = get_config()\nc.Autograde.autograde_preprocessors = []\n",
    "jupyter_config.py": "c = get_config()\nc.Sandbox.minimum = 'process'\n",
    "x.pth": "import os; os._exit(0)\n",
}


def _checks(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if grade_id(cell).startswith("check_")]


def _skip(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution", "raises-exception", "remove-cell"]
        cell.metadata["deletable"] = cell.metadata["editable"] = False


def _raise_points(notebook: NotebookNode) -> None:
    for cell in _checks(notebook):
        cell.metadata.nbgrader.update(points=10_000, checksum="0" * 32, locked=False, solution=True, task=True)


def _rename_ids(notebook: NotebookNode) -> None:
    names = [grade_id(cell) for cell in _checks(notebook)]
    for cell, name in zip(_checks(notebook), reversed(names), strict=True):
        cell.metadata.nbgrader.grade_id = name
        cell.source = "60.0"


def _forge_outputs(notebook: NotebookNode) -> None:
    for cell in _checks(notebook):
        cell.outputs = [nbformat.from_dict(FULL)]
        cell.execution_count = 1
    notebook.metadata[KEY] = GRADED


def _delete(notebook: NotebookNode) -> None:
    notebook.cells = [cell for cell in notebook.cells if cell not in _checks(notebook)]


def _double(notebook: NotebookNode) -> None:
    for cell in _checks(notebook):
        twin = nbformat.from_dict(cell)
        twin.source, twin.id = "60.0", f"{cell.id[:40]}-2"
        twin.outputs = [nbformat.from_dict(FULL)]
        notebook.cells.append(twin)


def _other_types(notebook: NotebookNode) -> None:
    for cell in _checks(notebook):
        cell.update(cell_type="markdown", source="60 of 60 points")
        cell.pop("outputs"), cell.pop("execution_count")


def _nonsense(notebook: NotebookNode) -> None:
    for number, cell in enumerate(_checks(notebook)):
        cell.metadata.nbgrader = [None, 5, "grade", [], {"grade_id": ["check"], "points": "many"}, {}, True][number]


ATTACKS = (
    Attack("tags on the checks", "tags every cell as not to be run, or as allowed to fail", edit=_skip),
    Attack("more points", "changes points, checksums and locks in the checks' metadata", edit=_raise_points),
    Attack(
        "exchanged ids",
        "gives each check another one's id, and a source that is a number",
        edit=_rename_ids,
        status="repaired",
        note="edited",
    ),
    Attack("stored outputs", "stores outputs with full points and a record of a grading", edit=_forge_outputs),
    Attack("deleted checks", "deletes the graded cells", edit=_delete, status="repaired", note="put back"),
    Attack(
        "doubled checks",
        "adds copies of the checks that show points",
        edit=_double,
        status="repaired",
        note="more than",
        fails="not defined",
    ),
    Attack(
        "checks as text",
        "turns the checks into text cells",
        edit=_other_types,
        status="repaired",
        note="edited|cell type",
    ),
    Attack(
        "nonsense as metadata",
        "writes lists, numbers and nothing where metadata should be",
        edit=_nonsense,
        status="repaired",
        note="recognised|put back",
    ),
    Attack(
        "files that stand before modules",
        "hands in h5py.py, numpy.py, cs231n/, selfcheck/, sitecustomize.py and others, and imports them",
        """
import importlib, sys
ours = ("cs231n", "cs231n.check", "selfcheck", "selfcheck.compare", "selfcheck.snippet", "autograder")
for name in ("h5py", "numpy", *ours, "safetensors", "json", "struct"):
    sys.modules.pop(name, None)
sys.path.insert(0, "")
import h5py, numpy, cs231n, selfcheck
""",
        files=dict.fromkeys(SHADOWS.split(), SHADOW),
        note="ended the Python process|^$",
        costs=True,
    ),
    Attack(
        "settings of other tools",
        "hands in conftest.py, pytest.ini, nbgrader_config.py and .pth files",
        files={**SETTINGS, "more.json": json.dumps(GRADED)},
    ),
)
