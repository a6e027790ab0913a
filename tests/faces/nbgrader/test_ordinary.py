"""Ordinary assignments of nbgrader's: what stock nbgrader gives, cell by cell, in our sandbox and much faster."""

from __future__ import annotations

import csv
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.cli import main
from autograder.record import Event, Status, load_from
from tests.support.quickstart import (
    AS_NBGRADER,
    CONFIG,
    NAME,
    PROBLEM,
    QUESTIONS,
    RIGHT,
    Marks,
    Quickstart,
    cell,
    index,
    new_cell,
    solved,
)

pytestmark = pytest.mark.slow

SQUARES, SUM = RIGHT["squares"], RIGHT["sum_of_squares"]
WAITS = Marks(None, None, True)


def _changed(change: Callable[[NotebookNode], object], **code: str) -> Callable[[NotebookNode], NotebookNode]:
    """A submission with right solutions but for `code`, and then changed."""

    def make(released: NotebookNode) -> NotebookNode:
        notebook = solved(released, **code)
        change(notebook)
        return notebook

    return make


def _with(**code: str) -> Callable[[NotebookNode], NotebookNode]:
    return _changed(lambda _: None, **code)


def _delete(notebook: NotebookNode, *names: str) -> None:
    for name in names:
        del notebook.cells[index(notebook, name)]


CLASS = {  # the submissions, by student
    "all_right": _with(sum_of_squares_equation="$n^2$", sum_of_squares_application="pyramid = sum_of_squares(4)"),
    "answered_nothing": deepcopy,
    "cubes": _with(squares=SQUARES.replace("i ** 2", "i ** 3")),
    "dead": _with(sum_of_squares="import os\ndef sum_of_squares(n):\n    os._exit(0)"),
    "deleted": _changed(lambda notebook: _delete(notebook, "last_square", "sum_of_squares_equation")),
    "doubled": _changed(lambda notebook: notebook.cells.insert(4, deepcopy(cell(notebook, "correct_squares")))),
    "edited": _changed(
        lambda notebook: cell(notebook, "correct_squares").update(source="pass"),
        squares="def squares(n):\n    return []",
    ),
    "error": _with(squares="def squares(n):\n    return missing_name\nmissing_name"),
    "exits": _with(sum_of_squares=f"{SUM}\nexit()"),
    "flood": _with(squares=SQUARES.replace("    return", "    for i in range(2000): print('flood', i)\n    return")),
    "generous": _with(squares=SQUARES.replace("    return", "    return [9] if n == 1 else")),
    "helper": _changed(
        lambda notebook: notebook.cells.insert(2, new_cell("def power(i):\n    return i ** 2")),
        squares=SQUARES.replace("i ** 2", "power(i)"),
    ),
    "hidden": _with(squares=SQUARES.replace("    return", "    return [0] if n > 100 else")),
    "loop": _with(sum_of_squares="def sum_of_squares(n):\n    while True: pass"),
    "partial": _with(squares=SQUARES.replace("range(1, n + 1)", "range(1, min(n, 2) + 1)")),
    "prints_to_stderr": _with(sum_of_squares=SUM.replace("return", "import sys; sys.stderr.write('hm'); return")),
    "system_exit": _with(sum_of_squares="def sum_of_squares(n):\n    raise SystemExit"),
    "visible": _with(squares=SQUARES.replace("range(1, n + 1)", "range(n)")),
    "warns": _with(squares=SQUARES.replace("    return", "    import warnings\n    warnings.warn('!')\n    return")),
}
FULL = {
    "correct_squares": 1.0,
    "squares_invalid_input": 1.0,
    "last_square": 2.0,
    "share_of_squares": 4.0,
    "first_square": 1.0,
    "when_graded": 1.0,
    "correct_sum_of_squares": 0.5,
    "sum_of_squares_uses_squares": 0.5,
}
TASK = "cell-938593c4a215c6cc"
UNANSWERED = {**{name: Marks(points, None, False) for name, points in FULL.items()}, TASK: WAITS} | dict.fromkeys(
    ("sum_of_squares_equation", "sum_of_squares_application"), Marks(0.0, None, False)
)
ZERO = Marks(0.0, None, False)
LOST = dict.fromkeys(UNANSWERED, WAITS)  # what a submission has that stock nbgrader gives up
FEWER = UNANSWERED | {"correct_squares": ZERO, "share_of_squares": Marks(3.0, None, False)}
DIFFERENT = {  # where nbgrader's own marks are other ones: all that it may give, and what we give
    # one cell twice stops the whole batch; here the last one counts
    "doubled": ([LOST], UNANSWERED),
    # the kernel dies; here all counts that does not need the deadly function
    "dead": ([LOST], UNANSWERED | {"correct_sum_of_squares": ZERO, "sum_of_squares_uses_squares": ZERO}),
    # exit() ends the kernel, sometimes before the tests have run and sometimes after; here it does nothing
    "exits": ([LOST, UNANSWERED], UNANSWERED),
    # more points than a cell is worth stop it half way; here they are cut
    "generous": (
        [LOST | {name: FEWER[name] for name in [*FULL][:4]}],
        FEWER | {"correct_sum_of_squares": ZERO},
    ),
    # it leaves a deleted cell without a mark for ever; here a test is put back, and only a question waits
    "deleted": (
        [UNANSWERED | {"last_square": WAITS, "sum_of_squares_equation": WAITS}],
        UNANSWERED | {"sum_of_squares_equation": WAITS},
    ),
}
GIVEN_UP = ("dead", "doubled", "generous")
TRICKS = {  # all of them on solutions that earn nothing
    "edits_tests": lambda notebook: [one.update(source="pass") for one in _tests(notebook)],
    "forges_results": lambda notebook: [one.update(outputs=[_forged()], execution_count=1) for one in _tests(notebook)],
    "has_another_kernel": lambda notebook: notebook.metadata.update(
        kernelspec={"name": "bash", "display_name": "Bash", "language": "bash"}, language_info={"name": "bash"}
    ),
    "moves_metadata": lambda notebook: [
        one.metadata.nbgrader.update(points=0, solution=True) for one in _tests(notebook)
    ],
    "replaces_tests": lambda notebook: [_replace(notebook, one) for one in _tests(notebook)],
    "skips_tests": lambda notebook: [one.metadata.update(tags=["skip-execution"]) for one in _tests(notebook)],
    "turns_tests_to_text": lambda notebook: [_to_text(one) for one in _tests(notebook)],
    "validates": lambda notebook: notebook.cells.insert(
        0, new_cell("import os\nos.environ['NBGRADER_VALIDATING'] = '1'\ndel os.environ['NBGRADER_EXECUTION']")
    ),
}
WRONG = {
    "squares": "def squares(n):\n    return [None]",
    "sum_of_squares": "def sum_of_squares(n):\n    return squares(n)",
}


