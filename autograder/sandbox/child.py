"""The student's process: runs cells and answers calls. Everything here is at the mercy of the code it runs."""

from __future__ import annotations

import ast
import contextlib
import itertools
import os
import signal
import socket
import sys
import warnings
from collections.abc import Iterator
from random import seed as seed_python
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.random import seed as seed_numpy

from .confine import Plan, confine
from .messages import LEAF_LIMIT, LEAVES, SENTENCE, VALUE_LIMIT, StandIn
from .refusals import Refusals
from .shell import CollectingShell
from .snapshots import Snapshots
from .stand_ins import Replacements
from .versions import defined, measured
from .wire import Connection, WireError
from .words import told

if TYPE_CHECKING:
    from autograder.selfcheck.snippet import Stop

TOO_MUCH = "What this gave is too large, or of too strange a kind, to be shown or graded."


def serve(stream: socket.socket, shell: CollectingShell, plan: Plan) -> None:
    """Confine this fresh process for good, then answer requests until the grader hangs up."""
    os.chdir(plan.work)
    sys.path[:0] = [plan.library, ""]
    _reseed(0)
    os.set_inheritable(stream.fileno(), False)  # for programs that the student's code starts
    refusals = Refusals(plan)
    shell.begin(refusals)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    confine(plan)
    connection, process = Connection(stream), os.getpid()
    os.register_at_fork(after_in_child=connection.close)
    student = Student(shell, refusals, connection)
    while True:
        try:
            request, arrays = connection.receive()
        except EOFError:
            return
        reply, results = student.answer(request, arrays)
        if os.getpid() != process:
            return  # a fork that the student's code made; only the original answers
        _answer(connection, request, reply, results)


