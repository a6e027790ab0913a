"""The sentences that a module can say, as they stand in its code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

WORDS = re.compile(r"[a-z]{2} [a-z]{2}")
FIELD = re.compile(r"\{[^}]*\}")  # of a text that is formatted later


def sentences(path: Path) -> Iterator[str]:
    """The texts of a module that are sentences or parts of some, without its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docs = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, documented) and _has_docs(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield from (part for part in FIELD.split(node.value) if WORDS.search(part))


def _has_docs(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> bool:
    return isinstance(node.body[0], ast.Expr)