def _tests(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell(notebook, name) for name in FULL]


def _forged() -> NotebookNode:
    return nbformat.v4.new_output("execute_result", data={"text/plain": "1.0"}, execution_count=1)


def _replace(notebook: NotebookNode, test: NotebookNode) -> None:
    place = notebook.cells.index(test)
    notebook.cells[place] = new_cell("pass")
    notebook.cells[place].metadata.update(test.metadata)


def _to_text(test: NotebookNode) -> None:
    test.update(cell_type="markdown")
    del test["outputs"], test["execution_count"]


@dataclass
class Compared:
    """The class graded by both, with ours first through nbgrader and then by the batch command."""

    ours: Quickstart
    stock: Quickstart
    log: str
    marks: dict[str, dict[str, Marks]]
    stocks: dict[str, dict[str, Marks]]
    files: dict[str, object]


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Compared:
    root = tmp_path_factory.mktemp("ordinary")
    stock = Quickstart.make(root / "stock", CONFIG, ours=False)
    ours = Quickstart.make(root / "ours", CONFIG + AS_NBGRADER)
    released = ours.released()
    for student, make in CLASS.items():
        for course in (stock, ours):
            course.hand_in(student, make(released))
    for student, change in TRICKS.items():
        ours.hand_in(student, _changed(change, **WRONG)(released))
    some = ("--student=[a-eg]*", "--student=[fh-z]*", "--student=doubled")  # one stops all those that come after it
    running = [stock.start_stock(one, "--CourseDirectory.student_id_exclude=doubled") for one in some[:2]]
    running.append(stock.start_stock(some[2]))
    done = ours.nbgrader("autograde", "--log-level=WARN")
    assert done.returncode == 0, done.stderr
    for process in running:
        process.communicate()
    assert [process.returncode for process in running] == [1, 0, 1]
    return Compared(ours, stock, done.stdout + done.stderr, ours.marks(), stock.marks(), _files(ours))


