"""The templates in some code: what is given to the functions that make texts, as it stands or by a name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

PLACES = re.compile(r"(\{[^{}]*\})*")  # nothing to translate
ONE, TWO = slice(0, 1), slice(0, 2)
TEMPLATES = {  # by function, which of its arguments are some: one, or one with its plural
    "Text": ONE,
    "told": ONE,
    "case": ONE,
    "template": ONE,
    "mistake": ONE,
    "aliased": ONE,
    "counted": TWO,
    "pair": TWO,
    "folded": slice(1, 2),
}


def calls(code: str) -> Iterator[tuple[str, str]]:
    """Each template with its plural, "" where it has none, in the order in which they stand."""
    tree = ast.parse(code)
    named = _named(tree)
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _called(node) in TEMPLATES]
    for node in sorted(made, key=lambda node: (node.lineno, node.col_offset)):
        found = [list(_strings(argument, named)) for argument in node.args[TEMPLATES[_called(node)]]]
        one, several = (found[0], found[1]) if len(found) > 1 else (found[0] if found else [], [""] * 99)
        yield from ((text, other) for text, other in zip(one, several, strict=False) if not PLACES.fullmatch(text))


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _named(tree: ast.AST) -> Mapping[str, list[ast.expr]]:
    """What names are set to, each in order."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        for target in node.targets if isinstance(node, ast.Assign) else ():
            for name in target.elts if isinstance(target, ast.Tuple) else [target]:
                if isinstance(name, ast.Name) and isinstance(node, ast.Assign):
                    found.setdefault(name.id, []).append(node.value)
    return found


def _strings(node: ast.expr, named: Mapping[str, list[ast.expr]], depth: int = 0) -> Iterator[str]:
    """The strings that an expression may be, as far as the code says."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _strings(node.body, named, depth)
        yield from _strings(node.orelse, named, depth)
    elif isinstance(node, ast.Dict | ast.Tuple):
        for value in node.values if isinstance(node, ast.Dict) else node.elts:
            yield from _strings(value, named, depth)
    elif isinstance(node, ast.Subscript):
        yield from _strings(node.value, named, depth)
    elif isinstance(node, ast.Name) and depth < 2:
        for value in named.get(node.id, ()):
            yield from _strings(value, named, depth + 1)
