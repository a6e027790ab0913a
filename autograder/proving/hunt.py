"""Judge every mutant: which lose marks, which survive, and whether the declared equivalents are equivalent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

from autograder.assignment import Assignment
from autograder.judging.judge import Judge
from autograder.spec import Equivalent, Proof

from .errors import Errors
from .fresh import differs
from .mutate import Mutant, mutants
from .parallel import spread
from .sources import Sources
from .trial import judged

CHUNK = 20  # mutants that a process takes at a time


@dataclass(frozen=True)
class Tried:
    """A mutant, the exercise it counts in, and the exercise that it lost marks in ("" where in none).

    stopped: whether it gave no value there, or none of the right shape, in any case.
    """

    mutant: Mutant
    exercise: str
    caught_in: str
    stopped: bool = False


@dataclass
class Hunt:
    """The results for all mutants.

    excused: the declared equivalents that are equivalent. broken: a sentence on each that is not. errors: what was
    measured on the way.
    """

    tried: list[Tried] = field(default_factory=list)
    excused: list[Equivalent] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    errors: Errors = field(default_factory=Errors)

    def counts(self, exercise: str) -> Counts:
        """How many mutants of an exercise there are, and what became of them; "" stands for all exercises."""
        mine = [tried for tried in self.tried if exercise in ("", tried.exercise)]
        excused = {each.key for each in self.excused}
        return Counts(
            len(mine),
            sum(tried.mutant.key in excused for tried in mine),
            sum(tried.caught_in == tried.exercise for tried in mine),
            sum(tried.caught_in not in ("", tried.exercise) for tried in mine),
            sum(tried.stopped for tried in mine),
        )

    @property
    def survivors(self) -> list[Tried]:
        """The mutants that lost no mark anywhere and are not equivalent."""
        excused = {each.key for each in self.excused}
        return [tried for tried in self.tried if not tried.caught_in and tried.mutant.key not in excused]


@dataclass(frozen=True)
class Counts:
    """How many mutants there are, how many of them are equivalent, caught in their own exercise, or in another.

    stopped: how many of those caught gave no value, or none of the right shape, in any case.
    """

    mutants: int
    equivalent: int
    caught: int
    elsewhere: int
    stopped: int

    @property
    def share(self) -> float:
        """The share of the wrong mutants that lost marks; 1 where there are none."""
        wrong = self.mutants - self.equivalent
        return (self.caught + self.elsewhere) / wrong if wrong else 1.0


def all_mutants(sources: Sources, hints: Proof) -> list[tuple[str, Mutant]]:
    """Every mutant of every exercise's functions, with the exercise that it counts in."""
    return [
        (exercise.name, mutant)
        for exercise in sources.exercises
        for function in sources.belonging(exercise)
        for mutant in mutants(function, hints)
    ]


def hunt(
    assignment: Assignment,
    seed: int,
    made: Sequence[tuple[str, Mutant]],
    draws: int,
    processes: int = 1,
    step: Callable[[int], object] = lambda count: None,
) -> Hunt:
    """Judge these mutants, and compare declared equivalents with the reference.

    seed: of the hidden cases. draws: fresh inputs for each declared equivalent. step: called with the number just done.
    """
    parts, found = {}, Hunt()
    for first, chunk, (tried, errors) in spread(_try_chunk, (assignment, seed), made, CHUNK, processes):
        parts[first] = tried
        found.errors.add(errors)
        step(len(chunk))
    found.tried = [tried for first in sorted(parts) for tried in parts[first]]
    sources = Sources.of(assignment)
    for declared in assignment.proof.equivalents:
        meant = [tried for tried in found.tried if tried.mutant.key == declared.key]
        problem = _problem(sources, declared, meant, draws)
        if problem:
            found.broken.append(f"{declared.function}, `{declared.after}` for `{declared.before}`: {problem}")
        else:
            found.excused.append(declared)
    return found


def _try_chunk(assignment: Assignment, seed: int, made: Sequence[tuple[str, Mutant]]) -> tuple[list[Tried], Errors]:
    sources, judge = _bench(assignment, seed)
    errors = Errors()
    return [_try_one(sources, judge, exercise, mutant, errors) for exercise, mutant in made], errors


@cache
def _bench(assignment: Assignment, seed: int) -> tuple[Sources, Judge]:
    """What mutants are judged with, made once in each process."""
    sources = Sources.of(assignment)
    return sources, Judge(sources.namespace(), seed)


def _try_one(sources: Sources, judge: Judge, counted: str, mutant: Mutant, errors: Errors) -> Tried:
    """Judge a mutant in its own exercise, then in others that use its function, until it is caught.

    After that it is judged only in exercises that ask for the same function, to measure their errors.
    """
    namespace, caught_in, stopped = sources.namespace(mutant.code), "", False
    for exercise in sources.users(mutant.function):
        if caught_in and exercise.function != mutant.function:
            continue
        judgement = judged(judge, exercise, namespace)
        errors.note(exercise, judgement.verdicts)
        if judgement.fraction < 1 and not caught_in:
            caught_in = exercise.name
            stopped = all(verdict.error is None for verdict in judgement.verdicts)
    return Tried(mutant, counted, caught_in, stopped)


def _problem(sources: Sources, declared: Equivalent, tried: list[Tried], draws: int) -> str:
    """Why a declared equivalent is not one; "" where it is."""
    if not tried:
        return "it is declared equivalent, but no longer made: take it off the list"
    if tried[0].caught_in:
        return f"it is declared equivalent, but loses marks in {tried[0].caught_in}"
    names = sources.namespace(), sources.namespace(tried[0].mutant.code)
    where = differs(sources.users(declared.function), *names, draws)
    return f"it is declared equivalent, but gives other values in {where}" if where else ""