def _files(course: Quickstart) -> dict[str, object]:
    """The graded notebooks, but for what is drawn anew and for the time."""
    found = {}
    for path in sorted((course.root / "autograded").rglob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        notebook.metadata.grading.pop("seconds")
        for one in notebook.cells:
            one.pop("id")
        found[str(path)] = notebook
    return found


def test_the_release_has_nothing_of_ours(compared: Compared) -> None:
    ours, stock = (
        {str(path.relative_to(course.release)): path.read_bytes() for path in course.release.rglob("*")}
        for course in (compared.ours, compared.stock)
    )
    assert list(ours) == list(stock) and set(ours) == {f"{PROBLEM}.ipynb", "jupyter.png"}
    assert [one.source for one in compared.ours.released().cells] == [
        one.source for one in compared.stock.released().cells
    ]


@pytest.mark.parametrize("student", [name for name in CLASS if name not in DIFFERENT])
def test_the_marks_are_those_of_stock_nbgrader(compared: Compared, student: str) -> None:
    assert compared.marks[student] == compared.stocks[student]
    assert len(compared.marks[student]) == len(UNANSWERED)


@pytest.mark.parametrize("student", DIFFERENT)
def test_the_marks_that_are_others_are_known(compared: Compared, student: str) -> None:
    theirs, ours = DIFFERENT[student]
    assert compared.stocks[student] in theirs
    assert compared.marks[student] == ours
    assert student not in GIVEN_UP or not (compared.stock.autograded(student) / f"{PROBLEM}.ipynb").exists()


def test_the_class_has_marks_of_all_kinds(compared: Compared) -> None:
    """So that the comparison says something."""
    assert compared.marks["all_right"] == UNANSWERED | dict.fromkeys(
        ("sum_of_squares_equation", "sum_of_squares_application"), WAITS
    )
    earned = {student: {name: mark.auto for name, mark in marks.items()} for student, marks in compared.marks.items()}
    assert earned["hidden"]["last_square"] == 0 and earned["hidden"]["correct_squares"] == 1
    assert earned["partial"]["share_of_squares"] == 2
    assert not any(earned["answered_nothing"][name] for name in FULL)
    assert not any(earned["warns"][name] for name in ("correct_squares", "last_square", "share_of_squares"))
    assert [earned["loop"][name] for name in ("correct_squares", "correct_sum_of_squares")] == [1, 0]


@pytest.mark.parametrize("student", TRICKS)
def test_tricks_that_can_be_refused_are_refused(compared: Compared, student: str) -> None:
    earned = {name: compared.marks[student][name].auto for name in FULL}
    assert earned == dict.fromkeys(FULL, 0.0) | {"sum_of_squares_uses_squares": 0.5}  # the one that is right


def test_what_needs_attention_is_told(compared: Compared) -> None:
    notes = {student: load_from(compared.ours.graded(student).metadata).notes for student in (*CLASS, *TRICKS)}
    (capped,) = notes["generous"]
    assert (capped.event, capped.text) == (
        Event.ASSIGNMENT,
        "The test first_square gave itself 9 points, and it is worth 1: no more counts.",
    )
    assert capped.text in compared.log
    assert {note.event for note in notes["loop"]} == {Event.TIMED_OUT}
    assert {note.event for note in notes["dead"]} == {Event.CRASHED}
    assert {note.event for student in ("deleted", "doubled", "edited", "edits_tests") for note in notes[student]} == {
        Event.REPAIR
    }
    silent = set(CLASS) - {"dead", "deleted", "doubled", "edited", "generous", "loop"}
    assert not any(notes[student] for student in silent)


def test_a_tests_points_above_its_worth_are_not_told_to_the_student(compared: Compared) -> None:
    assert compared.ours.nbgrader("generate_feedback", "--student=generous").returncode == 0
    assert "gave itself" not in compared.ours.page("generous")


def test_all_further_commands_work(compared: Compared, capsys: pytest.CaptureFixture[str]) -> None:
    ours = compared.ours
    assert ours.nbgrader("generate_feedback", "--student=[h]*").returncode == 0
    assert ours.nbgrader("export").returncode == 0
    with open(ours.root / "grades.csv", newline="") as file:
        lines = {line["student_id"]: line for line in csv.DictReader(file)}
    assert set(lines) == {*CLASS, *TRICKS}
    assert float(lines["hidden"]["score"]) == sum(FULL.values()) - 2
    assert lines["all_right"]["needs_manual_grade"] == "True"
    course = ["--course", str(ours.root)]
    capsys.readouterr()
    assert main(["marks", NAME, *course]) == 0
    told = capsys.readouterr().out
    assert "cubes" in told and "repaired" in told
    assert main(["report", NAME, *course]) == 0


def test_the_batch_command_gives_the_same_marks_and_files(compared: Compared) -> None:
    compared.ours.batch("--force")
    assert compared.ours.marks() == compared.marks
    assert _files(compared.ours) == compared.files


def test_by_default_warnings_cost_nothing(compared: Compared) -> None:
    config = compared.ours.root / "nbgrader_config.py"
    config.write_text(config.read_text().replace(AS_NBGRADER, ""))
    compared.ours.batch("--force", "--student", "warns", "prints_to_stderr", "hidden", "error", "partial", "all_right")
    marks = compared.ours.marks()
    assert marks["warns"] == marks["prints_to_stderr"] == UNANSWERED
    others = set(marks) - {"warns", "prints_to_stderr"}
    assert {student: marks[student] for student in others} == {student: compared.marks[student] for student in others}


@pytest.fixture(scope="module")
def with_r(tmp_path_factory: pytest.TempPathFactory) -> Quickstart:
    """A course with a notebook in Python, one of questions, and one in R."""

    def add_r(source) -> None:
        notebook = nbformat.read(source / f"{PROBLEM}.ipynb", as_version=4)
        notebook.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}
        notebook.metadata.pop("language_info", None)
        nbformat.write(notebook, source / "in_r.ipynb")

    notebooks = (PROBLEM, QUESTIONS)
    course = Quickstart.make(tmp_path_factory.mktemp("r") / "course", CONFIG, notebooks=notebooks, change=add_r)
    names = (*notebooks, "in_r")
    for student in ("ann", "bob"):
        handed_in = [solved(course.released()), course.released(QUESTIONS), course.released("in_r")]
        course.hand_in(student, *handed_in, names=names)
    return course


