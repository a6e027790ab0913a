"""One call in the student's process: a snippet is run with its inputs, and its outputs are read."""

from __future__ import annotations

import ast
import contextlib
import itertools
import signal
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .messages import LEAF_LIMIT, LEAVES, SENTENCE, VALUE_LIMIT
from .shell import CollectingShell
from .versions import measured

if TYPE_CHECKING:
    from autograder.selfcheck.snippet import Stop


def make_call(
    shell: CollectingShell, request: dict[str, Any], arrays: dict[str, Any], leaves: dict[int, np.ndarray]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run the snippet with the inputs bound by name; read its outputs by name. What it prints is dropped."""
    from selfcheck.snippet import Reason, Stop

    inputs = {name: _strided(a) if request["strided"] else a.copy() for name, a in arrays.items()}
    seen: dict[str, Any] = {}
    scope, changed = {**shell.user_ns, **inputs}, []
    try:
        with interruptible(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # also where a cell had turned them into errors
            stop = _run(request, scope, shell.user_ns, leaves, seen)
            values, problems = ({}, {}) if stop else _read(scope, request["outputs"])
            changed = [name for name, array in inputs.items() if not np.array_equal(array, arrays[name])]
            values |= {} if stop else seen
    except BaseException as failure:  # KeyboardInterrupt, and what pretends to be worse
        kind = type(failure).__name__
        stop = Stop(Reason.RAISED, f"{kind}: {message(failure)}", exception=kind)
    finally:
        shell.outputs.reset()
    if stop:
        said = {"sentence": stop.sentence, "place": stop.place, "exception": stop.exception, "missing": stop.missing}
        said = {key: text[:SENTENCE] for key, text in said.items()} | _made(
            {"sentence": stop.sentence, "place": stop.place}
        )
        return {"stop": {"reason": stop.reason.name, **said}}, {}
    return {
        "problems": {each: text[:SENTENCE] for each, text in problems.items()},
        "changed": changed,
        **_made(problems),
    }, values


def try_versions(
    shell: CollectingShell,
    call: dict[str, Any],
    inputs: dict[str, np.ndarray],
    sources: list[str],
    weights: dict[str, np.ndarray],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is measured of each version of a function in this call."""
    given = {name: _strided(a) if call["strided"] else a for name, a in inputs.items()}
    ordered = {name: weights[name] for name in call["outputs"]}
    try:
        with interruptible():
            sums, late = measured(call["snippet"], sources, shell.user_ns, given, ordered)
    except BaseException:  # an interrupt
        return {}, {}
    finally:
        shell.outputs.reset()
    return {"late": late}, {"sums": sums}


def _run(
    request: dict[str, Any], scope: dict[str, Any], names: dict[str, Any], leaves: dict[int, Any], seen: dict[str, Any]
) -> Stop | None:
    """Run the snippet; before its last line, put what is seen in a cache into `seen`, and `leaves` into the cache."""
    from selfcheck.snippet import run_snippet

    snippet, cache = request["snippet"], request["look into"]
    *before, last = map(ast.unparse, ast.parse(snippet).body) if cache else [snippet]
    stop: Stop | None = run_snippet("\n".join(before), scope, names)
    if cache and not stop:
        found = list(itertools.islice(_leaves(scope[cache]), LEAVES))
        seen |= {f"leaf {n}": _plain(leaf) if leaf.size <= LEAF_LIMIT else np.empty(0) for n, leaf in enumerate(found)}
        for number, value in leaves.items():
            found[number][...] = value
    return stop or run_snippet(last, scope, names)


def _leaves(value: Any, depth: int = 8) -> Iterator[np.ndarray]:
    """The arrays of real numbers in a cache of any layout, in a fixed order."""
    if isinstance(value, np.ndarray):
        if value.dtype.kind in "biuf":
            yield value
        return
    if isinstance(value, dict):
        parts = list(value.values())
    elif isinstance(value, list | tuple):
        parts = list(value)
    else:
        parts = list(getattr(value, "__dict__", {}).values())
    for part in parts[:LEAVES] if depth else ():
        yield from _leaves(part, depth - 1)


def _read(scope: dict[str, Any], names: list[str]) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """The outputs that are arrays of a sensible size, and for each other one the sentence that says why not."""
    from selfcheck.compare import as_numbers
    from selfcheck.language import Text

    values, problems = {}, {}
    for name in names:
        array, problem = as_numbers(name, scope.get(name))
        if array is None:
            problems[name] = problem
        elif array.size > VALUE_LIMIT:
            said = "{name} has shape {shape}, which is far too large."
            problems[name] = Text(said, name=name, shape=str(array.shape))
        else:
            values[name] = _plain(array)
    return values, problems


def _made(texts: dict[str, str]) -> dict[str, Any]:
    """What these texts are made of, where they will be told in another language."""
    from selfcheck.language import here, packed

    return {"made": {name: packed(text) for name, text in texts.items()}} if here().name else {}


@contextlib.contextmanager
def in_place(names: dict[str, Any], functions: Mapping[str, Any]) -> Iterator[None]:
    """For a while, these functions stand in the place of what has their names."""
    with _put_back(names, functions):
        names.update(functions)
        yield


@contextlib.contextmanager
def defined(names: dict[str, Any], sources: Mapping[str, str]) -> Iterator[None]:
    """For a while, functions of this source stand in the place of what has their names."""
    with _put_back(names, sources):
        with contextlib.suppress(Exception):
            for source in sources.values():
                exec(compile(source, "<version>", "exec"), names)
        yield


@contextlib.contextmanager
def _put_back(names: dict[str, Any], changing: Iterable[str]) -> Iterator[None]:
    """Whatever the block gives these names, afterwards they are what they were before."""
    before = {name: names[name] for name in changing if name in names}
    try:
        yield
    finally:
        for name in changing:
            names.pop(name, None)
        names.update(before)


def message(failure: BaseException) -> str:
    """What an exception says."""
    try:
        return str(failure)
    except BaseException:  # an exception's own code may fail, too
        return "(it has no message)"


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """The grader's SIGINT stops the student's code, and nothing else."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _plain(array: np.ndarray) -> np.ndarray:
    wide = {"f": np.float64, "i": np.int64, "u": np.uint64, "b": np.bool_}[array.dtype.kind]
    return np.array(array, dtype=wide, order="C")


def _strided(array: np.ndarray) -> np.ndarray:
    """The same values as a view that is contiguous in no order."""
    return np.repeat(array, 2, axis=-1)[..., ::2] if array.ndim else array.copy()
