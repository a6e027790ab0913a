"""A catalogue is brought up to date: what is new, what has changed, what is gone, and what a file looks like."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from autograder.catalogues.files import read
from autograder.translation.collect import Message
from autograder.translation.update import as_po, updated

POINTS = ("{count} point", "{count} points")
BEFORE = [
    Message("The loss is wrong.", "exercises/a.py"),
    Message(POINTS[0], "exercises/a.py", POINTS[1]),
    Message("Write the function.", "1_layers.ipynb#title"),
]
FILE = """\
msgid ""
msgstr ""
"Language: de\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

#: exercises/a.py
msgid "The loss is wrong."
msgstr "Der Verlust ist falsch."

#: exercises/a.py
msgid "{count} point"
msgid_plural "{count} points"
msgstr[0] "{count} Punkt"
msgstr[1] "{count} Punkte"

#: 1_layers.ipynb#title
msgid "Write the function."
msgstr "Schreibe die Funktion."

"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A catalogue in which everything of BEFORE is translated."""
    path = tmp_path / "messages.po"
    path.write_text(FILE, encoding="utf-8")
    return path


def entries(catalogue: Catalog) -> dict[object, tuple[object, bool]]:
    """The translations, and whether they are fuzzy."""
    return {message.id: (message.string or "", message.fuzzy) for message in catalogue if message.id}


def test_a_catalogue_of_the_same_messages_is_the_same_file(path: Path):
    assert as_po(updated(path, "de", BEFORE), "de").decode() == FILE


def test_the_first_catalogue_has_everything_to_translate(tmp_path: Path):
    made = updated(tmp_path / "none.po", "de", BEFORE)
    assert entries(made) == {
        "The loss is wrong.": ("", False),
        POINTS: (("", ""), False),
        "Write the function.": ("", False),
    }
    text = as_po(made, "de").decode()
    assert text.startswith(FILE.partition("#:")[0])
    assert "fuzzy" not in text


def test_a_language_has_as_many_forms_as_it_needs(tmp_path: Path):
    for language, forms in (("zh_CN", 1), ("de", 2), ("ru", 3)):
        made = updated(tmp_path / "none.po", language, BEFORE)
        assert f"nplurals={forms};" in as_po(made, language).decode()
        assert as_po(made, language).decode().count("msgstr[") == forms


def test_a_new_message_comes_in_without_a_translation(path: Path):
    made = updated(path, "de", [*BEFORE, Message("An entry is not a number.", "exercises/b.py")])
    assert entries(made) == entries(read(path)) | {"An entry is not a number.": ("", False)}


@pytest.mark.parametrize(
    ("number", "message", "translated"),
    [
        (0, Message("The loss was wrong.", "exercises/a.py"), "Der Verlust ist falsch."),
        (
            1,
            Message("{count} full point", "exercises/a.py", "{count} full points"),
            ("{count} Punkt", "{count} Punkte"),
        ),
        (2, Message("Write the whole function.", "1_layers.ipynb#title"), "Schreibe die Funktion."),
    ],
    ids=["sentence", "sentence_about_a_number", "text_of_a_notebook"],
)
def test_a_message_that_has_changed_keeps_its_translation_as_a_fuzzy_one(
    path: Path, number: int, message: Message, translated: object
):
    after = [message if place == number else each for place, each in enumerate(BEFORE)]
    made = entries(updated(path, "de", after))
    changed = (message.text, message.several) if message.several else message.text
    assert made.pop(changed) == (translated, True)
    assert len(made) == 2 and not any(fuzzy for _, fuzzy in made.values())


def test_a_fuzzy_message_stays_fuzzy_until_somebody_has_looked_at_it(path: Path):
    after = [Message("The loss was wrong.", "exercises/a.py"), *BEFORE[1:]]
    path.write_bytes(as_po(updated(path, "de", after), "de"))
    again = updated(path, "de", after)
    assert entries(again)["The loss was wrong."] == ("Der Verlust ist falsch.", True)
    path.write_text(path.read_text(encoding="utf-8").replace("#, fuzzy\n", ""), encoding="utf-8")
    assert entries(updated(path, "de", after))["The loss was wrong."] == ("Der Verlust ist falsch.", False)


def test_a_message_that_is_gone_leaves_nothing_behind(path: Path):
    text = as_po(updated(path, "de", BEFORE[:2]), "de").decode()
    assert text == FILE.partition("#: 1_layers")[0]


def test_a_message_says_all_its_places_and_each_once(path: Path):
    more = [Message("The loss is wrong.", place) for place in ("exercises/b.py", "exercises/a.py", "exercises/b.py")]
    text = as_po(updated(path, "de", [*BEFORE, *more]), "de").decode()
    assert "#: exercises/a.py exercises/b.py\nmsgid" in text
    assert text.replace(" exercises/b.py", "") == FILE


def test_a_message_that_has_got_another_place_keeps_its_translation(path: Path):
    moved = [Message(each.text, "exercises/c.py", each.several) for each in BEFORE]
    made = updated(path, "de", moved)
    assert entries(made) == entries(read(path))
    assert {place for message in made if message.id for place, _ in message.locations} == {"exercises/c.py"}


def test_nothing_is_said_of_formats_in_texts_with_percent_signs_and_braces(path: Path):
    texts = [
        Message(text, "1_layers.ipynb#title") for text in ("It is 5 % of %(it)s.", "The set {x} of $x$", "%d of %s")
    ]
    text = as_po(updated(path, "de", texts), "de").decode()
    assert "-format" not in text
    assert text.count("msgid") == 1 + len(texts)


def test_long_texts_and_special_characters_come_back_from_the_file(tmp_path: Path):
    texts = ["word " * 100 + "end", 'a "b"\n\n- \\alpha\t$x$\n', "√ é 错"]
    path = tmp_path / "messages.po"
    path.write_bytes(as_po(updated(path, "de", [Message(text, "a b.ipynb#1") for text in texts]), "de"))
    assert list(entries(read(path))) == texts
    assert f'msgid "{texts[0]}"\n' in path.read_text(encoding="utf-8")  # on one line, as differences are read by lines
    assert as_po(updated(path, "de", [Message(text, "a b.ipynb#1") for text in texts]), "de") == path.read_bytes()
