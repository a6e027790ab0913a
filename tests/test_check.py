"""The visible check: what it decides, what it says, how it looks as text and as HTML."""

import json
import linecache
import subprocess
import sys
import time
import warnings
from html.parser import HTMLParser

import h5py
import numpy as np
import pytest

import cs231n.check as module
from cs231n.check import CheckFailed, check, examine
from cs231n.check_cases import read_exercise
from cs231n.check_display import as_html, as_text
from cs231n.check_places import describe, errors, lay_out, text_map
from cs231n.check_report import Picture

SCALE = "y, cache = scale(x, a)"
BACK = "y, cache = scale(x, a)\ndx, da = scale_backward(dy, cache)"
SHAPES = {"published values": (3, 4), "one example (N = 1)": (1, 4), "a wide one": (3, 7)}
RIGHT = """
def scale(x, a):
    return a * x, (x, a)

def scale_backward(dy, cache):
    x, a = cache
    return a * dy, (dy * x).sum(axis=0)

def run(x):
    return np.cumsum(x, axis=1)
"""


def wrong(picture: Picture) -> np.ndarray:
    return errors(picture) > picture.limit


def told(picture: Picture) -> str:
    return describe(picture.output, picture.title, wrong(picture))


@pytest.fixture(autouse=True)
def checks(tmp_path, monkeypatch):
    """A small checks.h5: scale (2-D), scale_backward (two outputs), run (a sequence)."""
    rng = np.random.default_rng(0)
    path = tmp_path / "checks.h5"
    with h5py.File(path, "w") as file:
        cases, back = [], []
        for title, shape in SHAPES.items():
            x, a, dy = rng.normal(size=shape), rng.normal(size=shape[1]), rng.normal(size=shape)
            cases.append((title, {"x": x, "a": a}, {"y": a * x}))
            back.append((title, {"x": x, "a": a, "dy": dy}, {"dx": a * dy, "da": (dy * x).sum(axis=0)}))
        x = rng.normal(size=(2, 5, 3))
        write(file, "scale", SCALE, {"y": 1e-8}, cases)
        write(file, "scale_backward", BACK, {"dx": 1e-8, "da": 1e-7}, back)
        write(file, "run", "h = run(x)", {"h": 1e-8}, [("published values", {"x": x}, {"h": np.cumsum(x, 1)})])
    monkeypatch.setattr(module, "CHECKS", path)
    return path


def write(file, name, call, limits, cases):
    group = file.create_group(name)
    group.attrs["call"] = call
    group.attrs["outputs"] = list(limits)
    group.attrs["limits"] = np.array(list(limits.values()))
    group.attrs["cases"] = [f"case_{i}" for i in range(len(cases))]
    for i, (title, inputs, expected) in enumerate(cases):
        case = group.create_group(f"case_{i}")
        case.attrs["title"] = title
        for kind, arrays in (("inputs", inputs), ("expected", expected)):
            for key, array in arrays.items():
                case[f"{kind}/{key}"] = array


def cell(source, **namespace):
    """Run a student's cell as a notebook does: lines can be looked up afterwards."""
    namespace = {"np": np, **namespace}
    linecache.cache["<cell>"] = (len(source), None, source.splitlines(keepends=True), "<cell>")
    exec(compile(RIGHT, "<right>", "exec"), namespace)
    exec(compile(source, "<cell>", "exec"), namespace)
    return namespace


def report(name, source=""):
    return examine(read_exercise(module.CHECKS, name), cell(source))


def test_right_answers_pass_and_show_a_table(capsys):
    assert check("scale_backward", cell("")) is None
    out = capsys.readouterr().out
    assert out.startswith("✓ scale_backward: all 6 checks pass")
    lines = [line.split() for line in out.splitlines()]
    assert ["dx", "(3,", "4)", "0", "1e-08", "✓", "right"] in lines
    assert ["da", "(4,)", "0", "1e-07", "✓", "right"] in lines
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
    assert found.sentences[0].startswith("Right in general, not for one example (N = 1). y has shape (4,)")
    assert found.rows[0].error is None
    assert found.rows[0].shape == "(4,), not (1, 4)"
    assert found.picture is None


