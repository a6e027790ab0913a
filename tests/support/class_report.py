"""Submissions for the class report, made without grading anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bs4 import BeautifulSoup

from autograder.course.marks import Row
from autograder.record import ExerciseRecord, Mistake, Status
from autograder.rendering.class_report.collect import Submission
from autograder.rendering.class_report.functions import Written
from autograder.rendering.class_report.page import render

EXERCISE = "word_embedding_backward"
EVIL = "<script>document.title='evil'</script>"


def submission(student: str, points: float | None = 6.0, status: Status = Status.GRADED, **more) -> Submission:
    """One in which a single exercise was judged, and a mistake was recognised where it has no points."""
    shown = more.pop("manual", False), more.pop("notes", ()), ()
    name, events = more.pop("called", ""), frozenset(more.pop("events", ()))
    row = Row(student, points, 6.0, status, *shown, "full", events, name=name)
    fraction = (points or 0.0) / 6
    errors = (("typical", "dW", 0.0 if fraction == 1 else 0.5), ("one_step", "dW", 1e-12))
    advice = () if fraction else (Mistake("repeats_added_once", "Look at np.add.at."),)
    lines = more.pop("lines", ())
    exercises = {EXERCISE: ExerciseRecord(fraction, advice=advice, errors=errors, lines=lines)}
    more.setdefault("exercises", {} if points is None else exercises)
    return Submission(row, seconds=0.5, **more)


def scored(student: str, shares: Mapping[str, float | None], most: float = 1.0, **more) -> Submission:
    """One with these shares of points by exercise; None where nothing was written. most: the points of each."""
    records = {name: ExerciseRecord(share or 0.0, written=share is not None) for name, share in shares.items()}
    points = sum((share or 0.0) * most for share in shares.values())
    row = Row(student, points, most * len(shares), Status.GRADED, False, (), ())
    return Submission(row, records, **more)


def written(code: str, first: int = 1) -> dict[str, Written]:
    return {EXERCISE: Written(code, first)}


def soup(report, root) -> BeautifulSoup:
    return BeautifulSoup(render(report, root), "html.parser")


def words(element) -> str:
    return " ".join(element.get_text(" ").split())


def told(page: BeautifulSoup) -> str:
    """The sentences at the top."""
    found: Sequence = page.select("#overview .lead, #overview .told li")
    return " ".join(" ".join(each.get_text().split()) for each in found)
