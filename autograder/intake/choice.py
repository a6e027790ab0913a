"""Which of the files handed in is which notebook: known by its cells rather than by its name, with notes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from nbformat import NotebookNode

from autograder.cells import grade_id
from autograder.selfcheck.language import Text, counted, sentences

from .parse import parse
from .released import Released
from .repairs import UnreadableError, listed, mended
from .safe import safe_name
from .tree import NOTEBOOK, Item, composed, key
from .unpack import is_archive

LOOKED_AT = 60  # files that are read in search of a notebook
OWN_SHARE = 0.5  # of its cells that a file must hold to be what its name says, whatever else it holds


@dataclass(frozen=True, eq=False)
class Candidate:
    """A file that can be read as a notebook of the assignment: its cells put right, the repairs, what it answers."""

    item: Item
    notebook: NotebookNode
    repairs: tuple[str, ...]
    answers: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Chosen:
    """What counts as one notebook: the file that was taken, with notes, or None and the reason.

    absent: whether there is no file that it could be.
    """

    taken: Candidate | None
    notes: tuple[str, ...] = ()
    reason: str = ""
    absent: bool = False

    @property
    def answered(self) -> bool:
        """Whether the student has written anything in it."""
        return self.taken is not None and bool(self.taken.answers)

    def but(self, told: Iterable[str]) -> Chosen:
        """The same, with more said."""
        if self.taken:
            return replace(self, notes=(*self.notes, *told))
        return replace(self, reason=sentences([self.reason, *told]))


class Search:
    """Reads the files that may be notebooks, and tells which is which."""

    def __init__(self, items: Sequence[Item], released: Mapping[str, Released]) -> None:
        self._released = released
        self._items = sorted(items, key=self._order)
        self._failures: list[tuple[Item, str]] = []
        self._found: dict[str, list[Candidate]] = {name: [] for name in released}
        self._strangers: list[Item] = []
        self._owners: dict[Item, str] = {}
        self._holding: dict[str, list[Item]] = {name: [] for name in released}
        for item in self._items[:LOOKED_AT]:
            try:
                self._read(item)
            except UnreadableError as failure:
                self._failures.append((item, failure.args[0]))

    def choose(self, name: str) -> Chosen:
        """The file that counts as the notebook `name`, a released one's."""
        candidates = self._found[name]
        failures = [(item, said) for item, said in self._failures if key(item.base) == key(name)]
        original = _original([*(each.item for each in candidates), *(item for item, _ in failures)], name)
        taken = next((each for each in candidates if each.item is original), None)
        broken = next((said for item, said in failures if item is original), "")
        answered = [each for each in candidates if each.answers]
        if taken and (taken.answers or not answered):
            others = [each for each in answered if each.answers != taken.answers]
            return Chosen(taken, (*_place(taken.item, name), *_others(others)))
        different = _different(answered or candidates)
        if len(different) == 1:
            return Chosen(different[0], tuple(_instead(different[0].item, taken, broken, name)))
        if different:
            return Chosen(None, reason=_ambiguous(different, taken, broken, name))
        return Chosen(None, reason=broken) if broken else Chosen(None, reason=self._missing(name), absent=True)

    def _order(self, item: Item) -> tuple[bool, int, str]:
        """The order in which files are looked at: those of the right names first, those that lie high before others."""
        return key(item.base) not in set(map(key, self._released)), item.depth, item.name

    def _read(self, item: Item) -> None:
        """Read one file and put it to the notebook that it is; raises UnreadableError."""
        cells, lost = parse(item)
        for name, each in self._released.items():
            self._holding[name] += [item] if each.known(cells) else []
        self._owners[item] = owner = self._owner(item, cells)
        if not owner:
            self._strangers.append(item)
            return
        released = self._released[owner]
        notebook, repairs = mended(cells, released.notebook, safe_name(item.base))
        self._found[owner].append(Candidate(item, notebook, (*lost, *repairs), released.answers(notebook)))

    def _owner(self, item: Item, cells: list[NotebookNode]) -> str:
        """The notebook that a file is: what its name says, unless its cells are those of another one; "" for none."""
        right = next((name for name in self._released if key(name) == key(item.base)), "")
        found = {name: each.known(cells) for name, each in self._released.items()}
        if not any(map(grade_id, cells)):
            found = {name: each.recognised(cells) for name, each in self._released.items()}
        if right and len(found[right]) >= OWN_SHARE * len(self._released[right].ids):
            return right
        best = max(found, key=lambda name: (len(found[name]), name == right), default="")
        return best if best and found[best] else right

    def _missing(self, name: str) -> str:
        """That there is no such notebook, and what else there is."""
        said: list[str] = [Text("There is no {name} in the submission.", name=name)]
        for item, owner in self._owners.items():
            if key(item.base) == key(name):
                holds = Text("The file {file} holds the cells of {owner}.", file=safe_name(item.name), owner=owner)
                said.append(holds)
        if held := [item.name for item in self._holding[name] if key(item.base) != key(name)]:
            said.append(Text("Some of its cells are in {files}.", files=listed(held)))
        others = [*self._strangers, *(item for item, _ in self._failures)]
        if names := sorted(item.name for item in others if NOTEBOOK in item.base.casefold()):
            said.append(Text("Not readable as it: {files}.", files=listed(names)))
        if len(self._items) > LOOKED_AT:
            some = "Only {most} of {count} files were looked at."
            said.append(Text(some, most=LOOKED_AT, count=len(self._items)))
        return sentences(said)


