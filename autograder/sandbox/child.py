"""The student's process: runs cells and answers calls. Everything here is at the mercy of the code it runs."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Iterator
from random import seed as seed_python
from typing import Any

import numpy as np
from numpy.random import seed as seed_numpy

from .calls import defined, in_place, interruptible, make_call, message, try_versions
from .confine import Plan, confine
from .messages import SENTENCE, StandIn
from .refusals import Refusals
from .shell import CollectingShell
from .snapshots import Snapshots
from .stand_ins import Replacements
from .wire import Connection, WireError
from .words import told

Replied = tuple[dict[str, Any], dict[str, Any]]  # a reply's header and arrays
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
        for reply, results in student.answers(request, arrays):
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

    def answers(self, request: dict[str, Any], arrays: dict[str, np.ndarray]) -> Iterator[Replied]:
        """Do what is asked for; yields the header and the arrays of each reply. What is only told has none."""
        match request["op"]:
            case "files":
                yield {"left out": _write(request["names"], arrays)}, {}
            case "cell":
                outputs = _cell(self._shell, request)
                yield {"outputs": outputs, "refused": self._refusals.take(), "missing": self._shell.take_missing()}, {}
            case "keep":
                with contextlib.suppress(Exception):  # where there is no room for it, the end's serves
                    self._snapshots.keep(request["exercise"], self._shell.user_ns)
            case "load":
                self._calls, self._inputs = request["calls"], arrays
                self._snapshots.finish(self._shell.user_ns)
            case "differ":
                yield {"differ": self._snapshots.differ(request["one"], request["other"], request["functions"])}, {}
            case "versions":
                yield self._call(request, request["call"], arrays)
            case "calls":
                yield from self._several(request)
            case "stop":  # which has ended the calls before it
                yield {}, {}

    def _several(self, request: dict[str, Any]) -> Iterator[Replied]:
        """Make calls, one after another, until the grader says something."""
        for number in request["calls"]:
            if self._connection.has_more():
                return
            yield self._call(request, number)

    def _call(self, request: dict[str, Any], number: int, weights: dict[str, np.ndarray] | None = None) -> Replied:
        """Make a call, or try versions of a function in it: then `weights` say what is measured."""
        call, names = self._calls[number], self._shell.user_ns
        self._snapshots.put_back(call["as of"], names)
        _reseed(call["seed"])
        inputs = {name: self._inputs[key] for name, key in call["inputs"].items()}
        leaves = {int(leaf): self._inputs[key] for leaf, key in call["leaves"].items()}
        stand_ins = [StandIn.load(fields) for fields in call["stand ins"]]
        replaced = Replacements(self._connection, request["nonce"], stand_ins, names, weights is not None)
        with in_place(names, replaced.functions), defined(names, call["instead"]):
            if weights is not None:
                return try_versions(self._shell, call, inputs, request["versions"], weights)
            return make_call(self._shell, call, inputs, leaves)


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
        with interruptible():
            return shell.run(request["source"], request["count"])
    except BaseException as failure:  # an interrupt at the wrong moment, or an exception that cannot even be shown
        text = f"{type(failure).__name__}: {message(failure)}"[:SENTENCE]
        error = {"output_type": "error", "ename": type(failure).__name__, "evalue": text, "traceback": [text]}
        return [*shell.outputs.take(), error]


def _reseed(seed: int) -> None:
    """Have the shared generators begin anew: code that draws from them must not earn another mark another day."""
    with contextlib.suppress(Exception):  # a cell may have put another generator in the place of NumPy's
        seed_numpy(seed)
    seed_python(seed)
