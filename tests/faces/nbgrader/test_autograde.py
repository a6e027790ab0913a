"""nbgrader's own commands on a class of submissions, good and bad: every student ends in a definite status."""

from __future__ import annotations

import csv
import json
import re
from fnmatch import fnmatch
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbformat import NotebookNode
from nbgrader.utils import determine_grade, is_grade

from autograder.assignment import Assignment
from autograder.building.submissions import add_cell, fill_in
from autograder.course.marks import rows, table
from autograder.engine import SEED, Engine
from autograder.judging.trusted import run_here
from autograder.record import load_from
from tests.support.batch import (
    ANSWER,
    BUSY,
    CHECK,
    LIMITS,
    PICKED,
    READERS,
    UNGRADED,
    WRONG_STEP,
    Batch,
    Marks,
    exercises_of,
    grade_class,
    marks,
)
from tests.support.course import NOTEBOOK, CourseFolder
from tests.support.house import ASSIGNMENT, EXERCISES

pytestmark = pytest.mark.slow

BREAKS = """
from autograder.engine import Engine

run = Engine._run

def run_or_break(self, notebook, *rest):
    if any(cell.source == "# breaks" for cell in notebook.cells):
        self._zygote._process.kill()
    return run(self, notebook, *rest)

Engine._run = run_or_break
"""


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory, assignment: Assignment, reference_code: str) -> Batch:
    return grade_class(CourseFolder.make(tmp_path_factory.mktemp("course"), assignment, LIMITS), reference_code)


def test_every_command_succeeds(batch: Batch) -> None:
    assert batch.exits == dict.fromkeys(["generate", "first", "again", "forced", "feedback", "export"], 0), batch.logs


def test_the_log_has_a_line_for_each_student_who_needs_attention(batch: Batch) -> None:
    log = batch.logs["first"]
    assert "Traceback" not in log
    lines = [line.removeprefix("[AutogradeApp | WARNING] ") for line in log.splitlines() if line.strip()]
    ours = {line.partition(",")[0]: line for line in lines if ", 1_rnn_layers: " in line}
    assert set(ours) == {"corrupt", "deleted", "duplicated", "exit", "loop", "named", "stranger", "stripped"}
    theirs = [line for line in lines if line not in ours.values()]
    assert [line.partition(" ")[0] for line in theirs] == ["No", "No"]  # of nbgrader, on the empty and the named one
    assert re.fullmatch(
        rf"loop, 1_rnn_layers: graded. {PICKED} did not finish in time.",
        ours["loop"],
    )


def test_every_student_has_a_status_and_a_sentence_where_something_was_wrong(
    batch: Batch, assignment: Assignment
) -> None:
    statuses = {row.student: row.status for row in batch.rows.values()}
    assert statuses == {
        **dict.fromkeys(["solved", "untouched", "wrong", "crash", "loop", "exit", "warning", "answered"], "graded"),
        **dict.fromkeys(["duplicated", "deleted", "named", "stripped"], "repaired"),
        **dict.fromkeys(["corrupt", "stranger"], "unreadable"),
        "empty": "not graded",
    }
    silent = {"solved", "untouched", "crash", "warning", "answered"}  # the wrong one has marks that are carried
    assert {row.student for row in batch.rows.values() if not row.notes} == silent
    text = table(list(batch.rows.values()), batch.folder.root)
    for sentence in (
        f"{NOTEBOOK} is damaged",
        "No notebook lies in the submission's folder",
        f"{NOTEBOOK} has none of this assignment's cells.",
        "The notebook was handed in as my homework.ipynb",
        f"The cell {PICKED} is there more than once",
        f"The cells {CHECK}, {ANSWER} were missing; they were put back.",
        f"{PICKED} did not finish in time.",
        f"{PICKED} ended the Python process.",
    ):
        assert sentence in text


def test_nobody_who_could_not_be_graded_has_a_zero(batch: Batch) -> None:
    for student in ("corrupt", "stranger"):
        saved = batch.saved["first"][student]
        assert {(mark.auto, mark.waits) for mark in saved.values()} == {(None, True)}
        assert batch.rows[student].points is None
    assert "empty" not in batch.saved["first"]
    assert batch.rows["empty"].points is None


