"""cs231n.rnn_layers: the student's own functions, live or read from the notebook on disk."""

import inspect
import json
import os
import subprocess
import sys
import traceback

import pytest

import cs231n.rnn_layers as rnn_layers
from cs231n.notebook_functions import NotebookError
from cs231n.rnn_layers import is_read_from_disk

NOTEBOOK = "1_rnn_layers.ipynb"
STUB = "def rnn_step_forward(x):\n    raise NotImplementedError()"


def write(folder, *cells, name=NOTEBOOK):
    """Cells are sources, or (grade_id, source)."""
    pairs = [cell if isinstance(cell, tuple) else (None, cell) for cell in cells]
    content = [
        {
            "cell_type": "code",
            "metadata": {"nbgrader": {"grade_id": grade_id}} if grade_id else {},
            "source": source.splitlines(keepends=True),
        }
        for grade_id, source in pairs
    ]
    markdown = {"cell_type": "markdown", "metadata": {}, "source": "def rnn_forward(x): no code"}
    path = folder / name
    path.write_text(json.dumps({"cells": [markdown, *content], "metadata": {}, "nbformat": 4}))
    return path


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_star_import_offers_exactly_the_functions_of_the_notebooks(folder):
    names = {}
    exec("from cs231n.rnn_layers import *", names)
    assert set(rnn_layers.__all__) == set(names) - {"__builtins__"}
    assert "rnn_step_forward" in rnn_layers.__all__
    assert "temporal_affine_backward" in dir(rnn_layers)
    assert {"captioning_rnn_sample", "lstm_step_forward"} <= set(rnn_layers.__all__)
    with pytest.raises(ImportError):
        exec("from cs231n.rnn_layers import gru_step_forward", {})


def test_functions_share_one_namespace_and_the_last_definition_wins(folder):
    write(
        folder,
        "import math\nscale, shift = 2.0, [1]",
        "def rnn_step_forward(x):\n    return 'first'",
        'def rnn_step_forward(x):\n    """One step."""\n    return helper(x) * scale',
        "def rnn_forward(x):\n    return rnn_step_forward(x) + shift[0]",
        "def helper(x):\n    return math.sqrt(x)",
        "word_embedding_forward = lambda x: x + 1",
    )
    from cs231n.rnn_layers import rnn_forward, rnn_step_forward, word_embedding_forward

    assert rnn_step_forward(4.0) == 4.0
    assert rnn_forward(4.0) == 5.0
    assert word_embedding_forward(1) == 2
    assert rnn_step_forward.__name__ == "rnn_step_forward"
    assert inspect.getdoc(rnn_step_forward) == "One step."


def test_only_definitions_run(folder):
    write(
        folder,
        "%matplotlib inline\nimport math\n!touch made_by_shell\nopen('made_by_call', 'w')\n%load_ext x",
        "%%bash\ntouch made_by_bash",
        "files = !ls\nmath?\nfor i in range(3):\n    open('made_by_loop', 'w')\nx = open('made_by_value', 'w')",
        "%%time\ndef rnn_step_forward(x):\n    return math.floor(x)\n\nrnn_step_forward('wrong')",
        "if True:\n    %timeit 1\n    raise SystemExit",
    )
    from cs231n.rnn_layers import rnn_step_forward

    assert rnn_step_forward(1.5) == 1
    assert os.listdir(folder) == [NOTEBOOK]


def test_modulo_at_the_start_of_a_line_is_no_magic(folder):
    write(folder, "%matplotlib inline\ndef rnn_step_forward(x):\n    return (x\n        % 3)")
    assert rnn_layers.rnn_step_forward(5) == 2


def test_cells_that_import_the_module_do_not_recurse(folder):
    write(
        folder,
        "from cs231n.rnn_layers import *\nimport cs231n.rnn_layers as layers",
        "def rnn_step_forward(x):\n    return x + 1",
        "from cs231n.rnn_layers import rnn_step_forward, rnn_step_backward",
        "def rnn_forward(x):\n    return layers.rnn_step_forward(x)",
    )
    assert rnn_layers.rnn_forward(1) == 2
    with pytest.raises(NotebookError, match="rnn_step_backward is not defined"):
        rnn_layers.rnn_step_backward(1)


def test_a_changed_notebook_is_read_again(folder):
    path = write(folder, "def rnn_step_forward():\n    return 1")
    from cs231n.rnn_layers import rnn_step_forward

    assert rnn_step_forward() == 1
    write(folder, "def rnn_step_forward():\n    return 2")
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    assert rnn_step_forward() == 2


