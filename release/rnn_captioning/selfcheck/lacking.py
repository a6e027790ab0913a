"""What code asks for that is not there where it runs: a module, or a name that another version of a module has."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType, TracebackType
from typing import Any

from .absent import not_here, why_not_imported
from .language import Text


def with_lacking(said: str, error: BaseException, namespace: Mapping[str, Any]) -> str:
    """What an exception says, and then what is not there; itself where it is about something else."""
    more = lacking(error, namespace)
    if not more:
        return said
    return Text("{said} {more}" if isinstance(error, AttributeError) else "{said}. {more}", said=said, more=more)


def lacking(error: BaseException, namespace: Mapping[str, Any]) -> str:
    """A sentence on what is not there; "" where the exception is about something else.

    namespace: the notebook's names, with the history of its cells.
    """
    if isinstance(error, ModuleNotFoundError) and isinstance(error.name, str) and error.name.isidentifier():
        return not_here(error.name)
    if type(error) is NameError and (said := why_not_imported(str(error.name), namespace)):
        return said
    version = _version(error)
    return Text("(It is {version} that runs here.)", version=version) if version else ""


def _version(error: BaseException) -> str:
    """The name and version of the module that an attribute was asked of, "" where it was something else."""
    if not isinstance(error, AttributeError):
        return ""
    names = vars(error.obj) if type(error.obj) is ModuleType else _of_getattr(error.__traceback__)
    version, name = names.get("__version__"), names.get("__name__")
    return f"{name[:40]} {version[:20]}" if isinstance(version, str) and isinstance(name, str) else ""


def _of_getattr(trace: TracebackType | None) -> dict[str, object]:
    """The globals of a module whose own `__getattr__` has raised; none for anything else."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or trace.tb_frame.f_code.co_name != "__getattr__" or "self" in trace.tb_frame.f_locals:
        return {}
    return trace.tb_frame.f_globals
