"""Find the settings that a notebook's functions need: top-level assignments such as `EPS = np.finfo(float).tiny`.

A notebook also trains, plots and reads files, and none of that may happen again when only its functions are wanted.
So an assignment is a setting if two things hold, and both are found from the syntax alone:

1. a wanted function leads to its name, directly or through other functions and settings;
2. it only computes: what it calls is NumPy's or another module's of `COMPUTES`, a built-in function, or a function of
   the notebook that itself only computes.
"""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterable, Iterator, Sequence

COMPUTES = {
    "cmath", "collections", "copy", "dataclasses", "decimal", "fractions", "functools", "itertools", "math", "numpy",
    "operator", "scipy", "string", "types", "typing",
}  # fmt: skip
SEEDED = {"default_rng", "Generator", "PCG64", "RandomState", "SeedSequence"}  # draw nothing from what others draw from
EFFECTS = {
    "dump", "fromfile", "genfromtxt", "io", "load", "loadtxt", "memmap", "open", "random", "read", "save", "savetxt",
    "savez", "savez_compressed", "set_printoptions", "seterr", "tofile", "write",
}  # fmt: skip
NEVER = {"__import__", "breakpoint", "compile", "eval", "exec", "exit", "input", "open", "quit"}  # built-in names
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)


def bound_names(node: ast.stmt) -> set[str]:
    """The names that a definition or an assignment binds or, as `table[0] = 1`, changes; none for imports."""
    if isinstance(node, DEFINITIONS):
        return {node.name}
    return {name for target in _targets(node) for name in _of_target(target)}


def binds_only_names(node: ast.stmt) -> bool:
    """Whether an assignment binds names and changes nothing, as `table[0] = 1` and `plt.style = "dark"` would."""
    parts = [part for target in _targets(node) for part in ast.walk(target)]
    return bool(parts) and not any(isinstance(part, (ast.Attribute, ast.Subscript)) for part in parts)


def settings(statements: Sequence[ast.stmt], wanted: Iterable[str]) -> set[ast.stmt]:
    """Those of a notebook's top-level statements that are settings of the wanted functions."""
    notebook = _Notebook(statements)
    needed = {node for name in notebook.reached(wanted) for node in notebook.bound.get(name, ())}
    return {node for node in needed if isinstance(node, ASSIGNMENTS) and notebook.only_computes(node)}


class _Notebook:
    """What the top-level statements bind: `bound` by definitions and assignments, `imported` with the full names.

    stars: the modules of which all names are imported.
    """

    def __init__(self, statements: Sequence[ast.stmt]) -> None:
        self.bound: dict[str, list[ast.stmt]] = {}
        self.imported: dict[str, str] = {}
        self.stars = [node.module or "" for node in statements if "*" in _imports(node)]
        self._asked: dict[ast.AST, bool] = {}
        for node in statements:
            self.imported.update(_imports(node))
            if isinstance(node, (*DEFINITIONS, *ASSIGNMENTS)):
                for name in bound_names(node):
                    self.bound.setdefault(name, []).append(node)

    def reached(self, wanted: Iterable[str]) -> set[str]:
        """The wanted names and all that their statements use."""
        found: set[str] = set()
        waiting = list(wanted)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += [used for node in self.bound.get(name, ()) for used in self._used(node)]
        return found

    def _used(self, node: ast.stmt) -> set[str]:
        """The global names that the statement uses; most statements name nothing that the notebook binds."""
        own = {node.name} if isinstance(node, DEFINITIONS) else set()
        return _globals_used(node) if (_names_in(node) & self.bound.keys()) - own else set()

    def only_computes(self, node: ast.stmt) -> bool:
        """Whether running the statement does nothing but compute; of a function, whether calling it does."""
        if node not in self._asked:
            self._asked[node] = True  # for a function that calls itself
            changed = bound_names(node) if isinstance(node, ASSIGNMENTS) else set()
            parts = list(ast.walk(node))
            local = {part.arg for part in parts if isinstance(part, ast.arg)}
            local |= {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
            self._asked[node] = not changed & self.imported.keys() and all(
                self._is_plain(part, local) for part in parts
            )
        return self._asked[node]

    def _is_plain(self, node: ast.AST, local: set[str]) -> bool:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            return all(_is_computing(name) for name in _imports(node).values())
        if isinstance(node, ast.Name):
            return node.id not in NEVER or node.id in self.bound
        return not isinstance(node, ast.Call) or self._may_call(node.func, local)

    def _may_call(self, function: ast.expr, local: set[str]) -> bool:
        first, *rest = _dotted(function)
        if first in self.imported:
            return _is_computing(".".join([self.imported[first], *rest]))
        if set(rest) & EFFECTS:
            return False
        if first in self.bound:
            return all(self.only_computes(node) and self._names_what_computes(node) for node in self.bound[first])
        if first in local or hasattr(builtins, first) or not first:
            return True
        return first not in EFFECTS and all(map(_is_computing, self.stars))

    def _names_what_computes(self, node: ast.stmt) -> bool:
        """Whether what an assignment gives another name only computes: `tanh = np.tanh` does, `show = plt.show` not."""
        used = _names_in(node) if isinstance(node, ASSIGNMENTS) else set()
        return all(_is_computing(self.imported[name]) for name in used if name in self.imported)


def _is_computing(dotted: str) -> bool:
    """Whether a module, or what it holds, only computes: `numpy.tanh`, but not `numpy.load` or `numpy.random.rand`."""
    first, *rest = dotted.split(".")
    return first in COMPUTES and (not set(rest) & EFFECTS or bool(set(rest) & SEEDED))


def _names_in(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _imports(node: ast.AST) -> dict[str, str]:
    """The names that an import statement binds, with the full names of what they stand for."""
    if isinstance(node, ast.Import):
        return {each.asname or each.name.split(".")[0]: each.name for each in node.names}
    if isinstance(node, ast.ImportFrom):
        return {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    return {}


def _dotted(function: ast.expr) -> list[str]:
    """The parts of what is called: ["np", "random", "rand"]; the first is "" where it is no name."""
    parts = []
    while isinstance(function, (ast.Attribute, ast.Subscript, ast.Call)):
        if isinstance(function, ast.Attribute):
            parts.append(function.attr)
        function = function.func if isinstance(function, ast.Call) else function.value
    return [function.id if isinstance(function, ast.Name) else "", *reversed(parts)]


def _targets(node: ast.stmt) -> list[ast.expr]:
    single = getattr(node, "target", None)
    return node.targets if isinstance(node, ast.Assign) else [single] if single is not None else []


def _of_target(target: ast.expr) -> Iterator[str]:
    """The names in what stands on the left of an assignment: of `a, b[0], *c` these three."""
    if isinstance(target, (ast.Tuple, ast.List)):
        for part in target.elts:
            yield from _of_target(part)
    elif isinstance(target, (ast.Attribute, ast.Subscript, ast.Starred)):
        yield from _of_target(target.value)
    elif isinstance(target, ast.Name):
        yield target.id


def _globals_used(node: ast.stmt) -> set[str]:
    """The global names that a statement uses, those in the bodies of functions included."""
    return _globals_in(symtable.symtable(ast.unparse(node), "<cell>", "exec"))


def _globals_in(scope: symtable.SymbolTable) -> set[str]:
    at_top = scope.get_type() == "module"
    names = {each.get_name() for each in scope.get_symbols() if each.is_referenced() and (at_top or each.is_global())}
    return names.union(*(_globals_in(inner) for inner in scope.get_children()))