def test_an_unchanged_notebook_is_read_once(folder):
    write(folder, "def rnn_step_forward(seen=[]):\n    seen.append(1)\n    return len(seen)")
    assert [rnn_layers.rnn_step_forward() for _ in range(3)] == [1, 2, 3]


def test_beside_the_library_when_not_in_the_current_folder(tmp_path, monkeypatch):
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    (home / "cs231n").mkdir(parents=True)
    elsewhere.mkdir()
    monkeypatch.setattr(rnn_layers, "__file__", str(home / "cs231n" / "rnn_layers.py"))
    monkeypatch.chdir(elsewhere)
    write(home, "def rnn_step_forward():\n    return 'home'")
    assert rnn_layers.rnn_step_forward() == "home"
    write(elsewhere, "def rnn_step_forward():\n    return 'here'")
    assert rnn_layers.rnn_step_forward() == "here"


def test_a_missing_function_names_its_cell(folder):
    write(folder, "import math", ("rnn_step_forward", "# nothing yet"))
    with pytest.raises(NotebookError, match=r"in cell rnn_step_forward \(code cell 2\) of 1_rnn_layers\.ipynb"):
        rnn_layers.rnn_step_forward(1)
    with pytest.raises(NotebookError, match="has no cell rnn_forward"):
        rnn_layers.rnn_forward(1)


def test_a_cell_that_does_not_parse_breaks_its_own_names_only(folder):
    broken = "%matplotlib inline\ndef rnn_forward(x):\n    return (x"
    write(folder, "def rnn_step_forward(x):\n    return x", ("rnn_forward", broken), "def rnn_backward():\n    pass")
    assert rnn_layers.rnn_step_forward(3) == 3
    assert rnn_layers.rnn_backward() is None
    with pytest.raises(
        NotebookError, match=r"cell rnn_forward \(code cell 2\) of .* does not parse: line 3: .*never closed"
    ):
        rnn_layers.rnn_forward(1)


def test_a_later_good_definition_mends_and_a_later_broken_one_breaks(folder):
    good, bad = "def rnn_forward():\n    return 1", "def rnn_forward(:\n    return 1"
    write(folder, bad, good)
    assert rnn_layers.rnn_forward() == 1
    write(folder, good, bad, "")
    with pytest.raises(NotebookError, match="code cell 2 of"):
        rnn_layers.rnn_forward()


def test_an_error_while_defining_breaks_its_own_name_only(folder):
    write(
        folder,
        "def rnn_forward(x=no_such_thing):\n    pass",
        "import no_such_module\ndef rnn_backward():\n    return 2",
    )
    with pytest.raises(
        NotebookError, match=r"rnn_forward could not be defined: line 1 of code cell 1 of .* raised Name"
    ):
        rnn_layers.rnn_forward()
    assert rnn_layers.rnn_backward() == 2


@pytest.mark.parametrize("content", ["", "{", "[]", '{"worksheets": []}', '{"cells": [1]}', "\udcff"])
def test_a_file_that_is_no_notebook_gives_a_sentence(folder, content):
    (folder / NOTEBOOK).write_bytes(content.encode(errors="surrogateescape"))
    from cs231n.rnn_layers import rnn_forward

    with pytest.raises(NotebookError, match="cannot be read as a notebook"):
        rnn_forward()


def test_no_notebook_at_all_gives_a_sentence(folder, monkeypatch):
    monkeypatch.setattr(rnn_layers, "__file__", str(folder / "cs231n" / "rnn_layers.py"))
    with pytest.raises(NotebookError, match=r"1_rnn_layers\.ipynb was not found"):
        rnn_layers.rnn_forward()


def test_stubs_are_functions_that_raise_when_called(folder):
    write(folder, STUB)
    with pytest.raises(NotImplementedError):
        rnn_layers.rnn_step_forward(1)


def test_tracebacks_show_the_line_of_the_cell(folder):
    write(folder, ("rnn_forward", "%matplotlib inline\n\ndef rnn_forward(x):\n    return x / 0"))
    with pytest.raises(ZeroDivisionError) as failure:
        rnn_layers.rnn_forward(1)
    last = traceback.extract_tb(failure.value.__traceback__)[-1]
    assert (last.name, last.lineno, last.line) == ("rnn_forward", 4, "return x / 0")
    assert "cell rnn_forward (code cell 1)" in last.filename