def test_the_export_has_a_status_for_all_and_a_score_only_for_who_was_graded(batch: Batch) -> None:
    with open(batch.folder.root / "grades.csv", newline="") as file:
        lines = {line["student_id"]: line for line in csv.DictReader(file)}
    assert lines.keys() == batch.rows.keys()
    for student, line in lines.items():
        assert line["status"] == batch.rows[student].status
        assert (line["score"] == "") == (batch.rows[student].points is None), student
    assert float(lines["solved"]["score"]) == 54
    assert float(lines["answered"]["score"]) == 54 + 4.5
    assert lines["corrupt"]["needs_manual_grade"] == "True"


def test_right_submissions_get_full_marks_whatever_they_print_or_look_like(
    batch: Batch, assignment: Assignment
) -> None:
    full = {f"check_{name}": most for name, most in assignment.points(Path(NOTEBOOK).stem).items()}
    for student in BUSY:
        assert exercises_of(batch.saved["first"][student]) == full, student


def test_a_bad_exercise_costs_itself(batch: Batch) -> None:
    full = exercises_of(batch.saved["first"]["solved"])
    for student in ("crash", "loop", "exit"):
        assert exercises_of(batch.saved["first"][student]) == {**full, CHECK: 0.0}, student
    assert set(exercises_of(batch.saved["first"]["untouched"]).values()) == {0.0}


def test_partial_credit_is_the_fraction_of_the_points_and_the_same_alone(
    batch: Batch, engine: Engine, reference_code: str, released: NotebookNode
) -> None:
    alone = engine.grade(fill_in(released, reference_code + WRONG_STEP), Path(NOTEBOOK).stem)
    saved = exercises_of(batch.saved["first"]["wrong"])
    points = engine.assignment.points(Path(NOTEBOOK).stem)
    assert saved == {f"check_{name}": round(most * alone.fraction(name), 4) for name, most in points.items()}
    assert 0 < saved["check_rnn_step_backward"] < 10
    assert 0 < saved["check_rnn_backward"] <= 12


def test_written_answers_wait_for_a_human_and_empty_ones_do_not(batch: Batch) -> None:
    saved = {student: marks[ANSWER] for student, marks in batch.saved["first"].items()}
    assert saved["answered"] == saved["deleted"] == saved["stripped"] == Marks(None, None, True)
    assert saved["solved"] == saved["untouched"] == Marks(0.0, None, False)


def test_stock_nbgrader_reads_the_same_marks_from_the_graded_notebook(batch: Batch) -> None:
    for student, saved in batch.saved["forced"].items():
        if student not in UNGRADED:
            for cell in batch.graded(student).cells:
                if is_grade(cell):
                    assert determine_grade(cell)[0] == saved[cell.metadata.nbgrader.grade_id].auto


def test_the_graded_notebook_shows_the_verdicts_in_each_exercises_cell(batch: Batch, assignment: Assignment) -> None:
    for student in ("solved", "wrong", "loop"):
        cells = {
            ASSIGNMENT.exercise_of(cell): cell for cell in batch.graded(student).cells if ASSIGNMENT.exercise_of(cell)
        }
        assert list(cells) == list(assignment.points(Path(NOTEBOOK).stem))
        for name, cell in cells.items():
            shown, *_, result = cell.outputs
            assert "<table" in shown.data["text/html"]
            assert all(case.title in shown.data["text/plain"] for case in EXERCISES[name].cases)
            assert "points" in result.data["text/html"]
    record = load_from(batch.graded("wrong").metadata)
    assert record.exercises["rnn_step_backward"].wrong[0].output == "db"
    nbformat.validate(batch.graded("wrong"))


def test_grading_again_skips_who_is_graded_and_forcing_gives_the_same_marks(batch: Batch) -> None:
    manual = {"answered": {ANSWER: Marks(None, 4.5, False)}}
    expected = {student: {**saved, **manual.get(student, {})} for student, saved in batch.saved["first"].items()}
    assert batch.saved["again"] == expected
    assert ", 1_rnn_layers: " not in batch.logs["again"]
    expected["answered"][ANSWER] = Marks(None, 4.5, True)  # nbgrader asks for a second look at a manual mark
    assert batch.saved["forced"] == expected


def test_what_the_release_brought_is_not_kept_with_the_graded_copies(batch: Batch) -> None:
    assert (batch.folder.submitted("solved") / "cs231n" / "datasets").is_dir()
    assert (batch.folder.submitted("solved") / "selfcheck" / "checks.h5").is_file()
    assert (batch.folder.autograded("solved") / "cs231n" / "coco_utils.py").is_file()
    for shared in ("datasets", "selfcheck"):
        assert not list((batch.folder.root / "autograded").rglob(shared))


