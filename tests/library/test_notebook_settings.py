"""Values computed at the top level of a notebook that its functions use: read with them, and nothing else is run."""

import os

import numpy as np
import pytest

import cs231n.rnn_layers as rnn_layers
from cs231n.notebook_functions import NotebookError
from tests.library.test_rnn_layers_module import NOTEBOOK, write

USES = "def rnn_step_forward(x):\n    return {}"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


READ = {  # cells, the expression that the function returns, and its value for x = 2.0
    "a number of a type": ("import numpy as np\nEPS = np.finfo(float).tiny", "x + EPS", 2.0),
    "a partial function": ("import functools\nf = functools.partial(pow, 3)", "f(x)", 9.0),
    "a vectorized function": ("import numpy as np\ndef g(v): return v + 1\nf = np.vectorize(g)", "f(x)", 3.0),
    "another name": ("import numpy as np\ntanh = np.tanh", "tanh(x)", np.tanh(2.0)),
    "another name of a function": ("def g(v): return v + 1\nstep = g", "step(x)", 3.0),
    "a lambda": ("relu = lambda v: max(v, 0)", "relu(x)", 2.0),
    "a lambda with a loop": ("total = lambda v: sum(i for i in range(int(v) + 1))", "total(x)", 3),
    "an import by another name": ("import numpy as xp", "xp.sqrt(x)", np.sqrt(2.0)),
    "a function of a module": ("from math import tanh", "tanh(x)", np.tanh(2.0)),
    "all of a module": ("from math import *\nTWO = sqrt(4)", "x * TWO", 4.0),
    "a decorator": (
        "import functools\ncached = functools.lru_cache(maxsize=None)\n@cached\ndef g(v): return v + 1", "g(x)", 3.0,
    ),
    "an object of a class": ("class Line:\n    def __init__(self): self.by = 3\nline = Line()", "x * line.by", 6.0),
    "one made of another": ("A = 2 ** 3\nB = A + 1", "x * B", 18.0),
    "two at once": ("A, B = 2 ** 2, abs(-1)", "x * A + B", 9.0),
    "with a type": ("A: float = 2 ** 0.5", "x * A", 2.0 * 2**0.5),
    "changed afterwards": ("A = int('3')\nA *= 2", "x * A", 12.0),
    "filled afterwards": ("table = {}\ntable['a'] = 2 * 3", "x * table['a']", 12.0),
    "an attribute of a function": ("def g(v): return v * g.by\ng.by = 2 + 1", "g(x)", 6.0),
    "by a function of its own": ("def square(n): return n * n\nA = square(3)", "x * A", 18.0),
    "in a list": ("A = [n**2 for n in range(4)]", "x * A[3]", 18.0),
    "with a seed": ("import numpy as np\nA = np.random.default_rng(1).integers(1, 2)", "x * A", 2.0),
    "through a helper": ("def g(v): return v * A\nA = 1 + 2", "g(x)", 6.0),
    "the last of two": ("A = 1 + 1\nA = 2 + 2", "x * A", 8.0),
    "a function's name used again": ("def sigmoid(v): return v + 1\nz = 3.0\nsigmoid = 1 / (1 + z)", "sigmoid(x)", 3.0),
    "a module's name used again": ("import numpy as np\nnp = 3", "np.sqrt(x)", np.sqrt(2.0)),
    "a function wrapped": ("def g(v): return v + 1\nimport functools\ng = functools.partial(g, 4)", "g() + x", 7.0),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "value", "expected"), READ.values(), ids=READ)
def test_what_a_function_needs_is_read(folder, cells, value, expected):
    write(folder, *cells.split("\n\n"), USES.format(value))
    assert rnn_layers.rnn_step_forward(2.0) == pytest.approx(expected)


def test_a_setting_below_its_function_is_found(folder):
    write(folder, USES.format("x + EPS"), "import numpy as np\nEPS = np.finfo(float).tiny")
    assert rnn_layers.rnn_step_forward(2.0) == 2.0


NOT_RUN = {  # code that leaves a file, or would do more than compute, and sets A
    "a file that is opened": "A = open('made', 'w')",
    "under another name": "o = open\nA = o('made', 'w')",
    "handed on": "import functools\nf = functools.partial(open, 'made')\nA = f('w')",
    "a file of numpy's": "import numpy as np\nA = np.save('made', [1])",
    "through a function": "def save(): return open('made', 'w')\nA = save()",
    "through a class": "class Saver:\n    def __init__(self): self.file = open('made', 'w')\nA = Saver()",
    "another module": "import os\nA = os.mkdir('made')",
    "another module's function": "from os import mkdir\nA = mkdir('made')",
    "all functions of another module": "from os import *\nA = mkdir('made')",
    "a module imported within": "def make():\n    import os\n    return os.mkdir('made')\nA = make()",
    "a method that writes": "import numpy as np\nA = np.ones(3).tofile('made')",
    "code in a text": "A = eval(\"open('made', 'w')\")",
    "a loop": "for A in range(3):\n    open('made', 'w')",
    "a branch": "if True:\n    A = open('made', 'w')",
    "a plot": "import matplotlib.pyplot as plt\nA = plt.figure()",
    "numbers that others draw from, too": "import numpy as np\nA = np.random.rand(3)",
    "training": "from cs231n.captioning_solver import CaptioningSolver\nA = CaptioningSolver(None, None)",
    "IPython's": "A = !touch made",
}  # fmt: skip


@pytest.mark.parametrize("code", NOT_RUN.values(), ids=NOT_RUN)
def test_what_does_more_than_compute_is_not_run_and_said(folder, code):
    write(folder, code, USES.format("A"))
    state = np.random.get_state()[1].tolist()
    with pytest.raises((NotebookError, NameError)) as told:
        rnn_layers.rnn_step_forward(1)
    if "!" not in code:
        said = rf"A is set in line \d+ of code cell 1 of {NOTEBOOK}, by code that is not run again"
        assert told.match(said)
    assert os.listdir(folder) == [NOTEBOOK]
    assert np.random.get_state()[1].tolist() == state


def test_what_no_function_needs_is_not_run(folder):
    write(folder, "A = 1 / 0\nB = [].pop()", "def rnn_step_forward(x, A=1):\n    B = 3\n    return x + A + B")
    assert rnn_layers.rnn_step_forward(1) == 5


def test_an_error_in_a_setting_is_said_with_its_line(folder):
    write(folder, "import numpy as np", "%matplotlib inline\n\nEPS = np.finfo(flaot).tiny", USES.format("x + EPS"))
    said = r"EPS could not be defined: line 3 of code cell 2 of .* raised NameError: name 'flaot' is not defined"
    with pytest.raises(NotebookError, match=said):
        rnn_layers.rnn_step_forward(1)


def test_an_error_in_a_setting_that_is_not_used_in_the_end_breaks_nothing(folder):
    write(folder, "A = 1 / 0", USES.format("A if x > 3 else x"), "A = 1 / 0\ndef rnn_forward(): return 1")
    assert rnn_layers.rnn_step_forward(1) == 1
    with pytest.raises(NotebookError, match=r"A could not be defined: line 1 of code cell . of .*ZeroDivisionError"):
        rnn_layers.rnn_step_forward(4)


def test_a_name_that_nothing_sets_stays_an_error_of_the_function(folder):
    write(folder, USES.format("missing"), "def rnn_forward():\n    local\n    local = 1", "for local in (): pass")
    with pytest.raises(NameError, match="'missing'"):
        rnn_layers.rnn_step_forward(1)
    with pytest.raises(UnboundLocalError):
        rnn_layers.rnn_forward()
