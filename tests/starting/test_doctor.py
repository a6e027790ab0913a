"""What is wrong with a course or a machine is named, each with its remedy, and nothing that is looked at is changed."""

from __future__ import annotations

import importlib.metadata
import json
import locale
import os
import shutil
import sqlite3
import tempfile
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.course.fingerprint import of_submission
from autograder.sandbox.levels import Ladder
from autograder.starting.doctor import course as of_course
from autograder.starting.doctor import gradebook, machine
from autograder.starting.doctor.check import Check, Course, State, check, examine
from autograder.starting.doctor.command import CHECKS, lines
from tests.support.house import NAME
from tests.support.nobody import NOBODY

pytestmark = pytest.mark.slow
BY_NAME = {each.name: each for each in CHECKS}
Break = Callable[[Course, pytest.MonkeyPatch], None]


def found(course: Course, name: str) -> tuple[State, str, str]:
    (result,) = examine(course, [BY_NAME[name]], lambda _: None)
    return result.found.state, result.found.said, result.found.remedy


def setting(line: str) -> Break:
    def do(course: Course, _: pytest.MonkeyPatch) -> None:
        with open(course.root / "nbgrader_config.py", "a") as file:
            file.write(f"\n{line}\n")

    return do


def removed(*parts: str) -> Break:
    def do(course: Course, _: pytest.MonkeyPatch) -> None:
        path = course.root.joinpath(*parts)
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return do


def older_guard(course: Course, _: pytest.MonkeyPatch) -> None:
    path = course.root / "nbgrader_config.json"
    content = json.loads(path.read_text())
    content["Autograde"]["autograde_preprocessors"][0] = "autograder.nbgrader_plugin.Run"
    path.write_text(json.dumps(content))


def changed_source(course: Course, _: pytest.MonkeyPatch) -> None:
    path = course.root / "source" / NAME / "1_rnn_layers.ipynb"
    path.write_text(path.read_text().replace("Save this notebook.", "Save this notebook now."))


def changed_points(course: Course, _: pytest.MonkeyPatch) -> None:
    path = course.root / "source" / NAME / "1_rnn_layers.ipynb"
    path.write_text(path.read_text().replace('"points": 10,', '"points": 11,'))


def no_database(course: Course, _: pytest.MonkeyPatch) -> None:
    (course.root / "gradebook.db").write_text("points of everyone: " + "10 " * 400)


def empty_data(course: Course, _: pytest.MonkeyPatch) -> None:
    for path in (course.root / "data").rglob("*.*"):
        path.unlink()


def open_exchange(mode: int, own: int = 0o777) -> Break:
    def do(course: Course, patch: pytest.MonkeyPatch) -> None:
        root = course.root / "exchange"
        (root / course.root.name / "inbound").mkdir(parents=True)
        root.chmod(mode)
        (root / course.root.name / "inbound").chmod(own)
        setting(f"c.Exchange.root = {str(root)!r}; c.CourseDirectory.course_id = {course.root.name!r}")(course, patch)
        patch.setattr(gradebook, "_closed_above", lambda _: None)  # the folders above are those of the tests

    return do


def closed_above(course: Course, patch: pytest.MonkeyPatch) -> None:
    root = course.root / "mine" / "exchange"
    root.mkdir(parents=True)
    root.chmod(0o777)
    root.parent.chmod(0o700)
    setting(f"c.Exchange.root = {str(root)!r}")(course, patch)


