"""Calls in one go: the child does not wait between two of them, and each still has its own time, reply and fate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from autograder.assignment import KIT
from autograder.release import SELFCHECK
from autograder.sandbox.messages import Call, Fate, Reply
from autograder.sandbox.runner import Limits, Runner
from tests.support.sandboxed import Sandboxed, sandboxed

pytestmark = pytest.mark.slow

CALL = "y = work(x)"
DOUBLED = "made = []\ndef work(x):\n    made.append(float(x[0]))\n"  # what follows is the function's body
LIMITS = Limits(call=0.6, exercise=20.0)
FATES = {"done": Fate.DONE, "late": Fate.TIMEOUT, "dead": Fate.DEAD, "not made": Fate.STOPPED}


@pytest.fixture(scope="module")
def running() -> Iterator[Sandboxed]:
    with sandboxed("full", shown={KIT: SELFCHECK}) as it:
        yield it


def fates(replies: Sequence[Reply]) -> list[str]:
    names = {fate: name for name, fate in FATES.items()}
    return [names[reply.fate] for reply in replies]


def made(running: Sandboxed, body: str, count: int, limits: Limits = LIMITS, before: str = "") -> list[Reply]:
    """The replies to calls with 0, 1, 2 and so on, and those to two calls after them, which should be all right."""
    source = f"import os, time\nimport numpy as np\n{before}\n{DOUBLED}    n = x[0]\n{body}\n    return 2 * x\n"
    with Runner(running.zygote, {}, limits) as runner:
        assert runner.run_cell(source, 1).outputs == []
        calls = [Call(CALL, {"x": np.array([float(number)])}, ("y",)) for number in range(count)]
        after = [Call("y = 2 * x", {"x": np.array([float(number)])}, ("y",)) for number in (70, 71)]
        replies = runner.run_calls({"one": calls, "other": after})
    assert [reply.outputs["y"].tolist() for reply in replies["other"]] == [[140.0], [142.0]]
    for number, reply in enumerate(replies["one"]):
        assert reply.outputs == ({"y": [2.0 * number]} if reply.fate is Fate.DONE else {})
    return replies["one"]


def test_each_has_its_own_reply(running: Sandboxed) -> None:
    assert fates(made(running, "", 40)) == ["done"] * 40


@pytest.mark.parametrize("late", [(0,), (2,), (5,), (1, 2), (0, 1, 2, 3, 4, 5)])
def test_what_takes_too_long_costs_itself_alone(running: Sandboxed, late: tuple[int, ...]) -> None:
    found = fates(made(running, f"    while n in {late}: pass", 6))
    assert found == ["late" if number in late else "done" for number in range(6)]


def test_what_cannot_be_interrupted_ends_its_process_alone(running: Sandboxed) -> None:
    body = "    while n == 2:\n        try:\n            while True: pass\n        except BaseException: pass"
    assert fates(made(running, body, 5)) == ["done", "done", "late", "done", "done"]


@pytest.mark.parametrize(("dead", "expected"), [((1,), 4 * ["done"]), ((0, 2), ["dead", "done", "dead", "not made"])])
def test_who_ends_the_process_loses_that_call(running: Sandboxed, dead: tuple[int, ...], expected: list[str]) -> None:
    expected = [("dead" if number in dead else each) for number, each in enumerate(expected)]
    assert fates(made(running, f"    if n in {dead}: os._exit(0)", 4)) == expected


def test_what_is_left_is_not_made_when_the_exercises_time_is_over(running: Sandboxed) -> None:
    limits = Limits(call=0.6, exercise=1.0)
    found = fates(made(running, "    time.sleep(0.3)", 12, limits))
    assert found[:2] == ["done", "done"]
    assert found[-6:] == ["not made"] * 6
    assert found.count("late") <= 1


def test_a_child_far_ahead_loses_nothing(running: Sandboxed) -> None:
    """Its answers are larger than what fits between the two processes."""
    before = "def many(x): return np.full((400, 500), x[0])"
    with Runner(running.zygote, {}, LIMITS) as runner:
        runner.run_cell(f"import numpy as np\n{before}", 1)
        calls = [Call("y = many(x)", {"x": np.array([float(number)])}, ("y",)) for number in range(12)]
        replies = runner.run_calls({"one": calls})["one"]
    assert [reply.outputs["y"][0, 0] for reply in replies] == list(range(12))


def test_calls_with_a_question_among_others_are_made_in_their_order(running: Sandboxed) -> None:
    asked = Call(CALL, {"x": np.array([9.0])}, ("y",), answer=lambda header, arrays: ({}, {}))
    plain = [Call(CALL, {"x": np.array([float(number)])}, ("y",)) for number in range(4)]
    with Runner(running.zygote, {}, LIMITS) as runner:
        runner.run_cell(f"import numpy as np\n{DOUBLED}    return np.array(made)", 1)
        replies = runner.run_calls({"one": [*plain[:2], asked, *plain[2:]]})["one"]
    assert replies[-1].outputs["y"].tolist() == [0.0, 1.0, 9.0, 2.0, 3.0]


def test_answers_to_what_nobody_asked_end_the_process(running: Sandboxed) -> None:
    send = "sys._getframe()"
    source = f"""
import sys
def work(x):
    frame = {send}
    while "connection" not in frame.f_locals:
        frame = frame.f_back
    if x[0] == 1:
        frame.f_locals["connection"].send({{"nonce": "another", "problems": {{}}}})
    return 2 * x
"""
    with Runner(running.zygote, {}, LIMITS) as runner:
        assert runner.run_cell(source, 1).outputs == []
        calls = [Call(CALL, {"x": np.array([float(number)])}, ("y",)) for number in range(4)]
        assert fates(runner.run_calls({"one": calls})["one"]) == ["done", "dead", "done", "done"]
