"""A function is judged as it stood at its own check cell; what is put right below it counts, too."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.assignment import Assignment, load
from autograder.building import artefacts, solved
from autograder.building.submissions import fill_in
from autograder.cells import grade_id
from autograder.engine import Engine, Graded
from autograder.rendering.verdicts import told
from tests.support.house import ROOT
from tests.support.solving import pretend

EXAMPLE, NAME = ROOT / "docs" / "examples" / "line_fitting", "line_fitting"
PREDICT = "def predict(X, W, b):\n    return X @ W + b\n"
WRONG = "def predict(X, W, b):\n    return X @ W\n"
LOSS = """
def squared_loss(X, targets, W, b):
    N, error = len(X), predict(X, W, b) - targets
    return np.sum(error**2) / N, 2 * X.T @ error / N, 2 * error.sum(axis=0) / N
"""
SUMS = """
def squared_loss(X, targets, W, b):
    N, error = len(X), predict(X, W, b) - targets
    return sum(sum(error**2)) / N, 2 * X.T @ error / N, 2 * sum(error) / N
"""


@pytest.fixture(scope="module")
def course(assignment: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """The example of docs/write_assignment.md, built without running a cell."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(EXAMPLE, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solved, "_execute", pretend)
        artefacts.build(load(root, NAME), lambda _: None)
    return load(root, NAME)


@pytest.fixture(scope="module")
def running(course: Assignment) -> Iterator[Engine]:
    with Engine(course) as engine:
        yield engine


@pytest.fixture
def notebook(course: Assignment) -> NotebookNode:
    """The released notebook."""
    return nbformat.read(course.release / "fit.ipynb", as_version=4)


def place_of(notebook: NotebookNode, name: str) -> int:
    return [grade_id(cell) for cell in notebook.cells].index(name)


def put_below(notebook: NotebookNode, name: str, *sources: str) -> None:
    """Cells below the check cell of an exercise."""
    for source in reversed(sources):
        notebook.cells.insert(place_of(notebook, f"check_{name}") + 1, new_code_cell(source))


def fractions(graded: Graded) -> list[float]:
    return [graded.fraction("predict"), graded.fraction("squared_loss")]


@pytest.fixture
def grade(running: Engine, notebook: NotebookNode):
    """Grades these solutions with further cells below the last check cell, or below the first."""

    def graded(code: str, *last: str, first: tuple[str, ...] = (), folder: Path | None = None) -> Graded:
        filled = fill_in(notebook, code)
        put_below(filled, "squared_loss", *last)
        put_below(filled, "predict", *first)
        return running.grade(filled, "fit", folder)

    return graded


USED_AGAIN = {
    "a function's name for a number": "predict = squared_loss = 3",
    "a function that was tried again and not finished": "def predict(X, W, b):\n    raise NotImplementedError",
    "a function of another kind": "def squared_loss(*given):\n    return None",
    "the name of numpy": "np = 3",
    "a built-in function's name": "sum, len = 0, 1",
    "numpy's names in the place of built-in ones": "from math import *\nfrom numpy import *",
    "a function that is deleted": "del predict",
    "all names deleted": "%reset -f",
    "another folder": "%cd ..",
    "another folder by hand": "import os\nos.makedirs('results')\nos.chdir('results')",
    "a folder that is no longer there": "import os, shutil\nos.mkdir('gone')\nos.chdir('gone')\nos.rmdir('../gone')",
    "the built-in functions themselves": "__builtins__ = {}",
    "a class": "class predict:\n    pass",
    "a loop's variable": "for np in range(3):\n    pass",
    "an import": "from operator import add as predict, sub as squared_loss",
    "a generator": "predict = (each for each in range(3))",
    "a global that a function sets": "def again():\n    global predict\n    predict = None\nagain()",
    "the namespace itself": "globals().update(dict.fromkeys(['np', 'predict', 'squared_loss']))",
    "an error at the end": "predict = None\n1 / 0",
    "an end of the process": "import os\nos._exit(1)",
}


