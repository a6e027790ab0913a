"""Run a snippet of the course on somebody's functions and say what stopped it, if anything did."""

from __future__ import annotations

import ast
import dis
import linecache
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from types import CodeType, FrameType, TracebackType
from typing import Any

import numpy as np

from .absent import why_absent
from .calls import called_functions
from .lacking import with_lacking
from .language import Text, counted

MARK = "__notebook__"  # in the globals of functions that a course's library reads from a saved notebook
EXPLAINS = "explains_itself"  # an attribute of exceptions whose message is meant for the student as it is
WIDTH, HALF = 240, 80  # characters of a line of code that is shown alone, and of each of two
UNORDERED = (dict, set, frozenset, str, bytes)  # unpacking these gives keys or letters
_RETURNED = "__returned__"


class Reason(Enum):
    """Why a snippet gave no outputs, in a few words for a headline."""

    NOT_DEFINED = Text("not defined")
    NOT_WRITTEN = Text("not written yet")
    NOT_READ = Text("a function cannot be read")  # from its notebook
    NOTHING = Text("returned None")
    TOO_FEW = Text("returned too few values")
    TOO_MANY = Text("returned too many values")
    RAISED = Text("stopped")
    TOO_SLOW = Text("did not return in time")

    @property
    def text(self) -> Text:
        """The words."""
        text: Text = self.value
        return text


@dataclass(frozen=True)
class Stop:
    """Why a snippet gave no outputs, and the sentence that says it in full.

    exception: the type of what was raised, "" where nothing was. place: where it happened, so that one mistake met in
    several cases is told once; the sentence starts with it. missing: the name that nothing had defined, if that was it.
    """

    reason: Reason
    sentence: str
    place: str = ""
    exception: str = ""
    missing: str = ""

    @property
    def headline(self) -> str:
        """The reason in a few words."""
        if self.reason is Reason.RAISED:
            return Text("stopped by {exception}", exception=self.exception)
        return self.reason.text


def run_snippet(call: str, scope: dict[str, Any], namespace: Mapping[str, Any]) -> Stop | None:
    """Run the lines of `call` in `scope`, which they change; returns what stopped them, or None.

    namespace: the globals of the functions' own module, by which their lines are told from others.
    KeyboardInterrupt passes through.
    """
    for name in called_functions(call):
        if not callable(scope.get(name)):
            return Stop(Reason.NOT_DEFINED, why_absent(name, scope))
    for line in _lines(call):
        if line.value is None:
            exec(line.binds, scope)
            continue
        try:
            value = eval(line.value, scope)
        except (Exception, SystemExit) as error:  # what the student's code raises is a result
            return _stopped(error, namespace)
        if stop := _misfit(line, value):
            return stop
        scope[_RETURNED] = value
        exec(line.binds, scope)
    return None


@dataclass(frozen=True)
class _Line:
    """A line of a snippet: what it calls, the names of what comes back, how many these are (None: one, whatever it
    is), and both as code. An import of the library binds names only."""

    binds: CodeType
    value: CodeType | None = None
    function: str = ""
    wanted: str = ""
    count: int | None = None


@lru_cache(maxsize=256)  # the same few lines run for every case
def _lines(call: str) -> tuple[_Line, ...]:
    return tuple(_line(statement) for statement in ast.parse(call).body)


def _line(statement: ast.stmt) -> _Line:
    if isinstance(statement, ast.ImportFrom):
        return _Line(compile(ast.Module([statement], []), "<check>", "exec"))
    assert isinstance(statement, ast.Assign), "a snippet is made of lines like `out, cache = f(x)`"
    target, value = statement.targets[0], compile(ast.Expression(statement.value), "<check>", "eval")
    function, wanted = ast.unparse(statement.value).partition("(")[0], ast.unparse(target).strip("()")
    binds = ast.copy_location(ast.Assign(statement.targets, ast.Name(_RETURNED, ast.Load())), statement)
    module = ast.fix_missing_locations(ast.Module([binds], []))
    count = len(target.elts) if isinstance(target, ast.Tuple) else None
    return _Line(compile(module, "<check>", "exec"), value, function, wanted, count)


