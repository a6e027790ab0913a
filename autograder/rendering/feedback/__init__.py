"""The feedback page of a student: what it shows, read from a graded notebook, and its template."""

from .figures import embedded
from .ordinary import redacted
from .page import Page, read_page
from .words import words

__all__ = ["Page", "embedded", "read_page", "redacted", "words"]
