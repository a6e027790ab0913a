"""Numbers that may be a student's own: how they are marked, what a student gets, and what cannot be meant."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.errors import AssignmentError
from autograder.own_numbers import OwnNumber, own_numbers, put_usual, with_numbers, without_marks


def code(source: str, **about: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": {"nbgrader": about} if about else {}}


def text(source: str, **about: Any) -> dict[str, Any]:
    return {**code(source, **about), "cell_type": "markdown"}


CHOICES = {  # a line, and what its numbers may be
    "n = 4  ### OWN: 2 to 6": {"n": "2 3 4 5 6"},
    "N, hidden = 4, 8 ### OWN: 3 to 5, 4 to 16 by 4": {"N": "3 4 5", "hidden": "4 8 12 16"},
    "np.random.seed(231)### OWN seed: 230 to 232": {"seed": "230 231 232"},
    "y = f(x1, 1e-3, 0.50) ### OWN rate, keep: 1e-3 | 1e-4, 0.4 to 0.6 by 0.1": {
        "rate": "1e-3 1e-4",
        "keep": "0.4 0.5 0.6",
    },
    "    x = -3  ### OWN: -4 to -2": {"x": "-4 -3 -2"},
    "y = n - 3 ### OWN taken: 2 to 3": {"taken": "2 3"},
    "a = [1, -2] ### OWN one, two: 1 | 5, -2 | 2": {"one": "1 5", "two": "-2 2"},
    "n = 1_000 ### OWN: 1_000 | 2_000": {"n": "1_000 2_000"},
    "n = 2**10 ### OWN base, power: 2 to 3, 9 to 10": {"base": "2 3", "power": "9 10"},
}
TEXTS = {
    "{own:H=8: 4 to 8 by 4} units, {own:H} of them": {"H": "4 8"},
    "$\\eta = {own:rate=0.1: 0.1 | 0.01}$": {"rate": "0.1 0.01"},
}


@pytest.mark.parametrize("line", [*CHOICES, *TEXTS])
def test_ranges(line: str):
    cell, wanted = (code(line), CHOICES[line]) if line in CHOICES else (text(line), TEXTS[line])
    found = own_numbers([cell], "a.ipynb")
    assert {name: " ".join(number.choices) for name, number in found.items()} == wanted
    for pick in (0, -1):
        said = with_numbers(cell, {name: number.choices[pick] for name, number in found.items()})
        assert "OWN" not in said and "{" not in said.replace("f(", "")
        for choices in wanted.values():
            assert choices.split()[pick] in said


def test_a_line_keeps_everything_but_its_numbers():
    source = "import numpy as np\nx1, n2 = f(3), 4 ### OWN a, b: 3 to 5, 4 to 6\nprint(f'{x1}')  # 7"
    assert with_numbers(code(source), {"a": "5", "b": "6"}) == (
        "import numpy as np\nx1, n2 = f(5), 6\nprint(f'{x1}')  # 7"
    )
    assert without_marks(source) == "import numpy as np\nx1, n2 = f(3), 4\nprint(f'{x1}')  # 7"


def test_the_source_says_the_usual_numbers_and_other_braces_stay():
    cells = [code("n = 4  ### OWN: 2 to 6"), text("{own:n} of {points:*}, {own:m=07: 07 | 08}"), text("{x}")]
    cells.append({"cell_type": "raw", "source": "{own:k}", "metadata": {}})
    put_usual(cells, "a.ipynb")
    assert [cell["source"] for cell in cells] == ["n = 4", "4 of {points:*}, 07", "{x}", "{own:k}"]


def test_students_numbers_are_spread_and_stay_the_same():
    number = OwnNumber("n", "4", tuple(map(str, range(10))))
    found = [number.of(f"student{each}", "course/assignment/a.ipynb") for each in range(1000)]
    assert all(50 < found.count(choice) < 150 for choice in number.choices)
    assert found[:20] == [number.of(f"student{each}", "course/assignment/a.ipynb") for each in range(20)]
    assert found != [number.of(f"student{each}", "another/assignment/a.ipynb") for each in range(1000)]


SLIPS = {
    "x = 1 ### OWN": "has no ranges",
    "x = 1 ### OWN 1 to 2": "has no ranges",
    "x = y ### OWN: 2 to 3": "0 numbers, 1 ranges and 1 names",
    "f(1) ### OWN: 1 to 3": "1 numbers, 1 ranges and 0 names",
    "x = 1, 2 ### OWN: 1 to 3": "2 numbers, 1 ranges and 1 names",
    "x = 1 ### OWN: 2 to 3": "usual number 1 of",
    "x = 1 ### OWN: 3 to 1": "from the smaller number to the larger",
    "x = 1 ### OWN: 1 to 3 by 0": "from the smaller number to the larger",
    "x = 1 ### OWN: 1 to 3 by -1": "from the smaller number to the larger",
    "x = 0.5 ### OWN: 0.5 to 2.5": "with a step",
    "x = 1 ### OWN: 1 to 9999999": "at most",
    "x = 1 ### OWN: 1 to 1e14": "at most",
    "x = 1 ### OWN: 1 to 1e999999999": "write `2 to 6`",
    "x = 1 ### OWN: 1e9999999999999999999 | 2": "write `2 to 6`",
    "x = 1 ### OWN: 1 to inf": "write `2 to 6`",
    "x = 1 ### OWN: 1 to nan": "write `2 to 6`",
    "x = 1 ### OWN: one | two": "write `2 to 6`",
    "x = 1 ### OWN: ": "write `2 to 6`",
    "x = 1 ### OWN: 1 to 3 # a few": "write `2 to 6`",
    "x = 1 ### OWN: 1 to 3\nx = 1 ### OWN: 1 to 3": "declared twice",
}
SLIPS_IN_TEXTS = {
    "{own:x}": "no number 'x' is declared",
    "{own:x=}": "cannot be read",
    "{own:x=3}": "cannot be read",
    "{own: x}": "cannot be read",
    "{own:x=3: 4 to 5}": "usual number 3 of",
    "{own:x=3: 3 to 5} {own:x=3: 3 to 5}": "declared twice",
}


@pytest.mark.parametrize("source", [*SLIPS, *SLIPS_IN_TEXTS])
def test_slips_are_named(source: str):
    cell, said = (code(source), SLIPS[source]) if source in SLIPS else (text(source), SLIPS_IN_TEXTS[source])
    with pytest.raises(AssignmentError) as refused:
        own_numbers([cell], "a.ipynb")
    assert str(refused.value).startswith("in a.ipynb ") and said in str(refused.value)


@pytest.mark.parametrize(
    "cell",
    [
        code("n = 4 ### OWN: 2 to 6", grade_id="answer", solution=True),
        text("{own:n=4: 2 to 6}", grade_id="question", solution=True, grade=True),
        text("{own:n=4: 2 to 6}", grade_id="task", task=True),
        text("{own:n=4: 2 to 6}", grade_id="locked", locked=True),
        text("{own:n}", grade_id="said", locked=True),
    ],
)
def test_where_a_marker_would_not_know_the_number_there_can_be_none(cell: dict[str, Any]):
    with pytest.raises(AssignmentError, match=f"the cell {cell['metadata']['nbgrader']['grade_id']} cannot hold"):
        own_numbers([code("n = 4 ### OWN: 2 to 6"), cell] if cell["source"] == "{own:n}" else [cell], "a.ipynb")


def test_a_locked_test_may_have_some():
    assert own_numbers([code("n = 4 ### OWN: 2 to 6", grade_id="test", locked=True, grade=True)], "a.ipynb")
