"""The zip file for students: complete, legal everywhere, without secrets, and it runs."""

from __future__ import annotations

import ast
import base64
import calendar
import html
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from PIL import Image

from autograder.assignment import Assignment
from autograder.building import demo
from autograder.building.submissions import fill_in
from autograder.cli import main
from autograder.engine import Engine
from autograder.faces.handout.command import LIBRARIES, requirements
from tests.support.house import ASSIGNMENT, IN_ORDER, ROOT, data_folder

pytestmark = pytest.mark.slow

NOTEBOOK = "1_rnn_layers"
ADDED = ("START_HERE.md", "requirements.txt", "runtime.txt")
RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in range(10))}
RUN = """
import sys
from pathlib import Path
from IPython.core.interactiveshell import InteractiveShell

sys.path.insert(0, "")
shell = InteractiveShell.instance(user_ns=vars(sys.modules["__main__"]))
shell.enable_gui = lambda gui=None: None
for cell in {cells!r}:
    shell.run_cell(cell).raise_error()
import cs231n, selfcheck
assert all(Path(package.__file__).is_relative_to(Path.cwd()) for package in (cs231n, selfcheck))
assert not {{"autograder", "nbgrader"}} & sys.modules.keys()
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dist") / "rnn_captioning.zip"
    assert main(["handout", "--to", str(path), "--course", str(ROOT)]) == 0
    return path


@pytest.fixture(scope="module")
def folder(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked folder, as a student has it."""
    to = tmp_path_factory.mktemp("student")
    with zipfile.ZipFile(made) as archive:
        archive.extractall(to)
    (top,) = to.iterdir()
    return top


@pytest.fixture(scope="module")
def names(made: Path) -> list[str]:
    with zipfile.ZipFile(made) as archive:
        return archive.namelist()


def test_it_holds_the_release_the_data_and_how_to_start_and_nothing_else(assignment: Assignment, folder: Path):
    found = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    data = {path: found.pop(path) for path in list(found) if "datasets" in path.parts}
    assert {path.name: content for path, content in data.items()} == {
        path.name: path.read_bytes() for path in data_folder(assignment).iterdir()
    }
    assert {str(path) for path in found.keys() - {Path(name) for name in ADDED}} == _tracked(assignment)
    for name in _tracked(assignment):
        if not name.endswith(".ipynb"):
            assert found[Path(name)] == (assignment.release / name).read_bytes(), name


def _tracked(assignment: Assignment) -> set[str]:
    """The released files without the data set and caches."""
    files = (path.relative_to(assignment.release) for path in assignment.release.rglob("*") if path.is_file())
    return {str(path) for path in files if not {"datasets", "__pycache__", ".ipynb_checkpoints"} & set(path.parts)}


EMBEDDED = re.compile(r'<img alt="([^"]+)"(?: width="(\d+)")? src="data:image/png;base64,([^"]+)">')


def test_its_notebooks_are_the_released_ones_with_their_pictures_inside(assignment: Assignment, folder: Path):
    count = 0
    for path in folder.glob("*.ipynb"):
        released = nbformat.read(assignment.release / path.name, as_version=4)
        given = nbformat.read(path, as_version=4)
        nbformat.validate(given)
        for cell, theirs in zip(given.cells, released.cells, strict=True):
            for alt, width, data in EMBEDDED.findall(cell.source):
                picture = Image.open(io.BytesIO(base64.b64decode(data, validate=True)))
                assert len(html.unescape(alt)) > 60
                assert not width or picture.width == pytest.approx(2 * int(width), abs=2)  # sharp on dense screens
                count += 1
            links = re.sub(r"!\[([^\]]*)\]\([^)]+\)", lambda link: html.escape(link[1]), theirs.source)
            assert EMBEDDED.sub(lambda tag: tag[1], cell.source) == links
            assert {**cell, "source": ""} == {**theirs, "source": ""}
    assert count == len(list((assignment.release / "figures").glob("*.svg"))) + 1  # and the goal


def test_its_names_are_legal_on_windows_and_differ_in_more_than_case(names: list[str]):
    for name in names:
        assert len(name) < 120, name
        for part in name.split("/"):
            assert re.fullmatch(r"[\w.-]+", part, re.ASCII) and not part.endswith("."), name
            assert part.split(".")[0].upper() not in RESERVED, name
    assert len({name.casefold() for name in names}) == len(names)
    assert {name.split("/")[0] for name in names} == {"rnn_captioning"}


