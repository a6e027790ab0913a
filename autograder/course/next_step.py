"""What an instructor is told to do; without nbgrader, which a command that only tells need not import."""

from __future__ import annotations

LOOK = (  # where points that a person set are older than the grader's
    "In Formgrader, empty the cell's field to take the grader's points, or press Resolve to keep yours;"
    " `python -m autograder reset --student ID` takes the grader's, too."
)
