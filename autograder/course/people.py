"""What people are called."""

from __future__ import annotations

from nbgrader.api import Student

from autograder.selfcheck.language import WIDE
from autograder.terminal import one_line


def full_name(student: Student) -> str:
    """A student's first and last name, safe to show; "" where the gradebook has none.

    In wide letters, as of Chinese, the family name comes first, without a space.
    """
    first, last = (one_line(" ".join((name or "").split())) for name in (student.first_name, student.last_name))
    wide = bool(first and last and WIDE.match(first) and WIDE.match(last))
    return f"{last}{first}" if wide else f"{first} {last}".strip()