def test_cells_that_no_mark_depends_on_are_not_run_and_say_so(batch: Batch, assignment: Assignment) -> None:
    demos = assignment.demos(Path(NOTEBOOK).stem)
    cells = [cell for cell in batch.graded("solved").cells if cell.cell_type == "code"]
    spared = [cell for cell in cells if cell.source.strip() in demos]
    assert len(spared) == len(demos) > 10
    for cell in cells:
        assert not any(output.output_type == "error" for output in cell.outputs), cell.source
        said = "Not run when graded" in str(cell.outputs)
        assert said == (cell in spared) == (cell.execution_count is None and not ASSIGNMENT.exercise_of(cell))


def test_feedback_shows_verdicts_and_advice(batch: Batch) -> None:
    readers = {student for student in batch.rows if fnmatch(student, READERS) and student != "empty"}
    assert {student for student in batch.rows if batch.folder.feedback(student).is_dir()} == readers
    page = batch.page("wrong")
    assert "rnn_step_backward: " in page
    assert "db has shape (), expected " in page
    assert "✗ wrong" in page
    assert "✓ right" in page
    assert "look for a loop that never ends" in batch.page("loop")
    assert "This submission could not be graded." in batch.page("corrupt")


@pytest.mark.parametrize("student", ["untouched", "wrong", "crash", "loop", "exit", "warning", "corrupt"])
def test_feedback_hides_inputs_answers_code_and_paths(batch: Batch, assignment: Assignment, student: str) -> None:
    page = batch.page(student)
    assert str(SEED) not in page
    assert str(assignment.root) not in page
    assert "autograder" not in page
    assert str(batch.folder.root) not in page
    leaked = [text for text in hidden_numbers(assignment) if text in page]
    assert leaked == []


def test_feedback_of_an_untouched_notebook_holds_no_line_of_the_reference(batch: Batch, assignment: Assignment) -> None:
    given = (batch.folder.release / NOTEBOOK).read_text()
    known = {line for cell in json.loads(given)["cells"] for line in "".join(cell["source"]).splitlines()}
    known = {line.strip() for line in known}
    code = (assignment.solutions / "rnn_layers.py").read_text().splitlines()
    secret = {line.strip() for line in code if len(line.strip()) > 12} - known
    assert len(secret) > 25
    for student in ("untouched", "corrupt"):
        page = batch.page(student)
        assert [line for line in secret if line in page] == []


def hidden_numbers(assignment: Assignment) -> set[str]:
    """The hidden inputs and expected values as a page might print them, in several precisions."""
    reference, found = assignment.reference(), set()
    for exercise in map(EXERCISES.get, assignment.points(Path(NOTEBOOK).stem)):
        for case in exercise.cases:
            inputs = exercise.draw(case, SEED)
            outputs = run_here(exercise, inputs, reference).outputs
            for array in [*inputs.values(), *outputs.values()]:
                values = np.asarray(array, np.float64).ravel()[:40]
                for value in values[np.abs(values - np.round(values, 3)) > 1e-5].tolist():
                    found |= {repr(value), f"{value:.8f}", f"{value:.6f}", f"{value:.8g}", f"{value:.6e}"}
    assert len(found) > 1000
    return found


def test_a_broken_sandbox_leaves_no_zero_and_the_batch_goes_on(
    batch: Batch, tmp_path: Path, released: NotebookNode, reference_code: str
) -> None:
    """The status is 1, as nbgrader has it, when a submission could not be graded for the sandbox's sake."""
    folder = CourseFolder.make(tmp_path, batch.folder.assignment, BREAKS)
    folder.release.parent.mkdir()
    folder.release.symlink_to(batch.folder.release)
    (tmp_path / "gradebook.db").write_bytes((batch.folder.root / "gradebook.db").read_bytes())
    breaking = add_cell(fill_in(released, reference_code), PICKED, "# breaks")
    folder.hand_in("a breaking one", nbformat.writes(breaking))
    folder.hand_in("b solved", nbformat.writes(fill_in(released, reference_code)))
    done = folder.nbgrader("autograde", "--log-level=WARN")
    assert done.returncode == 1
    assert "The grading process does not work" in done.stderr
    saved, lines = marks(folder), {row.student: row for row in rows(folder.coursedir, folder.assignment.name)}
    assert {(mark.auto, mark.waits) for mark in saved["a breaking one"].values()} == {(None, True)}
    assert (lines["a breaking one"].status, lines["a breaking one"].points) == ("not graded", None)
    assert exercises_of(saved["b solved"]) == exercises_of(batch.saved["first"]["solved"])
