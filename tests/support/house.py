"""The project's own assignment, as the tests use it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

from autograder.assignment import Assignment, load

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = load(ROOT, "rnn_captioning")
IN_ORDER, EXERCISES = ASSIGNMENT.exercises, ASSIGNMENT.by_name
DESIGNS, SAMPLES = ASSIGNMENT.declared_in / "designs", ASSIGNMENT.declared_in / "samples"
NAME = ASSIGNMENT.name
_imported: dict[str, ModuleType] = {}  # the modules of its library, as the tests have imported them
_looked_through = [0]  # how many modules there were when they were last looked through


def data_folder(assignment: Assignment) -> Path:
    """The folder of an assignment's one data set."""
    (folder,) = assignment.data_folders.values()
    return folder


def come_home() -> None:
    """Have imports find this assignment's library again, where a copy of the course has brought its own."""
    library = ASSIGNMENT.library
    if len(sys.modules) != _looked_through[0] or not _is_own(sys.modules.get(library)):  # for every test asks
        _look_through(library)
        _looked_through[0] = len(sys.modules)
    if sys.path[0] != str(ASSIGNMENT.source):
        load(ROOT, NAME)


def _look_through(library: str) -> None:
    """Remember what of the library has been imported, or put it back."""
    near = [name for name in sys.modules if name.startswith(library)]
    loaded = {name: sys.modules[name] for name in near if name.split(".")[0] == library}
    if _is_own(loaded.get(library)):
        _imported.update(loaded)
    else:
        for name in loaded:
            del sys.modules[name]
        sys.modules.update(_imported)


def _is_own(library: ModuleType | None) -> bool:
    """Whether this is the library that the tests have imported, if they have imported it."""
    if library is None or Path(library.__file__ or "").parent != ASSIGNMENT.source / ASSIGNMENT.library:
        return False
    return library is _imported.get(ASSIGNMENT.library, library)
