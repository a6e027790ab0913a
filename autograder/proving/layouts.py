"""Rewritings of whole functions that keep them right: other names, other caches, other types of results."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable

from autograder.judging.carried.dependencies import CACHE

from .rewrites import code, lines

Functions = dict[str, ast.FunctionDef]
Layout = Callable[[Functions], None]
OTHER_CACHES = {  # how a cache is wrapped, and how it is unwrapped
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
    """Wrap every cache, and unwrap it in the backward pass; layers that are given stay as they are."""

    def rewrite(functions: Functions) -> None:
        for name, tree in functions.items():
            if _returns_cache(name, functions):
                result = _returned(tree)
                assert result, f"{name} returns no tuple"
                result.elts[-1] = code(wrap.replace("{cache}", "{a}"), a=result.elts[-1])
            if name.endswith("_backward"):
                tree.body[:0] = lines(f"cache = {unwrap}")

    return rewrite


def results(template: str) -> Layout:
    """Return every array, and every dict of gradients, by way of the template; a cache stays as it is."""

    def rewrite(functions: Functions) -> None:
        for name, tree in functions.items():
            for node in [each for each in ast.walk(tree) if isinstance(each, ast.Return)]:
                if isinstance(node.value, ast.Tuple | ast.List):
                    arrays = len(node.value.elts) - _returns_cache(name, functions)
                    node.value.elts[:arrays] = [code(template, a=each) for each in node.value.elts[:arrays]]
                elif node.value:
                    node.value = code(template, a=node.value)

    return rewrite


def as_lists(functions: Functions) -> None:
    """Return lists instead of tuples."""
    for tree in functions.values():
        if result := _returned(tree):
            tree.body[-1] = ast.Return(ast.List(result.elts, ast.Load()))


def named_first(functions: Functions) -> None:
    """Give every result a name before it is returned."""
    for tree in functions.values():
        if result := _returned(tree):
            names = [f"result_{number}" for number in range(len(result.elts))]
            pairs = zip(names, result.elts, strict=True)
            stored = [line for name, part in pairs for line in lines(f"{name} = {{part}}", part=part)]
            tree.body[-1:] = [*stored, *lines(f"return {', '.join(names)}")]


def doubled(functions: Functions) -> None:
    """Compute in double precision, which makes a difference where the inputs are in single precision.

    Parameters with a default are options, not arrays.
    """
    for tree in functions.values():
        required = tree.args.args[: len(tree.args.args) - len(tree.args.defaults)]
        given = [each.arg for each in required if each.arg != CACHE]
        tree.body[:0] = [line for name in given for line in lines(f"{name} = doubled({name})")]


def _returns_cache(name: str, functions: Functions) -> bool:
    """Whether the function's last result is the cache of a backward pass."""
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
    """Copies of the trees, to be changed."""
    return {name: copy.deepcopy(tree) for name, tree in functions.items()}
