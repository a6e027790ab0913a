"""Which of the files handed in is which notebook: known by its cells rather than by its name, with notes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from nbformat import NotebookNode

from autograder.cells import grade_id

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
        return replace(self, reason=" ".join([self.reason, *told]))


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
                self._failures.append((item, str(failure)))

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
        said = [f"There is no {name} in the submission."]
        for item, owner in self._owners.items():
            if key(item.base) == key(name):
                said.append(f"The file {safe_name(item.name)} holds the cells of {owner}.")
        if held := [item.name for item in self._holding[name] if key(item.base) != key(name)]:
            said.append(f"Some of its cells are in {listed(held)}.")
        others = [*self._strangers, *(item for item, _ in self._failures)]
        if names := sorted(item.name for item in others if NOTEBOOK in item.base.casefold()):
            said.append(f"Not readable as it: {listed(names)}.")
        if len(self._items) > LOOKED_AT:
            said.append(f"Only {LOOKED_AT} of {len(self._items)} files were looked at.")
        return " ".join(said)


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
        yield f"The notebook was handed in as {safe_name(item.name)}; it should be named {name}."
    elif item.folder and any(map(is_archive, item.folder.split("/"))):
        yield f"The notebook was taken out of {safe_name(item.folder)}."
    elif item.folder:
        yield f"The notebook was found in the folder {safe_name(item.folder)}."


def _others(others: Sequence[Candidate]) -> Iterator[str]:
    if others:
        have = "has other answers and was" if len(others) == 1 else "have other answers and were"
        yield f"{listed([each.item.name for each in others])} {have} not graded: only one file of a notebook counts."


def _instead(item: Item, taken: Candidate | None, broken: str, name: str) -> Iterator[str]:
    """That a file was graded in the place of the one that has the right name, and why."""
    graded = f"{safe_name(item.name)} was graded in its place."
    if taken:
        yield f"{_said(taken.item, name)} is as it was given out. {graded}"
    elif broken:
        yield f"{broken} {graded}"
    else:
        yield from _place(item, name)


def _ambiguous(different: Sequence[Candidate], taken: Candidate | None, broken: str, name: str) -> str:
    could = f"it could be any of {listed([each.item.name for each in different])}"
    if taken:
        return f"{_said(taken.item, name)} is as it was given out. Of what has answers, {could}."
    return f"{broken} Of the others, {could}." if broken else f"There is no {name} in the submission, and {could}."


def _said(item: Item, name: str) -> str:
    return safe_name(item.name) if item.folder else name
