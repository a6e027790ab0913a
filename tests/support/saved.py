"""What nbgrader's gradebook holds of a class."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook
from sqlalchemy import MetaData, create_engine

Rows = dict[str, list[str]]  # of each table


@dataclass(frozen=True)
class Marks:
    """What the gradebook holds of one cell."""

    auto: float | None
    manual: float | None
    waits: bool


def saved_marks(gradebook: Gradebook, assignment: str, notebook: str = "") -> dict[str, dict[str, Marks]]:
    """Of each student with a submission the marks of all graded cells, by name: of one notebook, or of all."""
    return {
        submission.student_id: {
            grade.name: Marks(grade.auto_score, grade.manual_score, grade.needs_manual_grade)
            for submitted in submission.notebooks
            if submitted.name == notebook or not notebook
            for grade in submitted.grades
        }
        for submission in gradebook.assignment_submissions(assignment)
    }


def rows(root: Path) -> Rows:
    """All rows of all tables, with names in the place of the random ids, in order."""
    engine, found = create_engine(f"sqlite:///{root / 'gradebook.db'}"), MetaData()
    found.reflect(engine)
    names: dict[str, str] = {}
    tables: Rows = {}
    with engine.connect() as connection:
        for table in found.sorted_tables:  # those that others refer to come first
            known = [dict(row._mapping) for row in connection.execute(table.select())]
            for row in known:
                told = {key: names.get(each, each) if isinstance(each, str) else each for key, each in row.items()}
                told |= {"id": ""} if len(str(row.get("id", ""))) == 32 and row["id"] not in names else {}
                names.setdefault(str(row.get("id")), f"{table.name} {sorted(told.items(), key=repr)}")
                row.update(told)
            tables[table.name] = sorted(repr(sorted(row.items(), key=repr)) for row in known)
    return tables