def test_the_function_of_the_running_notebook_comes_first(folder, monkeypatch):
    write(folder, "def rnn_step_forward():\n    return 'saved'")
    main = sys.modules["__main__"]
    monkeypatch.setattr(main, "rnn_step_forward", rnn_layers.rnn_step_forward, raising=False)
    from cs231n.rnn_layers import rnn_step_forward

    assert is_read_from_disk(rnn_step_forward)  # what an earlier import put there is not the student's own
    assert rnn_step_forward() == "saved"
    monkeypatch.setattr(main, "rnn_step_forward", lambda: "live")
    from cs231n.rnn_layers import rnn_step_forward

    assert not is_read_from_disk(rnn_step_forward)
    assert rnn_step_forward() == "live"


def test_the_model_is_made_of_the_functions_in_the_saved_notebooks(folder):
    from cs231n.classifiers.rnn import CaptioningRNN

    words = {"<NULL>": 0, "<START>": 1, "<END>": 2, "cat": 3}
    write(folder, "def captioning_rnn_loss(self, features, captions):\n    return 1.5, {}", name="2_captioning.ipynb")
    source = "def captioning_lstm_sample(self, features, max_length=30):\n    return [self.cell_type, max_length]"
    write(folder, source, name="3_lstm.ipynb")
    assert CaptioningRNN(words).loss(None, None) == (1.5, {})
    assert CaptioningRNN(words, cell_type="lstm").sample(None) == ["lstm", 30]
    with pytest.raises(NotebookError, match=r"captioning_rnn_sample is not defined in 2_captioning\.ipynb"):
        CaptioningRNN(words).sample(None)
    with pytest.raises(ValueError, match='choose "rnn", "lstm" or "attention"'):
        CaptioningRNN(words, cell_type="gru")


def test_a_notebook_finds_the_functions_of_the_others(folder):
    from cs231n.rnn_layers import captioning_lstm_loss, captioning_rnn_loss

    write(folder, "def rnn_forward(x):\n    return x + 1")
    code = "from cs231n.rnn_layers import *\n\ndef captioning_rnn_loss(x):\n    return 10 * rnn_forward(x)"
    write(folder, code, name="2_captioning.ipynb")
    write(folder, "def captioning_lstm_loss(x):\n    return captioning_rnn_loss(x) + 3", name="3_lstm.ipynb")
    assert captioning_rnn_loss(1) == 20
    assert captioning_lstm_loss(1) == 23
    write(folder, "def rnn_forward(x):\n    return x + 5")
    assert captioning_lstm_loss(1) == 63
    write(folder, code + "\n\ndef rnn_forward(x):\n    return 0", name="2_captioning.ipynb")  # its own comes first
    assert captioning_lstm_loss(1) == 3
    write(folder, "pass", name="3_lstm.ipynb")
    with pytest.raises(NotebookError, match=r"captioning_lstm_loss is not defined in 3_lstm\.ipynb"):
        captioning_lstm_loss(1)


def test_reading_a_notebook_changes_nothing_elsewhere(folder):
    """A setting that a cell makes is no definition, although its value is a constant."""
    import matplotlib

    before = matplotlib.rcParams["figure.dpi"]
    write(
        folder,
        'import matplotlib\nmatplotlib.rcParams["figure.dpi"] = 7\nscale = 2\ndef rnn_forward():\n    return scale',
    )
    from cs231n.rnn_layers import rnn_forward

    assert rnn_forward() == 2
    assert matplotlib.rcParams["figure.dpi"] == before


@pytest.mark.slow
def test_in_ipython_with_autoreload(assignment, folder):
    """The course's setup cell, then a function written but not saved, then the course's own import."""
    write(folder, "def rnn_step_forward():\n    return 'saved'\n\ndef rnn_forward():\n    return 'saved too'")
    (folder / "session.ipy").write_text(
        "from cs231n.rnn_layers import *\n%load_ext autoreload\n%autoreload 2\n"
        "def rnn_step_forward():\n    return 'live'\n"
        "from cs231n.rnn_layers import rnn_step_forward, rnn_forward\n"
        "print(rnn_step_forward(), rnn_forward())\n"
    )
    command = [sys.executable, "-m", "IPython", "--colors=NoColor", "session.ipy"]
    beside = {**os.environ, "PYTHONPATH": str(assignment.source)}  # as if the library lay beside the notebook
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=folder, env=beside, check=False)
    assert done.stdout.strip().endswith("live saved too"), done.stdout + done.stderr
