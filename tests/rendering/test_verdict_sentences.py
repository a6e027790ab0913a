"""What feedback says of wrong outputs: each sentence with the cases in which it was found."""

from __future__ import annotations

from autograder.judging.judge import Judgement, Verdict
from autograder.record import Check
from autograder.rendering.verdicts import sentences
from autograder.selfcheck.causes import Kind


def verdict(title: str, sentence: str, kind: str = "", status: Check = Check.WRONG) -> Verdict:
    return Verdict(title, title, "dx", status, 0.1, 1e-8, None, sentence, kind=kind)


def said(*verdicts: Verdict, changed: tuple[str, ...] = ()) -> list[str]:
    return sentences(Judgement("f", verdicts, changed=changed))


RIGHT = verdict("a right one", "", status=Check.RIGHT)


def test_an_exception_is_told_of_the_cases_that_raised_it():
    raised = [verdict("N = 1", "In f, line 2: boom", "raised: In f, line 2", Check.UNCHECKED)]
    wrong = [verdict("T = 1", "dx has shape (3,), expected (3, 1).", Kind.SHAPE)]
    assert said(RIGHT, *raised, *wrong) == [
        "In f, line 2: boom (Wrong for: N = 1.)",
        "dx has shape (3,), expected (3, 1). (Wrong for: T = 1.)",
    ]


def test_entries_that_are_wrong_in_some_cases_and_all_in_others_are_told_together():
    some = verdict("a", "dx: 3 of 4 entries are wrong.", Kind.ENTRIES)
    every = verdict("b", "dx: The values differ from the exact ones.", Kind.VALUES)
    assert said(some, every) == ["dx: The values differ from the exact ones."]
    assert said(RIGHT, some) == ["dx: 3 of 4 entries are wrong. (Wrong for: a.)"]


def test_numbers_are_those_of_the_case_that_is_named():
    several = [verdict(title, f"dx: {title} of 9 entries are wrong.", Kind.ENTRIES) for title in "34"]
    assert said(*several) == ["dx: 3 of 9 entries are wrong. (The numbers are those for 3.)"]


def test_a_sentence_without_a_kind_is_its_own_kind():
    assert said(verdict("a", "dx holds nan or inf."), verdict("b", "dx holds nan or inf.")) == ["dx holds nan or inf."]


def test_changed_inputs_are_said_also_where_all_is_right():
    (note,) = said(RIGHT, changed=("dh",))
    assert note.startswith("Your code changed its input dh. That in itself costs no points")
