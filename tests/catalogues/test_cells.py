"""What of a notebook's cell is translated, and that nothing else of it changes."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.catalogues.cells import COMMAND, MARKER, messages, translated
from autograder.cells import read_cells, source_of
from tests.support.house import ASSIGNMENT

CHINESE = ASSIGNMENT.told_in("zh_CN")
NOTEBOOKS = pytest.mark.parametrize("path", ASSIGNMENT.notebooks, ids=lambda path: path.stem)
READ = {  # code, and what a translator is given of it
    "comment": ("# Load the data.\nx = 1", ["Load the data."]),
    "comment_behind_code": ("x = 1  # the first one", ["the first one"]),
    "block_of_comments": ("#Load\n# the data.\nx = 1", ["Load\nthe data."]),
    "block_within_code": ("if x:\n    # Load\n    # the data.\n    y = 1", ["Load\nthe data."]),
    "two_blocks": ("# Load.\n\n# Show.\nx = 1\n# Stop.", ["Load.", "Show.", "Stop."]),
    "comment_below_one_behind_code": ("x = 1  # one\n# two", ["one", "two"]),
    "commented_out_code": ("# x = f(y)\nx = 1", ["x = f(y)"]),
    "docstring": ('def f():\n    """Add one."""', ["Add one."]),
    "docstring_of_lines": ('def f():\n    """\n    Add:\n    - one\n\n      more\n    """', ["Add:\n- one\n\n  more"]),
    "docstring_of_a_class": ('class A:\n    "One."\n    def f(self):\n        "Two."', ["One.", "Two."]),
    "printed": ('print("The loss is", loss)', ["The loss is"]),
    "one_word_that_is_printed": ('print("Loss:", loss)', ["Loss:"]),
    "title": ('plt.title("Training")\nax.set_xlabel("Step")', ["Training", "Step"]),
    "label": ('plt.plot(loss, label="the loss")', ["the loss"]),
    "expressions": (
        'print(f"{name} comes to {loss:.2f} at {steps[-1]!r}")',
        ["{name} comes to {loss:.2f} at {steps[-1]!r}"],
    ),
    "expression_with_quotes": ("print(f\"The loss of {log['a']}\")", ["The loss of {log['a']}"]),
    "braces": ('print(f"Sets {{1}} of {n}")', ["Sets {{1}} of {n}"]),
    "message": ('assert x, "x should be right"', ["x should be right"]),
    "raised": ('raise ValueError("the shape is wrong")', ["the shape is wrong"]),
    "argument_of_a_method": ('ax.text(0, 0, "the first one")', ["the first one"]),
    "list_of_words": ('titles = ["the first", "the second"]', ["the first", "the second"]),
    "in_order": ('# One.\nprint("Second")  # Three.\n', ["One.", "Second", "Three."]),
    "below_commands": ("%matplotlib inline\n!ls\n?print\n# Load.", ["Load."]),
}
NOTHING = {  # code without anything for a translator
    "marker": "### BEGIN SOLUTION\nx = 1\n### END SOLUTION",
    "command": "%matplotlib inline",
    "command_of_a_cell": "%%time\nx = 1",
    "command_of_a_shell": "!echo Here are words",
    "question": "?print",
    "argument_of_another_function": 'compose("dog", "left of")',
    "name": 'x["prev_h"] = dict(mode="left")',
    "one_word": 'mode = "training"',
    "path": 'open("datasets/train.h5")',
    "numbers": 'print("--- %d ---" % 3)',
    "only_expressions": 'print(f"{loss} {steps[-1]}")',
    "code": "def f(x):\n    return x + 1",
    "nothing": "",
}
UNREADABLE = {
    "open": "print('The loss is'",
    "indented": "  # Load.\n x = 1\n   y = 2",
    "shell": "%%bash\nfor x in here and there; do\n  echo $x  # words\ndone",
    "assigned_command": "# Load.\nx = !ls",
}


def code(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "source": source}


def bones(source: str) -> str:
    """The code's tree without what any string says; an f-string's expressions may stand in another order."""
    tree = ast.parse(COMMAND.sub(r"\1#", source))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
        elif isinstance(node, ast.JoinedStr):
            values = [value for value in node.values if isinstance(value, ast.FormattedValue)]
            node.values = sorted(values, key=ast.dump)
    return ast.dump(tree)


def kept(source: str) -> Iterator[str]:
    """The lines that nbgrader and IPython go by."""
    lines = [line.strip() for line in source.splitlines()]
    return (line for line in lines if line.startswith((MARKER, "%", "!")))


def never(text: str) -> str:
    raise AssertionError(f"there is nothing to say, and {text!r} was asked for")


@pytest.mark.parametrize(("source", "found"), READ.values(), ids=READ)
def test_what_students_read_is_taken_from_code(source: str, found: list[str]):
    assert messages(code(source)) == found
    assert messages(code(source.splitlines(keepends=True))) == found  # as files may have it


@pytest.mark.parametrize("source", NOTHING.values(), ids=NOTHING)
def test_what_code_goes_by_is_not_taken(source: str):
    assert messages(code(source)) == []
    assert translated(code(source), never) == code(source)


@pytest.mark.parametrize("source", UNREADABLE.values(), ids=UNREADABLE)
def test_code_that_cannot_be_read_stays_as_it_is(source: str):
    assert messages(code(source)) == []
    assert translated(code(source), never) == code(source)


@pytest.mark.parametrize(("source", "found"), READ.values(), ids=READ)
def test_a_translated_cell_does_the_same(source: str, found: list[str]):
    def say(text: str) -> str:
        return f"“{text}” é"

    said = translated(code(source), say)["source"]
    assert bones(said) == bones(source)
    assert [*kept(said)] == [*kept(source)]
    assert messages(code(said)) == [say(text) for text in found]
    assert translated(code(source), lambda text: text)["source"] == source


@pytest.mark.parametrize(
    ("source", "text", "written"),
    [
        ("x = 1  # one", "eins", "x = 1  # eins"),
        ("if x:\n    # one\n    y = 1", "eins\nzwei", "if x:\n    # eins\n    # zwei\n    y = 1"),
        ("# one\n# two\ny = 1", "eins", "# eins\ny = 1"),
        ('def f():\n    """One."""', "Eins.\n- zwei", 'def f():\n    """Eins.\n    - zwei"""'),
        ('def f():\n    """\n    One.\n    """', "Eins.\n\n- zwei", 'def f():\n    """Eins.\n\n    - zwei\n    """'),
        ("def f():\n    'One.'", "Eins.", 'def f():\n    """Eins."""'),
        ("print('the first')", 'a "b" \\ c\n\td', r'print("a \"b\" \\ c\n\td")'),
        ("print(f'{a} from {b}')", "von {b} hat sie {a}", 'print(f"von {b} hat sie {a}")'),
        ("print(f'first {a[\"b\"]}')", "der \"erste\" {a['b']}", r"""print(f"der \"erste\" {a['b']}")"""),
        ("print(f'first {a[\"b\"]}')", 'erst {a["b"]}', "print(f\"erst {a['b']}\")"),
        ("print('é', 'the first')  # one", "zwei wörter", "print('é', \"zwei wörter\")  # zwei wörter"),
    ],
    ids=[
        *("comment", "longer_comment", "shorter_comment", "docstring", "docstring_closed_below", "short_docstring"),
        *("special_characters", "another_order", "quotes_beside_an_expression", "quotes_in_it", "behind_other_letters"),
    ],
)
def test_a_translation_stands_where_its_text_stood(source: str, text: str, written: str):
    assert translated(code(source), lambda _: text)["source"] == written
    assert bones(written) == bones(source)


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_a_text_is_translated_whole(kind: str):
    cell = {"cell_type": kind, "id": "a", "metadata": {"tags": ["b"]}, "source": ["# A title\n", "\n", "`x = 1`"]}
    assert messages(cell) == ["# A title\n\n`x = 1`"]
    assert translated(cell, {"# A title\n\n`x = 1`": "# Ein Titel"}.__getitem__) == {**cell, "source": "# Ein Titel"}


@pytest.mark.parametrize("source", ["", " \n"], ids=repr)
def test_a_text_without_words_is_not_asked_for(source: str):
    cell = {"cell_type": "markdown", "source": source}
    assert messages(cell) == []
    assert translated(cell, never) == cell


@NOTEBOOKS
def test_without_translations_a_notebook_stays_as_it_is(path: Path):
    cells = read_cells(path)
    assert sum(len(messages(cell)) for cell in cells) > 30  # there is something to say
    for cell in cells:
        assert translated(cell, lambda text: text) == {**cell, "source": source_of(cell)}


@NOTEBOOKS
def test_the_code_of_a_notebook_in_chinese_does_the_same(path: Path):
    changed = 0
    for english, chinese in zip(read_cells(path), CHINESE.cells(path.stem), strict=True):
        assert {**chinese, "source": ""} == {**english, "source": ""}
        if english["cell_type"] == "code":
            source, said = source_of(english), source_of(chinese)
            assert bones(said) == bones(source), english["id"]
            assert [*kept(said)] == [*kept(source)]
            changed += said != source
    assert changed > 5


@NOTEBOOKS
def test_all_texts_of_a_notebook_are_told_in_chinese(path: Path):
    say: Callable[[str], str] = CHINESE.tongue.says
    texts = [text for cell in read_cells(path) if cell["cell_type"] == "markdown" for text in messages(cell)]
    assert [text for text in texts if re.search("[a-z]{4} [a-z]{4}", text) and say(text) == text] == []
