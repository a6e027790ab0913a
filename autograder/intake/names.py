"""Names of students' folders: on a disk any bytes are a name, in a gradebook and in a sentence only text."""

from __future__ import annotations

import os

ODD_NAME = "The folder's name has characters that the gradebook cannot hold: rename it."


def is_text(name: str) -> bool:
    """Whether a name can stand in the gradebook, and nbgrader can tell a path's parts with it."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return "\n" not in name


def shown(name: str) -> str:
    """A name as text; what is none is shown by its bytes."""
    return os.fsencode(name).decode(errors="backslashreplace")
