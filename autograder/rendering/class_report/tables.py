"""The report as CSV files, for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder import spreadsheet

from .collect import Submission
from .contents import Report

Table = Iterator[Sequence[object]]


def write(report: Report, folder: Path, bom: bool = False) -> list[Path]:
    """Write marks, exercises, mistakes, errors and similar submissions into the folder; returns the files.

    bom: whether each begins with a byte order mark.
    """
    tables = {"marks": _marks, "exercises": _exercises, "mistakes": _mistakes, "errors": _errors, "similar": _similar}
    return [_write(folder / f"{name}.csv", table(report), bom) for name, table in tables.items()]


def _write(path: Path, lines: Table, bom: bool) -> Path:
    known: dict[str, object] = {}  # names of exercises, cases and students stand in a hundred thousand lines

    def cell(value: object) -> object:
        if not isinstance(value, str):
            return spreadsheet.cell(value)
        if value not in known:
            known[value] = spreadsheet.cell(value)
        return known[value]

    with open(path, "w", newline="", encoding="utf-8-sig" if bom else "utf-8") as file:
        csv.writer(file).writerows(map(cell, line) for line in lines)
    return path


def _marks(report: Report) -> Table:
    names = [exercise.name for exercise in report.exercises]
    yield ["student", "points", "most", "statuses", "sandbox", "seconds", *names, "notes", "name"]
    most = {exercise.name: exercise.most for exercise in report.exercises}
    for each in report.submissions:
        points = "" if each.row.points is None else each.row.points
        earned = [_points(each, name, most[name]) for name in names]
        start = [each.student, points, each.row.most, "; ".join(each.statuses), each.row.sandbox, each.seconds]
        yield [*start, *earned, " ".join([*each.row.notes, *each.row.edits]), each.row.name]


def _points(submission: Submission, exercise: str, most: float) -> object:
    fraction = submission.fraction(exercise)
    return "" if fraction is None else round(fraction * most, 4)


def _exercises(report: Report) -> Table:
    figures, items = ["full", "part", "none", "mean_share"], {item.name: item for item in report.items}
    yield ["exercise", "points", *figures, "notebook", "unwritten", "stopped", "discrimination"]
    for each in report.exercises:
        counts = [each.full, each.part, each.none, round(each.mean, 4)]
        item = items.get(each.name)
        more = [each.notebook, each.unwritten, each.stopped, round(item.discrimination, 3) if item else ""]
        yield [each.name, each.most, *counts, *more]


def _mistakes(report: Report) -> Table:
    translated = any(each.told for each in report.mistakes)
    yield ["exercise", "mistake", "students", "advice", *(["told"] if translated else []), "made_by"]
    for each in report.mistakes:
        told = [each.told] if translated else []
        yield [each.exercise, each.mistake, len(each.students), each.text, *told, " ".join(each.students)]


def _errors(report: Report) -> Table:
    yield ["student", "exercise", "case", "output", "relative_error"]
    for each in report.submissions:
        for name, record in each.exercises.items():
            for case, output, error in record.errors:
                yield [each.student, name, case, output, error]


def _similar(report: Report) -> Table:
    yield ["first", "second", "share_of_unusual_code", "common_fingerprints", "functions"]
    for pair in report.pairs:
        yield [pair.first, pair.second, round(pair.share, 3), pair.common, " ".join(pair.functions)]
