"""What was handed in, turned into the assignment's notebooks and the files beside them: once, for all faces."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from nbformat import NotebookNode

from autograder.assignment import Assignment
from autograder.cells import copied
from autograder.record import Event, Note, Record, Status, store
from autograder.selfcheck.language import ENGLISH, Language

from . import links, texts
from .choice import Search
from .files import Files, code_of, read_files
from .misplaced import OwnFiles
from .notice import other_kernel, substitute
from .released import all_released
from .tree import NOTEBOOK, Item, composed, in_archives, key, may_be_notebook, on_disk
from .unpack import is_archive

PROBLEMS_SAID = 3  # of archives that could not be unpacked


class Submission:
    """A submission's folder, or one file of it, read with care; never raises for what is handed in.

    place: the folder, a notebook, or an archive. release: what was given out. source: the course's own files, and
    library, the folder of them that students import from; without a source nothing is compared with it. theirs: names
    of the course's files that students may change.
    """

    def __init__(
        self,
        place: Path,
        release: Path,
        source: Path | None = None,
        library: str = "",
        theirs: Collection[str] = (),
    ) -> None:
        self._is_folder = place.is_dir()
        self._root = place if self._is_folder else place.parent
        self._is_archive = not self._is_folder and is_archive(place.name)
        self._released, self._source, self._library = all_released(release), source, library
        self._theirs = frozenset(theirs)
        self._items = on_disk(place) if self._is_folder else [Item(place.name, place)]
        self._inside: list[Item] = []
        self._looked_at = [*self._candidates(self._items), *self._odd()]
        first = Search(self._looked_at, self._released)
        self._chosen = {name: first.choose(name) for name in self._released}
        if not all(chosen.answered for chosen in self._chosen.values()):
            self._look_into_archives()

    @classmethod
    def of(cls, place: Path, assignment: Assignment, theirs: Collection[str] = ()) -> Submission:
        """A submission to an assignment, as `__init__` has it."""
        return cls(place, assignment.release, assignment.source, assignment.library, theirs)

    @property
    def absent(self) -> list[str]:
        """The names of the notebooks of which there is no file."""
        return [name for name, chosen in self._chosen.items() if chosen.absent]

    def notebook(self, name: str, language: Language = ENGLISH) -> NotebookNode:
        """A copy of the notebook `name`, mended by the released one.

        Its metadata hold a Record: the status, and a note for each thing that was wrong. language: the student's.
        """
        chosen, released = self._chosen[name], self._released[name]
        if chosen.taken is None:
            return substitute(released.notebook, chosen.reason, language)
        notebook = copied(chosen.taken.notebook)
        said = [*links.notes(self._root), *chosen.notes, *chosen.taken.repairs]
        said += texts.show_safely(notebook, released.notebook)
        notes = [*(Note(Event.REPAIR, note) for note in said), *self._own.notes(notebook, released)]
        record = Record(Status.REPAIRED if notes else Status.GRADED, tuple(notes))
        if told := other_kernel(released.notebook):
            record = Record(Status.NOT_GRADED, (*notes, told))
        elif Event.MISPLACED in record.events:
            record = Record(Status.NOT_GRADED, record.notes)
        store(record.told_in(language), notebook.metadata)
        return notebook

    def files(self, graded_copy: Path | None = None) -> Files:
        """What the notebooks' code finds in its folder: all notebooks under their right names, and the other files.

        graded_copy: nbgrader's copy of the other files, in which the course's own are in their places already.
        """
        files = self._with_moved(read_files(graded_copy)) if graded_copy else self._handed_in.copy()
        kept = self._theirs & files.contents.keys()
        if not graded_copy:
            files.contents |= {name: content for name, content in self._ours().items() if name not in kept}
        for name, chosen in self._chosen.items():
            files.contents.pop(name, None)
            if chosen.taken:
                files.put(name, code_of(chosen.taken.notebook.cells))
            elif os.path.isfile(self._root / name):
                files.put(name, b"")  # it is there, and cannot be read
        return files

    def moved(self) -> Files:
        """The files beside notebooks that were found in a folder or an archive, as if they lay where they should."""
        return self._with_moved(Files())

    def _candidates(self, items: Iterable[Item]) -> list[Item]:
        """The files that may be notebooks, but for the course's own in folders."""
        keys = {key(name) for name in self._released}
        return [item for item in items if may_be_notebook(item, keys) and not self._is_given(item)]

    def _odd(self) -> list[Item]:
        """What has only the name of a notebook: a folder, a link."""
        there = {item.name for item in self._items} if self._is_folder else self._released.keys()
        names = [name for name in self._released if name not in there and os.path.lexists(self._root / name)]
        return [Item(name, self._root / name) for name in names]

    def _is_given(self, item: Item) -> bool:
        """Whether the course has such a file in a folder of its own, as an example."""
        return bool(item.folder and self._source and (self._source / item.name).is_file())

    def _look_into_archives(self) -> None:
        """Take the notebooks that are missing, or are as they were given out, from archives where they are there."""
        self._inside, problems = in_archives(self._items)
        inside = self._candidates(self._inside)
        search = Search([*self._looked_at, *inside], self._released) if inside else None
        told = tuple(problems[:PROBLEMS_SAID])
        for name, chosen in self._chosen.items():
            if search and not chosen.answered:
                self._chosen[name] = chosen = search.choose(name)
            if not chosen.answered:
                self._chosen[name] = chosen.but(told)

    def _ours(self) -> dict[str, np.ndarray]:
        """The course's own files, but for the notebooks and the library, which the sandbox shows by itself."""
        found = read_files(self._source).contents if self._source else {}
        library = f"{self._library}/" if self._library else "\0"
        return {
            name: each for name, each in found.items() if not name.endswith(NOTEBOOK) and not name.startswith(library)
        }

    @cached_property
    def _own(self) -> OwnFiles:
        """What the submission has of the course's own files."""
        if not self._source:
            return OwnFiles({})
        library = f"{self._library}/" if self._library else "\0"  # nobody but the course may change what it shows
        free = {name for name in self._theirs if not name.startswith(library)}
        compared = {name: each for name, each in self._handed_in.contents.items() if name not in free}
        return OwnFiles.of(compared, self._source, self._library)

    @cached_property
    def _handed_in(self) -> Files:
        """The files that were handed in, as they lie beside the notebooks."""
        return self._with_moved(Files() if self._is_archive else read_files(self._root))

    def _with_moved(self, files: Files) -> Files:
        """With the files that lie beside a notebook which was found in a folder, as if they lay where it should."""
        bases = {chosen.taken.item.folder for chosen in self._chosen.values() if chosen.taken} - {""}
        for base in sorted(bases, key=lambda base: (base.count("/"), base)):
            for item in (*self._items, *self._inside):
                name = item.name.removeprefix(f"{base}/")
                wanted = name != item.name and name.isprintable() and item not in self._taken
                if wanted and name not in files.contents:
                    files.add(name, item.read)
        for name in [name for name in files.contents if composed(name) != name]:
            files.contents.setdefault(composed(name), files.contents[name])
        return files

    @cached_property
    def _taken(self) -> set[Item]:
        return {chosen.taken.item for chosen in self._chosen.values() if chosen.taken}


@lru_cache(maxsize=1)
def kept(place: Path, release: Path, source: Path, library: str, theirs: tuple[str, ...], _digest: str) -> Submission:
    """A submission that is read once for all of its notebooks. _digest: of its files and the release's."""
    return Submission(place, release, source, library, theirs)
