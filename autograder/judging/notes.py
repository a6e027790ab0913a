"""What the instructor reads of a run, in sentences: what came to a bad end, what was refused, what is odd in the
assignment itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from autograder.assignment import CHECK, Assignment
from autograder.record import Event, Note
from autograder.sandbox.messages import CellResult, Fate, Refused
from autograder.selfcheck.language import Text, counted, joined, pair, template

from .judge import Judgement
from .ordinary import TestScore

FATES = {  # the worst first
    Fate.DEAD: (Event.CRASHED, template("{what} ended the Python process.")),
    Fate.TIMEOUT: (Event.TIMED_OUT, template("{what} did not finish in time.")),
    Fate.STOPPED: (Event.STOPPED, template("{what} was not run: its time, or what it may show, was used up.")),
}
CARRIED = "Marks of {names} rest on earlier mistakes put right, in {because}."
FAILED = "{exercise} is marked as written: a second look, with earlier mistakes put right, ended in a grader's error."
AGAIN = "The second look at {exercise}, with earlier mistakes put right, did not finish in time."
WANTED = {
    Refused.PROCESSES: Text("wanted to start other programs or more processes than it may have"),
    Refused.NETWORK: Text("wanted to reach the network"),
    Refused.MEMORY: Text("wanted more memory than it may have"),
}
REFUSED = "Cell [{count}] {wanted}: c.GradeSubmission.assignments[{name!r}][{setting!r}] in nbgrader_config.py decides."
ABOVE = pair(
    "The test {name} gave itself {count:g} point, and it is worth {most:g}: no more counts.",
    "The test {name} gave itself {count:g} points, and it is worth {most:g}: no more counts.",
)
UNDECLARED = "{name} is graded as an ordinary test: the assignment declares no exercise {exercise}."


def on_fates(what: str, fates: set[Fate]) -> list[Note]:
    """A note on the worst of these fates; none where all is well."""
    return [Note(event, Text(said, what=what)) for fate, (event, said) in FATES.items() if fate in fates][:1]


def on_second_look(exercise: str, fates: set[Fate]) -> list[Note]:
    """A note where calls of a second look got no time: on a quieter machine the exercise might earn more."""
    return [Note(Event.TIMED_OUT, Text(AGAIN, exercise=exercise))] if fates & {Fate.TIMEOUT, Fate.STOPPED} else []


def on_carried(judgements: Mapping[str, Judgement]) -> Iterator[Note]:
    """A note on all marks that do not rest on the code as written."""
    carried = {name: judgement for name, judgement in judgements.items() if judgement.carried}
    reasons = dict.fromkeys(each for judgement in carried.values() for each in judgement.because)
    because = [name for name in reasons if judgements[name].fraction < 1.0]
    if carried:
        named = joined(because) or Text("the layers of another notebook")
        yield Note(Event.CARRIED, Text(CARRIED, names=joined(carried), because=named))


def on_failure(exercise: str) -> Note:
    """A note where the grader itself has failed in a second look: the judgement on the code as written stands."""
    return Note(Event.FAILED, Text(FAILED, exercise=exercise))


def on_refusals(assignment: str, count: int, result: CellResult) -> list[Note]:
    """A note on each thing that a cell wanted and was refused, with the setting that decides."""
    said = {
        each: Text(REFUSED, count=count, wanted=WANTED[each], name=assignment, setting=str(each)) for each in WANTED
    }
    return [Note(Event.REFUSED, said[each]) for each in result.refused]


def on_score(name: str, test: TestScore, most: float) -> list[Note]:
    """A note on a test that has given itself more points than it is worth."""
    return [Note(Event.ASSIGNMENT, counted(*ABOVE, test.above, name=name, most=most))] if test.above else []


def on_undeclared(assignment: Assignment, notebook: str) -> Iterator[Note]:
    """A note on each test cell that looks like an exercise's check, in an assignment that has exercises."""
    for name in assignment.test_points(notebook) if assignment.exercises else ():
        if name.startswith(CHECK):
            yield Note(Event.ASSIGNMENT, Text(UNDECLARED, name=name, exercise=name.removeprefix(CHECK)))
