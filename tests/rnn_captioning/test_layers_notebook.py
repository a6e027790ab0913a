"""Notebook 1: what its visible checks print, and its solutions' values."""

import contextlib
import io
import re

import nbformat
import numpy as np
import pytest

from tests.support.house import ASSIGNMENT

NOTEBOOK = ASSIGNMENT.source / "1_rnn_layers.ipynb"

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
    for name in (*ASSIGNMENT.points(NOTEBOOK.stem), "given_temporal_affine"):
        exec(graded[name].source, namespace)
    return namespace


def roles(cell):
    meta = cell.metadata.nbgrader
    return meta.grade, meta.solution, meta.locked


def test_the_affine_layer_is_given(graded):
    assert roles(graded["given_temporal_affine"]) == (False, False, True)
    assert roles(graded["visible_temporal_affine"]) == (False, False, True)


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