class Student:
    """What requests are answered with: the submission's cells in one shell, and the calls to be made after them."""

    def __init__(self, shell: CollectingShell, refusals: Refusals, connection: Connection) -> None:
        self._shell, self._refusals, self._connection = shell, refusals, connection
        self._calls: list[dict[str, Any]] = []
        self._inputs: dict[str, np.ndarray] = {}
        self._snapshots = Snapshots()

    def answer(self, request: dict[str, Any], arrays: dict[str, np.ndarray]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Do what is asked for; returns the reply's header and arrays."""
        match request["op"]:
            case "files":
                return {"left out": _write(request["names"], arrays)}, {}
            case "cell":
                outputs = _cell(self._shell, request)
                return {"outputs": outputs, "refused": self._refusals.take(), "missing": self._shell.take_missing()}, {}
            case "keep":
                self._snapshots.keep(request["exercise"], self._shell.user_ns)
                return {}, {}
            case "load":
                self._calls, self._inputs = request["calls"], arrays
                self._snapshots.finish(self._shell.user_ns)
                return {}, {}
            case "differ":
                return {"differ": self._snapshots.differ(request["one"], request["other"], request["functions"])}, {}
            case _:
                return self._call(request, arrays)

    def _call(self, request: dict[str, Any], weights: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Make a call, or try versions of a function in it: then `weights` say what is measured."""
        call, names = self._calls[request["call"]], self._shell.user_ns
        self._snapshots.put_back(call["as of"], names)
        _reseed(call["seed"])
        inputs = {name: self._inputs[key] for name, key in call["inputs"].items()}
        leaves = {int(number): self._inputs[key] for number, key in call["leaves"].items()}
        stand_ins = [StandIn.load(fields) for fields in call["stand ins"]]
        replaced = Replacements(self._connection, request["nonce"], stand_ins, names, "versions" in request)
        with _in_place(names, replaced.functions), defined(call["instead"], names):
            if "versions" in request:
                return _versions(self._shell, call, inputs, request["versions"], weights)
            return _call(self._shell, call, inputs, leaves)


def _write(names: list[str], contents: dict[str, np.ndarray]) -> list[str]:
    """Write the submission's files; returns the names of those that this system does not take."""
    left_out = []
    for number, name in enumerate(names):
        try:
            os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
            with open(name, "wb") as file:
                file.write(contents[str(number)].tobytes())
        except (OSError, ValueError):
            left_out.append(name)
    return left_out


def _answer(connection: Connection, request: dict[str, Any], reply: dict[str, Any], results: dict[str, Any]) -> None:
    """Send the reply or, where it cannot be sent, a sentence that says so."""
    nonce = {"nonce": request["nonce"]}
    try:
        connection.send({**reply, **nonce}, results)
    except (WireError, TypeError, ValueError, RecursionError):
        note = {"output_type": "stream", "name": "stderr", "text": f"{told(TOO_MUCH)}\n"}
        connection.send({"outputs": [note], "stop": {"reason": "RAISED", "sentence": TOO_MUCH}, **nonce})


def _cell(shell: CollectingShell, request: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        with _interruptible():
            return shell.run(request["source"], request["count"])
    except BaseException as failure:  # an interrupt at the wrong moment, or an exception that cannot even be shown
        text = f"{type(failure).__name__}: {_message(failure)}"[:SENTENCE]
        error = {"output_type": "error", "ename": type(failure).__name__, "evalue": text, "traceback": [text]}
        return [*shell.outputs.take(), error]


def _call(
    shell: CollectingShell, request: dict[str, Any], arrays: dict[str, Any], leaves: dict[int, np.ndarray]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run the snippet with the inputs bound by name; read its outputs by name. What it prints is dropped."""
    from selfcheck.snippet import Reason, Stop

    inputs = {name: _strided(a) if request["strided"] else a.copy() for name, a in arrays.items()}
    seen: dict[str, Any] = {}
    scope, changed = {**shell.user_ns, **inputs}, []
    try:
        with _interruptible(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # also where a cell had turned them into errors
            stop = _run(request, scope, shell.user_ns, leaves, seen)
            values, problems = ({}, {}) if stop else _read(scope, request["outputs"])
            changed = [name for name, array in inputs.items() if not np.array_equal(array, arrays[name])]
            values |= {} if stop else seen
    except BaseException as failure:  # KeyboardInterrupt, and what pretends to be worse
        kind = type(failure).__name__
        stop = Stop(Reason.RAISED, f"{kind}: {_message(failure)}", exception=kind)
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


def _made(texts: dict[str, str]) -> dict[str, Any]:
    """What these texts are made of, where they will be told in another language."""
    from selfcheck.language import here, packed

    return {"made": {name: packed(text) for name, text in texts.items()}} if here().name else {}


def _versions(
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
        with _interruptible():
            sums, late = measured(call["snippet"], sources, shell.user_ns, given, ordered)
    except BaseException:  # an interrupt
        return {}, {}
    finally:
        shell.outputs.reset()
    return {"late": late}, {"sums": sums}


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


@contextlib.contextmanager
def _in_place(names: dict[str, Any], functions: dict[str, Any]) -> Iterator[None]:
    """For a while, these functions stand in the place of what has their names."""
    before = {name: names[name] for name in functions if name in names}
    names.update(functions)
    try:
        yield
    finally:
        for name in functions:
            names.pop(name, None)
        names.update(before)


def _message(failure: BaseException) -> str:
    try:
        return str(failure)
    except BaseException:  # an exception's own code may fail, too
        return "(it has no message)"


def _plain(array: np.ndarray) -> np.ndarray:
    wide = {"f": np.float64, "i": np.int64, "u": np.uint64, "b": np.bool_}[array.dtype.kind]
    return np.array(array, dtype=wide, order="C")


def _strided(array: np.ndarray) -> np.ndarray:
    """The same values as a view that is contiguous in no order."""
    return np.repeat(array, 2, axis=-1)[..., ::2] if array.ndim else array.copy()


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """The grader's SIGINT stops the student's code, and nothing else."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _reseed(seed: int) -> None:
    """Have the shared generators begin anew: code that draws from them must not earn another mark another day."""
    with contextlib.suppress(Exception):  # a cell may have put another generator in the place of NumPy's
        seed_numpy(seed)
    seed_python(seed)
