"""Sentences that can be told in other languages: what they are in English, what they become, and whom they believe."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog

from autograder.catalogues.files import as_mo, compiled
from autograder.judging.diagnosis.advice import Hint
from autograder.sandbox.made import unpacked
from autograder.sandbox.replies import reply_of
from autograder.selfcheck import language
from autograder.selfcheck.language import (
    ENGLISH,
    Language,
    Stem,
    Text,
    ands,
    columns,
    counted,
    joined,
    listed,
    ors,
    packed,
    padded,
    read_language,
    semicolons,
    sentences,
    template,
    told,
)

Words = dict[Any, Any]
ENTRIES = ("{count} entry of {name} is wrong.", "{count} entries of {name} are wrong.")
IN_GERMAN: Words = {
    "{name} is wrong.": "Falsch ist {name}.",
    ENTRIES: ("{count} Eintrag von {name} ist falsch.", "{count} Einträge von {name} sind falsch."),
    "the last value": "der letzte Wert",
    "It stops: add one.": "Es hält an; zähle eins dazu.",
    "It stops.": "Es hält an.",
    "{before} and {next}": "{before} und {next}",
    "{before} or {next}": "{before} oder {next}",
    "{before}; {next}": "{before} · {next}",
    "{before} {next}": "{before} / {next}",
}
IN_CHINESE: Words = {
    "{name} is wrong.": "{name} 是错的。",
    "the last value": "最后一个值",
    "{before}, {next}": "{before}、{next}",
    "It stops: add one.": "它停了\uff1a请加一。",
    "It stops.": "它停了。",
}


def catalogue(name: str, words: Words) -> Catalog:
    made = Catalog(name)
    for english, text in words.items():
        made.add(english, text)
    return made


def spoken(name: str, words: Words) -> Language:
    return Language(name, compiled([catalogue(name, words)], name))


GERMAN, CHINESE = spoken("de", IN_GERMAN), spoken("zh_CN", IN_CHINESE)
WRONG = Text("{name} is wrong.", name="dx")
NESTED = Text("{name} is wrong.", name=Text("the last value"))
THREE = counted(*ENTRIES, 3, name="dx")
ALL = {
    "without_places": Text("the last value"),
    "with_a_name": WRONG,
    "with_a_text": NESTED,
    "with_a_quoted_name": Text("{name!r} is odd.", name="x"),
    "with_braces": Text("{name} is wrong.", name="{x}"),
    "of_one": counted(*ENTRIES, 1, name="dx"),
    "of_several": THREE,
    "in_a_row": listed(["a", NESTED, THREE]),
}
PARTS = {"a_stem": Stem("It stops.."), "a_hint": Hint(Text("It stops: add one.")), "a_hint_in_english": Hint("No: b.")}
COPIES = {"pickle": lambda text: pickle.loads(pickle.dumps(text)), "copy": copy.copy, "deepcopy": copy.deepcopy}


def of(texts: dict[str, Text]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("text", texts.values(), ids=texts)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (WRONG, "dx is wrong."),
        (NESTED, "the last value is wrong."),
        (Text("{share:.1%} of {{all}} in {name!r}", share=0.5, name="x"), "50.0% of {all} in 'x'"),
        (Text("a set {1, 2} as it stands"), "a set {1, 2} as it stands"),
        (counted(*ENTRIES, 0, name="dx"), "0 entries of dx are wrong."),
        (counted(*ENTRIES, 1, name="dx"), "1 entry of dx is wrong."),
        (counted(*ENTRIES, 2, name="dx"), "2 entries of dx are wrong."),
        (Stem("It stops."), "It stops"),
        (Hint("It stops: add one."), "It stops."),
        (Hint("It stops; add one."), "It stops."),
        (Hint("It stops."), "It stops."),
    ],
    ids=str,
)
def test_a_text_is_its_english_string(text: Text, english: str):
    assert text == english
    assert isinstance(text, str) and hash(text) == hash(english)
    assert ENGLISH.tell(text) == english


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@of(ALL | PARTS)
def test_a_copy_can_be_told_like_the_text_itself(text: Text, copied: Callable[[Text], Text]):
    found = copied(text)
    assert type(found) is type(text) and found == text
    assert (found.template, found.several, found.fields) == (text.template, text.several, text.fields)
    assert GERMAN.tell(found) == GERMAN.tell(text)


@pytest.mark.parametrize(
    ("text", "german"),
    [
        (WRONG, "Falsch ist dx."),
        (NESTED, "Falsch ist der letzte Wert."),
        (Text("{name} is wrong.", name=listed(["a", NESTED])), "Falsch ist a und Falsch ist der letzte Wert.."),
        (counted(*ENTRIES, 0, name=Text("the last value")), "0 Einträge von der letzte Wert sind falsch."),
        (counted(*ENTRIES, 1, name="dx"), "1 Eintrag von dx ist falsch."),
        (Stem(Text("It stops.")), "Es hält an"),
        (Hint(Text("It stops: add one.")), "Es hält an."),
        (Text("Nobody has translated {name}.", name=Text("the last value")), "Nobody has translated der letzte Wert."),
    ],
    ids=str,
)
def test_a_text_is_told_in_a_language_with_the_texts_in_it(text: Text, german: str):
    assert GERMAN.tell(text) == text.told(GERMAN) == german


@pytest.mark.parametrize(
    "text", ["the last value", Stem("It stops."), Hint("It stops: add one."), str(WRONG), ""], ids=repr
)
def test_a_plain_string_is_the_same_in_every_language_and_so_is_what_was_made_of_one(text: str):
    assert GERMAN.tell(text) == CHINESE.tell(text) == text


def test_a_name_that_happens_to_be_a_sentence_is_not_told():
    assert GERMAN.tell(Text("{name} is wrong.", name="the last value")) == "Falsch ist the last value."


@pytest.mark.parametrize(
    "translation",
    ["{nam}", "{0}", "{}", "{name.place}", "{name[place]}", "{name:d}", "{name", "name}", "{name!s:{width}}"],
)
def test_a_translation_with_other_places_gives_way_to_the_english_sentence(translation: str):
    assert spoken("de", {"{name} is wrong.": translation}).tell(WRONG) == "dx is wrong."


def test_words_without_places_are_said_as_the_catalogue_has_them():
    assert (GERMAN.says("the last value"), GERMAN.says("{ this")) == ("der letzte Wert", "{ this")
    nameless = Language("", compiled([catalogue("de", IN_GERMAN)], "de"))  # so it is English
    assert nameless.says("the last value") == nameless.tell(Text("the last value")) == "the last value"
    assert template("the last value") == "the last value"


def test_who_speaks_to_students_at_once_uses_the_language_of_the_release(monkeypatch: pytest.MonkeyPatch):
    assert told("{name} is wrong.", name="dx") == "dx is wrong."  # this course's own
    monkeypatch.setattr(language, "here", lambda: GERMAN)
    assert told("{name} is wrong.", name=Text("the last value")) == "Falsch ist der letzte Wert."


def test_what_fills_a_text_can_be_changed_but_numbers():
    changed = counted(*ENTRIES, 3, name=Text("{name} is wrong.", name="dx")).mapped(str.upper)
    assert changed == "3 entries of DX is wrong. are wrong."
    assert GERMAN.tell(changed) == "3 Einträge von Falsch ist DX. sind falsch."


@pytest.mark.parametrize(
    ("put_together", "none", "one", "three", "german"),
    [
        (joined, "", "a", "a, b, c", "a, b, c"),
        (listed, "", "a", "a, b and c", "a, b und c"),
        (ands, "", "a", "a and b and c", "a und b und c"),
        (ors, "", "a", "a or b or c", "a oder b oder c"),
        (semicolons, "", "a", "a; b; c", "a · b · c"),
        (sentences, "", "a", "a b c", "a / b / c"),
    ],
)
def test_texts_are_put_together(put_together: Callable[..., str], none: str, one: str, three: str, german: str):
    assert [put_together(iter("abc"[:number])) for number in (0, 1, 3)] == [none, one, three]
    assert GERMAN.tell(put_together("abc")) == german
    assert GERMAN.tell(put_together([Text("the last value")])) == "der letzte Wert"


def test_no_space_stands_between_wide_letters_and_one_stays_beside_others():
    assert CHINESE.tell(NESTED) == "最后一个值是错的。"
    assert CHINESE.tell(WRONG) == "dx 是错的。"
    assert CHINESE.tell(sentences([NESTED, WRONG, NESTED])) == "最后一个值是错的。 dx 是错的。最后一个值是错的。"
    assert CHINESE.tell(joined(["a", Text("the last value")])) == "a、最后一个值"
    assert CHINESE.tell(Stem(Text("It stops."))) == "它停了"
    assert CHINESE.tell(Hint(Text("It stops: add one."))) == "它停了。"


@pytest.mark.parametrize(("text", "width"), [("", 0), ("dx", 2), ("错误", 4), ("dx\uff1a错", 6), ("✓ é", 3)])
def test_wide_letters_take_two_columns(text: str, width: int):
    assert columns(text) == width
    assert padded(text, 7) == text + " " * (7 - width)
    assert padded(text, width) == padded(text, 0) == text


@of(ALL | {"with_numbers": Text("{share:.1e} of {count:3d}", share=0.5, count=7), "with_a_shape": Text("{x}", x=(2,))})
def test_what_a_text_is_made_of_crosses_as_json(text: Text):
    found = unpacked(json.loads(json.dumps(packed(text))))
    assert type(found) is Text and found == text
    assert (found.template, found.several) == (text.template, text.several)
    assert GERMAN.tell(found) == GERMAN.tell(text)


def test_a_plain_string_crosses_as_itself():
    assert packed("{x}") == unpacked("{x}") == "{x}"
    assert type(unpacked(packed("dx"))) is str


def within(text: Any, depth: int) -> Any:
    return within(["{x}", "", {"x": text}], depth - 1) if depth else text


HOSTILE = {
    "attribute": ["{x.__class__}", "", {"x": "a"}],
    "attribute_of_a_text": ["{x.fields}", "", {"x": ["b", "", {}]}],
    "index": ["{x[0]}", "", {"x": "ab"}],
    "huge_width": ["{x:>1000000}", "", {"x": "a"}],
    "huge_precision": ["{x:.100000f}", "", {"x": 0.5}],
    "width_from_a_field": ["{x:{y}}", "", {"x": "a", "y": 1000000}],
    "conversion": ["{x!a}", "", {"x": "a"}],
    "place_of_no_field": ["{y}", "", {"x": "a"}],
    "place_by_number": ["{0}", "", {"x": "a"}],
    "in_the_plural": ["{count}", "{count.real}", {"count": 2}],
    "open_brace": ["{x", "", {"x": "a"}],
    "too_deep": within("a", 100),
    "much_too_deep": within("a", 900),
    "missing_count": ["{x}", "{x}s", {"x": "a"}],
    "count_is_a_word": ["{count}", "{count}s", {"count": "2"}],
    "count_is_a_fraction": ["{count}", "{count}s", {"count": 1.5}],
    "template_is_a_number": [1, "", {}],
    "plural_is_a_list": ["a", ["b"], {"count": 2}],
    "fields_are_a_list": ["{x}", "", ["x"]],
    "field_is_none": ["{x}", "", {"x": None}],
    "field_is_an_object": ["{x}", "", {"x": {"y": 1}}],
    "two_parts": ["a", ""],
    "four_parts": ["a", "", {}, {}],
    "nothing": None,
    "number": 7,
    "object": {"template": "a"},
}


@pytest.mark.parametrize("made", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_text_is_refused_before_anything_is_filled(made: Any, monkeypatch: pytest.MonkeyPatch):
    filled: list[str] = []
    monkeypatch.setattr(Text, "__new__", lambda cls, one, *_, **__: filled.append(one))
    with pytest.raises(ValueError, match=r"no (text|template|count|field)|expected"):
        unpacked(made)
    assert filled == []


@pytest.mark.parametrize("made", HOSTILE.values(), ids=HOSTILE)
def test_a_child_that_says_such_a_thing_is_quoted_in_its_own_words(made: Any):
    reply = reply_of({"problems": {"y": "y is odd."}, "made": {"y": made}}, {}, ("y",))
    assert reply.problems == {"y": "y is odd."} and type(reply.problems["y"]) is str


def test_a_child_is_believed_how_a_sentence_is_made_if_that_gives_the_sentence():
    made = {"y": packed(WRONG), "z": packed(NESTED)}
    header = {"problems": {"y": "dx is wrong.", "z": "z has another value."}, "made": made}
    reply = reply_of(header, {}, ("y", "z"))
    assert GERMAN.tell(reply.problems["y"]) == "Falsch ist dx."
    assert GERMAN.tell(reply.problems["z"]) == "z has another value."
    stop = reply_of({"stop": {"sentence": str(NESTED), "made": {"sentence": packed(NESTED)}}}, {}, ())
    assert GERMAN.tell(stop.sentence) == "Falsch ist der letzte Wert."


def test_the_language_of_a_compiled_catalogue_is_read_from_its_file(tmp_path: Path):
    path = tmp_path / "messages.mo"
    path.write_bytes(as_mo([catalogue("de", IN_GERMAN)], "de"))
    read = read_language(path)
    assert (read.name, read.tell(THREE)) == ("de", "3 Einträge von dx sind falsch.")


@pytest.mark.parametrize(
    "content",
    [None, b"This is no catalogue.", as_mo([catalogue("de", {"a": "é"})], "de").replace("é".encode(), b"\xff\xff")],
    ids=["no_file", "another_file", "damaged_letters"],
)
def test_without_a_catalogue_that_can_be_read_the_language_is_english(content: bytes | None, tmp_path: Path):
    path = tmp_path / "messages.mo"
    if content is not None:
        path.write_bytes(content)
    assert read_language(path) is ENGLISH
    assert read_language(tmp_path) is ENGLISH  # a folder in its place
