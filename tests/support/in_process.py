"""A student's process without a process: the child's own code makes calls of functions that a test has written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from autograder.sandbox.calls import in_place, make_call
from autograder.sandbox.messages import Arrays, Call, Reply
from autograder.sandbox.replies import reply_of
from autograder.sandbox.stand_ins import Replacements
from tests.support import as_in_sandbox  # noqa: F401


class Line:
    """A connection that has its answers at hand."""

    def __init__(self, call: Call) -> None:
        self._call, self._reply = call, ({}, {})

    def send(self, header: dict[str, Any], arrays: Arrays) -> None:
        self._reply = self._call.answer(header, arrays)

    def receive(self) -> tuple[dict[str, Any], Arrays]:
        return self._reply


def make_calls(calls: Sequence[Call], functions: Mapping[str, Any]) -> list[Reply]:
    """The replies of a process that has defined these functions."""
    return [_make(call, dict(functions)) for call in calls]


def _make(call: Call, names: dict[str, Any]) -> Reply:
    shell = SimpleNamespace(user_ns=names, outputs=SimpleNamespace(reset=lambda: None))
    request = {"snippet": call.snippet, "outputs": list(call.outputs), "strided": call.strided}
    replaced = Replacements(Line(call), "", call.stand_ins, names)
    with in_place(names, replaced.functions):
        looks = {"look into": call.look_into}
        header, arrays = make_call(shell, {**request, **looks}, call.inputs, dict(call.leaves))
    return reply_of(header, arrays, call.outputs)
