"""Numbers that may be each student's own: how a source notebook marks them, and which ones a student gets.

In code a comment at the end of a line gives each of its numbers a range; in texts a number is declared where it stands,
and may be said again:

    N, hidden = 4, 8  ### OWN: 2 to 6, 4 to 16 by 4
    np.random.seed(231)  ### OWN seed: 1 to 999

    How many parameters has a layer with {own:D=10: 6 to 20} inputs and {own:hidden} units?

Everything runs as it stands in the source, with the usual numbers: the release, the reference, and the grading.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from .cells import Cell, grade_id, is_marked, source_of
from .errors import AssignmentError

LINE = re.compile(r"^(?P<code>.*?)[ \t]*### OWN\b(?P<names>[^:\n]*):(?P<ranges>.*)$", re.MULTILINE)
MARK = "### OWN"
TEXT = re.compile(r"\{own:(?P<name>\w+)(?:=(?P<usual>[^:{}\n]+):(?P<range>[^{}\n]+))?\}")
BEGUN = "{own:"
SIGN = r"(?:(?<=[=(\[{,:])|(?<=[=(\[{,:] ))-"  # behind anything else a minus subtracts
NUMBER = re.compile(rf"(?:{SIGN}|(?<![\w.]))\d[\d_]*(?:\.\d*)?(?:e[+-]?\d+)?(?!\w)")
TARGETS = re.compile(r"^\s*(?P<names>\w+(?:[ \t]*,[ \t]*\w+)*)[ \t]*=(?!=)")
MOST = 100_000  # numbers of a range
LARGEST = Decimal("1e15")  # beyond it sums are no longer exact


@dataclass(frozen=True)
class OwnNumber:
    """A number that may differ: as it is usually, and what a student may get, all as they are written."""

    name: str
    usual: str
    choices: tuple[str, ...]

    def of(self, student: str, assignment: str) -> str:
        """The student's own. It follows from the names alone, so that it is the same again."""
        digest = hashlib.sha256("\0".join((assignment, student, self.name)).encode()).digest()
        return self.choices[int.from_bytes(digest[:8], "big") % len(self.choices)]


def own_numbers(cells: Iterable[Cell], notebook: str) -> dict[str, OwnNumber]:
    """The numbers that a source notebook declares, by name; raises AssignmentError for what cannot be meant."""
    try:
        return _declared(cells)
    except AssignmentError as problem:
        raise AssignmentError(f"in {notebook} {problem}") from None


def _declared(cells: Iterable[Cell]) -> dict[str, OwnNumber]:
    found: dict[str, OwnNumber] = {}
    told: list[tuple[str, str]] = []
    for cell in cells:
        source = source_of(cell)
        declared = _in_code(source) if cell["cell_type"] == "code" else _in_text(source)
        said = [match["name"] for match in TEXT.finditer(source)] if cell["cell_type"] == "markdown" else []
        if declared or said:
            _insist_on_place(cell)
        told += [(name, source) for name in said]
        for number in declared:
            if number.name in found:
                raise AssignmentError(
                    f"the number {number.name} is declared twice: give one another name, as in"
                    f" `{MARK} {number.name}_2: ...`"
                )
            found[number.name] = number
    for name, source in told:
        if name not in found:
            raise AssignmentError(f"no number {name!r} is declared, and a text says {_excerpt(source)}")
    return found


def with_numbers(cell: Mapping[str, Any], numbers: Mapping[str, str]) -> str:
    """A source cell's text with these numbers, as they are written, in the places of its own ones, and no mark left."""
    source = source_of(cell)
    if cell["cell_type"] == "code":
        return LINE.sub(lambda line: _changed(line, numbers), source) if MARK in source else source
    if cell["cell_type"] == "markdown":
        return TEXT.sub(lambda found: numbers[found["name"]], source) if BEGUN in source else source
    return source


def put_usual(cells: Sequence[dict[str, Any]], notebook: str) -> None:
    """Have the cells of one source notebook say the usual numbers; raises AssignmentError as `own_numbers` does."""
    usual = {name: number.usual for name, number in own_numbers(cells, notebook).items()}
    for cell in cells if usual else ():
        cell["source"] = with_numbers(cell, usual)


