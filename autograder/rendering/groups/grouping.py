"""Group the wrong answers of a class that nothing explains: those that are wrong in the same way belong together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import TYPE_CHECKING

from autograder.assignment import Assignment
from autograder.course.comments import Comment, Comments, signatures_in
from autograder.selfcheck.snippet import one_line
from autograder.signature import Kind, Signature, alike, name_of

if TYPE_CHECKING:
    from autograder.rendering.class_report.collect import Submission

SAID = 160  # characters of a test's error


@dataclass(frozen=True)
class Group:
    """Answers to one exercise, or endings of one test, that are wrong in the same way.

    name: by which the commands know it. names: what its answers would be called one by one, seldom anything else.
    example: the student whose code is shown. code: that code, "" where there is none. wrong: what is wrong, in a few
    words. comment: the teacher's own, where there is one.
    """

    exercise: str
    name: str
    students: tuple[str, ...]
    signature: Signature
    example: str
    code: str
    wrong: str
    names: frozenset[str]
    comment: Comment | None = None

    @property
    def count(self) -> int:
        """How many students are in it."""
        return len(self.students)


def grouped(assignment: Assignment, submissions: Sequence[Submission], comments: Comments) -> list[Group]:
    """All groups, those of one student too: in the order of the course, the largest ones of each exercise first."""
    answers: dict[str, list[tuple[Submission, Signature]]] = {}
    for each in sorted(submissions, key=lambda each: each.student):
        for name, signature in signatures_in(each.exercises, each.tests).items():
            answers.setdefault(name, []).append((each, signature))
    order = [*assignment.by_name, *answers]
    found = [
        _group(assignment, name, *parts) for name, given in answers.items() for parts in _parted(name, given, comments)
    ]
    return sorted(found, key=lambda group: (order.index(group.exercise), -group.count, group.name))


Answers = list[tuple["Submission", Signature]]


def _parted(exercise: str, answers: Answers, comments: Comments) -> Iterator[tuple[Answers, Comment | None]]:
    """The answers to one exercise by the comments on them; those without one by their likeness."""
    by_comment: dict[str, tuple[Answers, Comment]] = {}
    alone: dict[tuple[object, ...], list[Answers]] = {}  # by what must be equal, so that few are compared
    for answer in answers:
        signature = answer[1]
        if comment := comments.on(exercise, signature):
            by_comment.setdefault(comment.group, ([], comment))[0].append(answer)
            continue
        near = alone.setdefault(tuple(trace.key for trace in signature), [])
        group = next((group for group in near if alike(group[0][1], signature)), None)
        if group is None:
            near.append(group := [])
        group.append(answer)
    yield from by_comment.values()
    yield from ((group, None) for groups in alone.values() for group in groups)


def _group(assignment: Assignment, exercise: str, answers: Answers, comment: Comment | None) -> Group:
    signature = answers[0][1]
    declared = assignment.by_name.get(exercise)
    function = declared.function if declared else ""
    written = [(each.functions[function].code, each.student) for each, _ in answers if function in each.functions]
    middle = median_low(sorted(len(code) for code, _ in written)) if written else 0
    code, example = next((each for each in written if len(each[0]) == middle), ("", answers[0][0].student))
    return Group(
        exercise,
        comment.group if comment else name_of(exercise, signature),
        tuple(each.student for each, _ in answers),
        signature,
        example,
        code,
        _in_words(assignment, exercise, answers[0]),
        frozenset(name_of(exercise, each) for _, each in answers),
        comment,
    )


def _in_words(assignment: Assignment, exercise: str, answer: tuple[Submission, Signature]) -> str:
    """What is wrong: which outputs, in how many cases, and the exceptions; of a test what it says."""
    submission, signature = answer
    declared = assignment.by_name.get(exercise)
    if declared is None:
        tests = submission.tests
        return f"it ends in {one_line(tests[exercise].error, SAID)}" if exercise in tests else "no longer asked"
    titles = {case.name: str(case.title) for case in declared.cases}
    by_output: dict[str, list[str]] = {}
    for trace in signature:
        what = f"it stops with {trace.form.partition(',')[0]}" if trace.kind is Kind.STOPPED else trace.output
        by_output.setdefault(what or "nothing comes back", []).append(trace.case)
    by_cases: dict[tuple[str, ...], list[str]] = {}
    for what, cases in by_output.items():
        by_cases.setdefault(tuple(cases), []).append(what)
    return "; ".join(f"{', '.join(what)}: {_cases(cases, titles)}" for cases, what in by_cases.items())


def _cases(cases: Collection[str], titles: Mapping[str, str]) -> str:
    if len(cases) == len(titles):
        return f"in all {len(titles)} cases"
    said = [titles.get(case, case) for case in cases]
    if len(cases) > 3:
        return f"in {len(cases)} of {len(titles)} cases, such as {said[0]}"
    return f"in {len(cases)} of {len(titles)} cases ({'; '.join(said)})"
