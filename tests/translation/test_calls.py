"""Which sentences are found in code: those that are given to what makes texts, wherever they are written."""

from __future__ import annotations

import pytest

from autograder.translation.calls import TEMPLATES, calls

ONE = {  # code with one sentence in it, or with two
    "call": 'Text("One.")',
    "fields": 'Text("One.", name="dx", where=place)',
    "attribute": '@exercise.case("One.")\ndef f(): ...',
    "within_another": 'Cause(Kind.SIGN, tell(Text("One.")))',
    "after_a_join": 'Text("On" "e.")',
    "name": 'SAID = "One."\nText(SAID)',
    "name_below": 'def f():\n    return Text(SAID)\nSAID = "One."',
    "name_of_a_name": 'A = "One."\nB = A\nText(B)',
    "name_of_several": 'number, said = 3, "One."\nText(said)',
    "marked": 'SAID = [template("One."), 3]',
}
TWO = {
    "condition": 'Text("One." if x else "Two.")',
    "condition_in_a_name": 'said = "One." if x else "Two."\nText(said)',
    "mapping": 'SAID = {1: "One.", 2: "Two."}\nText(SAID[key])',
    "row": 'SAID = ("One.", "Two.")\nText(SAID[0])',
    "name_that_is_set_twice": 'if x:\n    said = "One."\nelse:\n    said = "Two."\nText(said)',
    "in_order": 'Text("One.")\nif x: told("Two.")',
    "in_a_line": 'f(Text("One."), Text("Two."))',
}
NONE = {
    "another_function": 'print("One.")',
    "another_argument": 'Text(said, "One.")',
    "nothing": "Text()",
    "made": 'Text(f"{one}." + two)',
    "only_places": 'Text("{name}{where:>3}")',
    "space": 'Text("")',
    "argument": "def f(said):\n    return Text(said)",
    "further_than_two_names": 'A = "One."\nB = A\nC = B\nText(C)',
    "in_a_comment": '# Text("One.")',
}


def found(code: str) -> list[str]:
    assert all(several == "" for _, several in calls(code))
    return [one for one, _ in calls(code)]


@pytest.mark.parametrize("code", ONE.values(), ids=ONE)
def test_a_sentence_is_found(code: str):
    assert found(code) == ["One."]


@pytest.mark.parametrize("code", TWO.values(), ids=TWO)
def test_all_that_a_sentence_may_be_is_found(code: str):
    assert found(code) == ["One.", "Two."]


@pytest.mark.parametrize("code", NONE.values(), ids=NONE)
def test_what_no_translator_need_see_is_not_found(code: str):
    assert found(code) == []


@pytest.mark.parametrize("function", [name for name, which in TEMPLATES.items() if which == slice(0, 1)])
def test_what_makes_a_text_of_its_first_argument(function: str):
    assert found(f'{function}("One.", "Two.")') == found(f'module.{function}("One.")') == ["One."]


@pytest.mark.parametrize(
    "code",
    [
        'counted("{count} entry", "{count} entries", len(found))',
        'ENTRIES = pair("{count} entry", "{count} entries")\ncounted(*ENTRIES, 3)',
        'one, several = "{count} entry", "{count} entries"\ncounted("{count} entry", "{count} entries", 3)',
        'ONE, SEVERAL = pair("{count} entry", "{count} entries")\ncounted(ONE, SEVERAL, 3)',
    ],
    ids=["counted", "pair", "values_of_other_names", "names_of_a_pair"],
)
def test_a_sentence_about_a_number_has_its_plural(code: str):
    assert list(calls(code)) == [("{count} entry", "{count} entries")]


def test_each_of_some_sentences_has_its_own_plural():
    code = 'counted("a cat" if x else "a dog", "{count} cats" if x else "{count} dogs", n)'
    assert list(calls(code)) == [("a cat", "{count} cats"), ("a dog", "{count} dogs")]


def test_what_stands_between_texts_is_the_second_argument():
    assert found('folded(["One.", "Two."], "{before} or {next}")') == ["{before} or {next}"]
