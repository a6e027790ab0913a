"""Each sentence that the check has is said by some submission: none is dead, and each has been seen in its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder.selfcheck.cases import read_exercise
from autograder.selfcheck.check import examine
from autograder.selfcheck.compare import compare
from autograder.selfcheck.display import as_text
from autograder.selfcheck.summary import Report
from autograder.selfcheck.telling import changed_note
from tests.selfcheck.test_compare import LIMIT, WRONG
from tests.support.selfcheck import MODULE, report
from tests.support.templates import sentences

HERE = Path(MODULE.__file__).parent
MODULES = ("absent", "causes", "check", "compare", "run", "lacking", "snippet", "summary", "telling", "places")
UNSAID = {  # by module: what no report shows
    "causes": {"not finite", "transposed shape", "axis kept", "axis dropped", "one number", "other order"}
    | {"whole numbers", "from step", "up to step", "one step"},  # kinds
    "places": {"(x wrong, . right; from left to right)"},  # for outputs with more axes than any has
    "check": {"the check was interrupted."},  # which no report says: test_limit.py does
    "snippet": {
        "a snippet is made of lines like `out, cache = f(x)`",  # for who declares an exercise
        "did not return in time",  # in test_limit.py, too
    },
}
SCALE = {  # cells with a function for the exercise `scale`, whose every wrong way has a sentence of its own
    "all right": "",
    "some right": "def scale(x, a):\n    return a * x + (len(x) == 1), None",
    "wrong for most": "def scale(x, a):\n    return a * x + (len(x) > 1), None",
    "whose numbers": "def scale(x, a):\n    return (a * x).T, None",
    "raises for one": "def scale(x, a):\n    x[1]\n    return a * x, None",
    "raises in two ways": "def scale(x, a):\n    x[1]\n    raise KeyError(3)",
    "one array": "def scale(x, a):\n    return a * x",
    "one value": "def scale(x, a):\n    return (a * x,)",
    "three values": "def scale(x, a):\n    return 1, 2, 3",
    "None": "def scale(x, a):\n    pass",
    "not written": "def scale(x, a):\n    raise NotImplementedError()",
    "an output that is None": "def scale(x, a):\n    return None, None",
    "missing": "del scale",
    "another thing": "scale = 3",
    "missing, with history": "del scale\nIn = ['', 'x = 3']",
    "an error before": "del scale\nIn = ['', 'open(3)\\ndef scale(x, a): pass']",
    "a syntax error": "del scale\nIn = ['', 'def scale(x, a:\\n    pass']",
    "raises in a helper": "def part(x):\n    return x[9]\ndef scale(x, a):\n    return part(x), None",
    "no such module": "def scale(x, a):\n    import my_helpers",
    "an import that stopped": "del scale\nIn = ['', 'import my_helpers\\ndef scale(x, a): pass']",
    "what was not imported": "In = ['', 'from my_helpers import mul']\ndef scale(x, a):\n    return mul(x, a), None",
    "no such name": "def scale(x, a):\n    return np.asfarray(x), None",
    "too deep": "del scale\nIn = ['', 'def scale(x, a): pass\\ny = ' + 50000 * '-' + '1']",
    "from elsewhere": "there = {}\nexec('def scale(x, a): raise NotImplementedError()', there)\nscale = there['scale']",
    "an older version": "In = ['', 'def scale(x, a): pass', 'def scale(x, a) pass']",
    "changed": "def scale(x, a):\n    y = a * x\n    x += 1\n    return y, None",
    "warns once": "def scale(x, a):\n    if x.shape[0] == 1:\n        np.log(np.zeros(2))\n    return a * x, None",
    "warns": "def scale(x, a):\n    np.log(np.zeros(2))\n    return a * x, None",
    "chance": "def scale(x, a):\n    return a * x + np.random.default_rng().normal(size=x.shape), None",
    "somewhere": "def scale(x, a):\n    y = a * x\n    y[:, 0] += 1\n    return y, None",
}
BACK = {
    "alike": "right = scale_backward\ndef scale_backward(dy, cache):\n    return right(-dy, cache)",
    "a wrong callee": "def scale(x, a):\n    return 2 * a * x, (2 * x, a)",
}
RUN = {"once": "", "a step": "def run(x):\n    h = np.cumsum(x, axis=1)\n    h[1, 3:] *= 1.5\n    return h"}


def saved_notebook(checks: Path, folder: Path) -> Iterator[Report]:
    """The reports of a function that is read from a saved notebook, and of one that is not there."""
    from cs231n.rnn_layers import rnn_step_forward

    exercise = replace(read_exercise(checks, "scale"), call="y, c = rnn_step_forward(x, a)")
    source = "def rnn_step_forward(x, a):\n    return a * x, None"
    for cells in ([{"cell_type": "code", "metadata": {}, "source": source}], []):
        (folder / "1_rnn_layers.ipynb").write_text(json.dumps({"cells": cells}))
        yield examine(exercise, {"rnn_step_forward": rnn_step_forward}, checks)


@pytest.fixture
def said(checks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """All that the reports say, one after another."""
    monkeypatch.chdir(tmp_path)
    cells = [("scale", SCALE), ("scale_backward", BACK), ("run", RUN)]
    reports = [report(name, source) for name, sources in cells for source in sources.values()]
    reports += saved_notebook(checks, tmp_path)
    compared = [compare("dx", value, exact, LIMIT).sentence for value, exact, _ in WRONG]
    texts = [as_text(each) for each in reports] + [each.headline for each in reports] + compared
    return "\n".join([*texts, changed_note(["x", "a"])])


def test_each_sentence_is_said_somewhere(said: str):
    unsaid = {module: {text for text in sentences(HERE / f"{module}.py") if text not in said} for module in MODULES}
    assert {module: texts for module, texts in unsaid.items() if texts - UNSAID.get(module, set())} == {}


def test_the_texts_of_a_module_are_found():
    assert "It has the wrong sign." in set(sentences(HERE / "causes.py"))
    assert not np.isin("Common causes of a wrong array, found by measurement", list(sentences(HERE / "causes.py")))
