"""Tracebacks cost less than IPython's own and look the same."""

import pytest
from pygments.formatters import Terminal256Formatter
from pygments.lexers.python import PythonLexer
from pygments.styles import get_style_by_name
from stack_data import style_with_executing_node
from stack_data.utils import _pygmented_with_ranges as as_stack_data_has_it

from autograder.sandbox.tracebacks import coloured

STYLE = style_with_executing_node(get_style_by_name("default"), "bg:ansiyellow")
CODES = (
    "",
    "\n\n  y = x + 1",
    "def f(x):\n    return x @ undefined(x)[0]  # 梯度\n",
    "class A:\n\tdef b(self): raise ValueError(f'{self!r:>{3}}')\n\n\n",
    'a = (1,\nb = """not closed\n$ %% ?',
    "\r\nprint('é' 'ü')\r\n",
)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("ranges", [[], [(0, 3)], [(7, 19)], [(2, 5), (9, 400)]])
def test_the_same_colours_as_before(code, ranges):
    formatter = Terminal256Formatter(style=STYLE)
    assert coloured(formatter, code, ranges) == as_stack_data_has_it(formatter, code, ranges)


def test_the_grammar_is_read_once(monkeypatch):
    formatter = Terminal256Formatter(style=STYLE)
    first = coloured(formatter, CODES[2], [(0, 3)])
    monkeypatch.setattr(PythonLexer, "get_tokendefs", lambda *_: pytest.fail("it was read again"))
    assert coloured(formatter, CODES[2], [(0, 3)]) == first


def test_code_that_cannot_be_coloured_is_shown_plain():
    class Broken(Terminal256Formatter):
        def format(self, *_):
            raise RuntimeError

    assert coloured(Broken(), "x = 1\ny = 2", []) == ["x = 1", "y = 2"]