def _misfit(line: _Line, value: Any) -> Stop | None:
    """What is wrong with a returned value that does not fit the names it belongs to."""
    function, count, wanted = line.function, line.count, line.wanted
    if value is None:
        said = "{function} returned None: end it with `return {wanted}`."
        return Stop(Reason.NOTHING, Text(said, function=function, wanted=wanted))
    if count is None:
        return None
    if isinstance(value, np.ndarray):
        given, enough = Text("one array of shape {shape}", shape=str(value.shape)), False
    elif not hasattr(value, "__len__") or isinstance(value, UNORDERED):
        given, enough = Text("one {type}", type=type(value).__name__), False
    elif len(value) != count:
        given, enough = _counted(len(value)), len(value) > count
    else:
        return None
    said = "{function} returned {given}, not {asked}: end it with `return {wanted}`."
    sentence = Text(said, function=function, given=given, asked=_counted(count), wanted=wanted)
    return Stop(Reason.TOO_MANY if enough else Reason.TOO_FEW, sentence)


def _counted(count: int) -> Text:
    return counted("one value", "{count} values", count)


def _stopped(error: BaseException, namespace: Mapping[str, Any]) -> Stop:
    if getattr(error, EXPLAINS, False):
        return Stop(Reason.NOT_READ, str(error))
    function, where = where_raised(error, namespace)
    message = one_line(error)
    if isinstance(error, NotImplementedError):
        advice = message or Text("put your code in place of `raise NotImplementedError` and run its cell.")
        if function:
            said = Text("{function} is not written yet: {advice}", function=function, advice=advice)
        else:
            said = Text("This function is not written yet: {advice}", advice=advice)
        return Stop(Reason.NOT_WRITTEN, said)
    kind = type(error).__name__
    missing = str(getattr(error, "name", None) or "") if type(error) is NameError else ""
    problem = with_lacking(f"{kind}: {message}" if message else kind, error, namespace)
    return Stop(Reason.RAISED, Text("{where}{problem}", where=where, problem=problem), where, kind, missing)


def where_raised(error: BaseException, namespace: Mapping[str, Any]) -> tuple[str, str]:
    """Where an exception comes from, as `student_line` says it."""
    frames: list[tuple[FrameType, int]] = []
    trace = error.__traceback__
    while trace is not None:
        frames.append((trace.tb_frame, _line_of(trace)))
        trace = trace.tb_next
    return student_line(frames, namespace)


def student_line(frames: Iterable[tuple[FrameType, int]], namespace: Mapping[str, Any]) -> tuple[str, str]:
    """The innermost function of the student's, and words that say where in it; "" where there is none.

    frames: what was running, the outermost first, each with its line. The words also name the line that called it, in
    another of the student's functions: the mistake may be there.
    """
    found = [
        (frame.f_code.co_name, line, linecache.getline(frame.f_code.co_filename, line))
        for frame, line in frames
        if frame.f_globals is namespace or MARK in frame.f_globals
    ]
    if not found:
        return "", ""
    function = found[-1][0]
    caller = next((each for each in reversed(found) if each[0] != function and not each[0].startswith("<")), None)
    if caller is None:
        return function, Text("In {spot}: ", spot=_spot(*found[-1], WIDTH))
    said = "In {spot}, called in {caller}: "
    return function, Text(said, spot=_spot(*found[-1], HALF), caller=_spot(*caller, HALF))


def _line_of(trace: TracebackType) -> int:
    """The line that was running.

    CPython 3.11 makes one instruction of an assignment and the reading of a variable that follows, once a function has
    run some times, and then counts a variable without a value for the assignment's line, which never raises anything.
    To take a whole function apart is slow, so the one instruction is looked at first.
    """
    if trace.tb_frame.f_code.co_code[trace.tb_lasti] != dis.opmap["STORE_FAST"]:
        return trace.tb_lineno
    steps = dis.get_instructions(trace.tb_frame.f_code)
    here, after = [*(step for step in steps if step.offset >= trace.tb_lasti), None, None][:2]
    if here and after and (here.opname, after.opname) == ("STORE_FAST", "LOAD_FAST") and after.positions:
        return after.positions.lineno or trace.tb_lineno
    return trace.tb_lineno


def _spot(function: str, line: int, text: str, width: int) -> Text:
    """A line of a function, and what stands there as far as it is known."""
    shown = one_line(text, width)
    if shown:
        return Text("{function}, line {line}, `{code}`", function=function, line=line, code=shown)
    return Text("{function}, line {line}", function=function, line=line)


def one_line(message: object, width: int = WIDTH) -> str:
    """Text of the student's as part of a sentence, where backticks mark code."""
    text = " ".join(str(message).replace("`", "'").split())
    return text if len(text) <= width else text[: width - 1] + "…"
