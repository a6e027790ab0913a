"""What the tests share."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator
from pathlib import Path

import h5py
import nbformat
import pytest

from autograder.assignment import Assignment
from autograder.building.submissions import fill_in
from autograder.engine import Engine
from tests.support import warm_nbgrader
from tests.support.house import ASSIGNMENT, come_home, data_folder
from tests.support.intake import Intake, answered
from tests.support.shared import GradedOnce, for_all_processes

FAST = "not slow and not browser"  # as `make check` asks
LONGEST = (  # files that take most of a minute or more, the longest first
    *("test_proof.py", "test_prove.py", "test_machine.py", "test_marks_and_secrets.py", "test_cluster.py"),
    *("test_fair_marks.py", "test_watch_command.py", "test_hostile_habits.py", "test_seeds.py", "test_batch_stops.py"),
    *("test_lines.py", "test_guide.py", "test_same_marks.py", "test_hostile_pairs.py", "test_closed.py"),
    *("test_ordinary.py", "test_start.py", "test_bench.py", "test_validate.py", "test_browser.py", "test_people.py"),
)
SLOW_AS_A_WHOLE = re.compile(r"^pytestmark = pytest\.mark\.(?:slow|browser)\b", re.MULTILINE)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-pair",
        action="store_true",
        help="try every known mistake in all exercises that need it, and under twenty seeds",
    )
    parser.addoption(
        "--every-line",
        action="store_true",
        help="search for the line in all wrong functions of the bank, and more mutants",
    )
    parser.addoption(
        "--every-input", action="store_true", help="read five thousand odd submissions in the place of five hundred"
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What is slow as a whole is not even imported for the fast tests, once in each process."""
    if config.option.markexpr != FAST or collection_path.suffix != ".py":
        return None
    return bool(SLOW_AS_A_WHOLE.search(collection_path.read_text(encoding="utf-8"))) or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files begin first: the last ones to end are then short, and no process waits long for another."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONGEST)))


def pytest_collection_finish() -> None:
    """What the test modules have imported of the library is what they go on with: no fixture comes before this."""
    come_home()
    gc.freeze()  # what is there now stays: it need not be looked through again and again for what can go


@pytest.fixture(scope="session", autouse=True)
def nbgrader_ends() -> Iterator[None]:
    """The process that runs nbgrader's commands ends with the tests."""
    yield
    warm_nbgrader.close_shared()


@pytest.fixture(autouse=True)
def at_home() -> None:
    """Whatever course was graded before, a test finds the library that it has imported."""
    come_home()


@pytest.fixture(scope="session")
def assignment() -> Assignment:
    return ASSIGNMENT


@pytest.fixture(scope="session")
def engine(assignment: Assignment) -> Iterator[Engine]:
    with Engine(assignment) as running:
        yield running


@pytest.fixture(scope="session")
def graded_once(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> GradedOnce:
    """Grades with the shared engine what no other test of this run has graded yet."""
    folder = for_all_processes(tmp_path_factory) / "graded"
    folder.mkdir(exist_ok=True)
    return GradedOnce(engine, folder)


@pytest.fixture
def released(assignment: Assignment) -> nbformat.NotebookNode:
    """A fresh copy of the released first notebook."""
    return nbformat.read(assignment.release / "1_rnn_layers.ipynb", as_version=4)


@pytest.fixture(scope="session")
def reference_code(assignment: Assignment) -> str:
    return (assignment.solutions / "rnn_layers.py").read_text()


@pytest.fixture(scope="session")
def whole_code(assignment: Assignment) -> str:
    """The reference's functions of all notebooks."""
    return "\n\n".join(assignment.module(path).read_text() for path in assignment.notebooks)


@pytest.fixture(scope="session")
def glyphs(assignment: Assignment) -> dict:
    """The pictures of the things in the scenes."""
    from cs231n.scenes.glyphs import read_glyphs

    return read_glyphs(data_folder(assignment) / "scene_glyphs.json")


@pytest.fixture(scope="session")
def told(glyphs: dict) -> tuple:
    """Scenes and captions of the committed data set, by split."""
    from scenes import dataset

    return dataset.tell(glyphs)


@pytest.fixture(scope="session")
def committed(assignment: Assignment) -> dict:
    """Arrays, words and lines of the committed data set's files, by name."""
    content = {}
    with h5py.File(data_folder(assignment) / "coco2014_captions.h5") as file:
        content |= {name: file[name][()] for name in file}
    for split in ("train", "val"):
        for kind in ("fc7", "fc7_pca"):
            with h5py.File(data_folder(assignment) / f"{split}2014_vgg16_{kind}.h5") as file:
                assert list(file) == ["features"]
                content[f"{split}_{kind}"] = file["features"][()]
        for kind in ("urls", "images"):
            content[f"{split}_{kind}"] = (data_folder(assignment) / f"{split}2014_{kind}.txt").read_text().splitlines()
    content["vocab"] = json.loads((data_folder(assignment) / "coco2014_vocab.json").read_text())
    return content


@pytest.fixture
def solved(released: nbformat.NotebookNode, reference_code: str) -> nbformat.NotebookNode:
    """The released notebook with the reference's functions and an answer to the written question."""
    return answered(fill_in(released, reference_code))


@pytest.fixture
def hand_in(tmp_path: Path, assignment: Assignment, released: nbformat.NotebookNode) -> Intake:
    return Intake(tmp_path, assignment.release, released)
