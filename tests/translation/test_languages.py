"""A third language, from nothing to complete: a worked example of ten sentences in German, and what happens later."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog

from autograder.assignment import Assignment, load
from autograder.catalogues import files
from autograder.catalogues.files import MESSAGES, read
from autograder.cells import source_of
from autograder.cli import main
from autograder.errors import ConfigurationError
from autograder.selfcheck.language import Text, counted
from autograder.translation import collect, languages
from autograder.translation.update import as_po

NAME, NOTEBOOK = "greetings", "1_hello"
ENGINE_CODE = """
from .selfcheck.language import Text, pair

ENTRIES = pair("{count} greeting of {name}", "{count} greetings of {name}")


def right(name):
    return Text("{name} is right.", name=name)
"""
ENGINE_PAGE = '<p>{{ resources.say("Every line is well.") }}</p>'
EXERCISES = '''
from autograder.assignment import Assignment
from autograder.spec import exercise


@exercise(call="y = greet(x)", outputs={"y": "N"}, sizes=dict(N=3), rtol=1e-9)
def greet(x: "N"):
    """What is greeted."""


@greet.case("greetings that are all zero", at_home=True)
def zeros(inputs):
    return {"x": 0 * inputs["x"]}


@greet.mistake("It greets twice: return `x` once, not {x} times.")
def twice(x):
    return 2 * x


@greet.mistake("It has the wrong sign.")
def sign(x):
    return -x


assignment = Assignment(exercises=(greet,))
'''
TITLE = "# Saying hello\n\nWrite `greet`, which is $y = x$:\n\n| in | out |\n|---|---|\n| 1 | 1 |"
CELLS = [
    ("markdown", "title", TITLE),
    ("code", "greet", 'def greet(x):\n    """Greet every entry of `x`."""\n    ### BEGIN SOLUTION\n    return x'),
    ("code", "show", '# Look at\n# the greetings.\nprint(f"Greetings: {len(x)} in all")\nprint("ok")'),
    ("markdown", "empty", ""),
]
GERMAN: dict[Any, Any] = {
    "{name} is right.": "{name} ist richtig.",
    ("{count} greeting of {name}", "{count} greetings of {name}"): (
        "{count} Gruß von {name}",
        "{count} Grüße von {name}",
    ),
    "Every line is well.": "Alle Zeilen sind gut.",
    "greetings that are all zero": "Grüße, die alle null sind",
    "It greets twice: return `x` once, not {x} times.": "Es grüßt doppelt: Gib `x` einmal zurück, nicht {x}-mal.",
    "It has the wrong sign.": "Es hat das falsche Vorzeichen.",
    TITLE: "# Hallo sagen\n\nSchreibe `greet`, also $y = x$:\n\n| hinein | heraus |\n|---|---|\n| 1 | 1 |",
    "Greet every entry of `x`.": "Begrüße jeden Eintrag von `x`.",
    "Look at\nthe greetings.": "Sieh die\nGrüße an.",
    "Greetings: {len(x)} in all": "Grüße: zusammen {len(x)}",
}
CHANGES = {  # a file, what is changed in it, and the catalogue that has it
    "engine": ("engine/autograder/words.py", "{name} is right.", "{name} is all right.", MESSAGES),
    "advice": (f"exercises/{NAME}/__init__.py", "It has the wrong sign.", "It has the opposite sign.", MESSAGES),
    "docstring": (f"source/{NAME}/{NOTEBOOK}.ipynb", "Greet every entry", "Greet each entry", f"{NOTEBOOK}.po"),
    "text": (f"source/{NAME}/{NOTEBOOK}.ipynb", "# Saying hello", "# To say hello", f"{NOTEBOOK}.po"),
}


@dataclass(frozen=True)
class Course:
    """A small assignment, and an engine that says little."""

    root: Path

    @property
    def assignment(self) -> Assignment:
        return load(self.root, NAME)

    @property
    def catalogues(self) -> list[Path]:
        own = self.root / "exercises" / NAME / "locale" / "de"
        return [self.root / "engine" / "locale" / "de" / MESSAGES, own / MESSAGES, own / f"{NOTEBOOK}.po"]

    def wrong(self) -> list[str]:
        return list(languages.wrong(self.assignment, "de"))

    def update(self) -> dict[Path, int]:
        return dict(languages.update(self.assignment, "de"))

    def change(self, file: str, before: str, after: str) -> None:
        path = self.root / file
        assert before in path.read_text()
        path.write_text(path.read_text().replace(before, after))

    def translate(self) -> None:
        """Do what a translator does in all files: give every message its translation."""
        for path in self.catalogues:
            catalogue = read(path)
            for message in (each for each in catalogue if each.id):
                message.string = GERMAN[message.id]
            path.write_bytes(as_po(catalogue, "de"))

    def command(self, *options: str) -> int:
        return main(["translate", NAME, "--course", str(self.root), *options])


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def cell(kind: str, name: str, source: str) -> dict[str, Any]:
    code = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": {}, "source": source, **code}


def places(catalogue: Path) -> set[str]:
    return {place for message in read(catalogue) if message.id for place, _ in message.locations}


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """The course before anybody has thought of another language."""
    write(tmp_path / "engine" / "autograder" / "words.py", ENGINE_CODE)
    write(tmp_path / "engine" / "autograder" / "page.html.j2", ENGINE_PAGE)
    write(tmp_path / "exercises" / NAME / "__init__.py", EXERCISES)
    notebook = {"cells": [cell(*each) for each in CELLS], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    write(tmp_path / "source" / NAME / f"{NOTEBOOK}.ipynb", json.dumps(notebook))
    monkeypatch.setattr(collect, "ENGINE", tmp_path / "engine" / "autograder")
    for module in (files, languages):
        monkeypatch.setattr(module, "ENGINE", tmp_path / "engine" / "locale")
    return Course(tmp_path)


@pytest.fixture
def german(course: Course) -> Course:
    """The course with a complete translation."""
    course.update()
    course.translate()
    course.update()  # gives the files the one layout that they have
    return course


def test_a_language_that_nobody_has_begun_lacks_its_files(course: Course):
    assert course.wrong() == [
        f"{path} is missing: run `python -m autograder translate --language de`" for path in course.catalogues
    ]
    assert languages.shipped(course.assignment) == []
    with pytest.raises(ConfigurationError, match="there is no language 'de'"):
        _ = course.assignment.told_in("de").tongue


def test_the_first_catalogues_name_every_sentence_and_have_none(course: Course):
    engine, messages, notebook = course.catalogues
    assert course.update() == {engine: 3, messages: 3, notebook: 4}
    assert {message.id for path in course.catalogues for message in read(path) if message.id} == set(GERMAN)
    assert course.wrong() == [
        *(f"messages.po, {text!r}: not translated" for text in ("{count} greeting of {name}", "{name} is right.")),
        "messages.po, 'Every line is well.': not translated",
        *(f"messages.po, {text!r}: not translated" for text in list(GERMAN)[3:5]),
        "messages.po, 'It has the wrong sign.': not translated",
        "1_hello.po, '# Saying hello Write `greet`, which is $y = x$: | in | out …': not translated",
        "1_hello.po, 'Greet every entry of `x`.': not translated",
        "1_hello.po, 'Look at the greetings.': not translated",
        "1_hello.po, 'Greetings: {len(x)} in all': not translated",
    ]
    assert places(engine) == {"autograder/words.py", "autograder/page.html.j2"}
    assert places(messages) == {f"exercises/{NAME}/__init__.py"}
    assert places(notebook) == {f"{NOTEBOOK}.ipynb#{name}" for name in ("title", "greet", "show")}


def test_with_a_translation_of_every_sentence_nothing_is_wrong(german: Course):
    assert german.wrong() == []
    before = [path.read_bytes() for path in german.catalogues]
    assert german.update() == dict.fromkeys(german.catalogues, 0)
    assert [path.read_bytes() for path in german.catalogues] == before
    write(german.assignment.declared_in / "locale" / "fr" / "glossary.csv", "English,French\n")  # not begun yet
    assert languages.shipped(german.assignment) == ["de"]


def test_students_are_told_everything_in_the_language(german: Course):
    told = german.assignment.told_in("de")
    greet, say = told.by_name["greet"], told.tongue.tell
    assert [source_of(each) for each in told.cells(NOTEBOOK)] == [
        GERMAN[TITLE],
        'def greet(x):\n    """Begrüße jeden Eintrag von `x`."""\n    ### BEGIN SOLUTION\n    return x',
        '# Sieh die\n# Grüße an.\nprint(f"Grüße: zusammen {len(x)}")\nprint("ok")',
        "",
    ]
    assert [say(mistake.advice) for mistake in greet.mistakes] == list(GERMAN.values())[4:6]
    assert say(greet.cases[-1].title) == "Grüße, die alle null sind"
    assert say(Text("{name} is right.", name=greet.name)) == "greet ist richtig."
    greetings = ("{count} greeting of {name}", "{count} greetings of {name}")
    assert [say(counted(*greetings, count, name="x")) for count in (1, 2)] == ["1 Gruß von x", "2 Grüße von x"]
    assert [source_of(each) for each in german.assignment.cells(NOTEBOOK)] == [source for *_, source in CELLS]


@pytest.mark.parametrize(("file", "before", "after", "catalogue"), CHANGES.values(), ids=CHANGES)
def test_a_sentence_that_is_changed_in_english_is_named_until_it_is_looked_at(
    german: Course, file: str, before: str, after: str, catalogue: str
):
    german.change(file, before, after)
    (place,) = [path for path in german.catalogues if before in path.read_text()]
    fuzzy, stale = german.wrong()
    assert fuzzy.startswith(f"{catalogue}, '{after}") and fuzzy.endswith("': fuzzy: its English text has changed")
    assert stale == f"{place} is not up to date: run `python -m autograder translate --language de`"
    assert german.update() == {path: int(path == place) for path in german.catalogues}
    assert german.wrong() == [fuzzy]
    (text,) = [message.id for message in read(place) if message.fuzzy and message.id]
    assert after in text
    assert german.assignment.told_in("de").tongue.says(text) == text  # not sure, so students are told it in English
    place.write_text(place.read_text().replace("#, fuzzy\n", ""))
    assert german.wrong() == []
    assert german.assignment.told_in("de").tongue.says(text) == GERMAN[text.replace(after, before)]


def test_a_sentence_that_is_added_or_removed_is_named(german: Course):
    path = f"exercises/{NAME}/__init__.py"
    german.change(path, "It has the wrong sign.", "Nobody is welcome here, whoever comes.")
    german.change(path, "greetings that are all zero", "It has the wrong sign.")
    messages = german.catalogues[1]
    assert german.wrong() == [
        "messages.po, 'Nobody is welcome here, whoever comes.': not translated",
        f"{messages} is not up to date: run `python -m autograder translate --language de`",
    ]
    german.update()
    assert "all zero" not in messages.read_text() and "Es hat das falsche Vorzeichen." in messages.read_text()


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("{name} ist richtig.", "Das ist richtig.", "the place '{name}' is missing"),
        ("Gib `x` einmal", "Gib x einmal", "the code '`x`' is missing"),
        ("also $y = x$", "also $y = 2$", "the formula '$y = x$' is missing"),
        ('"| hinein | heraus |\\n"\n', "", "a table has another number of lines"),
    ],
    ids=["place", "code", "formula", "line_of_a_table"],
)
def test_a_translation_that_has_lost_something_is_named(german: Course, right: str, wrong: str, said: str):
    (place,) = [path for path in german.catalogues if right in path.read_text()]
    place.write_text(place.read_text().replace(right, wrong))
    (found,) = german.wrong()
    assert found.startswith(f"{place.name}, ") and found.endswith(f": {said}")


def test_the_terms_of_the_glossary_are_looked_for(german: Course):
    glossary = german.catalogues[1].with_name("glossary.csv")
    glossary.write_text("English,Chinese\nsign,Signum\n", encoding="utf-8")
    assert german.wrong() == ["messages.po, 'It has the wrong sign.': 'sign' is 'Signum' in the glossary"]


def test_the_command_makes_the_catalogues_and_says_what_is_left(course: Course, capsys: pytest.CaptureFixture):
    assert course.command("--language", "de", "--check") == 1
    assert capsys.readouterr().out.splitlines() == course.wrong()
    assert course.command("--language", "de") == 0
    lines = [f"{path}: {left} to look at" for path, left in zip(course.catalogues, (3, 3, 4), strict=True)]
    assert capsys.readouterr().out.splitlines() == lines
    course.translate()
    assert course.command() == 0  # of all languages that the assignment has
    assert capsys.readouterr().out.splitlines() == [f"{path}: complete" for path in course.catalogues]
    assert course.command("--check") == 0
    assert capsys.readouterr().out == "All translations are complete.\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [("a\n\n b", "a b"), ("x" * 60, "x" * 60), ("x" * 61, "x" * 59 + "…")],
    ids=["lines", "just_short_enough", "long"],
)
def test_a_text_is_named_by_its_beginning(text: str, line: str):
    assert languages.shortened(text) == line


def a_catalogue(**translations: str | tuple[str, str]) -> Catalog:
    catalogue = Catalog("de")
    for text, said in translations.items():
        catalogue.add(text if isinstance(said, str) else (text, f"{text}s"), said)
    return catalogue


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([("1.po", {"step": "Schritt"}), ("2.po", {"step": "Schritt", "size": "Groesse"})], []),
        ([("1.po", {"step": "Schritt"}), ("2.po", {"step": "Stufe"})], [("step", "1.po and 2.po")]),
        ([("1.po", {"step": ""}), ("2.po", {"step": "Stufe"})], [("step", "1.po and 2.po")]),
        ([("1.po", {"step": ("Schritt", "Schritte")}), ("2.po", {"step": "Schritt"})], [("step", "1.po and 2.po")]),
        ([("1.po", {"a": "x"}), ("2.po", {"b": "x"})], []),
    ],
    ids=["same", "other", "nothing_yet", "plural", "other_texts"],
)
def test_files_of_an_assignment_translate_a_text_alike(others: list[tuple[str, Any]], said: list[tuple[str, str]]):
    assert list(languages.contradictions((name, a_catalogue(**texts)) for name, texts in others)) == said
