"""Exceptions of which IPython shows one line: a student finds nothing in the frames of a check."""

from __future__ import annotations


class OneLine(BaseException):
    """Shown as its type and its sentence."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows."""
        return [f"{type(self).__name__}: {self}"]


class CheckFailed(OneLine, AssertionError):  # noqa: N818  (the name is what students read)
    """Something is wrong; the message is the headline and the first sentence of the report."""


class CheckInterrupted(OneLine, KeyboardInterrupt):
    """Somebody pressed Interrupt; the message says where the student's code was."""


class NoSuchCheck(OneLine, ValueError):  # noqa: N818
    """There is no check of that name."""


class CasesMissing(OneLine, FileNotFoundError):  # noqa: N818
    """The file with the visible cases is not there, or cannot be read."""
