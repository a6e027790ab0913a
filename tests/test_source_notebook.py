"""The source of notebook 1: its format, its nbgrader metadata, its drawings, its solutions' values."""

import contextlib
import io
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import nbformat
import numpy as np
import pytest

SOURCE = Path(__file__).resolve().parents[1] / "source" / "rnn_captioning"
NOTEBOOK = SOURCE / "1_rnn_layers.ipynb"
DRAWINGS = sorted((SOURCE / "figures").iterdir())

POINTS = {
    "rnn_step_forward": 6,
    "rnn_step_backward": 10,
    "rnn_forward": 8,
    "rnn_backward": 12,
    "word_embedding_forward": 4,
    "word_embedding_backward": 6,
    "temporal_softmax_loss": 8,
}
QUESTION = "question_gradients_through_time"
SIGNATURES = {
    "rnn_step_forward": "(x, prev_h, Wx, Wh, b)",
    "rnn_step_backward": "(dnext_h, cache)",
    "rnn_forward": "(x, h0, Wx, Wh, b)",
    "rnn_backward": "(dh, cache)",
    "word_embedding_forward": "(x, W)",
    "word_embedding_backward": "(dout, cache)",
    "temporal_softmax_loss": "(x, y, mask, verbose=False)",
}
PRINTED_LIMITS = {  # the errors that the visible checks print, with the published limit
    "rnn_step_forward": {"next_h": 1e-8},
    "rnn_step_backward": dict.fromkeys(["dx", "dprev_h", "dWx", "dWh", "db"], 1e-8),
    "rnn_forward": {"h": 1e-7},
    "rnn_backward": dict.fromkeys(["dx", "dh0", "dWx", "dWh", "db"], 1e-6),
    # The published array is rounded to 8 digits, which puts the exact one 1.00000001e-8 away from it.
    "word_embedding_forward": {"out": 1.0000001e-8},
    "word_embedding_backward": {"dW": 1e-11},
    "temporal_affine": dict.fromkeys(["dx", "dw", "db"], 1e-9),
    "temporal_softmax_loss": {"dx": 1e-7},
}
REGION = re.compile(r"^( *)### BEGIN SOLUTION\n(.*?)^\1### END SOLUTION$", re.S | re.M)
MARKER = re.compile(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)")
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(NOTEBOOK, as_version=4)


@pytest.fixture(scope="module")
def graded(notebook):
    """The cells that nbgrader knows, by grade id, in the notebook's order."""
    return {c.metadata.nbgrader.grade_id: c for c in notebook.cells if "nbgrader" in c.metadata}


@pytest.fixture
def solved(graded):
    """A namespace in which the setup and every solution have run, as in the solved notebook."""
    namespace = {"np": np}
    exec("from cs231n.gradient_check import *", namespace)
    for name in (*POINTS, "given_temporal_affine"):
        exec(graded[name].source, namespace)
    return namespace


def roles(cell):
    meta = cell.metadata.nbgrader
    return meta.grade, meta.solution, meta.locked


def test_it_is_a_valid_notebook_as_jupyter_writes_it(notebook):
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    assert notebook.metadata.kernelspec == kernel
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def test_nbgrader_accepts_its_metadata(notebook, graded):
    from nbgrader.nbgraderformat import MetadataValidator

    MetadataValidator().validate_nb(notebook)
    assert all(cell.metadata.nbgrader.schema_version == 3 for cell in graded.values())


def test_ids_are_unique_and_readable(notebook, graded):
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", id_) for id_ in ids)
    assert all(cell.id == grade_id for grade_id, cell in graded.items())


def test_the_exercises_are_in_order_and_worth_sixty_points(graded):
    assert [grade_id for grade_id in graded if grade_id in POINTS] == list(POINTS)
    points = {i: c.metadata.nbgrader.points for i, c in graded.items() if "points" in c.metadata.nbgrader}
    assert points == {**{f"check_{name}": value for name, value in POINTS.items()}, QUESTION: 6}
    assert sum(points.values()) == 60


def test_the_text_states_the_points_of_the_metadata(notebook):
    table = dict(re.findall(r"^\| \d+ \| `(\w+)` \| (\d+) \|$", notebook.cells[0].source, re.M))
    assert {name: int(value) for name, value in table.items()} == POINTS
    for name, value in POINTS.items():
        heading = f"**Exercise `{name}` · {value} points**"
        assert sum(heading in cell.source for cell in notebook.cells) == 1, name


