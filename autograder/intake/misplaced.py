"""Work in files that are the course's own: a grader takes the course's, and what was written there would be lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from nbformat import NotebookNode

from autograder.record import Event, Note
from autograder.selfcheck.language import Text, counted, pair

from .released import Released, defined
from .repairs import listed

SIZE_LIMIT = 1_000_000  # bytes of a file that is looked into
FUNCTION = re.compile(r"^(?:async[ \t]+)?def[ \t]+(\w+).*?(?=^[^\s)\]}#]|\Z)", re.MULTILINE | re.DOTALL)
THERE = pair(
    "The function {names} is written in {file}, which the grader takes from the course, and not in the notebook."
    " Someone has to look at it.",
    "The functions {names} are written in {file}, which the grader takes from the course, and not in the notebook."
    " Someone has to look at it.",
)
NOT_TAKEN = "The submission has {file} with changes of its own ({names}); the course's own was used."
NOT_SEEN = "The submission has {file} in a folder of the course's own, and it was not there when the notebook ran."


@dataclass(frozen=True)
class OwnFiles:
    """What a student has changed in Python files of the course.

    functions: the names that are defined otherwise than in the course's file, by file. added: files in the course's
    folders that the course does not have.
    """

    functions: Mapping[str, frozenset[str]]
    added: tuple[str, ...] = ()

    @classmethod
    def of(cls, contents: Mapping[str, np.ndarray], source: Path, library: str) -> OwnFiles:
        """contents: the submission's files by name. source: the course's. library: the folder that students import."""
        functions, added = {}, []
        for name, content in contents.items():
            if not name.endswith(".py") or content.size > SIZE_LIMIT:
                continue
            ours = source / name
            if ours.is_file():
                if changed := _changed(_text(content.tobytes()), _text(ours.read_bytes())):
                    functions[name] = changed
            elif library and name.startswith(f"{library}/"):
                added.append(name)
        return cls(functions, tuple(added))

    def notes(self, notebook: NotebookNode, released: Released) -> Iterator[Note]:
        """What a person should know of it who marks this notebook; Event.MISPLACED where a function of it is there."""
        code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        given = {cell.source.strip() for cell in released.notebook.cells}
        own = [source for source in code if source.strip() not in given]
        written = frozenset().union(*map(defined, own))
        asked = frozenset().union(*(names for name, names in released.functions.items() if not names & written))
        used = set(re.findall(r"\w+", "\n".join(own)))
        for file, names in self.functions.items():
            if there := sorted(names & asked):
                yield Note(Event.MISPLACED, counted(*THERE, len(there), names=listed(there), file=file))
            elif mentioned := sorted(names & used):
                yield Note(Event.REPAIR, Text(NOT_TAKEN, file=file, names=listed(mentioned)))
        for file in self.added:
            if Path(file).stem in used:
                yield Note(Event.REPAIR, Text(NOT_SEEN, file=file))


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace").replace("\r\n", "\n")


def _changed(theirs: str, ours: str) -> frozenset[str]:
    """The names that one text binds and the other not, or that are other functions in it."""
    if theirs == ours:
        return frozenset()
    before, after = ({found[1]: found[0].split() for found in FUNCTION.finditer(text)} for text in (ours, theirs))
    return (defined(theirs) - defined(ours)) | {name for name, text in after.items() if before.get(name) != text}