def test_the_same_release_gives_the_same_bytes(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with zipfile.ZipFile(made) as archive:  # the day may have changed since it was made
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(calendar.timegm(archive.infolist()[0].date_time)))
    assert main(["handout", ASSIGNMENT.name, "--to", str(tmp_path / "again.zip"), "--course", str(ROOT)]) == 0
    assert (tmp_path / "again.zip").read_bytes() == made.read_bytes()
    assert made.stat().st_size < 14 << 20


def test_nothing_secret_is_in_it(assignment: Assignment, folder: Path, names: list[str], whole_code: str):
    assert not [name for name in names if re.search(r"solution|exercises|autograder|gradebook|nbgrader_config", name)]
    code = {line.strip() for line in whole_code.splitlines() if " = " in line}
    cells = [cell for path in folder.glob("*.ipynb") for cell in nbformat.read(path, as_version=4).cells]
    open_cells = [cell for cell in cells if not cell.metadata.get("nbgrader", {}).get("locked")]
    solving = [cell for cell in open_cells if cell.metadata.get("nbgrader", {}).get("solution")]
    assert len(solving) > 15 and len(code) > 60
    assert not code & {line.strip() for cell in solving for line in cell.source.splitlines()}
    everything = "".join(path.read_text() for path in folder.rglob("*") if path.suffix in {".py", ".md", ".ipynb"})
    advice = [mistake.advice for exercise in IN_ORDER for mistake in exercise.mistakes]
    assert len(advice) > 150
    assert not [text for text in advice if text in everything]


def imported(source: str) -> set[str]:
    """The top-level packages that some code imports."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_what_is_imported_is_what_is_to_be_installed(folder: Path):
    code = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.py")}
    courtesy = {name for name, source in code.items() if "autograder" in imported(source)}
    assert courtesy == {"cs231n/check.py", "cs231n/words.py"}  # in the course's folder the kit is where the grader is
    assert all("selfcheck" in imported(code[name]) for name in courtesy)
    sources = list(code.values())
    for path in folder.glob("*.ipynb"):
        cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        sources += [re.sub(r"^%.*$", "", source, flags=re.M) for source in cells]
    found = set().union(*map(imported, sources))
    others = found - sys.stdlib_module_names - {"cs231n", "selfcheck", "autograder"}
    assert {{"PIL": "pillow"}.get(name, name.lower()) for name in others} <= set(LIBRARIES)
    listed = (folder / "requirements.txt").read_text()
    assert listed == requirements()
    assert [re.match(r"\w+", line)[0] for line in listed.splitlines()] == list(LIBRARIES)
    assert all(re.search(r">=\d.*,<\d", line) for line in listed.splitlines())
    assert re.fullmatch(r"python-3\.1[1-4]\n", (folder / "runtime.txt").read_text())


def test_the_page_to_start_with_says_what_is_so(assignment: Assignment, folder: Path):
    text = (folder / "START_HERE.md").read_text()
    assert all(path.name in text for path in assignment.notebooks)
    project = (assignment.root / "pyproject.toml").read_text()
    least, below = re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', project).groups()
    assert f"Python 3.{least} to 3.{int(below) - 1}" in text
    assert "START_HERE" not in "".join(path.read_text() for path in folder.glob("*.ipynb"))


def test_without_a_release_nothing_is_written_and_the_next_step_is_said(
    assignment: Assignment, tmp_path: Path, capsys: pytest.CaptureFixture
):
    bare = demo.lay_out(assignment, tmp_path / "bare")
    assert main(["handout", "--to", str(tmp_path / "x.zip"), "--course", str(bare.root)]) == 2
    assert f"{bare.release} is missing: run `python -m autograder build`" in capsys.readouterr().err
    assert not (tmp_path / "x.zip").exists()


@pytest.mark.slow
def test_its_first_notebook_runs_and_a_check_answers_without_the_grader_and_nbgrader(folder: Path, reference_code: str):
    notebook = fill_in(nbformat.read(folder / f"{NOTEBOOK}.ipynb", as_version=4), reference_code)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    upto = next(index for index, cell in enumerate(code) if ASSIGNMENT.exercise_of(cell) == "rnn_step_forward")
    program = RUN.format(cells=[cell.source for cell in code[: upto + 1]])
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "rnn_step_forward" in done.stdout and "right" in done.stdout


def test_the_cell_for_colab_does_no_harm_when_it_is_handed_in(engine: Engine, folder: Path, solved: NotebookNode):
    text = (folder / "START_HERE.md").read_text()
    cell = "\n".join(re.findall(r"^    (from google.*|drive\.mount.*|%cd .*)$", text, re.M))
    assert len(cell.splitlines()) == 3
    solved.cells.insert(0, nbformat.v4.new_code_cell(cell))
    assert all(judgement.fraction == 1.0 for judgement in engine.grade(solved, NOTEBOOK).judgements.values())
