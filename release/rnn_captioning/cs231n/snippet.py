"""Run a snippet of the course on somebody's functions and say what stopped it, if anything did."""

from __future__ import annotations

import ast
import builtins
import linecache
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import numpy as np

from .notebook_functions import MARK, NotebookError

_RETURNED = "__returned__"


@dataclass(frozen=True)
class Stop:
    """Why a snippet gave no outputs: `kind` in two or three words for a headline, `sentence` in full.

    place: where it happened, so that one mistake met in several cases is told once; the sentence starts with it.
    """

    kind: str
    sentence: str
    place: str = ""


def called_functions(call: str) -> list[str]:
    """The student's functions that a snippet calls, in order: those that it does not import."""
    nodes = list(ast.walk(ast.parse(call)))
    imported = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    names = [node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    return [name for name in dict.fromkeys(names) if name not in imported and not hasattr(builtins, name)]


def run_snippet(call: str, scope: dict[str, Any], namespace: Mapping[str, Any]) -> Stop | None:
    """Run the lines of `call` in `scope`, which they change; returns what stopped them, or None.

    namespace: the globals of the functions' own module, by which their lines are told from others.
    KeyboardInterrupt passes through.
    """
    for name in called_functions(call):
        if not callable(scope.get(name)):
            reason = "its cell is missing, was not run, or stopped with an error."
            return Stop("not defined", f"{name} is not defined: {reason}")
    for statement in ast.parse(call).body:
        if isinstance(statement, ast.ImportFrom):  # of the library
            exec(compile(ast.Module([statement], []), "<check>", "exec"), scope)
            continue
        assert isinstance(statement, ast.Assign), "a snippet is made of lines like `out, cache = f(x)`"
        try:
            value = eval(compile(ast.Expression(statement.value), "<check>", "eval"), scope)
        except NotebookError as error:
            return Stop("a function cannot be read", str(error))
        except (Exception, SystemExit) as error:  # what the student's code raises is a result
            return _stopped(error, namespace)
        if stop := _misfit(statement, value):
            return stop
        _assign(statement, value, scope)
    return None


def _misfit(statement: ast.Assign, value: Any) -> Stop | None:
    """What is wrong with a returned value that does not fit the names it belongs to."""
    target, function = statement.targets[0], ast.unparse(statement.value).partition("(")[0]
    wanted = ast.unparse(target).strip("()")
    advice = f"end it with `return {wanted}`."
    if value is None:
        return Stop("returned None", f"{function} returned None: {advice}")
    if not isinstance(target, ast.Tuple):
        return None
    count = len(target.elts)
    if isinstance(value, np.ndarray):
        given, enough = f"one array of shape {value.shape}", False
    elif not hasattr(value, "__len__"):
        given, enough = f"one {type(value).__name__}", False
    elif len(value) != count:
        given, enough = _counted(len(value)), len(value) > count
    else:
        return None
    kind = f"returned too {'many' if enough else 'few'} values"
    return Stop(kind, f"{function} returned {given}, not {_counted(count)}: {advice}")


def _counted(count: int) -> str:
    return "one value" if count == 1 else f"{count} values"


def _assign(statement: ast.Assign, value: Any, scope: dict[str, Any]) -> None:
    scope[_RETURNED] = value
    assignment = ast.Assign(statement.targets, ast.Name(_RETURNED, ast.Load()))
    module = ast.fix_missing_locations(ast.Module([ast.copy_location(assignment, statement)], []))
    exec(compile(module, "<check>", "exec"), scope)


def _stopped(error: BaseException, namespace: Mapping[str, Any]) -> Stop:
    function, where = _student_line(error.__traceback__, namespace)
    message = one_line(error)
    if isinstance(error, NotImplementedError):
        advice = message or "put your code in place of `raise NotImplementedError` and run its cell."
        return Stop("not written yet", f"{function or 'This function'} is not written yet: {advice}")
    kind = type(error).__name__
    return Stop(f"stopped by {kind}", f"{where}{kind}{': ' if message else ''}{message}", where)


def _student_line(trace: TracebackType | None, namespace: Mapping[str, Any]) -> tuple[str, str]:
    """The student's own function nearest to the error, and words that say where; "" where there is none."""
    function, where = "", ""
    while trace is not None:
        code, line = trace.tb_frame.f_code, trace.tb_lineno
        if trace.tb_frame.f_globals is namespace or MARK in trace.tb_frame.f_globals:
            function = code.co_name
            text = one_line(linecache.getline(code.co_filename, line))
            where = f"In {function}, line {line}{', `' + text + '`' if text else ''}: "
        trace = trace.tb_next
    return function, where


def one_line(message: object, width: int = 240) -> str:
    """Text of the student's as part of a sentence, where backticks mark code."""
    text = " ".join(str(message).replace("`", "'").split())
    return text if len(text) <= width else text[: width - 1] + "…"
