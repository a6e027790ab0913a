"""Closed when it fails: whatever is wrong in a course, no submission runs outside of the sandbox and no mark is saved.

Each case breaks a course that works, and is tried by the three ways to grade: `nbgrader autograde`, Formgrader's button
and the batch command. The submission has a cell that leaves a file in the course folder wherever it is not confined.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_notebook

from autograder.cli import main
from autograder.course.configuration import PARTS
from tests.support.breakable import CONFIG, ESCAPE, JSON, NAME, NOTEBOOK, PY, STOCK, STUDENT, TRACE, Folder, cell
from tests.support.broken import BREAKS, PRESSED, appended, stock
from tests.support.fresh_nbgrader import BUTTON, FreshNbgrader

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def nbgrader() -> Iterator[FreshNbgrader]:
    with FreshNbgrader() as process:
        yield process


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, nbgrader: FreshNbgrader) -> Folder:
    """A course in which all is well, and in which nothing is graded yet."""
    folder = Folder(tmp_path_factory.mktemp("closed") / "course", tmp_path_factory.mktemp("home"))
    answer = "def answer():\n    ### BEGIN SOLUTION\n    return 42\n    ### END SOLUTION"
    cells = [cell(answer, "answer", solution=True), cell("assert answer() == 42", "check_answer", points=2)]
    folder.write(f"source/{NAME}/{NOTEBOOK}", nbformat.writes(new_notebook(cells=cells)))
    folder.write(PY, CONFIG)
    shutil.copy(PARTS, folder.root)
    done = nbgrader.run(["generate_assignment", NAME], folder.root, folder.environment)
    assert done.returncode == 0, done.stderr
    submitted = nbformat.read(folder.root / "release" / NAME / NOTEBOOK, as_version=4)
    submitted.cells[0].source = f"def answer():\n    return 42\n{ESCAPE}"
    folder.write(f"submitted/{STUDENT}/{NAME}/{NOTEBOOK}", nbformat.writes(submitted))
    return folder


@pytest.fixture
def folder(whole: Folder, tmp_path: Path) -> Folder:
    """A copy to break."""
    shutil.copytree(whole.root, tmp_path / "course")
    (tmp_path / "home").mkdir()
    return Folder(tmp_path / "course", tmp_path / "home")


def autograde(
    nbgrader: FreshNbgrader, folder: Folder, *options: str, before: str = "", here: Path | None = None
) -> tuple[int, str]:
    done = nbgrader.run(["autograde", NAME, *options], here or folder.root, folder.environment, before=before)
    return done.returncode, done.stdout + done.stderr


def press(nbgrader: FreshNbgrader, folder: Folder, before: str = "", here: Path | None = None) -> tuple[int, str]:
    """What the button's answer says, which is what Formgrader shows."""
    done = nbgrader.run([BUTTON, NAME, STUDENT], here or folder.root, folder.environment, before=before)
    if not done.stdout:
        return done.returncode, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer["success"] == (done.returncode == 0)
    return done.returncode, answer.get("log", "")