def _original(items: Sequence[Item], name: str) -> Item | None:
    """The one file of the notebook's name, or the one of several that lies highest; None where there is no such one."""
    exact = [item for item in items if composed(item.base) == name]
    named = exact or [item for item in items if key(item.base) == key(name)]
    highest = [item for item in named if item.depth == min(each.depth for each in named)]
    return highest[0] if len(highest) == 1 else None


def _different(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Of those with the same answers the first."""
    found: list[Candidate] = []
    for each in candidates:
        if all(each.answers != other.answers for other in found):
            found.append(each)
    return found


def _place(item: Item, name: str) -> Iterator[str]:
    """Where a notebook was found that does not lie where it should."""
    if composed(item.base) != name:
        named = "The notebook was handed in as {file}; it should be named {name}."
        yield Text(named, file=safe_name(item.name), name=name)
    elif item.folder and any(map(is_archive, item.folder.split("/"))):
        yield Text("The notebook was taken out of {archive}.", archive=safe_name(item.folder))
    elif item.folder:
        yield Text("The notebook was found in the folder {folder}.", folder=safe_name(item.folder))


def _others(others: Sequence[Candidate]) -> Iterator[str]:
    if others:
        yield counted(
            "{files} has other answers and was not graded: only one file of a notebook counts.",
            "{files} have other answers and were not graded: only one file of a notebook counts.",
            len(others),
            files=listed([each.item.name for each in others]),
        )


def _instead(item: Item, taken: Candidate | None, broken: str, name: str) -> Iterator[str]:
    """That a file was graded in the place of the one that has the right name, and why."""
    graded = Text("{file} was graded in its place.", file=safe_name(item.name))
    if taken:
        yield sentences([_unchanged(taken.item, name), graded])
    elif broken:
        yield sentences([broken, graded])
    else:
        yield from _place(item, name)


def _ambiguous(different: Sequence[Candidate], taken: Candidate | None, broken: str, name: str) -> str:
    files = listed([each.item.name for each in different])
    if taken:
        could = Text("Of what has answers, it could be any of {files}.", files=files)
        return sentences([_unchanged(taken.item, name), could])
    if broken:
        return sentences([broken, Text("Of the others, it could be any of {files}.", files=files)])
    return Text("There is no {name} in the submission, and it could be any of {files}.", name=name, files=files)


def _unchanged(item: Item, name: str) -> str:
    return Text("{file} is as it was given out.", file=safe_name(item.name) if item.folder else name)