@pytest.mark.parametrize("name", POINTS)
def test_an_exercise_is_text_then_solution_then_both_checks(notebook, graded, name):
    ids = [cell.id for cell in notebook.cells]
    at = ids.index(name)
    assert ids[at - 1 : at + 3] == [f"text_{name}", name, f"visible_{name}", f"check_{name}"]
    assert roles(graded[name]) == (False, True, False)
    assert roles(graded[f"visible_{name}"]) == (False, False, True)
    assert roles(graded[f"check_{name}"]) == (True, False, True)
    assert graded[f"check_{name}"].source == f'check("{name}")'
    for check in (f"visible_{name}", f"check_{name}"):
        assert "raises-exception" in graded[check].metadata.tags
        assert ("demo" in graded[check].metadata.tags) == (check != f"check_{name}")


@pytest.mark.parametrize("name", POINTS)
def test_an_exercise_is_explained(notebook, name):
    text = next(cell.source for cell in notebook.cells if cell.id == f"text_{name}")
    assert text.count("$") >= 2, "a formula"
    assert "| array | shape | meaning |" in text, "a table of shapes"
    assert "**Hints**" in text
    assert IMAGE.search(text), "a drawing"


def test_the_affine_layer_is_given_and_the_question_is_graded_by_hand(graded):
    assert roles(graded["given_temporal_affine"]) == (False, False, True)
    assert roles(graded["visible_temporal_affine"]) == (False, False, True)
    assert roles(graded[QUESTION]) == (True, True, False)
    assert graded[QUESTION].cell_type == "markdown"
    assert REGION.fullmatch(graded[QUESTION].source), "the whole cell is the model answer"


@pytest.mark.parametrize("name", POINTS)
def test_clearing_a_solution_leaves_signature_and_docstring(graded, name):
    from nbgrader.preprocessors import ClearSolutions

    assert len(REGION.findall(graded[name].source)) == 1
    notebook = nbformat.v4.new_notebook(cells=[nbformat.from_dict(graded[name])])
    notebook.metadata.kernelspec = {"language": "python"}
    cleared, _ = ClearSolutions().preprocess(notebook, {})
    stub = cleared.cells[0].source
    assert stub.startswith(f'def {name}{SIGNATURES[name]}:\n    """')
    assert stub.endswith('    """\n    # YOUR CODE HERE\n    raise NotImplementedError()')
    docstring = stub.split('"""')[1]
    for word in ("Inputs:", "Returns", "shape (", *re.findall(r"(?<!=)\b\w+(?=[,)=])", SIGNATURES[name])):
        assert word in docstring, word


def test_solution_marks_are_in_solution_cells_only(notebook):
    for cell in notebook.cells:
        solution = cell.metadata.get("nbgrader", {}).get("solution", False)
        outside = REGION.sub("", cell.source)
        assert bool(REGION.search(cell.source)) == solution, cell.id
        assert not MARKER.search(outside), cell.id


def test_no_solution_is_given_away_elsewhere(notebook, graded):
    others = "\n".join(cell.source for cell in notebook.cells if cell.id not in POINTS)
    for name in POINTS:
        for line in REGION.search(graded[name].source)[2].splitlines():
            statement = line.split("#")[0].strip()
            if len(statement) > 14 and not statement.startswith(("return", "N, T")):
                assert statement not in others, f"{name}: {statement}"


def test_other_files_for_students_hold_no_marked_secrets():
    for path in SOURCE.rglob("*"):
        if path.suffix in {".py", ".svg", ".md", ".txt", ".json"}:
            assert not MARKER.search(path.read_text(encoding="utf-8")), path


def test_it_installs_nothing_and_runs_no_shell(notebook):
    for cell in notebook.cells:
        assert not re.search(r"\bpip\b", cell.source), cell.id
        shell = re.search(r"^\s*!|%(sh|bash|sx|system)\b", cell.source, re.M)
        assert cell.cell_type == "markdown" or not shell, cell.id


def test_every_drawing_is_there_and_described(notebook):
    used = [image for cell in notebook.cells for image in IMAGE.findall(cell.source)]
    assert sorted(path for _, path in used) == sorted(f"figures/{drawing.name}" for drawing in DRAWINGS)
    assert 5 <= len(used) <= 7
    assert all(len(alt) > 60 for alt, _ in used)


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_a_drawing_is_small_titled_and_self_contained(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) < 6 * 1024
    svg = "{http://www.w3.org/2000/svg}"
    root = ET.fromstring(text)
    assert root.find(f"{svg}title").text
    assert len(root.find(f"{svg}desc").text) > 60
    background = next(item for item in root if item.tag == f"{svg}rect")
    assert background.get("fill") == "#fbfcfe", "readable on dark pages too"
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def printed_by(source, namespace):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(source, namespace)
    return printed.getvalue()


