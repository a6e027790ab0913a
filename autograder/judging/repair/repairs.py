"""Find the lines for the exercises of one submission that are wrong, once all of them are judged."""

from __future__ import annotations

import ast
import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from autograder.errors import AutograderError
from autograder.judging.edits.function import Function
from autograder.judging.edits.scope import Surroundings
from autograder.record import Event, Note
from autograder.sandbox.messages import Call
from autograder.selfcheck.calls import called_functions
from autograder.spec import Exercise

from ..carried import Fairness
from ..carried.dependencies import forward_line
from ..judge import Judge
from ..standing import Heard
from .agree import agree
from .line import Line, line_of
from .search import Bench, NoTimeError, Student
from .written import Written

log = logging.getLogger(__name__)
NO_TIME = "The search for the line that is wrong in {exercise} did not finish in its time."


class Repairs:
    """The search in one submission. Marks are settled before, and nothing here changes them.

    judges: with the grading's seed and with another one. seconds: for the search in one exercise. notes: the edits that
    were found and what had no time, for the instructor.
    """

    def __init__(
        self, judges: tuple[Judge, Judge], fairness: Fairness, student: Student, written: Written, seconds: float
    ) -> None:
        self._judges, self._fairness, self._student = judges, fairness, student
        self._written, self._seconds = written, seconds
        self._repaired: dict[str, str] = {}  # functions with an edit that makes them right
        self.notes: list[Note] = []

    def lines(self, heard: Mapping[str, Heard]) -> dict[str, Line]:
        """By exercise, the line that is proven wrong, where all that was found agrees on one."""
        found: dict[str, Line] = {}
        for name, each in heard.items():
            if _is_worth_it(each):
                try:
                    line = self._search(each, heard)
                except NoTimeError:
                    self.notes.append(Note(Event.LINE, NO_TIME.format(exercise=name)))
                except AutograderError:
                    raise
                except Exception:  # a defect of ours costs a sentence, never a grading
                    log.debug("the search for the line in %s failed", name, exc_info=True)
                else:
                    found |= {name: line} if line else {}
        self.notes += [Note(Event.LINE, f"{name}: {line.for_instructors}") for name, line in found.items()]
        return found

    def _search(self, heard: Heard, all_heard: Mapping[str, Heard]) -> Line | None:
        exercise = heard.exercise
        own = self._written.function(exercise.function, heard.as_of)
        if own is None:
            return None
        wrong = self._fairness.suspects(exercise, {name: each.judgement for name, each in all_heard.items()})
        wrong = [name for name in wrong if name in all_heard and name != exercise.name]
        forward = forward_line(exercise)
        if forward and forward.function in set(wrong) - set(self._repaired):
            return None  # its cache says nothing

        @cache
        def calls(judge: Judge) -> list[Call]:
            inputs = [judge.inputs(exercise, case) for case in exercise.cases]
            instead = {name: self._repaired[name] for name in wrong if name in self._repaired}
            plain = [
                replace(call, inputs=given, instead=instead) for call, given in zip(heard.calls, inputs, strict=True)
            ]
            aided = set(wrong) - set(self._repaired)
            return self._fairness.aided(exercise, plain) if aided else plain

        users = [each for each in all_heard.values() if _uses(each, exercise)]
        others = [(each.exercise, each.calls) for each in users]
        deadline = time.monotonic() + self._seconds
        helpers = [each.name for each in self._written.functions if each.name not in self._fairness.functions]
        around = Surroundings.of(self._written.functions, dict.fromkeys(helpers))
        bench = Bench(exercise, self._judges, calls, self._student, deadline, others)
        for functions in self._to_search(exercise, own, heard, forward.function if forward else "", wrong):
            found = bench.repairs(functions, around)
            if found:
                if found[0].function is own:
                    self._repaired[exercise.function] = found[0].source
                return line_of(found, tuple(wrong)) if agree(found) else None
        pairs = bench.second_repairs(own, around)
        if len({frozenset(edit.line for edit in pair) for pair in pairs}) != 1:
            return None
        self._repaired[exercise.function] = pairs[0][1].source
        return line_of(pairs[0], tuple(wrong), together=True)

    def _to_search(
        self, exercise: Exercise, own: Function, heard: Heard, forward: str, wrong: list[str]
    ) -> Iterator[list[Function]]:
        """The function with its helpers, then the forward pass whose cache it takes, where that is right by itself."""
        yield [own, *self._helpers(own, heard)]
        before = self._written.function(forward, heard.as_of) if forward and forward not in wrong else None
        if before:
            yield [before, *self._helpers(before, heard)]

    def _helpers(self, function: Function, heard: Heard) -> list[Function]:
        """The student's own functions that it calls and that no exercise asks for."""
        called = {node.id for node in ast.walk(function.node) if isinstance(node, ast.Name)}
        names = sorted(called - self._fairness.functions - {function.name})
        return [each for name in names if (each := self._written.function(name, heard.as_of))]


def _is_worth_it(heard: Heard) -> bool:
    """Whether it is written, wrong, asked for by its own name, and not wrong by chance."""
    judgement = heard.judgement
    by_chance = any(advice.mistake == "differs_from_call_to_call" for advice in judgement.advice)
    own = heard.exercise.name == heard.exercise.function
    return judgement.fraction < 1.0 and judgement.written and own and not by_chance


def _uses(heard: Heard, exercise: Exercise) -> bool:
    """Whether an exercise that is right hands on what the function keeps: a change must not spoil that."""
    uses = exercise.function in called_functions(heard.exercise.call) and heard.exercise.function != exercise.function
    return uses and heard.judgement.fraction == 1.0