def batch(folder: Folder, capfd: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = main(["grade", NAME, "--course", str(folder.root), "--jobs", "1"])
    said = capfd.readouterr()
    return code, said.out + said.err


def test_the_course_is_graded_and_confined_where_nothing_is_wrong(
    folder: Folder, nbgrader: FreshNbgrader, capfd: pytest.CaptureFixture[str]
) -> None:
    for code, said in (autograde(nbgrader, folder), press(nbgrader, folder), batch(folder, capfd)):
        assert code == 0, said
        assert folder.scores() == [2.0]
        assert not (folder.root / TRACE).exists()
    shutil.rmtree(folder.root / "autograded")


def test_nbgrader_by_itself_would_let_the_submission_out(folder: Folder, nbgrader: FreshNbgrader) -> None:
    (folder.root / JSON).unlink()
    folder.write(PY, 'c = get_config()\nc.CourseDirectory.course_id = "closed"')
    code, said = autograde(nbgrader, folder)
    assert code == 0, said
    assert (folder.root / TRACE).exists() and folder.scores() == [2.0]


@pytest.mark.parametrize(
    ("case", "way"),
    [(case, way) for case in BREAKS for way in ("autograde", "batch", *(("button",) if case in PRESSED else ()))],
)
def test_nothing_is_run_or_saved(
    case: str, way: str, folder: Folder, nbgrader: FreshNbgrader, capfd: pytest.CaptureFixture[str]
) -> None:
    words = BREAKS[case](folder)
    if way == "autograde":
        code, said = autograde(nbgrader, folder)
    else:
        code, said = press(nbgrader, folder) if way == "button" else batch(folder, capfd)
    assert code != 0, said
    folder.check_closed(said, words)


@pytest.mark.parametrize(
    ("way", "content", "variable", "place"),
    [
        ("autograde", "stock", "", ".jupyter/nbgrader_config.py"),
        ("autograde", "broken", "", ".jupyter/nbgrader_config.py"),
        ("autograde", "stock", "", ".jupyter/nbgrader_config.json"),
        ("autograde", "broken", "", ".jupyter/nbgrader_config.json"),
        ("autograde", "stock", "", ".jupyter/jupyter_config.py"),
        ("autograde", "stock", "JUPYTER_CONFIG_DIR", "config/nbgrader_config.py"),
        ("autograde", "stock", "JUPYTER_CONFIG_PATH", "config/nbgrader_config.py"),
        ("button", "stock", "", ".jupyter/nbgrader_config.py"),
        ("button", "broken", "JUPYTER_CONFIG_PATH", "config/nbgrader_config.py"),
        ("batch", "stock", "", ".jupyter/nbgrader_config.py"),
    ],
)
def test_the_users_own_settings_cannot_unplug_it(
    way: str, content: str, variable: str, place: str, folder: Folder, nbgrader: FreshNbgrader
) -> None:
    path = folder.home / place
    path.parent.mkdir()
    if path.suffix == ".py":
        path.write_text(f"c = get_config()\n{stock(*STOCK) if content == 'stock' else 'c.X.y = ('}\n")
    else:
        path.write_text(json.dumps({"Autograde": STOCK}, indent=2) if content == "stock" else "{\n{")
    environment = {**folder.environment, **({variable: str(path.parent)} if variable else {})}
    if way == "batch":
        command = [sys.executable, "-m", "autograder", "grade", NAME, "--jobs", "1"]
        done = subprocess.run(command, cwd=folder.root, env=environment, capture_output=True, text=True, check=False)
    else:
        arguments = ["autograde", NAME] if way == "autograde" else [BUTTON, NAME, STUDENT]
        done = nbgrader.run(arguments, folder.root, environment)
    assert done.returncode != 0
    folder.check_closed(done.stdout + done.stderr, [f"{path}, line "])


@pytest.mark.parametrize("way", ["autograde", "button"])
def test_settings_in_the_current_folder_cannot_unplug_a_course_elsewhere(
    way: str, folder: Folder, nbgrader: FreshNbgrader
) -> None:
    here = folder.home / "here"
    here.mkdir()
    (here / PY).write_text(f"c.CourseDirectory.root = {str(folder.root)!r}\n{stock(*STOCK)}\n")
    code, said = (autograde if way == "autograde" else press)(nbgrader, folder, here=here)
    assert code != 0
    folder.check_closed(said, [f"{here / PY}, line 2"])


COMMAND_LINES = {
    "nothing runs": (["--Autograde.autograde_preprocessors=[]"], "c.Autograde.autograde_preprocessors"),
    "stock exporter": ([f"--Autograde.exporter_class={STOCK['exporter_class']}"], "c.Autograde.exporter_class"),
    "stock parts": (
        [
            f"--Autograde.{choice}={name}"
            for choice, value in STOCK.items()
            for name in (value if isinstance(value, list) else [value])
        ],
        "c.Autograde.autograde_preprocessors",
    ),
    "nested": ([f"--NbGrader.Autograde.exporter_class={STOCK['exporter_class']}"], "c.Autograde.exporter_class"),
    "switched off": (["--RunAndJudge.enabled=False"], "the command line"),
    "wrong type": (
        ["--LatePolicy.per_day=ten"],
        "the command line, or what a server has read before (restart it after a change): c.LatePolicy",
    ),
    "unknown section": (["--LatePolcy.per_day=10"], "did you mean c.LatePolicy?"),
}


@pytest.mark.parametrize("case", COMMAND_LINES)
def test_the_command_line_cannot_unplug_it(case: str, folder: Folder, nbgrader: FreshNbgrader) -> None:
    options, words = COMMAND_LINES[case]
    code, said = autograde(nbgrader, folder, *options)
    assert code == 1
    folder.check_closed(said, [words])


@pytest.mark.parametrize("case", ["syntax error", "name error after", "unknown section", "stock parts"])
def test_a_course_whose_own_file_has_nothing_of_the_grader_is_closed_too(
    case: str, folder: Folder, nbgrader: FreshNbgrader
) -> None:
    """As nbgrader makes one, and `python -m autograder setup` plugs it in."""
    folder.write(PY, "\n".join(line for line in CONFIG.splitlines() if "configure" not in line))
    code, said = autograde(nbgrader, folder, *COMMAND_LINES["stock parts"][0])
    assert code == 1
    folder.check_closed(said, ["c.Autograde.autograde_preprocessors"])
    folder.append("")
    words = BREAKS[case](folder)
    code, said = autograde(nbgrader, folder)
    assert code == 1
    folder.check_closed(said, words)


def test_each_part_looks_by_itself_whether_all_are_there(folder: Folder, nbgrader: FreshNbgrader) -> None:
    """Where the converter was not stopped, the reader and what runs the submission are."""
    unguarded = "import autograder.faces.nbgrader; from nbgrader.converters import Autograde; del Autograde.start"
    for choice in STOCK:
        options = [option for option in COMMAND_LINES["stock parts"][0] if choice in option]
        code, said = autograde(nbgrader, folder, *options, before=unguarded)
        assert code == 1
        folder.check_closed(said, [f"c.Autograde.{choice}"])


@pytest.mark.parametrize("way", ["autograde", "button"])
@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("import sys; sys.modules['autograder'] = None", "autograder"),
        ("from autograder import supported; supported.OLDEST = (3, 99)", "is not supported"),
    ],
)
def test_a_grader_that_cannot_be_imported_grades_nothing(
    before: str, words: str, way: str, folder: Folder, nbgrader: FreshNbgrader
) -> None:
    code, said = (autograde if way == "autograde" else press)(nbgrader, folder, before=before)
    assert code != 0
    folder.check_closed(said, [words])


