"""What is kept of a grading: one `Record` for each graded notebook, in its metadata under "grading".

The schema is the dataclasses below, as JSON; `version` changes with it. It stays with the course: of a record, students
are shown the notes, the cells' words and what is `told`. States are enums; no code decides by the words of a note.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from . import signature
from .selfcheck.language import Language, Text
from .signature import Signature

RARE = ("translations", "seed")  # fields that a record does not have where they are empty
KEY = "grading"  # the notebook's metadata key
VERSION = 4
OLDER = (3,)  # that are read, too: they lack the signatures


class Status(StrEnum):
    """How a submission, or one notebook of it, came through; the order is from the worst to the best."""

    UNREADABLE = "unreadable"  # not a notebook of this assignment; no marks
    NOT_GRADED = "not graded"  # not run yet, or grading failed; no marks
    REPAIRED = "repaired"  # something was wrong with the file; it was mended and graded
    GRADED = "graded"

    @property
    def has_marks(self) -> bool:
        """Whether a submission in this state has marks."""
        return self in (Status.GRADED, Status.REPAIRED)


class Check(StrEnum):
    """How one check came out: one output in one case."""

    RIGHT = "right"
    WRONG = "wrong"
    UNCHECKED = "unchecked"  # it gave no value


class Event(StrEnum):
    """What a note is about."""

    REPAIR = "repair"  # of the submitted file
    UNREADABLE = "unreadable"
    MISPLACED = "misplaced"  # answers are in a file that the grader takes from the course
    UNSUPPORTED = "unsupported"  # the notebook needs what is not there: another kernel, say
    LEFT_OUT = "left out"  # files that did not reach the sandbox
    TIMED_OUT = "timed out"
    CRASHED = "crashed"
    STOPPED = "stopped"
    TIME = "time"  # of handing in: it cannot be read, or not be believed
    REFUSED = "refused"  # the sandbox does not allow what a cell wanted
    LINE = "line"  # an edit that makes an exercise right, or a search for one that had no time; for instructors
    CARRIED = "carried"  # marks that rest on earlier mistakes put right
    FAILED = "failed"  # a part of the grading itself: a defect of the grader's
    ASSIGNMENT = "assignment"  # the instructor's own: a check without an exercise, for instance


@dataclass(frozen=True)
class Note:
    """One sentence for instructor and student, and what it is about."""

    event: Event
    text: str


@dataclass(frozen=True)
class Mistake:
    """A mistake that was recognised: its short name, and its advice in full."""

    mistake: str
    text: str


@dataclass(frozen=True)
class Wrong:
    """A check that is not right. error: relative, None where it could not be measured."""

    case: str
    output: str
    status: Check
    error: float | None
    sentence: str


@dataclass(frozen=True)
class ExerciseRecord:
    """A judged exercise.

    fraction: of its points, 0 to 1. basis: what the verdicts rest on, where that is not the code as written. because:
    the exercises whose mistakes are the reason. told: what the student is shown. errors: case, output, relative error.
    written: whether there was code to judge. lines: those of the function's own cell that are proven wrong, each with
    what stands there. signature: what the wrong answer is known by, where nothing explains it.
    """

    fraction: float
    basis: str = ""
    because: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    advice: tuple[Mistake, ...] = ()
    errors: tuple[tuple[str, str, float], ...] = ()
    wrong: tuple[Wrong, ...] = ()
    written: bool = True
    lines: tuple[tuple[int, str], ...] = ()
    signature: Signature = ()


@dataclass(frozen=True)
class TestRecord:
    """An ordinary test cell of nbgrader's: its fraction of the points, 0 to 1, and the error that it ended in."""

    __test__ = False  # it is no class of tests, whatever pytest thinks of its name

    fraction: float
    error: str = ""


