"""Where the batch command cannot do anything: a sentence, exit code 2, and nothing was touched."""

from __future__ import annotations

import shutil

import pytest

from autograder.cli import main
from tests.support.batch_command import grade
from tests.support.course import CourseFolder
from tests.support.house import NAME

pytestmark = pytest.mark.slow

PY, JSON = "nbgrader_config.py", "nbgrader_config.json"


def unplug(folder: CourseFolder) -> str:
    (folder.root / PY).write_text("c = get_config()\nc.CourseDirectory.course_id = 'x'\n")
    (folder.root / JSON).unlink()
    return (
        f"the configuration of {folder.root} does not plug the grader in, and student code would run unguarded: run"
        f" `python -m autograder setup"
    )


def misspell_config(folder: CourseFolder) -> str:
    (folder.root / PY).write_text("c = get_config()\nthis is no Python\n")
    return f"{folder.root / PY}, line 2, cannot be read: SyntaxError: invalid syntax"


def misname_a_choice(folder: CourseFolder) -> str:
    with open(folder.root / PY, "a") as file:
        file.write("c.GradeSubmission.cel_limit = 1.0\n")
    line = len((folder.root / PY).read_text().splitlines())
    return f"{folder.root / PY}, line {line}: c.GradeSubmission has no choice 'cel_limit'"


def spoil_the_guard(folder: CourseFolder) -> str:
    (folder.root / JSON).write_text('{\n"Autograde": \n')
    return f"{folder.root / JSON}, line 3, cannot be read: "


def no_submissions(folder: CourseFolder) -> str:
    shutil.rmtree(folder.root / "submitted")
    return f"there are no submissions; each goes into a folder {folder.root}/submitted/NAME/rnn_captioning\n"


def no_release(folder: CourseFolder) -> str:
    shutil.rmtree(folder.root / "release")
    return "is not complete: run `nbgrader generate_assignment rnn_captioning` first\n"


def no_gradebook(folder: CourseFolder) -> str:
    (folder.root / "gradebook.db").unlink()
    return "is not complete: run `nbgrader generate_assignment rnn_captioning` first\n"


def no_reference(folder: CourseFolder) -> str:
    for path in (folder.root / "solutions").rglob("*.py"):
        path.unlink()
    return f"{folder.root / 'solutions' / NAME} holds no reference: run `python -m autograder build`\n"


def no_course(folder: CourseFolder) -> str:
    for name in (PY, JSON):
        (folder.root / name).unlink()
    return "is no course folder (it has no nbgrader_config.py): name yours with --course\n"


@pytest.mark.parametrize(
    "spoil",
    [
        unplug,
        misspell_config,
        misname_a_choice,
        spoil_the_guard,
        no_submissions,
        no_release,
        no_gradebook,
        no_reference,
        no_course,
    ],
)
def test_where_nothing_can_be_graded_a_sentence_says_why(fresh: CourseFolder, capsys, spoil):
    sentence = spoil(fresh)
    assert grade(fresh) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ") and sentence in err and err.count("\n") == 1
    assert not (fresh.root / "autograded").exists()


def test_unknown_names_are_errors_with_the_near_ones(fresh: CourseFolder, capsys):
    assert grade(fresh, "--student", "zoe", "sovled") == 2
    assert capsys.readouterr().err.startswith("error: there is no submission of sovled; near it: solved")
    assert main(["grade", "rnn_captionin", "--course", str(fresh.root)]) == 2
    assert capsys.readouterr().err == "error: this course has no assignment 'rnn_captionin'; it has rnn_captioning\n"


def test_a_bad_option_is_an_error(fresh: CourseFolder, capsys):
    with pytest.raises(SystemExit) as stop:
        grade(fresh, "--jobs", "none")
    assert stop.value.code == 2
    assert "'none' is no number of workers: 1 or more" in capsys.readouterr().err
