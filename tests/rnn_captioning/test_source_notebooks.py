"""The source notebooks: their format, their nbgrader metadata, their texts and drawings, what they give away."""

from __future__ import annotations

import hashlib
import inspect
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbformat import NotebookNode
from PIL import Image

from autograder.release import POINTS, points_by_cell, with_points
from tests.support.house import ASSIGNMENT, IN_ORDER

SOURCE = ASSIGNMENT.source
DRAWINGS = sorted((SOURCE / "figures").glob("*.svg"))
TOTALS = {"1_rnn_layers": 60, "2_captioning": 40, "3_lstm": 50, "4_attention": 60}
QUESTIONS = {  # the written ones, 6 points each
    "1_rnn_layers": "question_gradients_through_time",
    "2_captioning": "question_words_or_characters",
    "3_lstm": "question_cell_state",
    "4_attention": "question_attention",
}
EXERCISES = [(notebook, name) for notebook in TOTALS for name in ASSIGNMENT.points(notebook)]
WRITTEN = [(notebook, name) for notebook, name in EXERCISES if not name.endswith("training")]  # with a cell of code
REGION = re.compile(r"^( *)### BEGIN SOLUTION\n(.*?)^\1### END SOLUTION$", re.S | re.M)
MARKER = re.compile(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)")
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
FOLD = re.compile(r"<details>\n<summary>[^\n]+</summary>\n\n.*?\n\n</details>", re.S)
SVG = "{http://www.w3.org/2000/svg}"


def read(name: str) -> NotebookNode:
    return nbformat.read(SOURCE / f"{name}.ipynb", as_version=4)


def graded(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """The cells that nbgrader knows, by grade id, in the notebook's order."""
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}


def roles(cell: NotebookNode) -> tuple[bool, bool, bool]:
    meta = cell.metadata.nbgrader
    return meta.grade, meta.solution, meta.locked


@pytest.fixture(params=TOTALS)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def notebook(name: str) -> NotebookNode:
    return read(name)


def test_all_notebooks_are_known():
    assert [path.stem for path in ASSIGNMENT.notebooks] == list(TOTALS)
    assert [exercise for _, exercise in EXERCISES] == [exercise.name for exercise in IN_ORDER]


def test_it_is_a_valid_notebook_as_jupyter_writes_it(name: str, notebook: NotebookNode):
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    assert notebook.metadata.kernelspec == kernel
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)
    text = (SOURCE / f"{name}.ipynb").read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def test_nbgrader_accepts_its_metadata(notebook: NotebookNode):
    from nbgrader.nbgraderformat import MetadataValidator

    MetadataValidator().validate_nb(notebook)
    assert all(cell.metadata.nbgrader.schema_version == 3 for cell in graded(notebook).values())


def test_ids_are_unique_and_readable(notebook: NotebookNode):
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", id_) for id_ in ids)
    assert all(cell.id == grade_id for grade_id, cell in graded(notebook).items())


def test_the_points_add_up_and_the_text_states_them(name: str, notebook: NotebookNode):
    points = {i: c.metadata.nbgrader.points for i, c in graded(notebook).items() if "points" in c.metadata.nbgrader}
    exercises = ASSIGNMENT.points(name)
    assert points == {**{f"check_{exercise}": value for exercise, value in exercises.items()}, QUESTIONS[name]: 6}
    assert sum(points.values()) == TOTALS[name]
    by_cell = points_by_cell(SOURCE / f"{name}.ipynb")
    texts = [with_points(cell.source, by_cell) for cell in notebook.cells if cell.cell_type == "markdown"]
    assert not any(POINTS.search(text) for text in texts)  # every name in {points:...} is that of a cell
    welcome = texts[0]
    table = dict(re.findall(r"^\| \d+ \| `(\w+)` \| (\d+) \|$", welcome, re.M))
    assert {exercise: exercises[exercise] for exercise in table} == {k: int(value) for k, value in table.items()}
    assert set(exercises) - set(table) <= {"captioning_rnn_training"}
    assert f"**{TOTALS[name]}**" in welcome
    for exercise, value in exercises.items():
        assert sum(f" `{exercise}` · {value:g} points**" in text for text in texts) == 1, exercise


