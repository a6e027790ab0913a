"""What of a notebook's cell is translated: texts whole, and of code the comments, docstrings and words that it shows.

Code itself, names and markers stay as they are.
"""

from __future__ import annotations

import ast
import inspect
import io
import re
import textwrap
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from autograder.cells import Cell, source_of

MARKER = "###"  # comments that nbgrader goes by
COMMAND = re.compile(r"^([ \t]*)[%!?]", re.MULTILINE)  # lines of IPython's own
WORDS = re.compile(r"[A-Za-z]{2,}[^A-Za-z]* [^A-Za-z]*[A-Za-z]|[a-z]{2,}: ?$")
LINE = re.compile(r"[^\n]*\n|[^\n]+")  # as Python counts them
HELD = re.compile(r"\{[^{}]*\}")
WORD = re.compile(r"[A-Za-z]{4,}")
LABELS = {
    "print",
    "title",
    "xlabel",
    "ylabel",
    "set_title",
    "set_xlabel",
    "set_ylabel",
    "suptitle",
}  # show one word, too
QUOTED = {'"': '\\"', "\n": "\\n", "\t": "\\t"}


class Place(Enum):
    """What a string in some code is."""

    DOC = "a docstring"
    SHOWN = "an argument of what shows it"
    NAME = "an argument of another function, which may go by it"
    OTHER = "anything else"


@dataclass(frozen=True)
class Piece:
    """A part of some code, from one offset to another, that says `text`. write: the code that says another text."""

    start: int
    end: int
    text: str
    write: Callable[[str], str]


def messages(cell: Cell) -> list[str]:
    """What a translator is given of a cell, in order."""
    source = source_of(cell)
    if cell["cell_type"] == "code":
        return [piece.text for piece in _pieces(source)]
    return [source] if source.strip() else []


def translated(cell: dict[str, Any], say: Callable[[str], str]) -> dict[str, Any]:
    """A copy of the cell in another language. say: the translation of a message, or itself where there is none."""
    source = source_of(cell)
    if cell["cell_type"] != "code":
        return {**cell, "source": say(source) if source.strip() else source}
    parts, end = [], 0
    for piece in _pieces(source):
        said = say(piece.text)
        parts += [
            source[end : piece.start],
            piece.write(said) if said != piece.text else source[piece.start : piece.end],
        ]
        end = piece.end
    return {**cell, "source": "".join([*parts, source[end:]])}


def _pieces(source: str) -> list[Piece]:
    """The parts in order; none where the code cannot be read."""
    code = COMMAND.sub(r"\1#", source)
    try:
        tree = ast.parse(code)
        found = [*_comments(code, source), *_strings(code, tree)]
    except (SyntaxError, ValueError, tokenize.TokenError):
        return []
    pieces: list[Piece] = []
    for piece in sorted(found, key=lambda piece: piece.start):
        if piece.text.strip() and (
            not pieces or piece.start >= pieces[-1].end
        ):  # a comment may stand in a string's lines
            pieces.append(piece)
    return pieces


def _comments(code: str, source: str) -> Iterator[Piece]:
    """Comments; whole lines of them that follow each other are one."""
    starts = _line_starts(code)
    block: list[tuple[int, int, str]] = []
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type != tokenize.COMMENT or token.string.startswith(MARKER):
            continue
        start = starts[token.start[0] - 1] + token.start[1]
        if source[start] != "#":  # a command of IPython's
            continue
        whole = not token.line[: token.start[1]].strip()
        follows = block and whole and code[block[-1][1] : start].strip(" \t") == "\n"
        if block and not follows:
            yield _comment(block, code)
            block = []
        block.append((start, start + len(token.string), token.string))
        if not whole:
            yield _comment(block, code)
            block = []
    if block:
        yield _comment(block, code)


def _comment(block: list[tuple[int, int, str]], code: str) -> Piece:
    start, end = block[0][0], block[-1][1]
    indent = " " * (start - (code.rfind("\n", 0, start) + 1))

    def write(text: str) -> str:
        return f"\n{indent}".join(f"# {line}" for line in text.splitlines())

    return Piece(start, end, "\n".join(line.lstrip("#").strip() for *_, line in block), write)


def _strings(code: str, tree: ast.AST) -> Iterator[Piece]:
    starts = _line_starts(code)
    lines = LINE.findall(code)

    def offset(line: int, column: int) -> int:
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    for node, place in _strings_in(tree):
        start, end = offset(node.lineno, node.col_offset), offset(node.end_lineno or 0, node.end_col_offset or 0)
        if code[start : start + 2].lower().startswith(("r", "rf", "fr")):  # a backslash is one there
            continue
        if place is Place.DOC and isinstance(node, ast.Constant) and isinstance(node.value, str):
            indent = " " * (start - (code.rfind("\n", 0, start) + 1))
            write = _docstring(indent, node.value.rstrip(" ").endswith("\n"))
            yield Piece(start, end, inspect.cleandoc(node.value), write)
        elif place is not Place.NAME:
            text = _template(node)
            plain = HELD.sub(" ", text)
            if WORDS.search(plain) or (place is Place.SHOWN and WORD.search(plain)):
                yield Piece(start, end, text, _literal(isinstance(node, ast.JoinedStr)))


def _strings_in(tree: ast.AST, raised: bool = False) -> Iterator[tuple[ast.Constant | ast.JoinedStr, Place]]:
    """The strings of some code, and where each stands."""
    first = tree.body[:1] if isinstance(tree, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else []
    for node in ast.iter_child_nodes(tree):
        if node in first and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value, Place.DOC
        elif isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            yield node, _place(tree, raised)
        else:
            yield from _strings_in(node, isinstance(tree, ast.Raise))


def _place(around: ast.AST, raised: bool) -> Place:
    """Where a string stands that is a part of this node. raised: whether the node is what a `raise` raises."""
    if not isinstance(around, ast.Call) or raised:
        return Place.OTHER
    called = around.func
    if (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")) in LABELS:
        return Place.SHOWN
    return Place.NAME if isinstance(called, ast.Name) else Place.OTHER


def _template(node: ast.Constant | ast.JoinedStr) -> str:
    """A string as a translator sees it: an f-string's expressions stand in braces."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    parts = []
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts.append(str(value.value).replace("{", "{{").replace("}", "}}"))
        else:
            parts.append(ast.unparse(ast.JoinedStr([value]))[2:-1])
    return "".join(parts)


def _literal(is_f: bool) -> Callable[[str], str]:
    def write(text: str) -> str:
        if not is_f:
            return f'"{_escaped(text)}"'
        parts = HELD.split(text)
        held = [part.replace('"', "'") for part in HELD.findall(text)]  # an expression's own quotes are single ones
        return f'f"{"".join(map("".join, zip(map(_escaped, parts), [*held, ""], strict=True)))}"'

    return write


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\\\")
    for char, escaped in QUOTED.items():
        text = text.replace(char, escaped)
    return text


def _docstring(indent: str, closes_below: bool) -> Callable[[str], str]:
    def write(text: str) -> str:
        safe = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        body = textwrap.indent(safe, indent).removeprefix(indent)
        if closes_below:
            return f'"""{body}\n{indent}"""'
        return f'"""{body[:-1]}\\""""' if body.endswith('"') else f'"""{body}"""'

    return write


def _line_starts(code: str) -> list[int]:
    starts = [0]
    for line in LINE.findall(code):
        starts.append(starts[-1] + len(line))
    return starts