def test_right_for_one_case_only():
    found = report("scale", "def scale(x, a):\n    y = a * x\n    y[1:] = 0\n    return y, None")
    assert found.sentences[0].endswith("Right only for one example (N = 1).")


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
        ("scale = 3", "not defined", "scale is not defined: its cell is missing"),
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
    assert found.sentences[0].startswith(
        "Right in general, not for one example (N = 1). In scale, line 2, `x[1]`: Index"
    )
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


def test_inputs_are_fresh_in_every_case_and_check():
    spoil = "def scale(x, a):\n    y = a * x\n    x[:], a[:] = 0, 0\n    return y, None"
    namespace = cell(spoil)
    exercise = read_exercise(module.CHECKS, "scale")
    inputs = [{name: array.copy() for name, array in case.inputs.items()} for case in exercise.cases]
    assert examine(exercise, namespace).right
    assert examine(exercise, namespace).right
    for case, before in zip(exercise.cases, inputs, strict=True):
        assert all(np.array_equal(case.inputs[name], before[name]) for name in before)


def test_the_students_own_names_stay_as_they_are():
    namespace = cell("x = y = cache = 'mine'")
    examine(read_exercise(module.CHECKS, "scale"), namespace)
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


def test_functions_of_the_saved_notebook_are_used_and_noted(tmp_path, monkeypatch):
    from cs231n.rnn_layers import rnn_step_forward

    monkeypatch.chdir(tmp_path)
    source = "import numpy as np\ndef rnn_step_forward(x, a):\n    return a * x, np.nope"
    cells = [{"cell_type": "code", "metadata": {}, "source": source}]
    (tmp_path / "1_rnn_layers.ipynb").write_text(json.dumps({"cells": cells}))
    exercise = read_exercise(module.CHECKS, "scale")
    found = examine(type(exercise)("scale", "y, c = rnn_step_forward(x, a)", exercise.limits, exercise.cases),
                    {"rnn_step_forward": rnn_step_forward})  # fmt: skip
    assert "In rnn_step_forward, line 3, `return a * x, np.nope`: AttributeError" in found.sentences[0]
    assert found.notes == ("rnn_step_forward was read from 1_rnn_layers.ipynb as it is saved.",)
    (tmp_path / "1_rnn_layers.ipynb").write_text(json.dumps({"cells": []}))
    found = examine(type(exercise)("scale", "y, c = rnn_step_forward(x, a)", exercise.limits, exercise.cases),
                    {"rnn_step_forward": rnn_step_forward})  # fmt: skip
    assert "rnn_step_forward is not defined in 1_rnn_layers.ipynb" in found.sentences[0]


BAD_RUN = "def run(x):\n    h = np.cumsum(x, axis=1)\n    h[1, 3:] *= 1.5\n    return h"


def test_sequences_are_laid_out_over_time():
    picture = report("run", BAD_RUN).picture
    grid = lay_out(errors(picture))
    assert grid.shape == (2 * 3, 5)  # bands of units, one band an example; time along x
    assert np.array_equal(grid > 1e-8, np.array([[False] * 5] * 3 + [[False] * 3 + [True] * 2] * 3))
    assert told(picture) == ("h, published values: 6 of 30 entries are wrong, all in example 1 and time steps 3 to 4.")
    assert text_map(wrong(picture)).splitlines()[:4] == ["  .....", "  .....", "  .....", "  ...xx"]
    assert "time step from left to right" in text_map(wrong(picture))


def test_entries_that_are_not_finite_are_drawn_as_wrong():
    picture = report("scale", "def scale(x, a):\n    y = a * x\n    y[0, 1] = np.nan\n    return y, None").picture
    assert errors(picture)[0, 1] == 1.0
    assert "1 of 12 entries are wrong, all in row 0 and column 1" in told(picture)


