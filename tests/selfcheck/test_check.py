"""The visible check: what it decides, and what it says."""

from __future__ import annotations

import json
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder.assignment import CASES, KIT
from autograder.selfcheck.cases import read_exercise
from autograder.selfcheck.check import CheckFailed, cases_file, check, examine
from autograder.selfcheck.summary import Report
from tests.support.selfcheck import MODULE, cell, report


def test_right_answers_pass_and_show_a_table(capsys):
    assert check("scale_backward", cell("")) is None
    out = capsys.readouterr().out
    assert out.startswith("✓ scale_backward: all 6 checks pass")
    lines = [line.split() for line in out.splitlines()]
    assert ["✓", "right", "dx", "0", "1e-08", "(3,", "4)"] in lines
    assert ["✓", "right", "da", "0", "1e-07", "(4,)"] in lines
    assert "What was run" not in out


def test_the_namespace_is_that_of_the_notebook(monkeypatch, capsys):
    monkeypatch.setattr(sys.modules["__main__"], "scale", cell("")["scale"], raising=False)
    check("scale")
    assert "all 3 checks pass" in capsys.readouterr().out


def test_a_wrong_output_is_named_shown_and_raised(capsys):
    with pytest.raises(CheckFailed) as failure:
        check("scale_backward", cell("def scale_backward(dy, cache):\n    x, a = cache\n    return -a * dy, dy.T @ x"))
    out = capsys.readouterr().out
    assert out.startswith("✗ scale_backward: 2 of 2 outputs are wrong")
    assert "dx: It has the wrong sign." in out
    assert "(4, 4), not (4,)" in out
    assert "What was run:\n    y, cache = scale(x, a)\n    dx, da = scale_backward(dy, cache)" in out
    assert str(failure.value) == ("scale_backward: 2 of 2 outputs are wrong. dx: It has the wrong sign.")
    assert failure.value._render_traceback_() == [f"CheckFailed: {failure.value}"]
    assert failure.value.__cause__ is None


def test_outputs_that_are_wrong_alike_are_told_once():
    wrong = report(
        "scale_backward", "right = scale_backward\ndef scale_backward(dy, cache):\n    return right(-dy, cache)"
    )
    assert wrong.sentences[0].startswith("dx, da: It has the wrong sign.")
    assert wrong.sentences[0].endswith("They go wrong together: look first at what they share.")
    assert len(wrong.sentences) == 1


def test_one_wrong_output_of_two():
    found = report("scale_backward", "def scale_backward(dy, cache):\n    x, a = cache\n    return a * dy, 0 * a")
    assert found.headline == "scale_backward: 1 of 2 outputs are wrong"
    assert [row.verdict for row in found.rows] == ["right", "wrong"]
    assert found.picture.output == "da"


def test_wrong_for_one_case_only():
    found = report("scale", "def scale(x, a):\n    return np.squeeze(a * x), None")
    assert found.headline == "scale: y is wrong"
    assert found.sentences[0].startswith("y has shape (4,), expected (1, 4): an axis of length 1 was dropped")
    assert found.sentences[0].endswith("Wrong for: one example (N = 1). Right for: published values; a wide one.")
    assert found.rows[0].error is None
    assert found.rows[0].shape == "(4,), not (1, 4)"
    assert found.picture is None


def test_right_for_one_case_only():
    found = report("scale", "def scale(x, a):\n    y = a * x\n    y[1:] = 0\n    return y, None")
    assert found.sentences[0].endswith("Wrong for: published values; a wide one. Right for: one example (N = 1).")


def test_the_error_shown_is_the_worst_of_all_cases():
    found = report("scale", "def scale(x, a):\n    return a * x * (1 + 1e-5 * len(a)), None")
    assert found.rows[0].error == pytest.approx(3.5e-5, rel=1e-3)  # 7e-5 / 2 at the widest case


@pytest.mark.parametrize(
    ("source", "headline", "sentence"),
    [
        ("def scale(x, a):\n    raise NotImplementedError()", "not written yet", "scale is not written yet: put"),
        ("def scale(x, a):\n    raise NotImplementedError('soon')", "not written yet", "yet: soon"),
        ("def scale(x, a):\n    pass", "returned None", "scale returned None: end it with `return y, cache`."),
        ("def scale(x, a):\n    return a * x", "too few values", "one array of shape (3, 4), not 2 values"),
        ("def scale(x, a):\n    return 1.0", "too few values", "one float, not 2 values"),
        ("def scale(x, a):\n    return (a * x,)", "too few values", "returned one value, not 2 values"),
        ("def scale(x, a):\n    return 1, 2, 3", "too many values", "returned 3 values, not 2 values"),
        ("del scale", "not defined", "scale is not defined: its cell is missing"),
        ("scale = 3", "not defined", "scale is no function, but of type int: run the cell that defines it again."),
        ("def scale(x):\n    pass", "stopped by TypeError", "TypeError: scale() takes 1"),
        (
            "def scale(x, a):\n    y = a * x\n    return y + z, None",
            "stopped by NameError",
            "In scale, line 3, `return y + z, None`: NameError: name 'z' is not defined",
        ),
        ("def scale(x, a):\n    import sys\n    sys.exit(3)", "stopped by SystemExit", "line 3"),
        ("def scale(x, a):\n    return np.ones(2) @ np.ones(3), 1", "stopped by ValueError", "In scale, line 2, `ret"),
    ],
)
def test_what_stops_a_function_gives_a_sentence(source, headline, sentence, capsys):
    found = report("scale", source)
    assert not found.right
    assert found.headline.startswith("scale: ")
    assert found.headline.endswith(headline)
    assert len(found.sentences) == 1
    assert sentence in found.sentences[0]
    assert found.rows == ()


