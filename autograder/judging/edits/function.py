"""A function as its author wrote it: its text, its tree, and where each part of the tree stands in the text."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ..mutator import Place, places

LONGEST = 20_000  # characters of a function; larger ones are left alone
MOST = 4000  # nodes of its tree


@dataclass(frozen=True)
class Function:
    """A function at the top level of a cell. first: the line of the cell that its text begins in, counted from 1."""

    name: str
    text: str
    first: int

    @cached_property
    def node(self) -> ast.FunctionDef:
        """Its tree; lines are counted from the beginning of its own text."""
        (node,) = ast.parse(self.text).body
        assert isinstance(node, ast.FunctionDef), "what was read as a function is one"
        return node

    @cached_property
    def places(self) -> list[Place]:
        """Every place in its tree, but in its signature, its decorators and formatted texts."""
        return [place for place in places(self.node) if place.statement is not None and _is_code(place)]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The texts that index something in it, in the order of the code."""
        indices = [place.node.slice for place in self.places if isinstance(place.node, ast.Subscript)]
        return tuple(each.value for each in indices if isinstance(each, ast.Constant) and isinstance(each.value, str))

    @cached_property
    def around(self) -> dict[int, Place]:
        """By the identity of a node, the place that it is in."""
        return {id(place.node): place for place in places(self.node)}

    @cached_property
    def _lines(self) -> list[bytes]:
        return self.text.encode().split(b"\n")

    @cached_property
    def _starts(self) -> list[int]:
        """The offset of each line in the text's bytes, and that of its end."""
        starts = [0]
        for line in self._lines:
            starts.append(starts[-1] + len(line) + 1)
        return starts

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Where a node's text begins and ends, in bytes."""
        end_line, end = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return self._starts[node.lineno - 1] + node.col_offset, self._starts[end_line - 1] + end

    def rows(self, node: ast.stmt) -> tuple[int, int] | None:
        """Where the lines of a statement begin and end, in bytes; None where it shares a line with another."""
        start, end = self._starts[node.lineno - 1], self._starts[node.end_lineno or node.lineno]
        before, after = self._text_before(node), self._text_after(node)
        return (start, end) if not before.strip() and (not after or after.startswith(b"#")) else None

    def indent(self, node: ast.stmt) -> str:
        """The spaces before a statement that stands alone in its lines."""
        return self._text_before(node).decode()

    def line(self, node: ast.AST) -> int:
        """The line of the cell that a node begins in."""
        return int(getattr(node, "lineno", 1)) + self.first - 1

    def text_of(self, line: int) -> str:
        """A line of the cell that is one of the function's."""
        return self._lines[line - self.first].decode().strip()

    def with_changes(self, splices: tuple[tuple[int, int, str], ...]) -> str:
        """Its text with other text between some offsets."""
        whole = self.text.encode()
        for start, end, text in sorted(splices, reverse=True):
            whole = whole[:start] + text.encode() + whole[end:]
        return whole.decode()

    def _text_before(self, node: ast.stmt) -> bytes:
        return self._lines[node.lineno - 1][: node.col_offset]

    def _text_after(self, node: ast.stmt) -> bytes:
        return self._lines[(node.end_lineno or node.lineno) - 1][node.end_col_offset or 0 :].strip()


def functions_in(source: str) -> tuple[Function, ...]:
    """The functions at the top level of a cell; none where it does not parse, and none that is too large.

    Those of a few cells are kept, with their trees, since many cells are the same in all submissions.
    """
    return _kept(source) if len(source) <= 2 * LONGEST else tuple(_read(source))


@lru_cache(maxsize=32)
def _kept(source: str) -> tuple[Function, ...]:
    return tuple(_read(source))


def _read(source: str) -> Iterator[Function]:
    lines = source.replace("\r\n", "\n").split("\n")
    for node in _statements("\n".join(_plain(line) for line in lines)):
        if isinstance(node, ast.FunctionDef):
            text = "\n".join(lines[node.lineno - 1 : node.end_lineno]) + "\n"
            if len(text) <= LONGEST and _is_one_function(text):
                yield Function(node.name, text, node.lineno)


def _statements(source: str) -> list[ast.stmt]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes in texts
            return ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _plain(line: str) -> str:
    """A line without IPython's own syntax, which begins with % or !."""
    bare = line.lstrip()
    return line[: len(line) - len(bare)] + "pass" if bare.startswith(("%", "!")) else line


def _is_one_function(text: str) -> bool:
    body = _statements(text)
    if not (len(body) == 1 and isinstance(body[0], ast.FunctionDef)):
        return False
    try:
        return sum(1 for _ in ast.walk(body[0])) <= MOST and _depth(body[0]) <= 60
    except RecursionError:
        return False


def _depth(tree: ast.AST) -> int:
    """How many nodes are within each other."""
    deep, level = 0, [tree]
    while level:
        deep += 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return deep


def _is_code(place: Place) -> bool:
    """Whether it is neither a text that stands alone, as a docstring does, nor within a formatted one."""
    own = place.node if isinstance(place.node, ast.Expr) else place.parent
    if isinstance(own, ast.Expr) and isinstance(own.value, ast.Constant):
        return False
    return not isinstance(place.parent, ast.JoinedStr | ast.FormattedValue)