def without_marks(code: str) -> str:
    """Code without the comments that mark its own numbers."""
    return LINE.sub(lambda line: line["code"], code) if MARK in code else code


def _insist_on_place(cell: Cell) -> None:
    """Raise AssignmentError where whoever marks the cell would not see the student's number, or not know an answer."""
    if is_marked(cell, "solution"):
        why = "students write in it, and what they were given could not be told from what they wrote"
    elif cell["cell_type"] != "code" and (is_marked(cell, "locked") or is_marked(cell, "task")):
        why = "nbgrader puts its text back when it grades, and whoever marks would read the usual number"
    else:
        return
    raise AssignmentError(f"the cell {grade_id(cell)} cannot hold own numbers, as {why}: put them into a cell above it")


def _in_code(source: str) -> list[OwnNumber]:
    found = []
    for line in LINE.finditer(source):
        usual, ranges = NUMBER.findall(line["code"]), line["ranges"].split(",")
        names = _names(line)
        if not len(usual) == len(ranges) == len(names):
            raise AssignmentError(
                f"`{line[0].strip()}` has {len(usual)} numbers, {len(ranges)} ranges and {len(names)} names: give each"
                f" number a range and a name, as in `f(3, 0.5)  {MARK} width, rate: 2 to 6, 0.1 | 0.5`"
            )
        found += [_number(*parts, line[0]) for parts in zip(names, usual, ranges, strict=True)]
    if source.count(MARK) != len(LINE.findall(source)):
        raise AssignmentError(f"a `{MARK}` has no ranges: write them behind a colon, as in `n = 4  {MARK}: 2 to 6`")
    return found


def _in_text(source: str) -> list[OwnNumber]:
    found = list(TEXT.finditer(source))
    if source.count(BEGUN) != len(found):
        raise AssignmentError(
            f"{_excerpt(source)} says a number in a way that cannot be read: write {{own:n}}, or {{own:n=4: 2 to 6}}"
            " where the number is declared"
        )
    return [_number(each["name"], each["usual"], each["range"], each[0]) for each in found if each["usual"]]


def _number(name: str, usual: str, written: str, place: str) -> OwnNumber:
    choices = _choices(written, place)
    if not _is_number(usual) or Decimal(usual) not in map(Decimal, choices):
        raise AssignmentError(f"the usual number {usual.strip()} of `{place.strip()}` is not one of its own range")
    return OwnNumber(name, usual.strip(), choices)


def _choices(written: str, place: str) -> tuple[str, ...]:
    """The numbers of `A to B`, `A to B by STEP` or `A | B | C`, each as it is written."""
    run = re.fullmatch(r"\s*(\S+)\s+to\s+(\S+)(?:\s+by\s+(\S+))?\s*", written)
    listed = tuple(part.strip() for part in written.split("|")) if not run else (run[1], run[2], run[3] or "1")
    if not all(map(_is_number, listed)):
        raise AssignmentError(
            f"`{place.strip()}` has the range {written.strip()!r}: write `2 to 6`, `0.1 to 0.9 by 0.2` or `1 | 2 | 5`"
        )
    if not run:
        return listed
    first, last, step = map(Decimal, listed)
    whole = run[3] or not first % 1
    if not (whole and step > 0 and first <= last <= first + (MOST - 1) * step):
        raise AssignmentError(
            f"`{place.strip()}` has the range {written.strip()!r}: from the smaller number to the larger, with a step"
            f" where they are no whole numbers, and at most {MOST} of them"
        )
    return tuple(str(first + number * step) for number in range(int((last - first) / step) + 1))


def _is_number(written: str) -> bool:
    try:
        return -LARGEST < Decimal(written) < LARGEST
    except InvalidOperation:
        return False


def _names(line: re.Match[str]) -> list[str]:
    """The names of a line's numbers: those before the colon, or what the line binds."""
    given = [name.strip() for name in line["names"].split(",") if name.strip()]
    targets = TARGETS.match(line["code"])
    return given or (re.findall(r"\w+", targets["names"]) if targets else [])


def _changed(line: re.Match[str], numbers: Mapping[str, str]) -> str:
    left = iter(_names(line))
    return NUMBER.sub(lambda _: numbers[next(left)], line["code"])


def _excerpt(source: str) -> str:
    start = source.find(BEGUN)
    return repr(source[start : start + 40].split("\n")[0])
