"""Which of the cells that are not run for marks define a name that something lacks, and what is said of such names."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from autograder.sandbox.messages import Fate, Reply
from autograder.selfcheck.language import Text

from .diagnosis import Advice
from .judge import Judgement

ONLY_IN_IPYTHON = ("%", "!", "?")
LEFT = (
    "{name} is not set in the function that uses it. Where it has a value in your notebook, another cell has left it"
    " there: compute it, or take it from the arguments or the cache."
)


@dataclass(frozen=True)
class Cell:
    """The names that a cell sets at its top level, and all that it mentions."""

    sets: frozenset[str]
    mentions: frozenset[str]

    @classmethod
    def of(cls, source: str) -> Cell:
        """What a cell's code says; nothing where it cannot be read."""
        lines = (line if not line.lstrip().startswith(ONLY_IN_IPYTHON) else "" for line in source.splitlines())
        code = "\n".join(lines)
        try:
            table, tree = symtable.symtable(code, "<cell>", "exec"), ast.parse(code)
        except (SyntaxError, ValueError):
            return cls(frozenset(), frozenset())
        symbols = table.get_symbols()
        own = {each.get_name() for each in symbols if each.is_assigned() or each.is_imported() or each.is_namespace()}
        return cls(frozenset(own), frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)))


def needed(names: Collection[str], spared: Iterable[str]) -> frozenset[str]:
    """Those of the spared cells that set one of these names, with the ones that set what these use.

    >>> sorted(needed({"b"}, ["a = 1", "b = 2 * a", "c = 3"]))
    ['a = 1', 'b = 2 * a']
    """
    cells = {source: Cell.of(source) for source in spared} if names else {}
    wanted, found = set(names), set[str]()
    while more := {source for source, cell in cells.items() if source not in found and cell.sets & wanted}:
        found |= more
        wanted |= {name for source in more for name in cells[source].mentions}
    return frozenset(found)


def set_by(sources: Iterable[str]) -> frozenset[str]:
    """The names that these cells set."""
    return frozenset(name for source in sources for name in Cell.of(source).sets)


def explained(judgement: Judgement, replies: Sequence[Reply], left_over: Collection[str]) -> Judgement:
    """The judgement with an advice where each call has stopped at the same name, which another cell sets.

    left_over: the names that cells set which are not run for marks: in the student's notebook they have values.
    """
    stopped = {reply.missing if reply.fate is Fate.RAISED else "" for reply in replies}
    if len(stopped) != 1 or judgement.fraction == 1.0 or judgement.advice or not stopped <= set(left_over):
        return judgement
    (name,) = stopped
    return replace(judgement, advice=(Advice("name_of_another_cell", Text(LEFT, name=name)),))