@pytest.mark.parametrize("by_batch", [False, True], ids=["nbgrader", "batch"])
def test_a_notebook_with_another_kernel_has_no_marks(with_r: Quickstart, by_batch: bool) -> None:
    done = with_r.batch("--force") if by_batch else with_r.nbgrader("autograde").returncode
    assert done == int(by_batch)  # the batch command: somebody needs attention
    for student in ("ann", "bob"):
        records = {name: load_from(with_r.graded(student, name).metadata) for name in (PROBLEM, QUESTIONS, "in_r")}
        statuses = {name: record.status for name, record in records.items()}
        assert statuses == {PROBLEM: Status.GRADED, QUESTIONS: Status.GRADED, "in_r": Status.NOT_GRADED}
        (note,) = records["in_r"].notes
        assert note.text == "This notebook is written for the kernel R, and only Python can be graded here."
        assert not any(one.get("outputs") for one in with_r.graded(student, "in_r").cells)
    assert set(with_r.marks("in_r")["ann"].values()) == {WAITS}
    assert with_r.nbgrader("generate_feedback", "--student=ann", "--force").returncode == 0
    assert "Not graded yet" in with_r.page("ann", "in_r") and note.text in with_r.page("ann", "in_r")
    assert with_r.marks()["ann"] == UNANSWERED
