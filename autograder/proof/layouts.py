"""Rewritings of whole functions that keep them right: other names, other caches, other kinds of results."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable

from .rewrites import code, lines

Functions = dict[str, ast.FunctionDef]
Layout = Callable[[Functions], None]
OTHER_CACHES = {  # how a cache is wrapped, and how it is found again
    "cache as a list": ("list({cache})", "tuple(cache)"),
    "cache as a dict": ("dict(enumerate({cache}))", "tuple(cache.values())"),
    "cache nested": ("((({cache},),), None)", "cache[0][0][0]"),
    "cache with extra items": ("('mine', {cache}, np.zeros(3), 'unused')", "cache[1]"),
    "cache that is used up": ("[{cache}]", "cache.pop()"),
    "cache in a function": ("(lambda kept: lambda: kept)({cache})", "cache()"),
}


def renamed(functions: Functions) -> None:
    """Give every local variable another name."""
    for tree in functions.values():
        stored = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)} - {"_"}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in stored - {each.arg for each in tree.args.args}:
                node.id = f"my_{node.id}"


def cached(wrap: str, unwrap: str) -> Layout:
    """Let caches look different; layers that are given stay as they are."""

    def rewrite(functions: Functions) -> None:
        for name, tree in functions.items():
            if _returns_cache(name, functions):
                result = _returned(tree)
                result.elts[-1] = code(wrap.replace("{cache}", "{a}"), a=result.elts[-1])
            if name.endswith("_backward"):
                tree.body[:0] = lines(f"cache = {unwrap}")

    return rewrite


def results(template: str) -> Layout:
    """Put every returned array, and every gradient in a dict, into the template's {a}; a cache stays as it is."""

    def rewrite(functions: Functions) -> None:
        for name, tree in functions.items():
            for node in [each for each in ast.walk(tree) if isinstance(each, ast.Return)]:
                if isinstance(node.value, ast.Tuple | ast.List):
                    arrays = len(node.value.elts) - _returns_cache(name, functions)
                    node.value.elts[:arrays] = [code(template, a=each) for each in node.value.elts[:arrays]]
                else:
                    node.value = code(template, a=node.value)

    return rewrite


def as_lists(functions: Functions) -> None:
    """Return lists in place of tuples."""
    for tree in functions.values():
        if result := _returned(tree):
            tree.body[-1].value = ast.List(result.elts, ast.Load())


def named_first(functions: Functions) -> None:
    """Give every result a name before it is returned."""
    for tree in functions.values():
        if result := _returned(tree):
            names = [f"result_{number}" for number in range(len(result.elts))]
            pairs = zip(names, result.elts, strict=True)
            stored = [line for name, part in pairs for line in lines(f"{name} = {{part}}", part=part)]
            tree.body[-1:] = [*stored, *lines(f"return {', '.join(names)}")]


def doubled(functions: Functions) -> None:
    """Compute in double precision whatever comes in; differs where that is of single precision."""
    for tree in functions.values():
        given = [each.arg for each in tree.args.args if each.arg not in ("cache", "max_length", "verbose")]
        tree.body[:0] = [line for name in given for line in lines(f"{name} = doubled({name})")]


def _returns_cache(name: str, functions: Functions) -> bool:
    """Whether the last thing that the function returns is what its backward pass needs."""
    return name.endswith("_forward") and name.replace("forward", "backward") in functions


def _returned(tree: ast.FunctionDef) -> ast.Tuple | ast.List | None:
    """The tuple or list that the function's last line returns."""
    last = tree.body[-1]
    return last.value if isinstance(last, ast.Return) and isinstance(last.value, ast.Tuple | ast.List) else None


LAYOUTS: dict[str, Layout] = {
    "local variables renamed": renamed,
    **{name: cached(*how) for name, how in OTHER_CACHES.items()},
    "results in no contiguous order": results("strided({a})"),
    "results column by column": results("columns_first({a})"),
    "lists for tuples": as_lists,
    "results named first": named_first,
    "double precision": doubled,
}


def copied(functions: Functions) -> Functions:
    """Trees that may be changed."""
    return {name: copy.deepcopy(tree) for name, tree in functions.items()}
