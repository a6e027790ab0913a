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
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook, MissingEntry

from autograder.cli import main
from autograder.course.configuration import GUARD, PARTS
from tests.support.fresh_nbgrader import BUTTON, FreshNbgrader

pytestmark = pytest.mark.slow

NAME, STUDENT, NOTEBOOK = "ps1", "ada", "p1.ipynb"
TRACE = "escaped"  # the file that code outside of the sandbox leaves in the course folder
ESCAPE = f"""
try:
    open("../../../{TRACE}", "w").close()
except OSError:
    pass
"""
CONFIG = """\
from autograder.faces.nbgrader import configure

c = get_config()
c.CourseDirectory.course_id = "closed"
configure(c)
"""
STOCK = {
    "autograde_preprocessors": ["nbgrader.preprocessors.Execute", "nbgrader.preprocessors.SaveAutoGrades"],
    "sanitize_preprocessors": ["nbgrader.preprocessors.ClearOutput", "nbgrader.preprocessors.OverwriteCells"],
    "exporter_class": "nbconvert.exporters.NotebookExporter",
}
PY, JSON = "nbgrader_config.py", GUARD
EXERCISES = """
from autograder.assignment import Assignment
from autograder.spec import exercise

@exercise(call="y = double(x)", outputs={"y": "N"}, sizes=dict(N=3), rtol=1e-9)
def double(x: "N"):
    \"\"\"Twice x.\"\"\"

assignment = Assignment(exercises=(double,))
"""


@dataclass(frozen=True)
class Folder:
    """A course folder with one submission, and a home of its own for whoever grades."""

    root: Path
    home: Path

    def append(self, text: str, name: str = PY) -> None:
        with open(self.root / name, "a") as file:
            file.write(text + "\n")

    def prepend(self, text: str, name: str = PY) -> None:
        path = self.root / name
        path.write_text(text + "\n" + path.read_text())

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
        return {**kept, "HOME": str(self.home)}

    def scores(self) -> list[float | None]:
        """The automatic marks that are saved, None for what waits."""
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}", "closed") as gradebook:
            try:
                notebooks = gradebook.find_submission(NAME, STUDENT).notebooks
            except MissingEntry:
                return []
            return [grade.auto_score for notebook in notebooks for grade in notebook.grades]

    def check_closed(self, said: str, words: list[str]) -> None:
        """Nothing was run unguarded, nothing saved, and the reader is told where to look."""
        assert not (self.root / TRACE).exists()
        assert [score for score in self.scores() if score is not None] == []
        assert list((self.root / "autograded").rglob("*.ipynb")) == []
        assert [word for word in words if word not in " ".join(said.split())] == [], said


@pytest.fixture(scope="module")
def nbgrader() -> Iterator[FreshNbgrader]:
    with FreshNbgrader() as process:
        yield process


def cell(code: str, grade_id: str, points: int | None = None, solution: bool = False) -> nbformat.NotebookNode:
    about = {"grade_id": grade_id, "grade": points is not None, "solution": solution, "locked": not solution}
    about |= {"task": False, "schema_version": 3, **({} if points is None else {"points": points})}
    return new_code_cell(code, metadata={"nbgrader": about}, id=grade_id)


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


def line_of(text: str, words: str) -> int:
    return [words in line for line in text.splitlines()].index(True) + 1


def appended(text: str, *words: str) -> Callable[[Folder], list[str]]:
    """A case in which the instructor's own file ends with `text`; the place must be told, and these words."""

    def break_it(folder: Folder) -> list[str]:
        folder.append(text)
        lines = (folder.root / PY).read_text().splitlines()
        return [f"{folder.root / PY}, line {len(lines)}", *words]

    return break_it


def in_first_line(text: str, *words: str) -> Callable[[Folder], list[str]]:
    def break_it(folder: Folder) -> list[str]:
        folder.prepend(text)
        return [f"{folder.root / PY}, line 1", *words]

    return break_it


def before_configure(text: str, *words: str) -> Callable[[Folder], list[str]]:
    def break_it(folder: Folder) -> list[str]:
        config = (folder.root / PY).read_text().replace("configure(c)", f"{text}\nconfigure(c)")
        folder.write(PY, config)
        return [f"{folder.root / PY}, line {line_of(config, text)}", *words]

    return break_it


def guard(text: str, *words: str) -> Callable[[Folder], list[str]]:
    """A case in which the file that plugs the grader in is another one."""

    def break_it(folder: Folder) -> list[str]:
        folder.write(JSON, text)
        return [str(folder.root / JSON), *words]

    return break_it


def with_exercises(init: str, *words: str, **files: str) -> Callable[[Folder], list[str]]:
    def break_it(folder: Folder) -> list[str]:
        folder.write(f"exercises/{NAME}/__init__.py", init)
        for name, text in files.items():
            folder.write(f"{name}/{NAME}/p1.py", text)
        return [*words]

    return break_it


def renamed(folder: Folder) -> list[str]:
    folder.write(f"exercises/{NAME}/__init__.py", EXERCISES)
    (folder.root / "source" / NAME).rename(folder.root / "source" / "ps2")
    return [f"no assignment '{NAME}'; it has ps2"]


def without_exercises(folder: Folder) -> list[str]:
    """The exercises have another name than the source, whose checks would be run as tests."""
    folder.write("exercises/old/__init__.py", EXERCISES)
    return [str(folder.root / "exercises" / "old"), "give both folders the same name"]


