"""What is kept of a grading is read as it was written, and nothing else is taken for it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autograder import record as records
from autograder.record import (
    KEY,
    Check,
    Event,
    ExerciseRecord,
    Mistake,
    Note,
    Record,
    Status,
    Wrong,
    load_from,
    store,
    worst,
)

FULL = Record(
    Status.REPAIRED,
    (Note(Event.REPAIR, "A cell was put back."), Note(Event.TIMED_OUT, "Cell [3] did not finish in time.")),
    "full",
    1.25,
    {
        "step": ExerciseRecord(
            0.5,
            "It was graded with the right layers.",
            ("affine",),
            ("Look at the bias.",),
            (Mistake("bias_lost", "The bias is not added."),),
            (("typical", "dx", 1e-9),),
            (
                Wrong("typical", "db", Check.WRONG, 0.5, "db: It is all zeros."),
                Wrong("long", "db", Check.UNCHECKED, None, ""),
            ),
        ),
        "empty": ExerciseRecord(0.0, written=False),
    },
    {"test_one": records.TestRecord(1.0), "test_two": records.TestRecord(0.0, "AssertionError")},
    "digest of the submission",
    "digest of the assignment",
)


@pytest.mark.parametrize("record", [Record(), FULL])
def test_a_record_is_read_as_it_was_written(record: Record) -> None:
    metadata: dict[str, Any] = {}
    store(record, metadata)
    assert load_from(json.loads(json.dumps(metadata))) == load_from(metadata) == record


def test_states_are_kept_as_words() -> None:
    kept = FULL.dump()
    assert (kept["status"], kept["notes"][1]["event"]) == ("repaired", "timed out")
    assert [wrong["status"] for wrong in kept["exercises"]["step"]["wrong"]] == ["wrong", "unchecked"]


@pytest.mark.parametrize("content", [None, {}, [], "text", {"status": "graded", "submission": "0", "assignment": "0"}])
def test_what_is_no_record_is_none(content: Any) -> None:
    assert load_from({KEY: content}) is None
    assert load_from({}) is None


@pytest.mark.parametrize(
    "change",
    [
        {"version": 1},
        {"status": "very good"},
        {"notes": ["Full marks."]},
        {"notes": [{"event": "praise", "text": "Full marks."}]},
        {"seconds": "many"},
        {"exercises": {"step": {"fraction": 1.0}}},
        {"tests": None},
    ],
)
def test_a_record_of_another_form_is_none(change: dict[str, Any]) -> None:
    assert Record.load({**FULL.dump(), **change}) is None


def test_only_a_record_that_was_written_last_is_finished() -> None:
    assert not Record(submission="0").finished
    assert Record(assignment="0").finished


def test_what_happened_is_known_without_words() -> None:
    assert FULL.events == {Event.REPAIR, Event.TIMED_OUT}
    assert FULL.noted([Note(Event.CRASHED, "It ended.")]).events == {Event.REPAIR, Event.TIMED_OUT, Event.CRASHED}


def test_a_submission_is_as_good_as_its_worst_notebook() -> None:
    assert worst(list(Status)) is Status.UNREADABLE
    assert worst([Status.GRADED, Status.REPAIRED]) is Status.REPAIRED
    assert worst([]) is Status.NOT_GRADED
    assert [status for status in Status if status.has_marks] == [Status.REPAIRED, Status.GRADED]
