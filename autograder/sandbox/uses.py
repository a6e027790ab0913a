"""Which global names some functions of a notebook use, directly and through others. Runs in the student's process."""

from __future__ import annotations

import dis
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import CodeType, FunctionType
from typing import Any

GLOBALS = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")  # instructions that look up a global name
WRAPPED = ("__wrapped__", "__func__", "func", "pyfunc")  # where decorators, methods, partials and vectorize keep it
DEEP = 4  # wrappers around wrappers
HOME = "__main__"  # the module of what a notebook defines


def reached(functions: Iterable[str], namespaces: Sequence[Mapping[str, Any]]) -> set[str]:
    """The names of these functions and of all globals that they lead to, in any of the namespaces."""
    from selfcheck.calls import reach

    def used(name: str) -> list[str]:
        values = [names[name] for names in namespaces if name in names]
        return [each for value in values for each in _used(value, DEEP)]

    found: set[str] = reach(functions, used)
    return found


def _used(value: Any, depth: int) -> Iterator[str]:
    """The globals in the code of a function, of what it wraps, and of the methods of a class or its object."""
    if not depth:
        return
    if isinstance(value, FunctionType):
        yield from _loaded(value.__code__)
    for part in _parts(value):
        yield from _used(part, depth - 1)


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, FunctionType):
        yield from (content for cell in value.__closure__ or () for content in _content(cell))
        yield from value.__defaults__ or ()
    kind = value if isinstance(value, type) else type(value)
    own = [each for each in kind.__mro__ if each.__module__ == HOME]
    yield from (part for each in own for part in vars(each).values())
    if not own and callable(value):
        yield from (getattr(value, name, None) for name in WRAPPED)


def _content(cell: Any) -> Iterator[Any]:
    try:
        yield cell.cell_contents
    except ValueError:  # it is empty yet
        return


@cache  # the same functions are looked into for each exercise that uses them
def _loaded(code: CodeType) -> tuple[str, ...]:
    names = [str(each.argval) for each in dis.get_instructions(code) if each.opname in GLOBALS]
    inner = [name for constant in code.co_consts if isinstance(constant, CodeType) for name in _loaded(constant)]
    return (*names, *inner)
