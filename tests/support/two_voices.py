"""What the check at home says of some functions, and whether the grader's cases bear it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from autograder.engine import SEED
from autograder.judging.diagnosis import Advice
from autograder.judging.diagnosis.advice import HINTS
from autograder.judging.judge import Judge, Judgement
from autograder.judging.trusted import TrustedRun, run_here
from autograder.sandbox.messages import Fate, Reply
from autograder.selfcheck.cases import Exercise as Visible
from autograder.selfcheck.cases import read_exercise
from autograder.selfcheck.causes import Kind
from autograder.selfcheck.compare import as_numbers, compare
from autograder.selfcheck.known import Named, recognise
from autograder.selfcheck.run import Outcome, run_case
from autograder.selfcheck.telling import Told, tell
from autograder.spec import Exercise
from tests.support.house import ASSIGNMENT, IN_ORDER


@dataclass(frozen=True)
class Voices:
    """Both on the same functions: at home the outcomes of the visible cases, and the grader's replies and judgement."""

    exercise: Exercise
    visible: Visible
    outcomes: list[Outcome]
    replies: list[Reply]
    judge: Judge
    judgement: Judgement

    @property
    def right_at_home(self) -> bool:
        """Whether the check at home passes."""
        return all(outcome.right for outcome in self.outcomes)

    @cached_property
    def named(self) -> list[Named]:
        """The mistakes that are named at home."""
        return recognise(self.visible, self.outcomes)

    def refuted(self) -> Iterator[str]:
        """Each thing that is said at home and that the grader's cases do not bear out, in words."""
        yield from self._false_names()
        explained = {output for named in self.named for output in named.outputs}
        for output in self.exercise.outputs:
            hidden, said = dict(self._hidden(output)), self._told(output) if output not in explained else []
            if any(len(told.titles) < len(self.outcomes) for told in said):
                yield from self._false_titles(output, hidden)
            for told in said:
                yield from self._false_kind(told, hidden)

    @property
    def hints(self) -> set[str]:
        """What the grader says of the mistakes that it recognises, at the level of the check at home."""
        return {Advice(each.mistake, each.text, each.outputs).said(HINTS) for each in self.judgement.advice}

    def _false_names(self) -> Iterator[str]:
        for named in self.named:
            if named.advice not in self.hints:
                yield f"named at home: {named.advice} Here: {'; '.join(sorted(self.hints)) or 'nothing'}"

    def _false_titles(self, output: str, hidden: Mapping[str, list[str]]) -> Iterator[str]:
        for title, right in self._home(output).items():
            if title in hidden and right != (hidden[title] == []):
                yield f"{output} is {'right' if right else 'wrong'} at home for {title}, and not here"

    def _false_kind(self, told: Told, hidden: Mapping[str, list[str]]) -> Iterator[str]:
        for title in told.titles:
            if hidden.get(title) and told.kind not in (*hidden[title], Kind.VALUES, Kind.ENTRIES):
                yield f"{told.text} At home for {title}; here {', '.join(hidden[title])}"

    def _home(self, output: str) -> dict[str, bool]:
        ran = [outcome for outcome in self.outcomes if outcome.stop is None]
        return {outcome.case.title: outcome.findings[output].right for outcome in ran}

    def _told(self, output: str) -> list[Told]:
        ran = [outcome for outcome in self.outcomes if outcome.stop is None]
        wrong = {o.case.title: o.findings[output].causes for o in ran if not o.findings[output].right}
        return tell(wrong) if wrong else []

    def _hidden(self, output: str) -> Iterator[tuple[str, list[str]]]:
        """By the titles of the grader's cases that gave values, the kinds of what is wrong."""
        for case, reply in zip(self.exercise.cases, self.replies, strict=True):
            if reply.fate is Fate.DONE:
                value = reply.outputs.get(output, None if "None" in reply.problems.get(output, "None") else object())
                expected = self.judge.expected(self.exercise, case)[output]
                finding = compare(output, value, expected, self.exercise.limits[output])
                yield case.title, [cause.kind for cause in finding.causes]


def both(exercise: Exercise, visible: Visible, judge: Judge, functions: Mapping[str, Any]) -> Voices:
    """The check at home and the grader on the same functions."""
    outcomes = [run_case(visible, case, functions) for case in visible.cases]
    replies = [reply_of(run_here(exercise, judge.inputs(exercise, case), functions)) for case in exercise.cases]
    return Voices(exercise, visible, outcomes, replies, judge, judge.judge(exercise, replies))


def reply_of(outcome: TrustedRun) -> Reply:
    """What a sandboxed process would say of this run."""
    if stop := outcome.stop:
        return Reply(
            Fate.RAISED, reason=stop.reason, exception=stop.exception, sentence=stop.sentence, place=stop.place
        )
    read = {name: as_numbers(name, value) for name, value in outcome.outputs.items()}
    outputs = {name: array for name, (array, _) in read.items() if array is not None}
    return Reply(Fate.DONE, outputs, {name: problem for name, (_, problem) in read.items() if problem})


def main() -> None:
    """Print, by exercise, what is said at home of the known mistakes, and what the grader's cases refute of it."""
    judge = Judge(ASSIGNMENT.reference(), SEED)
    print("exercise | known mistakes | named at home | told without a name | right at home | refuted")
    for exercise in IN_ORDER:
        visible = read_exercise(ASSIGNMENT.solutions / "checks.h5", exercise.name)
        found = [
            both(exercise, visible, judge, mistake.plant(dict(judge.reference), exercise.function))
            for mistake in exercise.mistakes
        ]
        named, right = sum(bool(each.named) for each in found), sum(each.right_at_home for each in found)
        refuted = sum(len(list(each.refuted())) for each in found)
        print(exercise.name, len(found), named, len(found) - named - right, right, refuted, sep=" | ")


if __name__ == "__main__":
    main()
