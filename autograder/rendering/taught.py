"""What a teacher says of answers that are wrong in the same way, for faces that show it as soon as they have graded."""

from __future__ import annotations

from autograder.assignment import Assignment
from autograder.course.comments import Comments, signatures_in
from autograder.engine import Graded
from autograder.selfcheck.display import with_code
from autograder.selfcheck.language import Text


def taught(assignment: Assignment, graded: Graded) -> dict[str, str]:
    """By exercise or test, the teacher's sentence for this submission; raises CommentsError as `Comments` does."""
    signatures = signatures_in(graded.judgements, graded.tests)
    said = Comments.of(assignment.root, assignment.name).told(signatures, assignment.language)
    tell = assignment.tongue.tell
    return {name: tell(Text("Your instructor: {said}", said=sentence)) for name, sentence in said.items()}


def taught_html(sentence: str) -> str:
    """The same as HTML; nothing where there is none."""
    return f'<p style="white-space: pre-line"><b>{with_code(sentence)}</b></p>' if sentence else ""
