"""The Chinese edition: all is translated, pictures and documents are of today, marks are those of the English one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import nbformat
import pytest
from PIL import Image

from autograder.assignment import Assignment
from autograder.building import catalogue, demo, release
from autograder.building.submissions import fill_in
from autograder.catalogues.documents import OF_VERSION, is_outdated, version
from autograder.catalogues.drawings import translated_drawing
from autograder.catalogues.files import FOLDER, OVERLAY
from autograder.engine import Engine
from autograder.rendering.verdicts import told, verdicts_html, verdicts_text
from autograder.translation import languages
from tests.support.house import ROOT

CHINESE = "zh_CN"
DOCUMENTS = [ROOT / "docs" / "students.md", ROOT / "autograder" / "faces" / "handout" / "START_HERE.md"]
DRAWINGS = sorted((ROOT / "source" / "rnn_captioning" / "figures").glob("*.svg"))


@pytest.fixture(scope="module")
def chinese(assignment: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """The assignment in a course in Chinese, released."""
    made = demo.lay_out(assignment, tmp_path_factory.mktemp("chinese")).told_in(CHINESE)
    catalogue.make(made)
    release.make(made)
    return made


def test_every_sentence_is_translated(assignment: Assignment):
    assert languages.shipped(assignment) == [CHINESE]
    assert list(languages.wrong(assignment, CHINESE)) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_documents_are_of_the_english_version_of_today(path: Path):
    assert not is_outdated(path, CHINESE), f"translate what has changed, then put {version(path)} into the last line"


def test_the_readme_is_of_the_english_version_of_today():
    found = OF_VERSION.search((ROOT / "README.zh-CN.md").read_text(encoding="utf-8"))
    assert found, "its last line says of which version it is"
    assert found[1] == version(ROOT / "README.md"), "translate what has changed, then change the last line"


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_the_png_of_a_drawing_was_made_from_its_translation(path: Path, assignment: Assignment):
    drawing = translated_drawing(path.read_text(encoding="utf-8"), assignment.told_in(CHINESE).tongue.says)
    made = assignment.declared_in / FOLDER / CHINESE / OVERLAY / "figures" / f"{path.stem}.png"
    assert Image.open(made).text["Source SHA-256"] == hashlib.sha256(drawing.encode()).hexdigest(), (
        "scripts/drawings.py"
    )


def test_the_release_has_chinese_texts_drawings_and_pictures(chinese: Assignment):
    notebook = nbformat.read(chinese.release / "1_rnn_layers.ipynb", as_version=4)
    assert notebook.cells[0].source.startswith("# 用循环神经网络做图像描述")
    assert "{points:" not in notebook.cells[0].source
    stub = next(cell.source for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution"))
    assert "形状为 (N, D)" in stub and "# YOUR CODE HERE" in stub
    assert "数据向前流动" in (chinese.release / "figures" / "rnn_step.svg").read_text(encoding="utf-8")
    own = chinese.declared_in / FOLDER / CHINESE / OVERLAY / "figures"
    assert (chinese.release / "figures" / "goal.png").read_bytes() == (own / "goal.png").read_bytes()
    secrets = b"".join(path.read_bytes() for path in chinese.release.rglob("*.mo"))
    assert "梯度没有传给".encode() in secrets, "what the visible check names"
    assert "dh[:, t] 要加上".encode() not in secrets, "and not the remedy, which is for feedback"


@pytest.mark.slow
@pytest.mark.parametrize("notebook", ["1_rnn_layers", "3_lstm"])
def test_marks_are_those_of_the_english_edition(notebook: str, assignment: Assignment, chinese: Assignment):
    samples = sorted((assignment.declared_in / demo.SAMPLES / notebook).glob("*.py"))
    assert samples
    with Engine(assignment) as english, Engine(chinese) as other:
        for sample in samples:
            code = assignment.module(assignment.source / f"{notebook}.ipynb").read_text() + sample.read_text()
            graded = {}
            for name, engine in (("english", english), ("chinese", other)):
                handed_in = nbformat.read(engine.assignment.release / f"{notebook}.ipynb", as_version=4)
                graded[name] = engine.grade(fill_in(handed_in, code), notebook)
            first, second = graded["english"], graded["chinese"]
            assert {name: each.fraction for name, each in first.judgements.items()} == {
                name: each.fraction for name, each in second.judgements.items()
            }
            if notebook == "1_rnn_layers":  # a later one quotes what the library says, in the student's language
                assert told(first) == told(second), "the record is in English"


@pytest.mark.slow
def test_what_students_read_of_a_wrong_function_is_chinese(chinese: Assignment):
    code = chinese.module(chinese.source / "1_rnn_layers.ipynb").read_text()
    wrong = code.replace("np.tanh(", "np.sinh(")
    assert wrong != code
    with Engine(chinese) as engine:
        notebook = nbformat.read(chinese.release / "1_rnn_layers.ipynb", as_version=4)
        graded = engine.grade(fill_in(notebook, wrong), "1_rnn_layers")
    judgement = graded.judgements["rnn_step_forward"]
    for shown in (verdicts_html(judgement, language=chinese.tongue), verdicts_text(judgement, language=chinese.tongue)):
        assert "项检查中" in shown and "✗ 错误" in shown and "典型尺寸" in shown
        assert "wrong" not in shown and "checks" not in shown
