"""What is wrong with a translation is named: each kind of it, and nothing of a good one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from autograder.translation.check import problems, read_glossary

TABLE = "Sizes:\n\n| a | b |\n|---|---|\n| 1 | 2 |"
GOOD = {  # each English text with a translation that has all that it needs
    "sentence": ("It is wrong.", "这是错的。"),
    "places": ("{name} is {share:.1e} of {name}.", "{name} 是 {name} 的 {share:.1e}。"),
    "code": ("Write `f(x)` and ``a`b``.", "写出 `f(x)` 和 ``a`b``。"),
    "block_of_code": ("Run:\n```\nx = 1\n```", "运行\n```\nx = 1\n```"),
    "formulas": ("$x^2$ and $$y$$", "$x^2$ 和 $$y$$"),
    "number_in_a_formula": ("It comes to $0.25$ in $n = 3$ steps.", "$n = 4$ 步之后为 $10.5$。"),
    "tags": ('<a href="x">A</a> line<br>', '<a href="x">一</a>行<br>'),
    "link": ("See [the guide](docs/a.md).", "见[指南](docs/a.md)。"),
    "table": (TABLE, TABLE.replace("Sizes:", "大小")),
    "punctuation_by_code": ("Write `a`, `b`: now", "写 `a`, `b`: 现在"),
    "wide_punctuation": ("No, it is: wrong!", "不\uff0c这是\uff1a错的\uff01"),
}
BAD = {  # with one that has not, and what is said of it
    "nothing": ("It is wrong.", "", "not translated"),
    "place_lost": ("{name} is wrong.", "这是错的。", "the place '{name}' is missing"),
    "place_renamed": ("{name} is wrong.", "{nam} 是错的。", "the place '{name}' is missing"),
    "place_lost_once": ("{name} and {name}", "{name} 和", "the place '{name}' is missing"),
    "place_added": ("It is wrong.", "{name} 是错的。", "the place '{name}' is not in the English text"),
    "format_lost": ("{share:.1e} of it", "其中 {share}", "the place '{share:.1e}' is missing"),
    "code_lost": ("Write `f(x)`.", "写出 f(x)。", "the code '`f(x)`' is missing"),
    "code_translated": ("Write `one`.", "写出 `一`。", "the code '`one`' is missing"),
    "code_added": ("Write one.", "写出 `one`。", "the code '`one`' is not in the English text"),
    "block_lost": ("Run:\n```\nx\n```\nnow", "运行\n```\nx\n现在", "the block of code '```' is missing"),
    "formula_lost": ("$x^n$ is even.", "x^n 是偶数。", "the formula '$x^n$' is missing"),
    "formula_changed": ("$$x^n$$ is even.", "$$x^m$$ 是偶数。", "the formula '$$x^n$$' is missing"),
    "tag_lost": ("<b>One</b> line", "<b>一行", "the tag '</b>' is missing"),
    "tag_changed": ('<p class="a">One', '<p class="b">一', "the tag '<p class=\"a\">' is missing"),
    "link_lost": ("See [the guide](a.md).", "见指南。", "the target of a link 'a.md' is missing"),
    "link_elsewhere": ("See [the guide](a.md).", "见[指南](b.md)。", "the target of a link 'a.md' is missing"),
    "table_line_lost": (TABLE, TABLE.rpartition("\n")[0], "a table has another number of lines"),
    "table_line_added": (TABLE, f"{TABLE}\n| 3 | 4 |", "a table has another number of lines"),
    "comma": ("No, it is.", "不, 这是。", "'不,' has narrow punctuation"),
    "mark_at_the_end": ("It is wrong!", "错!", "'错!' has narrow punctuation"),
    "colon_within": ("No: it is.", "不:这是。", "'不:' has narrow punctuation"),
}
TERMS = (("hidden state", "隐藏状态"), ("loss", "损失"))


def catalogue(*messages: tuple[object, object], language: str = "zh_CN", flags: Sequence[str] = ()) -> Catalog:
    made = Catalog(language)
    for english, text in messages:
        made.add(english, text, flags=flags)
    return made


def said_of(english: object, text: object, language: str = "zh_CN", terms: tuple = ()) -> list[tuple[str, str]]:
    return list(problems(catalogue((english, text), language=language), language, terms))


@pytest.mark.parametrize(("english", "text"), GOOD.values(), ids=GOOD)
def test_nothing_is_wrong_with_a_translation_that_has_all(english: str, text: str):
    assert said_of(english, text) == []


@pytest.mark.parametrize(("english", "text", "said"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_said(english: str, text: str, said: str):
    assert said_of(english, text) == [(english, said)]


def test_a_translation_of_a_text_that_has_changed_is_not_believed():
    found = catalogue(("It is wrong.", "这是错的。"), flags=["fuzzy"])
    assert list(problems(found, "zh_CN")) == [("It is wrong.", "fuzzy: its English text has changed")]


@pytest.mark.parametrize("language", ["de", "fr"])
def test_narrow_punctuation_is_right_in_other_languages(language: str):
    assert said_of("No, 不 it is!", "Nein, 不, 这是!", language) == []


def test_japanese_has_wide_punctuation_too():
    assert said_of("It is wrong!", "不正!", "ja") == [("It is wrong!", "'正!' has narrow punctuation")]


@pytest.mark.parametrize(
    ("forms", "said"),
    [
        (("{count} Punkt", "{count} Punkte"), []),
        (("{count} Punkt", ""), [("{count} point", "not translated")]),
        (("", ""), [("{count} point", "not translated")]),
        (("{count} Punkt", "Punkte"), [("{count} point", "the place '{count}' is missing")]),
        (("Punkt", "{count} Punkte"), [("{count} point", "the place '{count}' is missing")]),
    ],
    ids=["all_there", "one_missing", "both_missing", "place_lost_in_the_plural", "place_lost_in_the_singular"],
)
def test_every_form_of_a_sentence_about_a_number_is_looked_at(forms: tuple[str, str], said: list[tuple[str, str]]):
    assert said_of(("{count} point", "{count} points"), forms, "de") == said


@pytest.mark.parametrize(
    ("english", "text", "said"),
    [
        ("The hidden state is wrong.", "隐藏状态是错的。", ""),
        ("The hidden state is wrong.", "隐状态是错的。", "'hidden state' is '隐藏状态' in the glossary"),
        ("Hidden states", "隐状态", "'hidden state' is '隐藏状态' in the glossary"),
        ("The loss of a hidden state", "隐藏状态的代价", "'loss' is '损失' in the glossary"),
        ("Losses", "代价", "'loss' is '损失' in the glossary"),
        ("Nobody is at a gloss.", "没有人。", ""),
        ("Return `loss`.", "返回 `loss`。", ""),
        ("Run:\n```\nloss = 1\n```", "运行\n```\nloss = 1\n```", ""),
    ],
    ids=["kept", "another_word", "plural", "second_term", "ending", "within_a_word", "code", "block_of_code"],
)
def test_a_term_has_its_one_translation(english: str, text: str, said: str):
    assert [found for _, found in said_of(english, text, terms=TERMS)] == ([said] if said else [])


def test_only_the_first_problem_of_each_text_is_said_and_the_texts_stand_in_order():
    found = catalogue(("{name}: `f`", "没有"), ("right", "对"), ("wrong", ""))
    assert list(problems(found, "zh_CN")) == [
        ("{name}: `f`", "the place '{name}' is missing"),
        ("wrong", "not translated"),
    ]


def test_a_glossary_is_a_table_beside_the_catalogues(tmp_path: Path):
    assert read_glossary(tmp_path) == ()
    folder = tmp_path / "zh_CN"
    folder.mkdir()
    (folder / "glossary.csv").write_text(
        'English,Chinese\nhidden state,隐藏状态\n"loss, mean","损失"\n', encoding="utf-8"
    )
    assert read_glossary(folder) == (("hidden state", "隐藏状态"), ("loss, mean", "损失"))