def test_a_strip_for_one_axis():
    picture = Picture("db", "any", np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.5, 3.0]), 1e-8)
    assert lay_out(errors(picture)).shape == (1, 3)
    assert text_map(wrong(picture)).startswith("  .x.")


class Tags(HTMLParser):
    """Collects tags and text, and checks that every tag is closed."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self.open, self.labels = [], "", [], []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.labels += [value for key, value in attrs if key == "aria-label"]
        if tag not in ("br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_html_has_the_table_and_the_labelled_picture():
    found = report("run", BAD_RUN)
    html = as_html(found)
    page = Tags(html)
    assert page.tags.count("svg") == 1
    assert page.labels == [told(found.picture)]
    for text in ("✗ run: h is wrong", "(2, 5, 3)", "✗ wrong", "limit 1e-08", "time step", "example 1", "h = run(x)"):
        assert text in page.text
    assert "currentColor" in html
    assert "#010203" not in html


def test_html_of_a_pass_is_small_and_without_picture():
    page = Tags(as_html(report("scale")))
    assert "svg" not in page.tags
    assert "✓ right" in page.text


def test_everything_of_the_student_is_escaped():
    found = report("scale", "def scale(x, a):\n    raise ValueError('<script>alert(1)</script> `&')")
    page = Tags(as_html(found))
    assert "script" not in page.tags
    assert "ValueError: <script>alert(1)</script> '&" in page.text
    assert "<script>" in as_text(found)


def test_the_students_plot_settings_do_not_matter():
    import matplotlib

    with matplotlib.rc_context({"image.cmap": "gray", "figure.figsize": (10, 8), "text.color": "red"}):
        plain = as_html(report("run", BAD_RUN))
    assert len(plain) < 60_000
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()


def test_a_check_is_quick():
    namespace = cell("")
    examine(read_exercise(module.CHECKS, "scale_backward"), namespace)
    start = time.perf_counter()
    for name in ("scale", "scale_backward", "run"):
        as_html(examine(read_exercise(module.CHECKS, name), namespace))
    assert time.perf_counter() - start < 0.6


@pytest.mark.slow
def test_in_a_notebook(checks, tmp_path):
    """A kernel shows the HTML, one line for the error, nothing on stderr; nbgrader reports that line."""
    nbformat = pytest.importorskip("nbformat")
    setup = f"import numpy as np, pathlib, cs231n.check\ncs231n.check.CHECKS = pathlib.Path({str(checks)!r})\n{RIGHT}"
    wrong = "def run(x):\n    np.log(np.zeros(1))\n    return -np.cumsum(x, 1)"
    cells = [setup, "from cs231n.check import check\ncheck('scale')", wrong, "check('run')"]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    grade = {"grade": True, "grade_id": "a", "locked": True, "points": 1, "schema_version": 3, "solution": False,
             "task": False, "cell_type": "code"}  # fmt: skip
    for number in (1, 3):
        book.cells[number].metadata["nbgrader"] = {**grade, "grade_id": f"check_{number}"}
    nbformat.write(book, tmp_path / "book.ipynb")
    run = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--allow-errors", "--inplace"]
    subprocess.run([*run, "book.ipynb"], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    done = nbformat.read(tmp_path / "book.ipynb", 4).cells
    assert [output.output_type for output in done[1].outputs] == ["display_data"]
    assert set(done[1].outputs[0].data) == {"text/html", "text/plain"}
    shown, error = done[3].outputs
    assert "<svg" in shown.data["text/html"]
    assert error.ename == "CheckFailed"
    assert error.traceback == ["CheckFailed: run: h is wrong. h: It has the wrong sign."]
    validate = [sys.executable, "-m", "nbgrader", "validate", "book.ipynb"]
    said = subprocess.run(validate, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=120).stdout
    assert "VALIDATION FAILED ON 1 CELL" in said
    assert "CheckFailed: run: h is wrong. h: It has the wrong sign." in said
    assert "Traceback" not in said
