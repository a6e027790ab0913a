"""The commands `python -m autograder groups` and `comment`."""

from __future__ import annotations

import datetime
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from autograder.assignment import Assignment, load
from autograder.catalogues import language as catalogue
from autograder.course.comments import Comment, Comments, sentence_of
from autograder.course.marks import course_directory
from autograder.errors import UserError
from autograder.rendering.class_report.collect import Submission
from autograder.rendering.class_report.command import read_class
from autograder.terminal import say

from .grouping import Group, grouped

NAMED = 5  # students of a group that are named
SHOWN, WIDTH = 40, 160  # lines of a student's code, and letters of one


def show(root: Path, name: str, alone: bool = False) -> int:
    """Print the groups of a class, each with one student's code. alone: also those of a single student."""
    assignment, submissions, comments = _read(root, name)
    groups = grouped(assignment, submissions, comments)
    shown = [group for group in groups if group.comment or group.count > 1 or alone]
    for group in shown:
        say("\n".join(_lines(root, assignment, group)))
        say("")
    for comment in comments.all:
        if not any(group.comment == comment for group in groups):
            say(f"Nobody's answer is like those that {comment.group} speaks of ({_of(assignment, comment)}).\n")
    say("\n".join(_summary(groups, submissions, alone)))
    return 0


def comment(root: Path, name: str, group: str, sentence: str, language: str = "") -> int:
    """Write one sentence on all answers of a group, or its translation, and say whom it reaches.

    sentence: "-" for what stands on standard input. Raises UserError where there is no such group, or no sentence.
    """
    assignment, submissions, comments = _read(root, name)
    text = _checked(sys.stdin.read() if sentence == "-" else sentence)
    groups = grouped(assignment, submissions, comments)
    found = next((each for each in groups if group == each.name or group in each.names), None)
    old = found.comment if found else next((each for each in comments.all if each.group == group), None)
    if language:
        made = _translated(assignment, old, group, text, language)
    elif old:
        made = replace(old, sentence=text, translations={}, date=datetime.date.today())
        say(f"It takes the place of: {old.sentence}")
    elif found:
        made = Comment(found.exercise, found.name, text, found.signature, datetime.date.today(), found.example)
    else:
        known = ", ".join(each.name for each in groups if each.count > 1) or "none"
        raise UserError(f"there is no group {group!r} in {name}; `python -m autograder groups` shows them: {known}")
    comments.put(made).write()
    say(f"{comments.path} has it. It reaches {_students(found.count if found else 0)} now, and everyone later whose")
    say(f"answer to {made.exercise} is wrong in the same way. Next, for the students' pages:")
    say(f"  nbgrader generate_feedback {shlex.quote(name)} --force{_elsewhere(root, '--course-dir')}")
    return 0


def _checked(text: str) -> str:
    try:
        return sentence_of(text)
    except ValueError as problem:
        raise UserError(f"{problem}: write what all of the group are to read, in quotation marks") from None


def _translated(assignment: Assignment, old: Comment | None, group: str, text: str, language: str) -> Comment:
    if old is None:
        raise UserError(f"{group} has no sentence yet that could be translated: write that first, without --in")
    catalogue(language, assignment.declared_in)  # raises where there is no such language
    return replace(old, translations={**old.translations, language: text})


def remove(root: Path, name: str, group: str) -> int:
    """Take the sentence on a group back; raises UserError where there is none."""
    comments = Comments.of(root.resolve(), name)
    old = next((each for each in comments.all if each.group == group), None)
    if old is None:
        known = ", ".join(each.group for each in comments.all) or "no group"
        raise UserError(f"{group} has no sentence; {known} has one in {comments.path}")
    comments.without(old).write()
    say(f"{comments.path} no longer has: {old.sentence}")
    return 0


def _read(root: Path, name: str) -> tuple[Assignment, list[Submission], Comments]:
    root = root.resolve()
    comments, assignment = Comments.of(root, name), load(root, name)
    return assignment, read_class(course_directory(root), assignment), comments


def _elsewhere(root: Path, option: str) -> str:
    """How a command is told of a course that is not the current folder."""
    return "" if root.resolve() == Path.cwd() else f" {option} {shlex.quote(str(root.resolve()))}"


def _lines(root: Path, assignment: Assignment, group: Group) -> Iterator[str]:
    yield f"{group.exercise}, group {group.name}: {_students(group.count)}"
    named = ", ".join(group.students[:NAMED])
    more = f" and {group.count - NAMED} more" if group.count > NAMED else ""
    yield f"  students: {named}{more}"
    yield f"  wrong:    {group.wrong}"
    if group.code:
        yield f"  {group.example} wrote:"
        lines = group.code.splitlines()
        yield from (f"    {line if len(line) <= WIDTH else line[:WIDTH] + '…'}" for line in lines[:SHOWN])
        if len(lines) > SHOWN:
            yield f"    ... ({len(lines) - SHOWN} more lines)"
    if group.comment:
        yield f"  you say:  {group.comment.sentence}"
        yield from (f"  {language}:    {text}" for language, text in group.comment.translations.items())
    else:
        course = _elsewhere(root, "--course")
        yield f'  python -m autograder comment {shlex.quote(assignment.name)} {group.name} "..."{course}'


def _summary(groups: Sequence[Group], submissions: Sequence[Submission], alone: bool) -> Iterator[str]:
    open_yet = [group for group in groups if not group.comment]
    together = [group for group in open_yet if group.count > 1]
    single = len(open_yet) - len(together)
    several = "group" if len(together) == 1 else "groups"
    yield f"{len(together)} {several} without a sentence of yours, {len(groups) - len(open_yet)} with one."
    if single and not alone:
        yield f"{single} more wrong answers are like nobody else's: --all shows them."
    if older := sum(not each.compared for each in submissions):
        yield f"{_submissions(older)} graded before answers were compared: they are in no group until graded again."


def _submissions(count: int) -> str:
    return "1 submission was" if count == 1 else f"{count} submissions were"


def _of(assignment: Assignment, comment: Comment) -> str:
    tests = {test for path in assignment.notebooks for test in assignment.test_points(path.stem)}
    known = comment.exercise in tests | set(assignment.by_name)
    return comment.exercise if known else f"{comment.exercise}, which the assignment no longer has"


def _students(count: int) -> str:
    return "1 student" if count == 1 else f"{count} students"
