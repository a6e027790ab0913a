"""What an assignment is: a folder `source/NAME` and, where it is judged by exercises, `exercises/NAME` beside it.

`exercises/NAME/__init__.py` declares `assignment = Assignment(...)`; `load` finds it, and adds the name and the place.
A folder in source/ without exercises is an ordinary nbgrader assignment. Nothing else knows an assignment's name.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property, lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from .bonus import maximum
from .catalogues import language as catalogue
from .catalogues import translated
from .cells import Cell, grade_id, is_marked, points_of, read_cells, source_of
from .errors import AssignmentError, place_of
from .own_numbers import put_usual
from .selfcheck.language import Language
from .spec import Exercise, Proof

CHECK = "check_"  # an exercise's graded cell has the grade id check_<exercise>
GIVEN = "given_"  # a locked cell whose code the solutions need has the grade id given_<something>
DEMO = "demo"  # the tag of a source cell that shows something and that no mark depends on
KIT, CASES = "selfcheck", "checks.h5"  # in a release: the visible checks' folder, and the cases in it
DATA = "datasets"  # in a release: the folder of the data sets, in the library's if there is one
CACHES = ("__pycache__", ".ipynb_checkpoints")
BUILD = "python -m autograder build"


class Kind(Enum):
    """What nbgrader's metadata make of a cell."""

    EXERCISE = "an exercise's check, judged from outside"
    TEST = "an ordinary test cell, scored by how it ends"
    MANUAL = "marked by hand"
    OTHER = "not graded"


