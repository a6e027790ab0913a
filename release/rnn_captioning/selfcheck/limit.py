"""The grader's limit of time for a call, at home: an endless loop ends with a sentence, and the kernel stays alive.

A signal interrupts the call where signals are for us: in the main thread, everywhere but on Windows. Elsewhere a second
thread does, which cannot end what waits in C. Where neither is to be had, as in a browser's Python, there is no limit.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import FrameType
from typing import Any, NamedTuple, Protocol, TypeVar

AGAIN = 0.1  # seconds to the next attempt, where the student's code caught the last one
SOON = 1e-3  # seconds to a timer of somebody else's that was due meanwhile
DEBUGGER = 0  # the number that sys.monitoring has for debuggers

T = TypeVar("T")
Frames = tuple[tuple[FrameType, int], ...]  # what was running, the innermost first, each with its line


class Seconds(NamedTuple):
    """What the grader gives one call, and all calls of an exercise."""

    call: float = 4.0
    exercise: float = 8.0


DEFAULT = Seconds()


class TookTooLong(BaseException):
    """A call has not returned in time. No Exception, so that a student's `except Exception` lets it pass.

    frames: what was running then; none where the student's own code raises this. seconds: how long it had been running.
    """

    frames: Frames = ()
    seconds: float = 0.0


class Guard(Protocol):
    """Ends the work that is going on when its time is over. frames: what was running then, where it did."""

    frames: Frames

    def start(self) -> None:
        """From here on the time runs."""

    def stop(self) -> None:
        """Nothing is ended any more, and everything is as it was; may be called again."""


def within(seconds: float, work: Callable[[], T]) -> T:
    """What some work gives; raises TookTooLong where it has not returned after so many seconds.

    It raises, too, where the work caught the exception that should have ended it, and returned then.
    """
    guard = _guard(seconds)
    if guard is None:
        return work()
    started = time.monotonic()
    try:
        try:
            guard.start()
            value = _guarded(work)
        finally:
            guard.stop()
        if not guard.frames:
            return value
        late = TookTooLong()
    except TookTooLong as raised:
        guard.stop()  # the first may have been interrupted at its very beginning
        late = raised
    late.frames, late.seconds = guard.frames, time.monotonic() - started
    raise late


def _guarded(work: Callable[[], T]) -> T:
    """The frame by which it is known that the work is going on."""
    return work()


def _guard(seconds: float) -> Guard | None:
    """What can end work here; None where nothing can, or somebody else will do so earlier, or a debugger is at work."""
    if is_debugged():
        return None
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        return _FromThread(seconds)
    if signal.getsignal(signal.SIGALRM) is None:  # not set by Python: it could not be put back
        return _FromThread(seconds)
    due = signal.getitimer(signal.ITIMER_REAL)[0]
    return None if 0 < due <= seconds else _Alarm(seconds)


def is_debugged() -> bool:
    """Whether somebody looks at each line, and may let the program wait at one."""
    tools = getattr(sys, "monitoring", None)
    return sys.gettrace() is not None or bool(tools and tools.get_tool(DEBUGGER))


class _Alarm:
    """A signal, which also interrupts what waits in C. The handler and the timer that were there are put back."""

    def __init__(self, seconds: float) -> None:
        self.frames: Frames = ()
        self._seconds, self._running = seconds, False

    def start(self) -> None:
        self._started = time.monotonic()
        self._handler = signal.signal(signal.SIGALRM, self._ring)
        self._due, self._interval = signal.setitimer(signal.ITIMER_REAL, self._seconds, AGAIN)
        self._running = True

    def stop(self) -> None:
        if not self._running:
            return
        signal.setitimer(signal.ITIMER_REAL, 0)
        with suppress(TookTooLong):  # one that has rung and was not heard yet
            signal.signal(signal.SIGALRM, self._handler)
        signal.signal(signal.SIGALRM, self._handler)
        if self._due:
            left = self._due - (time.monotonic() - self._started)
            signal.setitimer(signal.ITIMER_REAL, max(left, SOON), self._interval)
        if getattr(sys.gettrace(), "__func__", None) is _Alarm._trace:
            sys.settrace(None)
        self._running = False

    def _ring(self, number: int, frame: FrameType | None) -> None:
        running = tuple(_of_work(frame))
        if not running or is_debugged():
            return
        if self.frames:  # caught: the next line, which may be that of an `except`, raises another
            self._trace_all(running)
        self.frames = self.frames or running
        raise TookTooLong

    def _trace_all(self, running: Frames) -> None:
        for frame, _ in running:
            frame.f_trace = self._trace
        sys.settrace(self._trace)

    def _trace(self, frame: FrameType, event: str, value: Any) -> Any:
        if event == "line":
            raise TookTooLong  # which ends the tracing, too
        return self._trace


class _FromThread:
    """A second thread, which has Python raise the exception at the worker's next step."""

    def __init__(self, seconds: float) -> None:
        self.frames: Frames = ()
        self._seconds, self._worker = seconds, threading.get_ident()
        self._over, self._watcher = threading.Event(), threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        with suppress(RuntimeError):  # a browser's Python has no threads
            self._watcher.start()

    def stop(self) -> None:
        self._over.set()
        if self._watcher.ident is not None:
            self._watcher.join()
        if self.frames:
            with suppress(TookTooLong):  # one that was asked for late comes here, and not in the next cell
                _take_a_step()

    def _watch(self) -> None:
        seconds = self._seconds
        while not self._over.wait(seconds):
            running = tuple(_of_work(sys._current_frames().get(self._worker)))
            if running and not is_debugged() and not self._over.is_set() and _raise_in(self._worker):
                self.frames = self.frames or running
            seconds = AGAIN


def _take_a_step() -> None:
    """Let Python raise what it was asked to: it looks at each turn of a loop."""
    for _ in range(3):
        pass


def _raise_in(thread: int) -> bool:
    """Have a thread raise TookTooLong; returns whether it will."""
    try:
        from ctypes import c_ulong, py_object, pythonapi
    except ImportError:  # a Python without them
        return False
    return bool(pythonapi.PyThreadState_SetAsyncExc(c_ulong(thread), py_object(TookTooLong)))


def _of_work(frame: FrameType | None) -> Iterator[tuple[FrameType, int]]:
    """The frames of the work with their lines, from the innermost on; none where it is not going on."""
    found: list[tuple[FrameType, int]] = []
    while frame is not None and frame.f_code is not _guarded.__code__:
        found.append((frame, frame.f_lineno))
        frame = frame.f_back
    return iter(found if frame is not None else ())
