"""What never returns is stopped as the grader stops it; what is slow is right; and everything is as it was."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import pytest

from autograder.sandbox.runner import Limits
from autograder.selfcheck import limit
from autograder.selfcheck.check import check
from autograder.selfcheck.limit import DEFAULT, TookTooLong, within
from autograder.selfcheck.oneline import CheckFailed, CheckInterrupted
from tests.support.selfcheck import cell, report

SHORT = 0.3  # seconds
LINES = {  # a body of `scale`, and where it is when it is stopped
    "    while True:\n        x = x + 0": "while|x = x + 0",
    "    import time\n    time.sleep(60)": "time.sleep(60)",
    "    while True:\n        try:\n            x = x\n        except Exception:\n            pass": "x = x|try:|while",
    "    try:\n        while True:\n            pass\n    except:\n        return a * x, None": "pass|while True:",
    "    from time import sleep\n    while True:\n        try:\n            sleep(0.01)\n        except:\n"
    "            x = 1": "sleep",
    "    def wait():\n        while True:\n            pass\n    return wait()": "pass|while True:",
}


def allow(checks: Path, seconds: float) -> None:
    """Put a course's limit into the file of the cases."""
    with h5py.File(checks, "a") as file:
        file.attrs["seconds"] = (seconds, 2 * seconds)


@pytest.fixture(autouse=True)
def short(checks: Path) -> None:
    """A limit that a test can wait for."""
    allow(checks, SHORT)


def endless() -> None:
    while True:
        pass


@contextlib.contextmanager
def as_before() -> Iterator[None]:
    """What the work must leave as it finds it."""
    state: Callable[[], Any] = lambda: (  # noqa: E731
        signal.getsignal(signal.SIGALRM),
        signal.getsignal(signal.SIGINT),
        signal.getitimer(signal.ITIMER_REAL),
        sys.gettrace(),
    )
    before = state()
    yield
    assert state() == before


@pytest.mark.parametrize("body", LINES)
def test_what_does_not_return_is_stopped_and_its_line_is_said(body: str):
    start = time.monotonic()
    with as_before():
        found = report("scale", f"def scale(x, a):\n{body}")
    assert SHORT <= time.monotonic() - start < SHORT + 5  # once, and not for each case
    assert found.headline == "scale: did not return in time"
    (said,) = found.sentences
    assert said.startswith("In ") and any(f"{line}" in said for line in LINES[body].split("|"))
    assert f"The grader stops a call after {SHORT} s, too" in said and "for published values had not returned" in said
    assert found.notes == ("The 2 cases after it were not tried.",)
    assert not found.rows


def test_only_the_cases_that_were_tried_are_told_of():
    slow = "def scale(x, a):\n    while x.shape[0] == 1:\n        pass\n    return a * x, (x, a)"
    found = report("scale", slow)
    assert found.headline == "scale: did not return in time in 1 of 2 cases"
    assert [row.verdict for row in found.rows] == ["stopped"]
    assert found.notes == ("The case after it was not tried.",)


def test_a_right_function_that_is_merely_slow_is_right_and_a_note_says_how_slow():
    slow = f"import time\ndef scale(x, a):\n    time.sleep({0.7 * SHORT})\n    return a * x, (x, a)"
    found = report("scale", slow)
    assert found.right
    (note,) = found.notes
    assert note.startswith("The slowest call took 0.")
    assert note.endswith(f"The grader stops a call after {SHORT} s and an exercise after {2 * SHORT} s.")
    assert not report("scale").notes  # a quick one has none


def test_a_second_run_and_the_checks_of_other_functions_are_limited_too():
    """A wrong function is run again, and what it calls is checked."""
    again = "calls = []\ndef scale(x, a):\n    calls.append(1)\n    while len(calls) == 2: pass\n    return -a * x, 1"
    assert report("scale", again).sentences[0].startswith("y: It has the wrong sign.")
    callee = "def scale(x, a):\n    while x.shape == (3, 7):\n        pass\n    return -x, (x, a)"
    found = report("scale_backward", f"{callee}\ndef scale_backward(dy, cache):\n    return dy, dy\n")
    assert not found.right


