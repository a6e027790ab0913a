"""A sentence speaks of the cases in which it was found, and of no other."""

from __future__ import annotations

import numpy as np

from autograder.selfcheck.causes import Cause, Kind
from autograder.selfcheck.telling import changed_note, tell
from tests.support.selfcheck import report

VALUES = Cause(Kind.VALUES, "dx: The values differ.")
ZEROS = Cause(Kind.ZEROS, "dx: It is all zeros.")
SIGN = Cause(Kind.SIGN, "dx: It has the wrong sign.")


def some(count: int) -> Cause:
    return Cause(Kind.ENTRIES, f"dx: {count} entries are wrong.")


def told(found: dict[str, list[Cause]]) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.text, each.titles) for each in tell(found)]


def test_what_holds_in_all_cases_is_said_of_all_even_if_more_is_true_of_one():
    assert told({"a": [ZEROS, SIGN, VALUES], "b": [SIGN, VALUES]}) == [(SIGN.sentence, ("a", "b"))]


def test_otherwise_each_case_has_its_own():
    found = told({"a": [ZEROS, VALUES], "b": [VALUES], "c": [some(3), VALUES]})
    assert found == [(ZEROS.sentence, ("a",)), (VALUES.sentence, ("b", "c"))]


def test_where_the_ordinary_case_is_wrong_in_no_known_way_smaller_ones_are_not_either():
    nothing = Cause(Kind.NOT_FINITE, "dx holds nan.")
    found = told({"a": [VALUES], "b": [SIGN, VALUES], "c": [nothing], "d": [ZEROS, some(3), VALUES]})
    assert found == [(VALUES.sentence, ("a", "b", "d")), (nothing.sentence, ("c",))]


def test_each_case_is_told_even_by_one_weak_cause():
    assert told({"a": [some(3)], "b": [VALUES]}) == [(some(3).sentence, ("a",)), (VALUES.sentence, ("b",))]
    assert told({"a": [some(3)], "b": [ZEROS]}) == [(some(3).sentence, ("a",)), (ZEROS.sentence, ("b",))]


def test_whose_numbers_are_given_is_said_where_they_differ():
    found = told({"a": [some(3), VALUES], "b": [some(4), VALUES]})
    assert found == [("dx: 3 entries are wrong. (The numbers are those for a.)", ("a", "b"))]


def test_two_causes_of_one_output_are_told_with_their_cases():
    found = report("scale", "def scale(x, a):\n    return (-a * x if len(x) == 1 else np.zeros_like(x)), None")
    assert found.sentences == (
        "y: It is all zeros: look whether it is ever filled. Wrong for: published values; a wide one.",
        "y: It has the wrong sign. Wrong for: one example (N = 1).",
    )


def test_exceptions_of_other_cases_are_not_mixed_up():
    found = report("scale", "def scale(x, a):\n    assert len(x) > 1\n    return a.reshape(3, 4), None")
    assert found.headline == "scale: stopped in every case"
    assert [sentence.split(": ")[1:] for sentence in found.sentences] == [
        ["ValueError", "cannot reshape array of size 4 into shape (3,4) (The numbers are those for published values.)"
         " Stopped for", "published values; a wide one."],
        ["AssertionError. Stopped for", "one example (N = 1)."],
    ]  # fmt: skip


def test_inputs_that_were_changed_are_noted_and_cost_nothing():
    found = report("scale_backward", "def scale_backward(dy, cache):\n    x, a = cache\n    da = (dy * x).sum(axis=0)\n"
                   "    dy *= a\n    x += 1\n    return dy, da")  # fmt: skip
    assert found.right
    assert found.notes == (changed_note(["dy", "x"]),)
    assert found.notes[0].startswith("Your code changed its inputs dy and x. That in itself costs no points")
    assert changed_note(["dh"]).startswith("Your code changed its input dh. ")
    assert changed_note([]) == ""


def test_a_row_shows_the_error_of_the_wrong_cases():
    found = report("scale", "def scale(x, a):\n    return (None if len(x) == 1 else a * x + 1), None")
    assert found.rows[0].error is not None and found.rows[0].error > 0.1
    found = report("scale", "def scale(x, a):\n    return (None if len(x) == 1 else a * x), None")
    assert found.rows[0].error is None
    assert found.rows[0].shape == "None, not (1, 4)"


def test_not_a_number_is_told_of_its_own_case():
    found = report("scale", "def scale(x, a):\n    return a * x / (len(x) > 1), None")
    assert found.sentences == (
        "y holds inf in 4 of 4 entries: look for an overflow, 0/0 or log(0). Wrong for: one example (N = 1)."
        " Right for: published values; a wide one.",
    )
    assert np.isfinite(found.rows[0].limit)
