"""All exercises of a notebook at a glance, before it is handed in: what `check()` shows without a name."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .absent import history
from .cases import Exercise
from .display import box, html_titled, titled
from .language import Language, Text, counted
from .summary import Report

SAVED = "reads_notebook"  # an attribute of functions that a course's library reads from a saved notebook: its name
ASKED = re.compile(r"""\bcheck\(\s*["'](\w+)["']""")


def of_this_notebook(exercises: Iterable[Exercise], namespace: Mapping[str, Any]) -> list[Exercise]:
    """The exercises whose functions the notebook has defined itself, in the order in which it has done so.

    Those that one of its cells has checked by name follow, defined or not.
    """
    found = {exercise.name: (exercise, _functions(exercise)) for exercise in exercises}
    asked = {name for cell in history(namespace) for name in ASKED.findall(cell)} & found.keys()
    own = [name for name, (_, names) in found.items() if all(_is_own(namespace.get(each)) for each in names)]
    places = {name: place for place, name in enumerate(namespace)}
    own.sort(key=lambda name: max((places[each] for each in found[name][1]), default=-1))
    return [found[name][0] for name in (*own, *sorted(asked - set(own)))]


def headline(reports: Sequence[Report]) -> Text:
    """How many exercises are right."""
    right, total = sum(report.right for report in reports), len(reports)
    if not total:
        return Text("No function of this notebook is defined that there is a check for: run its cells first.")
    if right == total:
        return counted("The one exercise of this notebook is right.", "All {count} exercises are right.", total)
    return Text("{right} of {total} exercises are right.", right=right, total=total)


def as_text(reports: Sequence[Report], language: Language) -> str:
    """For a terminal."""
    lines = [f"  {titled(report.right, language.tell(report.headline))}" for report in reports]
    return "\n".join([titled(all_right(reports), language.tell(headline(reports))), *lines])


def as_html(reports: Sequence[Report], language: Language) -> str:
    """The same as one HTML element."""
    lines = [f"<div>{html_titled(report.right, language.tell(report.headline))}</div>" for report in reports]
    return box(all_right(reports), language.tell(headline(reports)), *lines)


def all_right(reports: Sequence[Report]) -> bool:
    """Whether there is something, and it is right."""
    return bool(reports) and all(report.right for report in reports)


def _functions(exercise: Exercise) -> set[str]:
    """The names of the notebook's own that the snippet reads: all but its inputs, and what it binds itself."""
    names = [node for node in ast.walk(ast.parse(exercise.call)) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    imported = {
        alias.asname or alias.name
        for node in ast.walk(ast.parse(exercise.call))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    given = {name for case in exercise.cases for name in case.inputs}
    return {node.id for node in names} - bound - imported - given - vars(builtins).keys()


def _is_own(function: Any) -> bool:
    return callable(function) and getattr(function, SAVED, None) is None
