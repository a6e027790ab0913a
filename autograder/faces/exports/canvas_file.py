"""The gradebook as Canvas exports it: which column is an assignment's, and which row a student's."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass

from autograder.errors import UserError

IDENTIFIERS = ("SIS Login ID", "SIS User ID", "ID")  # what Canvas finds a student by
BEFORE_GRADES = ("Student", "ID", "SIS User ID", "SIS Login ID", "Root Account", "Section")
POINTS_POSSIBLE = "    Points Possible"  # as Canvas writes it, in the place of a name
NUMBERED = re.compile(r"\s*\(\d+\)$")  # Canvas's own number, after an assignment's title


@dataclass
class CanvasFile:
    """The file's header and rows; a row that is not a student's is kept as it is."""

    path: str
    header: list[str]
    rows: list[dict[str, str]]
    delimiter: str

    @classmethod
    def read(cls, path: str) -> CanvasFile:
        """Read the file; raises OSError, or UserError where it is none of Canvas's gradebooks."""
        with open(path, newline="", encoding="utf-8-sig", errors="replace") as file:
            text = file.read()
        first = text.partition("\n")[0]
        delimiter = ";" if first.count(";") > first.count(",") else ","  # Canvas follows a person's language
        header, *rows = [*csv.reader(text.splitlines(keepends=True), delimiter=delimiter)] or [[]]
        if "Student" not in header or not set(IDENTIFIERS) & set(header):
            raise UserError(f"{path} is no gradebook of Canvas: it has no columns Student and ID")
        filled = [row + [""] * (len(header) - len(row)) for row in rows if any(row)]
        return cls(path, header, [dict(zip(header, row, strict=False)) for row in filled], delimiter)

    def identifying(self) -> list[str]:
        """The columns that say who a row is about."""
        return [name for name in self.header if name in BEFORE_GRADES]

    def column(self, assignment: str, title: str = "") -> str:
        """The column of an assignment, by its title in Canvas or by its name; raises UserError where it has none."""
        grades = [name for name in self.header if NUMBERED.search(name)]
        wanted = {_plain(title or assignment), _plain(NUMBERED.sub("", title or assignment))}
        exact = [name for name in self.header if title and name == title]
        found = exact or [name for name in grades if _plain(NUMBERED.sub("", name)) in wanted]
        if len(found) != 1:
            what = "several columns" if found else "no column"
            raise UserError(
                f'{self.path} has {what} for {assignment}: say which with --CanvasExport.columns="{assignment}=TITLE"'
                f" (it has {', '.join(found or grades) or 'no assignments'})"
            )
        return found[0]

    def points_possible(self, column: str) -> float | None:
        """The points that Canvas has for an assignment; None where it does not say."""
        cells = [row[column] for row in self.rows if row["Student"].strip() == POINTS_POSSIBLE.strip()]
        try:
            return float(cells[0].replace(",", "."))
        except (IndexError, ValueError):
            return None

    def find(self, people: Mapping[str, str | None], identify: str = "") -> dict[str, dict[str, str]]:
        """The rows of people, given as ids with email addresses, by id.

        identify: the column that holds their ids or addresses. By default it is the one in which most are found: to
        look into all of them could take one person for another.
        """
        columns = [identify] if identify else [name for name in IDENTIFIERS if name in self.header]
        found = [self._by(column, people) for column in columns if column in self.header]
        return max(found, key=len, default={})

    def _by(self, column: str, people: Mapping[str, str | None]) -> dict[str, dict[str, str]]:
        rows = {_same(row[column]): row for row in self.rows if row[column].strip()}
        names = {student: [_same(student), _same(email or "")] for student, email in people.items()}
        pairs = {student: next((name for name in each if name in rows), None) for student, each in names.items()}
        return {student: rows[name] for student, name in pairs.items() if name}


def _same(text: str) -> str:
    return text.strip().casefold()


def _plain(title: str) -> str:
    """A title without what people write differently: case, spaces, underscores."""
    return re.sub(r"[\W_]+", " ", title).strip().casefold()