@pytest.mark.slow
@pytest.mark.parametrize("below", USED_AGAIN.values(), ids=USED_AGAIN)
def test_a_name_that_is_used_again_below_changes_no_mark(grade, below):
    graded = grade(PREDICT + SUMS, below)
    assert fractions(graded) == [1.0, 1.0]
    assert not any(judgement.basis for judgement in graded.judgements.values())


@pytest.mark.slow
def test_snapshots_are_there_again_when_the_process_has_ended(grade):
    assert fractions(grade(PREDICT + SUMS, "predict = np = None", "import os\nos._exit(1)", "sum = 3")) == [1.0, 1.0]


PUT_RIGHT = {
    "the function": ("", WRONG + LOSS, PREDICT),
    "a helper": ("", "def plus(a, b):\n    return a\ndef predict(X, W, b):\n    return plus(X @ W, b)\n" + LOSS,
                 "def plus(a, b):\n    return a + b"),
    "a helper that was not there": ("", "def predict(X, W, b):\n    return plus(X @ W, b)\n" + LOSS,
                                    "def plus(a, b):\n    return a + b"),
    "a value": ("SIGN = -1", "def predict(X, W, b):\n    return X @ W + SIGN * b\n" + LOSS, "SIGN = 1"),
    "a function in a wrapper": (
        "import functools",
        "def plus(a, b):\n    return a\n\n@functools.lru_cache(maxsize=None)\ndef both():\n    return plus\n"
        "def predict(X, W, b):\n    return both()(X @ W, b)\n" + LOSS,
        "def plus(a, b):\n    return a + b\nboth.cache_clear()",
    ),
    "a class": ("", "class Line:\n    def __call__(self, a, b):\n        return a\n"
                "def predict(X, W, b):\n    return Line()(X @ W, b)\n" + LOSS,
                "class Line:\n    def __call__(self, a, b):\n        return a + b"),
    "a patched class": ("", "class Line:\n    def plus(self, a, b):\n        return a\n"
                        "def predict(X, W, b):\n    return Line().plus(X @ W, b)\n" + LOSS,
                        "Line.plus = lambda self, a, b: a + b"),
    "an unwritten function": ("", "def predict(X, W, b):\n    raise NotImplementedError\n" + LOSS, PREDICT),
    "a function that ends the run": ("", "def predict(X, W, b):\n    raise SystemExit\n" + LOSS, PREDICT),
    "a file": ("open('sign', 'w').write('0')",
               "def predict(X, W, b):\n    return X @ W + int(open('sign').read()) * b\n" + LOSS,
               "import os\nos.mkdir('new')\nos.chdir('new')\nopen('sign', 'w').write('1')"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("above", "code", "below"), PUT_RIGHT.values(), ids=PUT_RIGHT)
def test_what_is_put_right_below_the_check_cell_counts(running, notebook, above, code, below):
    filled = fill_in(notebook, code)
    filled.cells.insert(1, new_code_cell(above))
    put_below(filled, "squared_loss", below)
    assert fractions(running.grade(filled, "fit")) == [1.0, 1.0]


def test_what_is_spoilt_between_two_checks_costs_no_more_than_before(grade):
    """The first function is right where it is checked; the second one is graded with it put right, and that is said."""
    graded = grade(PREDICT + LOSS, first=(WRONG,))
    assert fractions(graded) == [1.0, 1.0]
    judgement = graded.judgements["squared_loss"]
    assert judgement.basis.startswith("predict was right at its own check cell and is not where this exercise")
    assert judgement.because == ()


def test_a_carried_error_is_put_right_where_the_exercise_was_judged(grade):
    graded = grade(WRONG + LOSS, "np = 3")
    assert fractions(graded) == [0.0, 1.0]
    assert graded.judgements["squared_loss"].because == ("predict",)


def test_of_two_wrong_functions_the_better_counts(grade):
    half = LOSS.replace("2 * X.T", "3 * X.T")
    nothing = "def squared_loss(X, targets, W, b):\n    return 0.0, W, b"
    alone = fractions(grade(PREDICT + half))[1]
    assert 0 < alone < 1
    assert fractions(grade(PREDICT + half, nothing))[1] == fractions(grade(PREDICT + nothing, half))[1] == alone


def test_a_bad_end_as_of_the_end_is_told_once(grade):
    dies = "def predict(X, W, b):\n    import os\n    os._exit(1)\n"
    for code, below in ((WRONG, dies), (dies, "np = 3")):
        notes = [note.text for note in grade(code + LOSS, below).notes]
        assert notes.count("predict ended the Python process.") == 1


def test_check_cells_may_stand_elsewhere(running, course, notebook):
    filled = fill_in(notebook, PREDICT + LOSS)
    checks = [cell for cell in filled.cells if grade_id(cell).startswith("check_")]
    others = [cell for cell in filled.cells if not grade_id(cell).startswith("check_")]
    for cells in ([*checks, *others], [*others, *checks], others, [*checks, *others, *checks]):
        filled.cells = [nbformat.from_dict(cell) for cell in cells]
        assert fractions(running.grade(filled, "fit")) == [1.0, 1.0]


def test_ordinary_tests_find_the_names_as_they_are(grade):
    assert grade(PREDICT + LOSS).tests["test_descent"].fraction == 1.0
    assert grade(PREDICT + LOSS, "squared_loss = 3").tests["test_descent"].fraction == 0.0


DRAWS = {
    "numpy's generator": "np.random.rand() < 0.5",
    "python's generator": "__import__('random').random() < 0.5",
    "numbers of the top level": "DRAWN[0] < 0.5",
}


@pytest.mark.slow
@pytest.mark.parametrize("condition", DRAWS.values(), ids=DRAWS)
def test_code_that_draws_numbers_gets_one_mark(grade, condition):
    code = f"DRAWN = np.random.rand(3)\n\n\ndef predict(X, W, b):\n    return X @ W + b * ({condition})\n"
    marks = {fractions(grade(code + LOSS))[0] for _ in range(4)}
    assert len(marks) == 1


UNSTEADY = {
    "numpy's generator": "np.random.standard_normal(b.shape)",
    "a fresh generator": "np.random.default_rng().normal(size=b.shape)",
    "the system's": "int.from_bytes(__import__('os').urandom(2), 'big')",
    "the time": "__import__('time').perf_counter_ns()",
    "an address": "id(object()) % 1000 * np.random.rand()",
}


@pytest.mark.parametrize("drawn", UNSTEADY.values(), ids=UNSTEADY)
def test_values_that_change_from_call_to_call_are_told_and_blame_nobody(grade, drawn):
    graded = grade(f"def predict(X, W, b):\n    return X @ W + b + {drawn}\n" + LOSS)
    assert fractions(graded) == [0.0, 1.0]
    assert [each.mistake for each in graded.judgements["predict"].advice] == ["differs_from_call_to_call"]
    (said,) = told(graded)["predict"]
    assert said.startswith("Y: It is not the same when the same call is made twice: look for random numbers")
    assert graded.judgements["squared_loss"].because == ("predict",)


def test_luck_is_no_reason_to_blame_an_earlier_function(grade):
    """The second function is wrong in one of two calls; with the first one put right it is so as well."""
    flaky = LOSS.replace("2 * X.T", "(2 + (__import__('os').urandom(1)[0] % 64 > 0)) * X.T")
    for _ in range(3):
        assert fractions(grade(WRONG + flaky))[1] != 1.0


def test_wrong_values_that_stay_the_same_are_not_called_random(grade):
    graded = grade(WRONG + LOSS)
    assert [each.mistake for each in graded.judgements["predict"].advice] == ["no_bias"]
