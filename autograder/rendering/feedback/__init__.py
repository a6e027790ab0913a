"""The feedback page of a student: what it shows, read from a graded notebook, and its template."""

from .apart import CodeApart
from .deferred import deferred_page
from .figures import embedded
from .ordinary import redacted
from .page import Page, read_page
from .words import words

__all__ = ["CodeApart", "Page", "deferred_page", "embedded", "read_page", "redacted", "words"]