def older() -> str:
    parts = json.loads(PARTS.read_text())
    parts["Autograde"]["autograde_preprocessors"].remove("nbgrader.preprocessors.LimitOutput")
    return json.dumps(parts, indent=2)


def without_guard(case: Callable[[Folder], list[str]], *words: str) -> Callable[[Folder], list[str]]:
    """The same where the instructor's file alone plugs the grader in."""

    def break_it(folder: Folder) -> list[str]:
        (folder.root / JSON).unlink()
        return [*case(folder), *words]

    return break_it


def stock(*choices: str) -> str:
    return "; ".join(f"c.Autograde.{choice} = {STOCK[choice]!r}" for choice in choices)


BREAKS: dict[str, Callable[[Folder], list[str]]] = {
    "syntax error": in_first_line("def (", "SyntaxError"),
    "name error before": before_configure("c.LatePolicy.per_day = ten", "NameError"),
    "name error after": appended("c.LatePolicy.per_day = ten", "NameError"),
    "failed import": in_first_line("import no_such_module", "ModuleNotFoundError", "no_such_module"),
    "wrong type": appended('c.LatePolicy.per_day = "ten"', "c.LatePolicy.per_day", "'ten'"),
    "out of range": appended("c.LatePolicy.per_day = 200", "c.LatePolicy.per_day", "200"),
    "no number": appended("c.LatePolicy.per_day = float('nan')", "c.LatePolicy.per_day", "no finite number"),
    "wrong type of nbgrader's": appended('c.LimitOutput.max_lines = "many"', "c.LimitOutput.max_lines", "'many'"),
    "unknown choice": appended("c.GradeSubmission.sed = 1", "no choice 'sed'", "did you mean seed?"),
    "unknown choice of nbgrader's": appended("c.IgnorePattern.patern = 'x'", "did you mean pattern?"),
    "unknown section": appended("c.LatePolcy.per_day = 10", "c.LatePolcy", "did you mean c.LatePolicy?"),
    "another unknown section": appended("c.Sandbx.minimum = 'full'", "did you mean c.Sandbox?"),
    "section in small letters": appended("c.sandbox.minimum = 'full'", "did you mean c.Sandbox?"),
    "unknown assignment": appended("c.GradeSubmission.assignments = {'ps2': {'seed': 1}}", "'ps2'", "has ps1"),
    "wrong choice of an assignment": appended("c.GradeSubmission.assignments = {'ps1': {'seed': 'x'}}", "seed"),
    "switched off": appended("c.RunAndJudge.enabled = False", "c.RunAndJudge.enabled"),
    "by nbgrader's former name": appended(
        "c.AutogradeApp.exporter_class = 'nbconvert.exporters.NotebookExporter'", "c.AutogradeApp.exporter_class"
    ),
    "broken guard": guard('{\n  "Autograde": {,\n}', "line 2", "run `python -m autograder setup"),
    "guard that is a list": guard("[]", "no JSON object"),
    "guard with a section that is none": lambda folder: guard('{"Autograde": 5}')(folder)[1:],
    "stock guard": guard(json.dumps({"Autograde": STOCK}), "cannot be set"),
    "older guard": guard(older(), "another version of the grader: run `python -m autograder setup"),
    "exercises with a syntax error": with_exercises("x = (\n", f"exercises/{NAME}/__init__.py, line 1", "SyntaxError"),
    "exercises that exit": with_exercises("import sys\nsys.exit()\n", f"{NAME}/__init__.py, line 2", "SystemExit"),
    "exercises without __init__": lambda folder: (
        folder.write(f"exercises/{NAME}/double.py", ""),
        ["has no __init__.py"],
    )[1],
    "no reference": with_exercises(EXERCISES, f"solutions/{NAME}", "no reference"),
    "broken reference": with_exercises(EXERCISES, f"solutions/{NAME}/p1.py, line 1", solutions="x = y\n"),
    "source renamed": renamed,
    "exercises renamed": without_exercises,
    "stock exporter": appended(stock("exporter_class"), "c.Autograde.exporter_class cannot be set"),
    "stock runner": appended(stock("autograde_preprocessors"), "c.Autograde.autograde_preprocessors cannot be set"),
    "stock cleaner": appended(stock("sanitize_preprocessors"), "c.Autograde.sanitize_preprocessors cannot be set"),
    "nested": appended(f"c.NbGrader.{stock('exporter_class')[2:]}", "c.Autograde.exporter_class cannot be set"),
    "stock parts": appended(stock(*STOCK), "cannot be set"),
    "stock parts before": before_configure(stock(*STOCK), "cannot be set"),
    "no guard, stock parts": without_guard(appended(stock(*STOCK), "cannot be set")),
    "no guard, stock parts before": without_guard(before_configure(stock(*STOCK), "cannot be set")),
    "no guard, name error before": without_guard(before_configure("c.LatePolicy.per_day = ten", "NameError")),
    "no guard, name error after": without_guard(appended("c.LatePolicy.per_day = ten", "NameError")),
}
PRESSED = {  # one of each kind: the button, too, runs nbgrader's converter with what nbgrader has read
    *("syntax error", "name error before", "name error after", "failed import", "wrong type", "unknown choice"),
    *("unknown section", "unknown assignment", "switched off", "broken guard", "stock guard", "older guard"),
    *("exercises with a syntax error", "no reference", "source renamed", "exercises renamed", "stock parts"),
    *("no guard, stock parts", "no guard, name error before"),
}


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