@pytest.mark.parametrize("name", PRINTED_LIMITS)
def test_the_solutions_meet_the_published_limits(solved, graded, name):
    printed = printed_by(graded[f"visible_{name}"].source, solved)
    errors = re.findall(r"^(\w+) error: +(\S+)$", printed, re.M)
    assert [output for output, _ in errors] == list(PRINTED_LIMITS[name])
    for output, error in errors:
        assert float(error) < PRINTED_LIMITS[name][output], output


def test_the_loss_has_the_published_size(solved, graded):
    printed = printed_by(graded["visible_temporal_softmax_loss"].source, solved)
    one, ten, masked = map(float, printed.splitlines()[:3])
    assert one == pytest.approx(2.3, abs=0.01)
    assert ten == pytest.approx(23, abs=0.1)
    assert 2.2 < masked < 2.4


@pytest.mark.parametrize("name", PRINTED_LIMITS)
def test_a_visible_check_says_its_limits(graded, name):
    comment = graded[f"visible_{name}"].source.partition("\n\n")[0]
    for limit in PRINTED_LIMITS[name].values():
        assert f"{limit:.0e}".replace("e-0", "e-") in comment


def test_the_words_of_the_example(solved, notebook):
    cells = {cell.id: cell.source for cell in notebook.cells}
    for name in ("word_ids", "see_word_vectors", "repeated_ids"):
        printed_by(cells[name], solved)
    assert solved["word_ids"].tolist() == [[0, 3, 1], [1, 3, 0]]
    assert solved["vectors"].tolist() == [[[2, 3], [-2, -3], [3, 2]], [[3, 2], [-2, -3], [2, 3]]]
    assert solved["totals"].tolist() == [101, 0, 0, 10]


@pytest.mark.parametrize("sizes", [(1, 1, 1, 1), (1, 4, 3, 2), (3, 1, 2, 4), (2, 25, 3, 1)], ids=str)
def test_the_solutions_agree_with_complex_step_derivatives(solved, sizes):
    N, T, D, H = sizes
    rng = np.random.default_rng(N + T)
    # Reversed and transposed views: nothing may depend on the memory layout.
    x = rng.standard_normal((T, N, D)).transpose(1, 0, 2)[:, ::-1]
    arrays = [x, *(0.6 * rng.standard_normal(s)[::-1] for s in [(N, H), (D, H), (H, H), (H,)])]
    dh = rng.standard_normal((H, T, N)).T
    before = [array.copy() for array in (*arrays, dh)]

    h, cache = solved["rnn_forward"](*arrays)
    gradients = solved["rnn_backward"](dh, cache)

    assert h.shape == (N, T, H)
    for i, (array, gradient) in enumerate(zip(arrays, gradients, strict=True)):
        assert gradient.shape == array.shape
        direction = rng.standard_normal(array.shape)
        moved = [a + 1e-20j * direction if i == j else a for j, a in enumerate(arrays)]
        slope = np.sum(solved["rnn_forward"](*moved)[0] * dh).imag / 1e-20
        assert np.sum(gradient * direction) == pytest.approx(slope, rel=1e-10)
    for array, copy in zip((*arrays, dh), before, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("sizes", [(1, 1, 1), (1, 5, 4), (3, 1, 6), (4, 3, 2)], ids=str)
@pytest.mark.parametrize("scale", [1, 1e4])
def test_the_loss_agrees_with_complex_step_derivatives(solved, sizes, scale):
    N, T, V = sizes
    rng = np.random.default_rng(N * T)
    x = scale * rng.standard_normal((V, T, N)).T
    y = rng.integers(V, size=(N, T))
    mask = np.arange(N * T).reshape(N, T) % 2 == 0
    loss, dx = solved["temporal_softmax_loss"](x, y, mask)
    assert np.isfinite(loss)
    assert dx.shape == x.shape
    assert not dx[~mask].any()
    for index in np.ndindex(x.shape):
        moved = x.astype(complex)
        moved[index] += 1e-20j
        slope = solved["temporal_softmax_loss"](moved, y, mask)[0].imag / 1e-20
        assert dx[index] == pytest.approx(slope, rel=1e-10, abs=1e-12)


def test_the_loss_of_nothing_but_filling_is_zero(solved):
    y, mask = np.zeros((2, 3), int), np.zeros((2, 3), bool)
    loss, dx = solved["temporal_softmax_loss"](np.ones((2, 3, 4)), y, mask)
    assert loss == 0
    assert not dx.any()


def test_the_embedding_gradient_adds_repeats_and_takes_complex_values(solved):
    x = np.array([[2, 2, 0]])
    W = np.arange(8.0).reshape(4, 2)
    out, cache = solved["word_embedding_forward"](x, W)
    dW = solved["word_embedding_backward"]((1 + 1j) * np.ones_like(out), cache)
    np.testing.assert_array_equal(dW, (1 + 1j) * np.array([[1, 1], [0, 0], [2, 2], [0, 0]]))
