"""What to do with what comes in, and what came of it: the loop of `watch`, in the main process."""

from __future__ import annotations

import contextlib
import time
from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

from dateutil.tz import UTC, gettz

from autograder.course.watching import day_of
from autograder.errors import UserError
from autograder.terminal import say

from .. import log as logs
from ..messages import Failure
from ..pool import LocalPool
from ..stop import Stop
from ..work import Task, Work
from . import lines
from .arrivals import Arrival, Arrivals, state_of
from .book import Book
from .messages import Attended, Place, Received

PAUSE = 0.25  # seconds between two looks, which take a tenth of the time at most
SHARE = 10
RULES = 2.0  # seconds between two looks at what decides the marks
SLOW = 5.0  # seconds after which a submission no longer keeps another worker from being started
MORE = 4  # times as many workers as usual there may be then
FIRST, LAST = 5.0, 60.0  # seconds until something is tried again, and at most
TRIES = 3  # of what may not be over soon


class Attendance:
    """Receives what comes in, grades it and gives it back, each student's one after another, until it is told to stop.

    pool: of clerks. log: the descriptor of the log. clock: seconds since 1970, for days. count: of submissions that got
    marks.
    """

    def __init__(
        self, place: Place, pool: LocalPool, book: Book, release: bool, log: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._place, self._pool, self._book, self._release, self._log = place, pool, book, release, log
        self._clock, self._zone = clock, gettz(place.zone) or UTC
        self._jobs = pool.size
        self._arrivals, self._work = Arrivals(place), Work(self._next, place.patience)
        self._tasks, self._first = deque[Task](), deque[Task]()  # the latter for what comes after the start
        self._since: dict[str, float] = {}  # by student in work, when the submission was seen
        self._again: dict[str, Arrival] = {}  # of those in work, what came meanwhile
        self._retries: dict[str, tuple[float, Arrival]] = {}
        self._tries = Counter[str]()
        self._looking, self._working = lines.Once(clock), lines.Once(clock)
        self._rules = self._rules_before = self._state()
        self._next_look = self._next_rules = 0.0
        self._began = time.monotonic()
        self._day_ends = day_of(clock(), self._zone)[1]
        self._asked = False
        self.count = 0

    def run(self, stop: Stop) -> bool:
        """Go on until it is told to stop; returns whether what decides the marks has changed meanwhile."""
        while not (stop.asked and not self._pool.busy):
            self._asked = stop.asked
            now = time.monotonic()
            if now >= self._next_look and not stop.asked:
                self._look(now)
                self._next_look = time.monotonic() + max(PAUSE, SHARE * (time.monotonic() - now))
            if self._has_changed(now):
                return True
            self._turn()
        return False

    def _turn(self) -> None:
        """Give out what there is to do, and take what has been done."""
        started = [worker.deadline - self._work.patience for worker in self._pool.busy]
        slow = sum(time.monotonic() - each > SLOW for each in started)
        self._pool.resize(min(self._jobs + slow, MORE * self._jobs))
        try:
            self._pool.hand_out(self._work)
            for task, answer in self._pool.turn(self._work, PAUSE):
                self._take(task, answer)
        except UserError as problem:  # there is no memory for a worker just now
            self._working.tell(str(problem))
            time.sleep(PAUSE)

    def _look(self, now: float) -> None:
        for arrival in self._arrivals.look(now):
            was_there = arrival.since < self._began + PAUSE
            self._arrive(arrival, self._tasks if was_there else self._first)
        self._looking.tell(self._arrivals.trouble)
        for student, (due, arrival) in list(self._retries.items()):
            if due <= now:
                del self._retries[student]
                self._arrive(arrival, self._tasks)
        if self._clock() >= self._day_ends:
            self._day_ends = day_of(self._clock(), self._zone)[1]
            for entry in self._book.deferred:
                self._arrive(Arrival(entry.student, False, now), self._tasks)

    def _arrive(self, arrival: Arrival, tasks: deque[Task]) -> None:
        """Have a submission looked at; one that comes while the student's last one is in work waits for that."""
        student = arrival.student
        if student in self._since:
            before = self._again.get(student)
            self._again[student] = arrival._replace(collect=arrival.collect or bool(before and before.collect))
            return
        waited = self._retries.pop(student, None)
        self._since[student] = arrival.since
        tasks.append(Task(student, "receive", (arrival.collect or bool(waited and waited[1].collect),)))

    def _next(self) -> Task | None:
        """What to do next, when a worker is free."""
        if self._asked:
            return None
        return self._first.popleft() if self._first else self._tasks.popleft() if self._tasks else None

    def _take(self, task: Task, answer: Any) -> None:
        student, collect = task.student, bool(task.method == "receive" and task.arguments[0])
        try:
            if isinstance(answer, Failure):
                self._pool.resize(0)  # a worker that cannot do anything stays so: those that are free are made anew
                going_on = self._failed(student, answer.sentence, False, collect)
            elif task.method == "receive":
                going_on = self._received(student, answer, collect)
            elif task.method == "attend":
                going_on = self._attended(student, answer)
            else:
                going_on = self._deferred(student, answer)
        except OSError as problem:  # of the book
            self._working.tell(f"{self._book.path} cannot be written ({problem.strerror})")
            going_on = self._later(student, collect)
        if not going_on:
            self._since.pop(student, None)
            if arrival := self._again.pop(student, None):
                self._arrive(arrival, self._first)

    def _received(self, student: str, given: Received, collect: bool) -> bool:
        """Have a submission graded that was brought in; returns whether something more is being done with it."""
        for line in given.lines:
            say(lines.about(self._clock(), student, line))
        if given.problem:
            return self._failed(student, given.problem, given.passing, collect)
        last = self._book.last(student)
        last = last if last and last.submission == given.digest else None
        done, begun = bool(last and last.finished), bool(last and last.begun)
        if not given.digest or done or (given.status is not None and not begun):
            self._tries.pop(student, None)
            return False
        if not begun and not self._may_be_graded(student):
            return self._defer(student, given.digest, told=last is not None)
        entry = self._book.begin(student, given.digest, self._clock())
        about = given.digest, self._book.secret, entry.number, self._release
        self._first.append(Task(student, "attend", about))
        return True

    def _may_be_graded(self, student: str) -> bool:
        begins, _ = day_of(self._clock(), self._zone)
        return not self._place.limit or self._book.count(student, begins) < self._place.limit

    def _defer(self, student: str, digest: str, told: bool) -> bool:
        """Keep a submission for another day. told: whether that has been said before."""
        if told:
            return False
        self._book.defer(student, digest, self._clock())
        until = self._until()
        said = f"kept: the limit of today is reached; this one from {until} on"
        say(lines.about(self._clock(), student, said))
        if self._release:
            self._first.append(Task(student, "defer", (self._place.limit, until)))
        return self._release

    def _until(self) -> str:
        ends = day_of(self._clock(), self._zone)[1]
        return datetime.fromtimestamp(ends, self._zone).strftime("%Y-%m-%d %H:%M %Z")

    def _deferred(self, student: str, said: str) -> bool:
        if said:
            say(lines.about(self._clock(), student, f"the page that says so could not be released: {said}"))
        return False

    def _attended(self, student: str, done: Attended) -> bool:
        """Say what came of a submission; returns whether something more is being done with it."""
        graded, last = done.graded, self._book.last(student)
        with contextlib.suppress(OSError):  # a log that is full stops nobody
            logs.write(self._log, graded)
        if not graded.status.has_marks and graded.passing:
            return self._failed(student, graded.lines[0], True, False)
        if done.problem and done.passing:
            return self._failed(student, done.problem, True, False)
        self._working.tell("")
        self._tries.pop(student, None)
        if last and not last.finished:
            self._book.finish(last)
        self.count += graded.status.has_marks
        waited = time.monotonic() - self._since.get(student, time.monotonic())
        say(lines.of_submission(self._clock(), done, waited))
        return False

    def _failed(self, student: str, problem: str, passing: bool, collect: bool) -> bool:
        """Say what keeps a submission from being graded, and try it again later, if that may help."""
        reason = problem.removeprefix(f"{student}: ")
        if passing:
            self._working.tell(reason[:1].upper() + reason[1:].rstrip("."))
        elif not self._tries[student]:
            say(lines.about(self._clock(), student, f"not graded: {reason}"))
        if passing or self._tries[student] < TRIES - 1:
            return self._later(student, collect)
        del self._tries[student]
        return False

    def _later(self, student: str, collect: bool) -> bool:
        seconds = min(FIRST * 2 ** min(self._tries[student], 9), LAST)
        self._tries[student] += 1
        now = time.monotonic()
        self._retries[student] = now + seconds, Arrival(student, collect, self._since.get(student, now))
        return False

    def _state(self) -> list[Any]:
        return [state_of(path) for path in self._place.decides]

    def _has_changed(self, now: float) -> bool:
        """Whether what decides the marks has changed, and come to rest."""
        if now < self._next_rules:
            return False
        self._next_rules, state = now + RULES, self._state()
        before, self._rules_before = self._rules_before, state
        return state != self._rules and state == before