@dataclass(frozen=True, eq=False)
class Assignment:
    """One assignment of a course.

    exercises: in the order of the course. library: the folder in source/NAME that students import from; they see it
    read-only. data: by the environment variable that names it to student code, the data set's folder in the course.
    proof: what the proof of the grading needs to know. advice_at_home: how much the students' own check says of a
    mistake that it recognises: "none", "names", "hints" or "full", as `c.GradeSubmission.advice` has them. name, root:
    of the assignment and its course, set by `load`. language: of the students, "" for English; see `told_in`.
    """

    exercises: Sequence[Exercise] = ()
    library: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    proof: Proof = field(default_factory=Proof)
    advice_at_home: str = "hints"
    name: str = ""
    root: Path = Path()
    language: str = ""

    def __reduce__(self) -> tuple[Any, ...]:
        return _told_in, (self.root, self.name, self.language)

    def told_in(self, language: str) -> Assignment:
        """The same assignment in a language, "" for English."""
        return (
            self if language == self.language else _located(replace(self, language=""), self.name, self.root, language)
        )

    @cached_property
    def tongue(self) -> Language:
        """The language that students are told everything in; raises ConfigurationError where there is no such one."""
        return catalogue(self.language, self.declared_in)

    @property
    def source(self) -> Path:
        """What people edit."""
        return self.root / "source" / self.name

    @property
    def declared_in(self) -> Path:
        """The hidden folder of its exercises, which an ordinary assignment does not have."""
        return self.root / "exercises" / self.name

    @property
    def release(self) -> Path:
        """What students get; built."""
        return self.root / "release" / self.name

    @property
    def personal(self) -> Path:
        """What single students get in the place of files of the release, one folder each; built, where it is wanted."""
        return self.root / "personal"

    @property
    def solutions(self) -> Path:
        """The hidden reference, the visible cases and the solved notebooks; built."""
        return self.root / "solutions" / self.name

    @property
    def data_folders(self) -> dict[str, Path]:
        """The data sets' folders, by the environment variables that name them."""
        return {variable: self.root / folder for variable, folder in self.data.items()}

    def insist_on_data(self) -> None:
        """Raise AssignmentError where a data set is not there: code that reads it would fail, and lose its marks."""
        for folder in self.data_folders.values():
            if not folder.is_dir():
                raise AssignmentError(
                    f"the data set {folder} is missing: put the folder back, from your copy of the course"
                )

    @property
    def data_in_release(self) -> Path:
        """Where the data sets' folders lie in a release, relative to it."""
        return Path(self.library, DATA) if self.library else Path(DATA)

    @property
    def notebooks(self) -> list[Path]:
        """The source notebooks, in order."""
        return sorted(self.source.glob("*.ipynb"))

    @property
    def drawings(self) -> list[Path]:
        """The drawings in SVG beside the source notebooks, but for those of the library."""
        library = self.source / self.library if self.library else None
        return [path for path in sorted(self.source.rglob("*.svg")) if not (library and path.is_relative_to(library))]

    @cached_property
    def by_name(self) -> dict[str, Exercise]:
        """The exercises by name."""
        return {exercise.name: exercise for exercise in self.exercises}

    def exercise_of(self, cell: Cell) -> str:
        """The exercise whose points this cell carries; "" where the cell is no declared exercise's check."""
        name = grade_id(cell)
        asked = name.removeprefix(CHECK) if name.startswith(CHECK) and is_marked(cell, "grade") else ""
        return asked if asked in self.by_name else ""

    def kind_of(self, cell: Cell) -> Kind:
        """What the cell is to the grader."""
        if self.exercise_of(cell):
            return Kind.EXERCISE
        graded, written = is_marked(cell, "grade"), is_marked(cell, "solution") or cell["cell_type"] != "code"
        if is_marked(cell, "task") or (graded and written):
            return Kind.MANUAL
        return Kind.TEST if graded else Kind.OTHER

    def points(self, notebook: str) -> dict[str, float]:
        """The exercises of a source notebook and their points, in the notebook's order."""
        return {exercise: points_of(cell) for cell in self.cells(notebook) if (exercise := self.exercise_of(cell))}

    def test_points(self, notebook: str) -> dict[str, float]:
        """The ordinary test cells of a source notebook, by grade id, and their points."""
        cells = [cell for cell in self.cells(notebook) if self.kind_of(cell) is Kind.TEST]
        return {grade_id(cell): points_of(cell) for cell in cells}

    def points_by_machine(self, notebook: str) -> float:
        """The points of a source notebook's exercises and tests, without those for a bonus."""
        return maximum(cell for cell in self.cells(notebook) if self.kind_of(cell) in (Kind.EXERCISE, Kind.TEST))

    def points_by_hand(self, notebook: str) -> float:
        """The points of a source notebook's questions that a person marks, without those for a bonus."""
        return maximum(cell for cell in self.cells(notebook) if self.kind_of(cell) is Kind.MANUAL)

    def demos(self, notebook: str) -> frozenset[str]:
        """The code of the cells of a source notebook that need not run for marks: data, plots, visible checks."""
        shown = [cell for cell in self.cells(notebook) if DEMO in cell.get("metadata", {}).get("tags", ())]
        return frozenset(source_of(cell).strip() for cell in shown)

    def cells(self, notebook: str) -> list[dict[str, Any]]:
        """The cells of a source notebook, as JSON, numbers as usual; raises AssignmentError where there is none."""
        path = self.source / f"{notebook}.ipynb"
        if not path.exists():
            known = ", ".join(path.stem for path in self.notebooks) or "none"
            raise AssignmentError(f"the assignment {self.name} has no notebook named {notebook!r}; it has {known}")
        cells = self.translated(read_cells(path))
        put_usual(cells, path.name)
        return cells

    def translated(self, cells: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Cells of a source notebook in the assignment's language."""
        if not self.language:
            return list(cells)
        return [translated(cell, self.tongue.says) for cell in cells]

    def module(self, notebook: Path) -> Path:
        """Where the reference solution of a source notebook lies: `1_layers.ipynb` gives `layers.py`."""
        return self.solutions / (re.sub(r"^\d+_", "", notebook.stem) + ".py")

    def reference(self) -> dict[str, Any]:
        """The functions of the hidden reference solution, by name; none for an ordinary assignment.

        The modules run one after another and share their names, as if their notebooks were one.
        """
        if not self.exercises:
            return {}
        modules = [path for path in map(self.module, self.notebooks) if path.exists()]
        if not modules:
            raise AssignmentError(f"{self.solutions} holds no reference: run `{BUILD}`")
        names: dict[str, Any] = {}
        for module in modules:
            try:
                exec(compile(module.read_text(encoding="utf-8"), str(module), "exec"), names)
            except (Exception, SystemExit) as problem:
                said = f"{place_of(problem, module)}, cannot be run: {type(problem).__name__}: {problem}"
                raise AssignmentError(f"{said}; run `{BUILD}`") from problem
        return names


def names(root: Path) -> list[str]:
    """The names of a course's assignments: whatever lies in source/."""
    folders = [path for path in (root / "source").glob("*/") if not path.name.startswith((".", "_"))]
    return sorted(path.name for path in folders)


def chosen(root: Path, name: str = "") -> str:
    """The name, or that of the course's only assignment; raises AssignmentError where it cannot be told."""
    known = names(root)
    if name in known or (name and not known):
        return name
    if name:
        raise AssignmentError(f"this course has no assignment {name!r}; it has {', '.join(known)}")
    if len(known) != 1:
        what = f"several assignments: say which of {', '.join(known)}" if known else "no assignment: source/ is empty"
        raise AssignmentError(f"{root} has {what}")
    return known[0]


def load(root: Path, name: str) -> Assignment:
    """The assignment `name` of the course in `root`; raises AssignmentError where it is not there, or declared wrongly.

    Its library can be imported from then on; that of another assignment with the same library's name no longer.
    """
    root = root.resolve()
    if not (root / "source" / name).is_dir():
        chosen(root, name)
        raise AssignmentError(f"there is no folder {root / 'source' / name}")
    folder = root / "exercises" / name
    if not (folder / "__init__.py").is_file():
        return _ordinary(Assignment(name=name, root=root))
    _put_first(root / "source" / name)  # before its exercises are read: they may use the library, too
    return _located(_declared(folder, _stamp(folder)), name, root)


def _ordinary(assignment: Assignment) -> Assignment:
    """An assignment without exercises; raises AssignmentError where it must have lost them.

    Its checks would be run as tests, which they are not: everybody would get nothing for them, or everything.
    """
    folder, name = assignment.declared_in, assignment.name
    if any(folder.glob("*.py")):
        raise AssignmentError(f"{folder} has no __init__.py, which declares the assignment")
    if (assignment.solutions / CASES).exists() or (assignment.release / KIT / CASES).exists():
        raise AssignmentError(
            f"{assignment.source} was built with exercises, and there is no {folder}: put them back, or remove"
            f" solutions/{name} and release/{name}"
        )
    others = [path.parent for path in folder.parent.glob("*/__init__.py")]
    lost = [path.name for path in others if not (assignment.root / "source" / path.name).is_dir()]
    if lost and any(is_marked(cell, "grade") and grade_id(cell).startswith(CHECK) for cell in _cells_of(assignment)):
        raise AssignmentError(
            f"{folder.parent / lost[0]} has no folder in source/, and {assignment.source} has checks but no exercises:"
            " give both folders the same name"
        )
    return assignment


def _cells_of(assignment: Assignment) -> list[dict[str, Any]]:
    return [cell for path in assignment.notebooks for cell in read_cells(path)]


def _told_in(root: Path, name: str, language: str) -> Assignment:
    return load(root, name).told_in(language)


@lru_cache(maxsize=64)
def _located(declared: Assignment, name: str, root: Path, language: str = "") -> Assignment:
    return replace(declared, name=name, root=root, language=language)


@lru_cache(maxsize=64)
def _declared(folder: Path, _changed: str) -> Assignment:
    """What `exercises/NAME` declares, read anew when one of its files has changed."""
    try:
        declared = getattr(_import(folder), "assignment", None)
    except (Exception, SystemExit) as problem:
        place = place_of(problem, folder)
        raise AssignmentError(f"{place}, cannot be read: {type(problem).__name__}: {problem}") from problem
    if not isinstance(declared, Assignment):
        raise AssignmentError(f"{folder / '__init__.py'} declares no `assignment = Assignment(...)`")
    doubled = [each.name for each in declared.exercises if [e.name for e in declared.exercises].count(each.name) > 1]
    if doubled:
        raise AssignmentError(f"{folder / '__init__.py'} declares {doubled[0]} twice")
    return declared


def _import(folder: Path) -> ModuleType:
    """The package in `folder`, under a name of its own: two courses may have assignments of one name."""
    name = (
        f"_exercises_{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}_{re.sub(r'[^0-9A-Za-z]', '_', folder.name)}"
    )
    for known in [known for known in sys.modules if known == name or known.startswith(f"{name}.")]:
        del sys.modules[known]
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec and spec.loader, "a file that is there has a loader"
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _stamp(folder: Path) -> str:
    """Changes with the files of a folder."""
    found = []
    for place, inside, names in os.walk(folder):
        inside[:] = [each for each in inside if each != "__pycache__"]
        found += [os.path.join(place, name) for name in names if name.endswith(".py")]
    known = [(path, os.stat(path)) for path in sorted(found)]
    return repr([(path, each.st_mtime_ns, each.st_size) for path, each in known])


def _put_first(source: Path) -> None:
    """Have imports find this assignment's library from now on."""
    packages = [path.parent for path in source.glob("*/__init__.py")]
    place = str(source)
    if not packages or sys.path[:1] == [place]:
        return
    if place in sys.path:
        sys.path.remove(place)
    sys.path.insert(0, place)
    for package in packages:
        loaded = sys.modules.get(package.name)
        if loaded is not None and Path(getattr(loaded, "__file__", None) or "").parent != package:
            for name in [name for name in sys.modules if name.split(".")[0] == package.name]:
                del sys.modules[name]