def students_settings(course: Course, patch: pytest.MonkeyPatch) -> None:
    folder = course.root.parent / "etc"
    folder.mkdir()
    (folder / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'spring'\n")
    patch.setenv("JUPYTER_CONFIG_PATH", str(folder))


def switched_off(course: Course, patch: pytest.MonkeyPatch) -> None:
    folder = course.root.parent / "etc" / "jupyter_server_config.d"
    folder.mkdir(parents=True)
    off = {"ServerApp": {"jpserver_extensions": {"nbgrader.server_extensions.formgrader": False}}}
    (folder / "nbgrader.json").write_text(json.dumps(off))
    patch.setenv("JUPYTER_CONFIG_PATH", str(folder.parent))


def handed_in(*names: str) -> Break:
    def do(course: Course, _: pytest.MonkeyPatch) -> None:
        for name in names:
            (course.root / "submitted" / name / NAME).mkdir(parents=True)

    return do


def full_disk(_: Course, patch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    patch.setattr(shutil, "disk_usage", lambda _: usage(1 << 40, 1 << 40, 1 << 20))


def weak_sandbox(_: Course, patch: pytest.MonkeyPatch) -> None:
    ladder = Ladder("process", {"full": "Install bubblewrap.", "container": "The kernel offers no Landlock."})
    patch.setattr(of_course, "climb", lambda: ladder)


def old_library(_: Course, patch: pytest.MonkeyPatch) -> None:
    there = importlib.metadata.version
    patch.setattr(machine, "version", lambda name: "0.8.1" if name == "nbgrader" else there(name))


def no_alembic(_: Course, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(machine.sys, "executable", "/nowhere/python")
    patch.setenv("PATH", "/nowhere")


def latin(_: Course, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(locale, "getencoding", lambda: "ISO-8859-1")


FAIL, WARN = State.FAIL, State.WARN
BROKEN: dict[str, tuple[Break, str, State, str, str]] = {  # the check that sees it, its state, what it says, the remedy
    "an older Python": (
        lambda _, patch: patch.setattr(machine, "problem", lambda: "Python 3.9 is not supported"),
        *("python", FAIL, "3.9", "3.11"),
    ),
    "an old library": (old_library, "libraries", FAIL, "nbgrader 0.8.1 is not", "make install"),
    "no alembic": (no_alembic, "alembic", FAIL, "no command alembic", "activate"),
    "Formgrader switched off": (switched_off, "jupyterlab", FAIL, "formgrader", "jupyter server extension enable"),
    "another locale": (latin, "locale", WARN, "ISO-8859-1", "LANG=C.UTF-8"),
    "no course": (removed("source"), "folder", FAIL, "no source", "autograder new"),
    "an error in a line": (setting("c.Grade("), "configuration", FAIL, "line", "correct the line"),
    "a misspelt setting": (setting("c.Sandbox.minimun = 'full'"), "configuration", FAIL, "did you mean", "correct"),
    "a file that ends": (setting("import sys; sys.exit(3)"), "configuration", FAIL, "SystemExit", "correct"),
    "no guard": (removed("nbgrader_config.json"), "guard", FAIL, "is missing", "autograder setup"),
    "an older guard": (older_guard, "guard", FAIL, "does not plug", "autograder setup"),
    "no data set": (removed("data"), "assignments", FAIL, "the data set", "put the files back"),
    "an empty data set": (empty_data, "assignments", FAIL, "is empty", "put the files back"),
    "no exercises": (removed("exercises", NAME), "assignments", FAIL, "put them back", "put the files back"),
    "a full disk": (full_disk, "disk", FAIL, "0.0 GB", "make room"),
    "no release": (removed("release"), "release", FAIL, "is not there", f"generate_assignment {NAME}"),
    "a changed source": (changed_source, "release", FAIL, "release/", f"generate_assignment {NAME}"),
    "changed points": (changed_points, "generated", FAIL, "and 103", "--force"),
    "a weak sandbox": (weak_sandbox, "sandbox", FAIL, "nothing is graded", "no Landlock"),
    "a damaged gradebook": (no_database, "gradebook", FAIL, "no gradebook, or a damaged one", "folder"),
    "no gradebook": (removed("gradebook.db"), "gradebook", WARN, "not there yet", "generate_assignment"),
    "a server that is down": (
        setting("c.CourseDirectory.db_url = 'postgresql+psycopg://g@127.0.0.1:1/marks'"),
        *("gradebook", FAIL, "cannot be opened", "server runs"),
    ),
    "a closed exchange": (open_exchange(0o755), "exchange", FAIL, "drwxr-xr-x", "chmod 777"),
    "a closed inbound": (open_exchange(0o777, 0o755), "exchange", FAIL, "inbound", "chmod o+wx"),
    "an exchange in a home": (closed_above, "exchange", FAIL, "cannot enter", "choose another"),
    "no exchange": (setting("c.Exchange.root = '/nowhere'"), "exchange", FAIL, "is not there", "mkdir"),
    "students' settings": (students_settings, "course id", FAIL, "'spring'", "same c.CourseDirectory.course_id"),
    "no id": (setting("c.CourseDirectory.course_id = ''"), "course id", FAIL, "no id", "set c.CourseDirectory"),
    "an unknown zone": (setting("c.Exchange.timezone = 'Mars/Base'"), "time zone", FAIL, "Mars", "full name"),
    "two students alike": (handed_in("jose\u0301", "jos\u00e9"), "students", WARN, "too like", "rename"),
    "a name that is no text": (handed_in("ann\nbob"), "students", FAIL, "no gradebook can hold", "rename"),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_set_up_is_named_with_its_remedy(broken: str, course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    do, name, state, said, remedy = BROKEN[broken]
    before = found(course, name)[0] if name != "exchange" else State.OK  # whatever this machine has of one
    assert before is not FAIL
    do(fresh := Course(course.root), monkeypatch)
    monkeypatch.setattr(gradebook, "PATIENCE", 1)
    sees = found(fresh, name)
    assert sees[0] is state and said in sees[1] and remedy in sees[2], sees
    assert "itself broke" not in sees[1]


def test_a_price_for_lateness_without_a_due_date(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(course, "due dates")[:2] == (State.OK, f"{NAME} 2031-03-01 23:59 CST")
    with closing(sqlite3.connect(course.root / "gradebook.db")) as database:
        database.execute("UPDATE assignment SET duedate = NULL")
        database.commit()
    assert found(course, "due dates")[0] is State.OK
    setting("c.LatePolicy.per_day = 10")(fresh := Course(course.root), monkeypatch)
    assert found(fresh, "due dates")[0] is FAIL


def test_a_locked_gradebook(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradebook, "PATIENCE", 0.1)
    with closing(sqlite3.connect(course.root / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        state, said, _ = found(course, "gradebook")
        assert state is FAIL and "was locked all the time" in said
    assert found(course, "gradebook")[0] is State.OK


@pytest.fixture
def not_ours(course: Course) -> Iterator[Course]:
    if os.geteuid():
        pytest.skip("only root can be somebody else")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        os.chmod(folder, 0o755)
        root = Path(shutil.copytree(course.root, Path(folder, "course"), ignore=lambda *_: ["data", "release"]))
        os.seteuid(NOBODY)
        try:
            yield Course(root)
        finally:
            os.seteuid(0)


def test_a_course_that_may_only_be_read(not_ours: Course) -> None:
    assert found(not_ours, "permissions")[0] is FAIL
    state, said, _ = found(not_ours, "gradebook")
    assert state is FAIL and "cannot be written" in said


def test_a_check_that_breaks_is_one_line_and_stops_no_other(course: Course) -> None:
    @check("first", remedy="-")
    def breaks(_: Course) -> str:
        raise ZeroDivisionError("by\nzero")

    @check("second", remedy="-")
    def ends(_: Course) -> str:
        raise SystemExit(7)

    @check("third", remedy="-", needs=("first",))
    def waits(_: Course) -> str:
        return "never"

    @check("fourth", remedy="-")
    def goes_on(_: Course) -> str:
        return "fine"

    checks: list[Check] = [breaks, ends, waits, goes_on]
    results = list(examine(course, checks, lambda _: None))
    assert [each.found.state for each in results] == [FAIL, FAIL, WARN, State.OK]
    shown = [line for each in results for line in lines(each)]
    assert "\n" not in "".join(shown) and "ZeroDivisionError: by?zero" in shown[0] and "mend first" in shown[5]


def test_every_check_is_declared_whole() -> None:
    assert len(BY_NAME) == len(CHECKS)
    for number, each in enumerate(CHECKS):
        assert each.about.endswith(".") and each.remedy
        assert set(each.needs) <= {before.name for before in CHECKS[:number]}
    seen = {name for _, name, *_ in BROKEN.values()} | {"due dates", "permissions", "trial", "engine"}
    assert seen == set(BY_NAME)


def test_the_command_changes_nothing_and_its_exit_code_says_how_it_went(
    course: Course, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = of_submission(course.root)
    assert main(["doctor", str(course.root), "--quick"]) == 0
    assert of_submission(course.root) == before
    said = capsys.readouterr().out
    assert said.endswith("0 failed. Ready for a semester.\n") and f"{len(CHECKS) - 1} checks" in said
    setting("c.Sandbox.minimun = 1")(course, monkeypatch)
    removed("nbgrader_config.json")(course, monkeypatch)
    assert main(["doctor", str(course.root), "--quick"]) == 1
    said = capsys.readouterr().out
    assert "\nfail  configuration" in said and "\nfail  guard" in said and "not looked at, as configuration" in said
    shutil.rmtree(course.root / "release")
    assert main(["doctor", str(course.root / "release")]) == 2


@pytest.mark.slow
def test_the_trial_sees_a_solution_that_is_wrong_and_works_in_its_copy(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting("c.CourseDirectory.submitted_directory = '/nowhere'")(course, monkeypatch)
    path = course.root / "source" / NAME / "1_rnn_layers.ipynb"
    path.write_text(path.read_text().replace("next_h = np.tanh(", "next_h = np.sin("))  # and the reference stays
    before = of_submission(course.root)
    state, said, _ = found(course, "trial")
    assert state is FAIL and "the solution has" in said and "and should have" in said, said
    assert of_submission(course.root) == before