def test_no_text_has_points_that_were_typed_by_hand(notebook: NotebookNode):
    for cell in (cell for cell in notebook.cells if cell.cell_type == "markdown"):
        assert not re.search(r"· \d+ points|^\| (\d+ )?\|.*\| \**\d+\** \|$", cell.source, re.M), cell.id


@pytest.mark.parametrize(("home", "exercise"), WRITTEN)
def test_an_exercise_is_text_then_solution_then_checks(home: str, exercise: str):
    notebook = read(home)
    cells, ids = graded(notebook), [cell.id for cell in notebook.cells]
    assert ids[ids.index(exercise) - 1] == f"text_{exercise}"
    assert ids.index(exercise) < ids.index(f"check_{exercise}")
    assert roles(cells[exercise]) == (False, True, False)
    assert roles(cells[f"check_{exercise}"]) == (True, False, True)
    assert cells[f"check_{exercise}"].source == f'check("{exercise}")'


def test_only_graded_checks_and_definitions_run_for_marks(notebook: NotebookNode):
    """Everything else is a demo, and a check may fail without stopping Run All."""
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        tags, kind = cell.metadata.get("tags", []), cell.metadata.get("nbgrader", {})
        needed = cell.id == "setup" or kind.get("solution") or cell.id.startswith(("given_", "check_"))
        assert ("demo" in tags) != bool(needed), cell.id
        if cell.id.startswith(("check_", "visible_")):
            assert "raises-exception" in tags and roles(cell) == (cell.id.startswith("check_"), False, True), cell.id


@pytest.mark.parametrize(("home", "exercise"), WRITTEN)
def test_an_exercise_is_explained(home: str, exercise: str):
    text = next(cell.source for cell in read(home).cells if cell.id == f"text_{exercise}")
    assert "| array | shape | meaning |" in text, "a table of shapes"
    assert "<summary><b>Hints</b></summary>" in text
    if home == "1_rnn_layers":
        assert text.count("$") >= 2, "a formula"
        assert IMAGE.search(text), "a drawing"


def test_folds_are_closed_and_their_texts_are_rendered(notebook: NotebookNode):
    for text in (cell.source for cell in notebook.cells if cell.cell_type == "markdown"):
        assert text.count("<details>") == text.count("</details>") == len(FOLD.findall(text)), (
            "markdown after a blank line"
        )
        assert "<details " not in text, "none is open from the start"


def test_the_worked_example_is_what_the_reference_gives():
    text = next(cell.source for cell in read("1_rnn_layers").cells if cell.id == "text_rnn_backward")
    reference = ASSIGNMENT.reference()
    one = np.ones((1, 1))
    h, cache = reference["rnn_forward"](np.array([[[1.0], [0.0]]]), 0 * one, 0.5 * one, 0.8 * one, np.zeros(1))
    _, dh0, dWx, dWh, db = (float(each.sum()) for each in reference["rnn_backward"](np.ones((1, 2, 1)), cache))
    assert f"$dW_x = {dWx:.3f}$, $dW_h = {dWh:.3f}$, $db = {db:.3f}$" in text
    assert all(f"{value:.3f}" in text for value in (*h.ravel(), dh0))


def test_what_has_to_be_read_stays_short():
    """Words outside tables, code, folds and model answers, of all notebooks together."""
    texts = [cell.source for name in TOTALS for cell in read(name).cells if cell.cell_type == "markdown"]
    prose = [re.sub(r"^\|.*$|```.*?```", "", FOLD.sub("", REGION.sub("", text)), flags=re.M | re.S) for text in texts]
    assert sum(len(text.split()) for text in prose) < 9200


def test_the_question_is_graded_by_hand(name: str, notebook: NotebookNode):
    question = graded(notebook)[QUESTIONS[name]]
    assert roles(question) == (True, True, False)
    assert question.cell_type == "markdown"
    assert REGION.fullmatch(question.source), "the whole cell is the model answer"
    assert len(question.source) > 800 and "point for" in question.source