def test_one_returned_none_for_a_single_output():
    assert "run returned None: end it with `return h`." in report("run", "def run(x):\n    pass").sentences


def test_a_stop_in_one_case_keeps_the_table():
    found = report("scale", "def scale(x, a):\n    x[1]\n    return a * x, None")
    assert found.headline == "scale: stopped by IndexError in 1 of 3 cases"
    assert found.sentences[0].startswith("In scale, line 2, `x[1]`: Index")
    assert found.sentences[0].endswith(" Stopped for: one example (N = 1).")
    assert found.rows[0].verdict == "stopped"


def test_one_mistake_met_in_several_cases_is_told_once():
    found = report("scale", "def scale(x, a):\n    return x @ x, None")
    assert len(found.sentences) == 1


def test_a_missing_callee_is_named():
    found = report("scale_backward", "def scale(x, a):\n    raise NotImplementedError()")
    assert found.summary.startswith("scale_backward: scale is not written yet")


def test_a_wrong_callee_is_pointed_out():
    found = report("scale_backward", "def scale(x, a):\n    return a * x, (2 * x, a)")
    assert found.notes == ()  # its own output is right
    found = report("scale_backward", "def scale(x, a):\n    return 2 * a * x, (2 * x, a)")
    assert found.notes == ("scale does not pass its own check yet, and this one builds on it: start there.",)


def test_inputs_are_fresh_in_every_case_and_check(checks):
    spoil = "def scale(x, a):\n    y = a * x\n    x[:], a[:] = 0, 0\n    return y, None"
    namespace = cell(spoil)
    exercise = read_exercise(checks, "scale")
    inputs = [{name: array.copy() for name, array in case.inputs.items()} for case in exercise.cases]
    assert examine(exercise, namespace, checks).right
    assert examine(exercise, namespace, checks).right
    for case, before in zip(exercise.cases, inputs, strict=True):
        assert all(np.array_equal(case.inputs[name], before[name]) for name in before)


def test_the_students_own_names_stay_as_they_are(checks):
    namespace = cell("x = y = cache = 'mine'")
    examine(read_exercise(checks, "scale"), namespace, checks)
    assert (namespace["x"], namespace["y"], namespace["cache"]) == ("mine", "mine", "mine")


def test_warnings_become_a_note():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = report("scale", "def scale(x, a):\n    np.log(np.zeros(2))\n    return a * x, None")
    assert found.right
    assert found.notes == ("Your code warned 3 times: RuntimeWarning: divide by zero encountered in log.",)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match="no check for 'scael'; there is one for run, scale, scale_backward"):
        check("scael", {})


def test_a_missing_file_says_what_to_do(checks):
    checks.unlink()
    with pytest.raises(FileNotFoundError, match=r"checks\.h5 is missing from .*: copy it from the assignment"):
        check("scale", {})


def test_a_source_notebook_is_checked_with_the_cases_of_its_release(assignment, monkeypatch):
    monkeypatch.chdir(assignment.source)
    assert cases_file() == assignment.release / KIT / CASES


def test_anywhere_else_the_cases_lie_beside_the_code(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cases_file() == Path(MODULE.__file__).with_name(CASES)


def test_functions_of_the_saved_notebook_are_used_and_noted(checks, tmp_path, monkeypatch):
    from cs231n.rnn_layers import rnn_step_forward

    def examined(cells: list) -> Report:
        (tmp_path / "1_rnn_layers.ipynb").write_text(json.dumps({"cells": cells}))
        return examine(exercise, {"rnn_step_forward": rnn_step_forward}, checks)

    monkeypatch.chdir(tmp_path)
    exercise = replace(read_exercise(checks, "scale"), call="y, c = rnn_step_forward(x, a)")
    source = "import numpy as np\ndef rnn_step_forward(x, a):\n    return a * x, np.nope"
    found = examined([{"cell_type": "code", "metadata": {}, "source": source}])
    assert "In rnn_step_forward, line 3, `return a * x, np.nope`: AttributeError" in found.sentences[0]
    assert found.notes == ("rnn_step_forward was read from 1_rnn_layers.ipynb as it is saved.",)
    assert "rnn_step_forward is not defined in 1_rnn_layers.ipynb" in examined([]).sentences[0]


RANDOM = {
    "numpy's generator": "def scale(x, a):\n    return a * x + 1e-3 * np.random.randn(*x.shape), None",
    "a fresh generator": "def scale(x, a):\n    return a * x + np.random.default_rng().normal(size=x.shape), None",
    "a count of its calls": "calls = [0]\ndef scale(x, a):\n    calls[0] += 1\n    return a * x + calls[0], None",
}


@pytest.mark.parametrize("source", RANDOM.values(), ids=RANDOM)
def test_values_that_change_from_call_to_call_are_told_apart(source: str, capsys: pytest.CaptureFixture):
    found = report("scale", f"{source}\n")
    assert [sentence.split(":")[:2] for sentence in found.sentences] == [
        ["y", " It is not the same when the same call is made twice"]
    ]


def test_what_a_second_run_prints_is_not_shown(capsys: pytest.CaptureFixture):
    report("scale", "def scale(x, a):\n    print('here')\n    return a + x, None")
    assert capsys.readouterr().out.count("here") == 3  # once a case
