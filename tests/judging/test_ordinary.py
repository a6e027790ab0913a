"""An ordinary test cell's score: nbgrader's own, but where a trick that costs nothing to refuse would pay."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.utils import determine_grade

from autograder.judging.ordinary import TestScore, points, score

MOST = 3.0
ERROR = {"output_type": "error", "ename": "AssertionError", "evalue": "no", "traceback": []}
WARNING = {"output_type": "stream", "name": "stderr", "text": "careful\n"}
PRINTED = {"output_type": "stream", "name": "stdout", "text": "1.0\n"}


def result(text: str) -> dict[str, Any]:
    return {"output_type": "execute_result", "data": {"text/plain": text}, "metadata": {}, "execution_count": 1}


def cell_with(*outputs: dict[str, Any]) -> NotebookNode:
    about = dict(grade=True, grade_id="t", locked=True, points=MOST, schema_version=3, solution=False, task=False)
    return nbformat.v4.new_code_cell(
        "", metadata={"nbgrader": {**about, "cell_type": "code"}}, outputs=[nbformat.from_dict(one) for one in outputs]
    )


ALIKE = {
    "nothing": (),
    "printed": (PRINTED,),
    "an error": (ERROR,),
    "printed, then an error": (PRINTED, ERROR),
    "a warning": (WARNING,),
    "a warning, then a number": (WARNING, result("2.0")),
    "a number": (result("1.5"),),
    "zero": (result("0"),),
    "all of it": (result("3"),),
    "a third": (result("0.3333333333333333"),),
    "seven tenths": (result("0.7"),),
    "below zero": (result("-1"),),
    "not a number": (result("nan"),),
    "a number of numpy's": (result("np.float64(1.5)"),),
    "a text": (result("'1.5'"),),
    "true": (result("True"),),
    "a list": (result("[1.5]"),),
    "a number with a sign and spaces": (result(" +1.5 "),),
    "a number with an underscore": (result("0_1"),),
}


@pytest.mark.parametrize("outputs", ALIKE.values(), ids=ALIKE)
def test_the_score_is_nbgraders(outputs: tuple[dict[str, Any], ...]) -> None:
    ours = score(cell_with(*outputs).outputs, MOST, warnings_cost=True)
    assert ours.points(MOST) == determine_grade(cell_with(*outputs))[0]


DIFFERENT = {  # outputs, nbgrader's points, None where it fails, and ours
    "more than the cell is worth": ((result("3.5"),), None, MOST),
    "without end": ((result("inf"),), None, MOST),
    "a value that shows nothing": ((result(""),), None, MOST),
    "a result before an error": ((result("'ok'"), ERROR), MOST, 0.0),
    "a number before an error": ((result("3"), ERROR), MOST, 0.0),
    "a result before a warning": ((result("'ok'"), WARNING), MOST, 0.0),
    "a result before a number": ((result("'ok'"), result("1")), MOST, 1.0),
    "a number before a smaller one": ((result("3"), result("1")), MOST, 1.0),
}


@pytest.mark.parametrize(("outputs", "theirs", "ours"), DIFFERENT.values(), ids=DIFFERENT)
def test_where_it_is_not(outputs: tuple[dict[str, Any], ...], theirs: float | None, ours: float) -> None:
    if theirs is None:
        with pytest.raises((KeyError, ValueError)):
            determine_grade(cell_with(*outputs))
    else:
        assert determine_grade(cell_with(*outputs))[0] == theirs
    assert score(cell_with(*outputs).outputs, MOST, warnings_cost=True).points(MOST) == ours


def test_warnings_cost_nothing_by_default() -> None:
    assert score([WARNING], MOST, warnings_cost=False) == TestScore(1.0)
    assert score([WARNING, result("1.5")], MOST, warnings_cost=False) == TestScore(0.5)
    assert score([WARNING, ERROR], MOST, warnings_cost=False) == TestScore(0.0, "AssertionError: no")


def test_what_is_ignored_costs_nothing() -> None:
    assert score([WARNING], MOST, True, "care") == TestScore(1.0)
    assert score([WARNING], MOST, True, "cart") == TestScore(0.0, "careful")


def test_more_than_the_cell_is_worth_is_told() -> None:
    assert score([result("3.5")], MOST, False) == TestScore(1.0, above=3.5)
    assert score([result("1")], 0.0, False) == TestScore(1.0, above=1.0)
    assert score([result("0")], 0.0, False) == TestScore(1.0)


def test_an_error_without_words_and_one_with_too_many() -> None:
    assert score([{**ERROR, "evalue": ""}], MOST, False).error == "AssertionError"
    assert len(score([{**ERROR, "evalue": "no" * 9999}], MOST, False).error) == 1000


@pytest.mark.parametrize("most", [0.5, 1, 3, 7, 10, 30])
def test_points_come_out_as_the_cell_gave_them(most: float) -> None:
    given = [number / 100 for number in range(int(100 * most) + 1)]
    assert [points(value / most, most) for value in given] == given
    assert points(1 / 3 / most, most) == pytest.approx(1 / 3, rel=1e-15)
