"""The catalogues of a language: the engine's with an assignment's, and which of their sentences are believed."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from autograder.catalogues import files
from autograder.catalogues.files import as_mo, catalogues, compiled, insist_on, language, languages, read
from autograder.errors import ConfigurationError
from autograder.selfcheck.language import ENGLISH, Text, counted
from tests.support.house import ASSIGNMENT

HEADER = 'msgid ""\nmsgstr ""\n"Language: de\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
POINTS = ("{count} point", "{count} points")


def write(path: Path, *entries: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + "\n\n".join(entries) + "\n", encoding="utf-8")
    return path


def entry(english: str, german: str, flags: str = "") -> str:
    return f'{flags}msgid "{english}"\nmsgstr "{german}"'


def catalogue(**words: str) -> Catalog:
    made = Catalog("de")
    for english, german in words.items():
        made.add(english, german)
    return made


@pytest.fixture(autouse=True)
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an assignment's exercises; the engine's catalogues are of German, and of nothing else."""
    monkeypatch.setattr(files, "ENGINE", tmp_path / "engine")
    write(tmp_path / "engine" / "de" / "messages.po", entry("right", "richtig"), entry("wrong", "falsch"))
    return tmp_path / "exercises"


def test_the_engines_languages_are_the_folders_with_its_sentences(tmp_path: Path):
    write(tmp_path / "engine" / "fr" / "messages.po")
    write(tmp_path / "engine" / "it" / "1_layers.po")
    assert languages() == ["de", "fr"]


def test_the_project_comes_with_simplified_chinese(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.undo()
    assert "zh_CN" in languages()
    chinese = language("zh_CN", ASSIGNMENT.declared_in)
    assert chinese.name == "zh_CN"
    assert re.search("[\u4e00-\u9fff]", chinese.says("The results of the exercises are below."))
    found = {path.name for path in catalogues("zh_CN", ASSIGNMENT.declared_in)}
    assert found >= {"messages.po", *(f"{path.stem}.po" for path in ASSIGNMENT.notebooks)}


def test_english_needs_no_catalogue(tmp_path: Path):
    insist_on("")
    assert language("", tmp_path / "nowhere") is ENGLISH


@pytest.mark.parametrize("name", ["xx", "DE", "de/../de", "."])
def test_a_language_that_is_not_there_is_named_with_those_that_are(name: str, tmp_path: Path, course: Path):
    for ask in (insist_on, lambda name: language(name, course)):
        with pytest.raises(ConfigurationError, match=f"no language '{name}': leave it empty .* choose one of de$"):
            ask(name)


def test_without_any_languages_there_are_none_to_choose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "ENGINE", tmp_path / "nowhere")
    with pytest.raises(ConfigurationError, match="choose one of none"):
        insist_on("de")


def test_a_language_says_what_the_engine_and_the_assignment_say(tmp_path: Path, course: Path):
    write(course / "locale" / "de" / "messages.po", entry("{name} is odd.", "{name} ist seltsam."))
    write(course / "locale" / "de" / "1_layers.po", entry("# Layers", "# Schichten"))
    write(course / "locale" / "fr" / "messages.po", entry("wrong", "faux"))
    write(tmp_path / "other" / "locale" / "de" / "messages.po", entry("# Layers", "# Lagen"))
    german = language("de", course)
    assert german.name == "de"
    assert [german.says(text) for text in ("right", "wrong", "# Layers", "other")] == [
        *("richtig", "falsch", "# Schichten", "other")
    ]
    assert german.tell(Text("{name} is odd.", name=Text("wrong"))) == "falsch ist seltsam."
    assert language("de", tmp_path / "other").says("# Layers") == "# Lagen"


def test_an_assignment_without_catalogues_has_the_engines_sentences(course: Path):
    assert language("de", course).says("wrong") == "falsch"


def test_a_catalogue_that_has_changed_is_read_anew(course: Path):
    path = write(course / "locale" / "de" / "messages.po", entry("new", "neu"))
    assert language("de", course).says("new") == "neu"
    assert language("de", course) is language("de", course)
    write(path, entry("new", "anders"))
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    assert language("de", course).says("new") == "anders"


@pytest.mark.parametrize(
    "flags", ["#, fuzzy\n", "#, python-format, fuzzy\n", '#, fuzzy\n#| msgid "new one"\n'], ids=repr
)
def test_a_translation_that_is_not_sure_is_left_out(flags: str, course: Path):
    write(course / "locale" / "de" / "messages.po", entry("new", "alt", flags), entry("right one", "", ""))
    german = language("de", course)
    assert [german.says(text) for text in ("new", "right one", "wrong")] == ["new", "right one", "falsch"]


def test_a_translation_that_is_not_sure_gives_way_to_one_that_is(tmp_path: Path, course: Path):
    write(tmp_path / "engine" / "de" / "messages.po", entry("new", "alt", "#, fuzzy\n"))
    write(course / "locale" / "de" / "messages.po", entry("new", "neu"))
    assert language("de", course).says("new") == "neu"


def test_numbers_choose_between_the_forms_of_a_language(course: Path):
    plural = (
        'msgid "{count} point"\nmsgid_plural "{count} points"\nmsgstr[0] "{count} Punkt"\nmsgstr[1] "{count} Punkte"'
    )
    write(course / "locale" / "de" / "messages.po", plural)
    german = language("de", course)
    assert [german.tell(counted(*POINTS, count)) for count in (0, 1, 2)] == ["0 Punkte", "1 Punkt", "2 Punkte"]


def test_a_plural_that_is_not_translated_is_told_in_english(course: Path):
    plural = 'msgid "{count} point"\nmsgid_plural "{count} points"\nmsgstr[0] ""\nmsgstr[1] ""'
    write(course / "locale" / "de" / "messages.po", plural)
    german = language("de", course)
    assert [german.tell(counted(*POINTS, count)) for count in (1, 2)] == ["1 point", "2 points"]


def test_a_compiled_catalogue_is_the_same_on_every_call_and_day():
    ways = [catalogue(a="eins", b="zwei"), catalogue(b="zwei", a="eins")]
    assert len({as_mo([each], "de") for each in ways}) == len({as_mo(ways, "de") for _ in range(2)}) == 1
    said = compiled(ways, "de").info()
    assert {said["pot-creation-date"], said["po-revision-date"]} == {"2000-01-01 00:00+0000"}
    assert as_mo([catalogue(a="eins")], "de") != as_mo([catalogue(a="zwei")], "de")


def test_what_is_compiled_leaves_its_catalogues_as_they_were():
    found = [catalogue(a="eins"), catalogue(a="eins", b="zwei")]
    assert as_mo(found, "de") == as_mo(found, "de")
    assert [[(each.id, each.string) for each in one if each.id] for one in found] == [
        [("a", "eins")],
        [("a", "eins"), ("b", "zwei")],
    ]


@pytest.mark.parametrize("content", [None, b"\xff\xfe", HEADER.encode() + b'msgid "\xe4"'], ids=repr)
def test_a_catalogue_that_cannot_be_read_is_named(content: bytes | None, course: Path):
    path = course / "locale" / "de" / "messages.po"
    path.parent.mkdir(parents=True)
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    for ask in (lambda: read(path), lambda: language("de", course)):
        with pytest.raises(ConfigurationError, match=r"de/messages\.po cannot be read as a catalogue: "):
            ask()


def test_a_catalogue_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(ConfigurationError, match=r"none\.po cannot be read"):
        read(tmp_path / "none.po")
