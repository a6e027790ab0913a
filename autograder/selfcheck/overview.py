"""All exercises of a notebook at a glance, before it is handed in: what `check()` shows without a name."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from .cases import Exercise
from .display import box, html_titled, titled
from .language import Language, Text, counted, joined
from .summary import Report

SAVED = "reads_notebook"  # an attribute of functions that a course's library reads from a saved notebook: its name


def of_this_notebook(exercises: Iterable[Exercise], namespace: Mapping[str, Any]) -> list[Exercise]:
    """The exercises whose functions the notebook has defined itself, in the order in which it has done so."""
    places = {name: place for place, name in enumerate(namespace)}
    found = [(exercise, _functions(exercise)) for exercise in exercises]
    own = [(exercise, names) for exercise, names in found if all(_is_own(namespace.get(name)) for name in names)]
    own.sort(key=lambda each: max((places[name] for name in each[1]), default=-1))
    return [exercise for exercise, _ in own]


def headline(reports: Sequence[Report]) -> Text:
    """How many exercises are right."""
    right, total = sum(report.right for report in reports), len(reports)
    if not total:
        return Text("No function of this notebook is defined that there is a check for: run its cells first.")
    if right == total:
        return counted("The one exercise of this notebook is right.", "All {count} exercises are right.", total)
    return Text("{right} of {total} exercises are right.", right=right, total=total)


def as_text(reports: Sequence[Report], others: Sequence[str], language: Language) -> str:
    """For a terminal. others: the exercises whose functions are not defined here."""
    lines = [f"  {titled(report.right, language.tell(report.headline))}" for report in reports]
    parts = [titled(_all_right(reports), language.tell(headline(reports))), "\n".join(lines), _left(others, language)]
    return "\n\n".join(filter(None, parts))


def as_html(reports: Sequence[Report], others: Sequence[str], language: Language) -> str:
    """The same as one HTML element."""
    lines = [f"<div>{html_titled(report.right, language.tell(report.headline))}</div>" for report in reports]
    left = escape(_left(others, language))
    rest = [f'<div style="margin-top:.5em">{left}</div>'] if left else []
    return box(_all_right(reports), language.tell(headline(reports)), *lines, *rest)


def _all_right(reports: Sequence[Report]) -> bool:
    return bool(reports) and all(report.right for report in reports)


def _left(others: Sequence[str], language: Language) -> str:
    said = "Not defined in this notebook, and not checked: {names}."
    return language.tell(Text(said, names=joined(others))) if others else ""


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
