"""Code that is alike in the class report: only such likeness as deserves a look."""

import re

import pytest

from autograder.proving.rewrite import mixed
from autograder.proving.sources import Sources
from autograder.rendering.class_report import similar
from autograder.rendering.class_report.functions import Written, functions_in, functions_of, shape

LONG = """
def lstm_backward(dh, cache):
    total = np.zeros(3)
    for step in range(dh.shape[1] - 1, -1, -1):
        total = total + np.outer(dh[:, step], cache[step]).sum(axis=0) * {factor}
        if total.max() > {factor}:
            total = np.clip(total - {factor}, 0, {factor} * 2) / len(cache)
        dh[:, step] += total @ np.ones((3, {size})) - np.exp(-total).mean() ** {size}
    rest = [{factor} * step for step in range({factor}) if step % {factor} != {size}]
    while len(rest) < {factor} and total[{factor}] != rest[-{factor}]:
        rest.append(total[len(rest) % {factor}] - {factor} if rest else {factor})
    return total, dh * np.tanh(total[{size}]) + np.cumsum(dh, axis={factor})[::-1]
"""


def test_names_comments_and_layout_do_not_count():
    code = LONG.format(factor=3, size=1)
    renamed = code.replace("total", "summe").replace("step", "t").replace("    for", "    # a loop\n    for")
    renamed = f'{renamed.splitlines()[1]}\n    """In words."""\n' + "\n".join(renamed.splitlines()[2:])
    assert shape(code.strip()) == shape(renamed)
    assert shape(code.strip()) != shape(LONG.format(factor=4, size=1).strip())


def test_two_who_are_alike_where_others_differ_are_named_with_the_function():
    people = {f"s{i}": functions_in(LONG.format(factor=i + 7, size=i % 3 + 20)) for i in range(30)}
    people["copy"] = functions_in(LONG.format(factor=12, size=22).replace("total", "acc"))
    (pair,) = similar.similar(people, [])
    assert ({pair.first, pair.second}, pair.share, pair.functions) == ({"copy", "s5"}, 1.0, ("lstm_backward",))


def test_what_many_have_and_what_the_solution_has_is_usual():
    same = functions_in(LONG.format(factor=3, size=1))
    assert not similar.similar({f"s{i}": same for i in range(20)}, [])
    assert not similar.similar({"a": same, "b": same}, list(same.values()))
    assert len(similar.similar({"a": same, "b": same}, [])) == 1
    short = functions_in("def f(x, W):\n    return W[x], (x, W.shape)")
    assert not similar.similar({"a": short, "b": short}, [])


@pytest.mark.slow
def test_right_code_written_independently_is_not_alike(assignment):
    """Forty correct variants of the reference, and a copy of one with other names."""
    sources = Sources.of(assignment)
    people = {f"s{number:02}": functions_in(mixed(sources, assignment.proof, number).code) for number in range(40)}
    usual = [
        code for path in assignment.notebooks for code in functions_in(assignment.module(path).read_text()).values()
    ]
    honest = similar.similar(people, usual)
    assert len(honest) <= 1  # of 780 pairs
    copied = {name: re.sub(r"\b(da|dh|prev_h|step)\b", r"\1_", code) for name, code in people["s07"].items()}
    pairs = similar.similar({**people, "copy": copied}, usual)
    assert ("copy", "s07") in {(pair.first, pair.second) for pair in pairs}


@pytest.mark.parametrize("code", ["def f(:", "\0", "x = 1\n" * 3, "(" * 500])
def test_code_that_does_not_parse_is_left_out(code):
    cells = [{"cell_type": "code", "source": code}, {"cell_type": "code", "source": ["def g():\n", "    return 1"]}]
    assert functions_of({"cells": cells}, frozenset()) == {"g": Written("def g():\n    return 1")}
    assert not functions_of({"cells": cells[1:]}, frozenset({"def g():\n    return 1"}))