@pytest.mark.parametrize(("home", "exercise"), WRITTEN)
def test_clearing_a_solution_leaves_signature_and_docstring(home: str, exercise: str):
    from nbgrader.preprocessors import ClearSolutions

    cell = graded(read(home))[exercise]
    assert len(REGION.findall(cell.source)) == 1
    notebook = nbformat.v4.new_notebook(cells=[nbformat.from_dict(cell)])
    notebook.metadata.kernelspec = {"language": "python"}
    cleared, _ = ClearSolutions().preprocess(notebook, {})
    stub = cleared.cells[0].source
    signature = str(inspect.signature(ASSIGNMENT.reference()[exercise]))
    assert stub.startswith(f'def {exercise}{signature}:\n    """')
    assert stub.endswith('    """\n    # YOUR CODE HERE\n    raise NotImplementedError()')
    docstring = stub.split('"""')[1]
    for word in ("Inputs:", "Returns", "shape (", *re.findall(r"(?<!=)\b\w+(?=[,)=])", signature)):
        assert word in docstring, word


def test_solution_marks_are_in_solution_cells_only(notebook: NotebookNode):
    for cell in notebook.cells:
        solution = cell.metadata.get("nbgrader", {}).get("solution", False)
        outside = REGION.sub("", cell.source)
        assert bool(REGION.search(cell.source)) == solution, cell.id
        assert not MARKER.search(outside), cell.id


def test_no_solution_is_given_away_elsewhere(name: str, notebook: NotebookNode):
    others = "\n".join(cell.source for cell in notebook.cells if not REGION.search(cell.source))
    cells = graded(notebook)
    for exercise in (exercise for home, exercise in WRITTEN if home == name):
        for line in REGION.search(cells[exercise].source)[2].splitlines():
            statement = line.split("#")[0].strip()
            if len(statement) > 14 and not statement.startswith(("return", "N, T")):
                assert statement not in others, f"{exercise}: {statement}"


def test_other_files_for_students_hold_no_marked_secrets():
    for path in SOURCE.rglob("*"):
        if path.suffix in {".py", ".svg", ".md", ".txt", ".json"}:
            assert not MARKER.search(path.read_text(encoding="utf-8")), path


def test_it_installs_nothing_and_runs_no_shell(notebook: NotebookNode):
    for cell in notebook.cells:
        assert not re.search(r"\bpip\b", cell.source), cell.id
        shell = re.search(r"^\s*!|%(sh|bash|sx|system)\b", cell.source, re.M)
        assert cell.cell_type == "markdown" or not shell, cell.id


def test_every_drawing_is_there_and_described():
    used = [image for name in TOTALS for cell in read(name).cells for image in IMAGE.findall(cell.source)]
    copies = {path.with_suffix(".png") for path in DRAWINGS}
    figures = [f"figures/{path.name}" for path in sorted((SOURCE / "figures").iterdir()) if path not in copies]
    assert sorted(path for _, path in used) == figures
    assert all(len(alt) > 60 for alt, _ in used)


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_a_drawing_is_small_titled_and_self_contained(path: Path):
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) < 9 * 1024
    root = ET.fromstring(text)
    assert root.find(f"{SVG}title").text
    assert len(root.find(f"{SVG}desc").text) > 60
    background = next(item for item in root if item.tag == f"{SVG}rect")
    assert background.get("class") == "page", "readable on any page"
    assert re.search(r"^\.page\{fill:#e4e9ee", text, re.M), "and no glare on dark ones"
    assert "@media (prefers-color-scheme:dark){\n.page{fill:#1d232a" in text
    assert not re.search(r'(fill|stroke)="#', text), "colours are classes, so that the dark theme reaches all"
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_the_png_beside_a_drawing_was_made_from_it(path: Path):
    made_from = Image.open(path.with_suffix(".png")).text["Source SHA-256"]
    assert made_from == hashlib.sha256(path.read_bytes()).hexdigest(), "run python scripts/drawings.py"