@dataclass(frozen=True)
class Record:
    """The grading of one notebook.

    sandbox: the level at which its code ran. seconds: of grading, None before. submission, assignment: digests of what
    was graded; the latter is written last, so that a record without it is of a run that never came to its end.
    translations: by the English sentence, what the student is told in another language. seed: of the hidden inputs,
    where they were drawn for this grading alone; 0 where they are the course's.
    """

    status: Status = Status.GRADED
    notes: tuple[Note, ...] = ()
    sandbox: str = ""
    seconds: float = 0.0
    exercises: Mapping[str, ExerciseRecord] = field(default_factory=dict)
    tests: Mapping[str, TestRecord] = field(default_factory=dict)
    submission: str = ""
    assignment: str = ""
    version: int = VERSION
    translations: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0

    @property
    def finished(self) -> bool:
        """Whether the grading came to its end."""
        return bool(self.assignment)

    @property
    def compared(self) -> bool:
        """Whether wrong answers have got signatures, which records of an older version lack."""
        return self.version == VERSION

    @property
    def events(self) -> frozenset[Event]:
        """What happened."""
        return frozenset(note.event for note in self.notes)

    @property
    def telling(self) -> list[str]:
        """The notes that a log should have: carried errors are everyday, and edits are in the report."""
        return [note.text for note in self.notes if note.event not in (Event.CARRIED, Event.LINE)]

    def noted(self, notes: Iterable[Note]) -> Record:
        """The same record with further notes."""
        return replace(self, notes=(*self.notes, *notes))

    def for_student(self, sentence: str) -> str:
        """A sentence of this record as the student is told it."""
        return self.translations.get(sentence, sentence)

    def told_in(self, language: Language) -> Record:
        """The same record with its sentences in the student's language, where that is not English."""
        if not language.name:
            return self
        said = [note.text for note in self.notes] + [text for each in self.exercises.values() for text in each.told]
        found = {str(text): language.tell(text) for text in said if isinstance(text, Text)}
        return replace(self, translations={**self.translations, **found})

    def dump(self) -> dict[str, Any]:
        """The record as JSON values."""
        content = asdict(self, dict_factory=_plain)
        return {name: each for name, each in content.items() if each or name not in RARE}

    @classmethod
    def load(cls, content: Any) -> Record | None:
        """The record that `dump` wrote; None where there is none, or one of another version or form."""
        if not isinstance(content, Mapping) or content.get("version") not in (VERSION, *OLDER):
            return None
        try:
            return cls(
                Status(content["status"]),
                tuple(Note(Event(note["event"]), str(note["text"])) for note in content["notes"]),
                str(content["sandbox"]),
                float(content["seconds"]),
                {name: _exercise(fields) for name, fields in content["exercises"].items()},
                {
                    name: TestRecord(float(fields["fraction"]), str(fields["error"]))
                    for name, fields in content["tests"].items()
                },
                str(content["submission"]),
                str(content["assignment"]),
                int(content["version"]),
                translations={str(text): str(told) for text, told in content.get("translations", {}).items()},
                seed=int(content.get("seed", 0)),
            )
        except (AttributeError, KeyError, TypeError, ValueError):
            return None


def load_from(metadata: Mapping[str, Any]) -> Record | None:
    """The record in a notebook's metadata; None where there is none."""
    return Record.load(metadata.get(KEY))


def store(record: Record, metadata: dict[str, Any]) -> None:
    """Put the record into a notebook's metadata."""
    metadata[KEY] = record.dump()


def without_edits(notes: Iterable[Note]) -> list[str]:
    """The notes' texts, but for the edits that make a function right: for whoever is not the instructor alone."""
    return [note.text for note in notes if note.event is not Event.LINE]


def worst(statuses: Iterable[Status]) -> Status:
    """The status of a submission whose notebooks have these; NOT_GRADED where there are none."""
    return min(statuses, key=list(Status).index, default=Status.NOT_GRADED)


def _plain(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, StrEnum) else _listed(value) for name, value in pairs}


def _listed(value: Any) -> Any:
    """Tuples as the lists that JSON has, so that a record just made is the record that was read."""
    return [_listed(item) for item in value] if isinstance(value, list | tuple) else value


def _exercise(fields: Mapping[str, Any]) -> ExerciseRecord:
    return ExerciseRecord(
        float(fields["fraction"]),
        str(fields["basis"]),
        tuple(map(str, fields["because"])),
        tuple(map(str, fields["told"])),
        tuple(Mistake(str(each["mistake"]), str(each["text"])) for each in fields["advice"]),
        tuple((str(case), str(output), float(error)) for case, output, error in fields["errors"]),
        tuple(
            Wrong(
                str(each["case"]),
                str(each["output"]),
                Check(each["status"]),
                None if each["error"] is None else float(each["error"]),
                str(each["sentence"]),
            )
            for each in fields["wrong"]
        ),
        bool(fields["written"]),
        tuple((int(number), str(text)) for number, text in fields["lines"]),
        signature.read(fields.get("signature", ())),
    )