def test_check_raises_one_line_and_the_notebook_goes_on(capsys: pytest.CaptureFixture):
    names = cell("def scale(x, a):\n    while True:\n        pass")
    with as_before(), pytest.raises(CheckFailed) as failure:
        check("scale", names)
    assert failure.value._render_traceback_()[0].startswith("CheckFailed: scale: In scale, line ")
    assert "did not return in time" in capsys.readouterr().out
    check("run", names)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """As a kernel sets it for each cell; a test run in the background may have been started with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_interrupt_is_one_line_that_says_where(checks: Path, capsys: pytest.CaptureFixture):
    allow(checks, 60)  # which a busy machine does not reach
    names = cell(
        "def run(x):\n    os.kill(os.getpid(), signal.SIGINT)\n    while True:\n        pass", os=os, signal=signal
    )
    with as_before(), pytest.raises(CheckInterrupted) as stopped:
        check("run", names)
    assert isinstance(stopped.value, KeyboardInterrupt)
    assert stopped.value._render_traceback_()[0].startswith("CheckInterrupted: In run, line ")
    assert stopped.value.__suppress_context__
    assert capsys.readouterr().out == ""


def test_somebodys_timer_goes_on_and_one_that_is_due_earlier_comes_first():
    rung: list[float] = []
    start = time.monotonic()
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(time.monotonic() - start))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        with pytest.raises(TookTooLong):
            within(0.2, endless)
        assert not rung and 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 0.3
        time.sleep(0.4)
        assert rung and rung[0] >= 0.45
        rung.clear()
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        within(5, lambda: time.sleep(0.3))
        assert len(rung) == 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_one_within_another():
    def inner() -> None:
        with pytest.raises(TookTooLong):
            within(0.1, endless)
        endless()

    start = time.monotonic()
    with as_before(), pytest.raises(TookTooLong):
        within(0.4, inner)
    assert time.monotonic() - start >= 0.4


def test_in_another_thread():
    found: list[object] = []

    def work() -> None:
        try:
            within(SHORT, endless)
        except TookTooLong as late:
            found.append(late.frames[0][0].f_code.co_name)
        found.append(within(SHORT, lambda: 7))

    worker = threading.Thread(target=work)
    worker.start()
    worker.join(20)
    assert found == ["endless", 7]


def test_where_there_are_no_timers_as_on_windows(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(signal, "setitimer")
    with pytest.raises(TookTooLong):
        within(SHORT, endless)
    assert within(SHORT, lambda: 7) == 7


def test_where_nothing_can_stop_a_call_it_is_only_run(monkeypatch: pytest.MonkeyPatch):
    def no_threads(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.delattr(signal, "setitimer")
    monkeypatch.setattr(limit.threading.Thread, "start", no_threads)
    assert within(0.05, lambda: time.sleep(0.2) or 7) == 7


def test_a_debugger_may_wait():
    before = sys.gettrace()
    sys.settrace(lambda *_: None)
    try:
        assert within(0.05, lambda: time.sleep(0.2) or 7) == 7
    finally:
        sys.settrace(before)


def test_what_came_at_the_very_end_does_not_come_later():
    """Near the limit a call returns in time or does not; nothing is raised after it."""
    for kind in ("signal", "thread"):
        for number in range(20):
            guard = limit._Alarm(0.01) if kind == "signal" else limit._FromThread(0.01)
            with pytest.MonkeyPatch.context() as patched, contextlib.suppress(TookTooLong):
                patched.setattr(limit, "_guard", lambda seconds, guard=guard: guard)
                within(0.01, lambda number=number: spin(0.0095 + number * 5e-5))
    spin(0.3)


def spin(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def test_the_check_and_the_grader_have_the_same_limits_unless_a_course_has_its_own():
    assert (Limits.call, Limits.exercise) == tuple(DEFAULT)
