"""What run_autograder runs in Gradescope's container: `python -m autograder.faces.gradescope ROOT`.

ROOT is /autograder there, and holds source/, submission/ and results/. What is printed is for instructors only.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment, load
from autograder.errors import SandboxError, SandboxLevelError, UnsafeSubmissionError
from autograder.selfcheck.language import ENGLISH, Language, Text
from autograder.terminal import never_fail, quantity, say

from . import results
from .grading import GradedNotebook, grade_submission, said
from .package import SETTINGS
from .settings import PackageSettings

ARRIVED = Text("Your submission has arrived, but the grader does not work here.")
REFUSED = "Your submission could not be graded: {problem}"


def main(root: Path) -> int:
    """Grade the submission and write results.json, whatever happens; returns 1 where nothing could be graded."""
    never_fail()
    target, start, language = root / "results" / "results.json", time.monotonic(), ENGLISH
    try:
        settings = PackageSettings.load((root / "source" / SETTINGS).read_text(encoding="utf-8"))
        assignment = load(root / "source", settings.assignment).told_in(settings.grading.language)
        language = assignment.tongue
        graded = list(grade_submission(assignment, settings, root / "submission"))
        results.write(results.results(assignment, settings, graded, time.monotonic() - start), target)
        _tell_instructors(assignment, graded, root / "submission_metadata.json")
        return 0 if any(each.graded for each in graded) else 1
    except (SandboxError, SandboxLevelError) as problem:
        reason = f"{problem} After a change there, make the package again and upload it."
        return _fail(target, ARRIVED, reason, language)
    except UnsafeSubmissionError as problem:
        return _fail(target, Text(REFUSED, problem=problem.args[0]), str(problem), language)
    except Exception as problem:
        reason = f"The grader failed: {_where(problem)} Run it again; should it stay, tell us."
        return _fail(target, ARRIVED, reason, language)


def _fail(target: Path, told: str, reason: str, language: Language) -> int:
    results.write(results.failure(told, language), target)
    say(f"Not graded, and no score given. {reason}")
    return 1


def _where(problem: Exception) -> str:
    last = traceback.extract_tb(problem.__traceback__)[-1]
    return f"{type(problem).__name__}: {problem} ({Path(last.filename).name}, line {last.lineno})."


def _tell_instructors(assignment: Assignment, graded: Sequence[GradedNotebook], metadata: Path) -> None:
    """Print points and notes for each notebook, and say where Gradescope's own points are others."""
    automatic = by_hand = 0.0
    for each in graded:
        most = assignment.points_by_machine(each.notebook)
        automatic += most
        by_hand += assignment.points_by_hand(each.notebook)
        if each.graded is None:
            say(f"{each.notebook}: NOT GRADED, it needs you. {said(each.notes)}")
            continue
        earned = sum(score for _, score, _, _ in results.scores(assignment, each))
        notes = said([*each.notes, *each.graded.notes])
        level = f"sandbox {each.graded.sandbox}, {each.graded.seconds:.1f} s"
        say(f"{each.notebook}: {earned:g} of {quantity(most, 'point')} ({level}). {notes}".rstrip())
    total = _total(metadata)
    if total is not None and total not in (automatic, automatic + by_hand):
        say(
            f"Gradescope has {quantity(total, 'point')} for this assignment: the exercises have {automatic:g}, and"
            f" {automatic + by_hand:g} with the written questions. Set one of these as its points."
        )


def _total(metadata: Path) -> float | None:
    """The points that Gradescope has for the assignment; None where it does not say."""
    try:
        content: dict[str, Any] = json.loads(metadata.read_text(encoding="utf-8"))
        return float(content["assignment"]["total_points"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