@pytest.mark.parametrize("text", ["raise SystemExit('enough')", "import sys; sys.exit(3)", "import sys; sys.exit()"])
def test_a_configuration_that_exits_ends_nbgrader_before_anything_else(
    text: str, folder: Folder, nbgrader: FreshNbgrader, capfd: pytest.CaptureFixture[str]
) -> None:
    """nbgrader ends with the file's own exit code, which is none of ours; the batch command says where."""
    words = appended(text, "SystemExit")(folder)
    for code, said in (autograde(nbgrader, folder), press(nbgrader, folder)):
        assert (code == 0) == text.endswith("exit()")
        folder.check_closed(said, [])
    code, said = batch(folder, capfd)
    assert code == 2
    folder.check_closed(said, words)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", [PY, JSON])
def test_a_file_that_may_not_be_read_is_an_error(name: str, folder: Folder, nbgrader: FreshNbgrader) -> None:
    (folder.root / name).chmod(0)
    for code, said in (autograde(nbgrader, folder), press(nbgrader, folder)):
        assert code != 0
        folder.check_closed(said, [str(folder.root / name), "PermissionError"])


def test_formgrader_shows_the_sentence_and_grades_once_the_file_is_mended(folder: Folder, tmp_path: Path) -> None:
    """The server itself, which reads the configuration anew at each press of the button."""
    from tests.support.lab import TOKEN, jupyterlab

    def answer(address: str) -> dict[str, object]:
        url = f"{address}/formgrader/api/submission/{NAME}/{STUDENT}/autograde"
        request = urllib.request.Request(url, method="POST", headers={"Authorization": f"token {TOKEN}"})
        with urllib.request.urlopen(request, timeout=120) as reply:
            return json.load(reply)

    fine = (folder.root / PY).read_text()
    with jupyterlab(folder.root, folder.home) as address:
        for text in ("def (", stock(*STOCK), "c.LatePolcy.per_day = 10"):
            folder.append(text)
            said = answer(address)
            assert said["success"] is False
            folder.check_closed(str(said["log"]), [f"{folder.root / PY}, line 6"])
            folder.write(PY, fine)
        assert "restart it" in str(answer(address)["log"])  # nbgrader keeps what it has read, a slip too
    with jupyterlab(folder.root, folder.home) as address:
        assert answer(address)["success"] is True
    assert folder.scores() == [2.0] and not (folder.root / TRACE).exists()
