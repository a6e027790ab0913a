"""Odd texts on their way: hostile ones from a student's process, special characters, plurals, damaged catalogues."""

from __future__ import annotations

import ast
import time
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog

from autograder.catalogues.cells import messages, translated
from autograder.catalogues.files import as_mo, compiled, read
from autograder.errors import ConfigurationError
from autograder.judging.diagnosis.advice import Hint
from autograder.sandbox.made import unpacked
from autograder.sandbox.replies import reply_of
from autograder.selfcheck.language import ENGLISH, Language, Stem, Text, counted, read_language
from autograder.translation.check import problems, read_glossary


def catalogue(words: dict[Any, Any], name: str = "de") -> Catalog:
    made = Catalog(name)
    for english, text in words.items():
        made.add(english, text)
    return made


def spoken(words: dict[Any, Any]) -> Language:
    return Language("de", compiled([catalogue(words)], "de"))


def code(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "source": source}


def within(made: Any, often: int, depth: int) -> Any:
    return within(["{x}" * often, "", {"x": made}], often, depth - 1) if depth else made


@pytest.mark.parametrize(
    "made",
    [
        ["{x.__class__}", "", {"x": "a", "x.__class__": "b"}],
        ["{x.told.__globals__}", "", {"x": ["b", "", {}], "x.told.__globals__": "b"}],
        ["{x[0]}", "", {"x": "a", "x[0]": "b"}],
        ["{}", "", {"": "a"}],
        ["{0}", "", {"0": "a"}],
        ["{x:c}", "", {"x": 1 << 40}],
    ],
    ids=["attribute", "attribute_of_a_text", "index", "no_name", "number", "overflow"],
)
def test_a_field_with_the_name_of_the_place_does_not_help(made: Any):
    with pytest.raises(ValueError, match="no template"):
        unpacked(made)


def test_a_sentence_that_grows_is_refused():
    began = time.monotonic()
    made = within("y", 12, 7)  # 36 million characters of 250; 40 in place of 12 gives 160 billion
    reply = reply_of({"problems": {"y": "y is odd."}, "made": {"y": made}}, {}, ("y",))
    assert reply.problems == {"y": "y is odd."} and time.monotonic() - began < 0.01


@pytest.mark.parametrize("count", [2.5, 2.0])
def test_points_may_be_fractions(count: float):
    points = ("{count:g} point", "{count:g} points")
    german = spoken({points: ("{count:g} Punkt", "{count:g} Punkte")})
    assert german.tell(counted(*points, count)) == f"{count:g} Punkte"


def test_what_the_assignment_says_comes_before_what_the_engine_says():
    assert compiled([catalogue({"a": "engine"}), catalogue({"a": "assignment"})], "de").gettext("a") == "assignment"


def test_nothing_is_nothing_in_every_language():
    german = spoken({"a": "b"})
    assert german.says("") == german.tell(Text("")) == ""


@pytest.mark.parametrize("source", ["#\nx = 1", 'def f():\n    """"""'])
def test_an_empty_comment_is_nothing_to_translate(source: str):
    assert messages(code(source)) == []


def test_a_compiled_language_keeps_its_name(tmp_path: Path):
    (tmp_path / "a.mo").write_bytes(as_mo([catalogue({"a": "b"}, "zh_CN")], "zh_CN"))
    assert read_language(tmp_path / "a.mo").name == "zh_CN"


@pytest.mark.parametrize("size", [0, 2, 10, 30])
def test_a_catalogue_that_is_cut_off_is_english(size: int, tmp_path: Path):
    (tmp_path / "a.mo").write_bytes(as_mo([catalogue({"a": "b"})], "de")[:size])
    assert read_language(tmp_path / "a.mo") is ENGLISH


@pytest.mark.parametrize("text", ["hello", 'msgid "a"\nnonsense "b"\n'])
def test_a_file_that_is_no_catalogue_is_named(text: str, tmp_path: Path):
    (tmp_path / "a.po").write_text(text)
    with pytest.raises(ConfigurationError):
        read(tmp_path / "a.po")


@pytest.mark.parametrize(
    "source",
    [
        'x = ("hello there "  # a note\n     "and more")\n',
        'x = "two\x0c words"\n# a comment\n',
        'x = "two \u2028words"  # a\n',
    ],
    ids=["comment_within_a_string", "form_feed", "line_separator"],
)
def test_code_is_put_together_again(source: str):
    assert translated(code(source), lambda text: text)["source"] == source
    ast.parse(translated(code(source), str.upper)["source"])


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('def f():\n    """Say so."""', 'Sag "so"'),
        ('def f():\n    """Say so."""', 'Sag """so""".'),
        ('def f():\n    """Say so."""', "Ende \\"),
        ('print(f"the path C:\\\\new is {x}")', "der Pfad C:\\new ist {x}"),
    ],
    ids=["quote_at_the_end", "three_quotes", "backslash_at_the_end", "f_string"],
)
def test_special_characters_of_a_translation_stay(source: str, text: str):
    said = translated(code(source), lambda _: text)
    assert messages(said) == [text]


@pytest.mark.parametrize("source", ['def f():\n    r"""Uses \\alpha and so on."""', 'print(rf"the \\nu is {x}")'])
def test_raw_strings_stay_as_they_are(source: str):
    assert messages(code(source)) == []


def test_the_singular_is_compared_with_the_singular():
    one, several = "1 entry of {size} is wrong.", "{count} of {size} entries are wrong."
    made = catalogue(
        {(one, several): ("1 Eintrag von {size} ist falsch.", "{count} von {size} Einträgen sind falsch.")}
    )
    assert list(problems(made, "de")) == []


def test_a_glossary_may_be_of_another_language(tmp_path: Path):
    (tmp_path / "glossary.csv").write_text("English,German\nloss,Verlust\n")
    assert read_glossary(tmp_path) == (("loss", "Verlust"),)


@pytest.mark.parametrize("part", [Stem("It stops."), Hint("It stops: add one.")], ids=["stem", "hint"])
def test_a_part_of_a_sentence_stays_one_when_it_is_changed(part: Text):
    assert Text("{part}!", part=part).mapped(str) == f"{part}!"


@pytest.mark.parametrize("source", ['print("Not ok yet")', 'plt.title("Log of x")'])
def test_short_words_that_are_shown_are_translated_too(source: str):
    assert len(messages(code(source))) == 1


def test_a_message_names_what_is_there():
    found = list(problems(catalogue({"$x^2$ is even.": "x^2 ist gerade."}), "de"))
    assert found == [("$x^2$ is even.", "the formula '$x^2$' is missing")]


def test_the_docstring_of_a_coroutine_is_one():
    assert translated(code('async def f():\n    """Say so."""'), lambda _: "Sag.\nMehr.")["source"].count('"""') == 2
