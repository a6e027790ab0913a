"""What it costs that a bug costs its points once: `python -m bench.fairness`.

Right and wrong submissions are graded in turns with and without the second look, in one engine.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from nbformat.v4 import new_code_cell, new_notebook
from tqdm import tqdm

from autograder.assignment import Assignment
from autograder.engine import Engine
from autograder.judging.carried import Fairness
from autograder.judging.judge import Judgement
from autograder.spec import Exercise

from .notebook import ASSIGNMENT

ROUNDS = 41
EVERY = 12  # wrong submission is graded, of some four hundred
Submission = tuple[str, str, str]  # what it is, its notebook, its code


class OneLook(Fairness):
    """Takes every judgement as it is."""

    def better(self, exercise: Exercise, written: Judgement, *_: object) -> Judgement:
        """The judgement on the code as written."""
        return written


def submissions(assignment: Assignment) -> Iterator[Submission]:
    """The reference in each notebook, then each known mistake of a layer in each notebook."""
    whole = "\n\n".join(assignment.module(path).read_text() for path in assignment.notebooks)
    for path in assignment.notebooks:
        yield "right", path.stem, whole
    for exercise in assignment.exercises:
        if not exercise.name.startswith("captioning"):
            for mistake in exercise.mistakes:
                planted = (
                    f"{whole}\nreference = {exercise.function}\n{mistake.source}\n{exercise.function} = {mistake.name}"
                )
                for path in assignment.notebooks:
                    yield f"{exercise.name}: {mistake.name}", path.stem, planted


def seconds(engine: Engine, submission: Submission) -> float:
    """How long grading takes."""
    notebook = new_notebook(cells=[new_code_cell(submission[2])])
    start = time.perf_counter()
    engine.grade(notebook, submission[1])
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    assignment = ASSIGNMENT
    with Engine(assignment) as engine, Engine(assignment) as plain:
        plain._fairness = OneLook(plain._judge, assignment.exercises)
        everything = list(submissions(assignment))
        for submission in everything[:3] * 2:  # warm both
            seconds(engine, submission), seconds(plain, submission)
        for submission in everything[:3]:
            pairs = [(seconds(engine, submission), seconds(plain, submission)) for _ in range(ROUNDS)]
            ratio = statistics.median(one for one, _ in pairs) / statistics.median(other for _, other in pairs)
            print(f"right, {submission[1]}: {ratio:.3f} times as long as without")
        extra = [
            (seconds(engine, submission) - seconds(plain, submission), submission)
            for submission in tqdm(everything[3::EVERY], unit="submission")
        ]
    extra.sort(reverse=True, key=lambda pair: pair[0])
    print(f"wrong: {statistics.median(more for more, _ in extra):.2f} s more in the median; the most:")
    for more, (what, notebook, _) in extra[:5]:
        print(f"  {more:.2f} s  {what}, {notebook}")


if __name__ == "__main__":
    main()
