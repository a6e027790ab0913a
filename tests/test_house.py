"""The house: which room may import which, whom the engine may not name, and what keeps answers from student code."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import numpy as np
import pytest

from autograder.assignment import Assignment
from autograder.engine import SEED, Engine
from autograder.judging.judge import Judge
from autograder.sandbox import wire
from autograder.sandbox.room import CHILD_MODULES
from tests.support.house import ASSIGNMENT, IN_ORDER, ROOT

ENGINE = ROOT / "autograder"
ORDER = (  # a room may import those in the lines above its own, never one beside it or below
    ("definitions", "errors", "supported", "selfcheck", "terminal"),
    ("cells", "signature", "spec", "spreadsheet"),
    ("bonus", "own_numbers"),
    ("catalogues",),
    ("assignment",),
    ("options",),
    ("release", "sandbox", "translation"),
    ("record",),
    ("intake",),
    ("judging",),
    ("engine",),
    ("course",),
    ("rendering",),
    (
        *("building", "proving"),
        *("faces.batch", "faces.exports", "faces.gradescope", "faces.handout", "faces.nbgrader", "faces.pytest"),
    ),
    ("starting",),
    ("cli",),
    ("__main__",),
)
LINE = {room: number for number, rooms in enumerate(ORDER) for room in rooms}
OF_THE_SANDBOX = {"messages"}  # that the judge may import
BY_THE_SANDBOX = {
    "errors",
    "options",
    "selfcheck.language",
    "selfcheck.limit",
    "selfcheck.snippet",
}  # what the sandbox's parent side may import of the rest
BY_THE_CHILD = {
    "IPython",
    "matplotlib",
    "numpy",
    "PIL",
    "pygments",
    "pyseccomp",
    "safetensors",
    "stack_data",
    "traitlets",
}
OF_THE_KIT = {"selfcheck", "selfcheck.check", "selfcheck.language"}  # that the students' library may import
IN_THE_COURSE = re.compile(r" +from autograder\.selfcheck(\.language)? import ")  # where there is no release
BY_EXERCISES = {"assignment", "spec"}
BY_SELFCHECK = {"IPython", "h5py", "matplotlib", "numpy"}
OUTSIDE = {"bench", "exercises", "solutions", "source", "tests", ASSIGNMENT.library}  # not to be imported by the engine

GENERIC = """
    attention backward clip data dir forward gradients layers log loss max_length sample search sigmoid step training
    word
"""  # words of the assignment's names that say nothing of it
HTML = {"intake/safe/whitelist.py": {"caption"}}  # an element of tables

MODULES = sorted(ENGINE.rglob("*.py"))
FILES = sorted(path for path in ENGINE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
EXERCISE_MODULES = sorted(ASSIGNMENT.declared_in.rglob("*.py"))


def place(path: Path) -> str:
    return str(path.relative_to(ROOT))


def package(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).parent.parts)


def nodes(tree: ast.AST, running: bool) -> Iterator[ast.AST]:
    """All nodes; where `running`, without what only type checkers read."""
    for node in ast.iter_child_nodes(tree):
        checked = isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
        if not (running and checked):
            yield node
            yield from nodes(node, running)


def imported(text: str, package: str = "", running: bool = False) -> set[str]:
    """The dotted names that a module imports; those that begin with a dot where no `package` is given."""
    names = set()
    for node in nodes(ast.parse(text), running):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = (
                ".".join(filter(None, [*above, node.module])) if package else "." * node.level + (node.module or "")
            )
            names |= {f"{module}.{alias.name}" for alias in node.names} | {module} - {"", "autograder"}
    return names


def spoken_of(text: str) -> set[str]:
    """The engine's modules that code names in strings, as `importlib` and `python -m` take them."""
    found = [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]
    return {each for each in found if isinstance(each, str) and re.fullmatch(r"autograder(\.\w+)+", each)}


def of_engine(names: set[str]) -> set[str]:
    """Those of these dotted names that are of the engine, without its name."""
    return {name.removeprefix("autograder.") for name in names if name.startswith("autograder.")}


def room_of(name: str) -> str:
    """The room of a module, by its dotted name without the engine's; "" for a package that holds rooms."""
    parts = name.split(".")
    return ".".join(parts[:2] if parts[0] == "faces" else parts[:1]) if name != "faces" else ""


def out_of_order(text: str, module: str) -> list[str]:
    """What a module of the engine imports or names though its room may not."""
    own = room_of(module)
    holder = f"autograder.{module}".rpartition(".")[0]
    rooms = {room_of(name) for name in of_engine(imported(text, holder) | spoken_of(text))} - {own, ""}
    return sorted(room for room in rooms if LINE[room] >= LINE[own])


def stem(word: str) -> str:
    """A word without its ending: `caption` of captions and captioning."""
    return re.sub(r"(?<=...)(ing)?s?$", "", word.lower())


def stems(name: str) -> set[str]:
    """The words in a name or a text, without their endings, split where names are: CaptioningRNN, rnn_step, data/x."""
    return {stem(word) for word in re.findall(r"[A-Z]?[a-z]+[0-9]*[a-z]*|[A-Z]+(?![a-z])", name)}


def own_names(assignment: Assignment) -> set[str]:
    """What an assignment calls itself and its parts."""
    functions = {
        node.name
        for path in assignment.notebooks
        for node in ast.parse(assignment.module(path).read_text()).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    notebooks = {path.stem for path in assignment.notebooks}
    data = {folder.name for folder in assignment.data_folders.values()}
    names = {assignment.name, assignment.library, *assignment.by_name, *assignment.data_folders}
    return names | notebooks | functions | data


def variables(assignment: Assignment) -> set[str]:
    """The names of two words or more in the exercises' calls: `prev_h`."""
    calls = [ast.walk(ast.parse(exercise.call)) for exercise in assignment.exercises]
    return {node.id for call in calls for node in call if isinstance(node, ast.Name) and "_" in node.id}


FORBIDDEN = set().union(*map(stems, own_names(ASSIGNMENT))) - stems(GENERIC)
FORBIDDEN_WHOLE = variables(ASSIGNMENT) - set(GENERIC.split())


def named(text: str) -> set[str]:
    """The words of the assignment in a text of the engine."""
    return (stems(text) & FORBIDDEN) | (set(re.findall(r"\w+", text)) & FORBIDDEN_WHOLE)


def test_the_forbidden_words_are_those_of_the_assignment():
    assert {"rnn", "lstm", "caption", "coco", "cs231n", "embedd", "softmax", "temporal", "affine"} <= FORBIDDEN
    assert {"prev_h", "dnext_c", "rnn_step_backward"} <= FORBIDDEN_WHOLE
    for text in ("the LSTM's step", "CaptioningRNN", "cs231n.check", "COCO_CAPTIONING_DIR", "captions", "dprev_h"):
        assert named(text)
    assert not named("one step forward and a word backward, sampled from the data; an error of one layer")


@pytest.mark.parametrize("path", FILES, ids=place)
def test_the_engine_names_no_assignment(path: Path):
    inside = str(path.relative_to(ENGINE))
    found = (named(path.read_text()) | named(inside)) - HTML.get(inside, set())
    assert not found, sorted(found)


def test_every_module_of_the_engine_has_its_room():
    rooms = {room_of(".".join(path.relative_to(ENGINE).with_suffix("").parts)) for path in MODULES}
    assert rooms - {"__init__", "faces.__init__"} == set(LINE)


def test_an_image_holds_nothing_of_a_course():
    """Docker and Podman read files of different names."""
    listed = (ROOT / ".containerignore").read_text()
    assert listed == (ROOT / ".dockerignore").read_text()
    first, *others = [line for line in listed.splitlines() if not line.startswith("#")]
    let_in = {line.removeprefix("!") for line in others if line.startswith("!")}
    assert first == "*" and let_in == {"LICENSE", "README.md", "autograder", "pyproject.toml", "requirements.lock"}


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_imports_point_down(path: Path):
    module = ".".join(path.relative_to(ENGINE).with_suffix("").parts)
    text = path.read_text()
    if module in ("__init__", "faces.__init__"):
        assert not imported(text)
    else:
        assert not out_of_order(text, module)
    found = imported(text, package(path))
    assert not {name.split(".")[0] for name in found} & OUTSIDE
    assert "autograder" not in found  # rooms are imported, never the whole house


@pytest.mark.parametrize(
    ("module", "text", "room"),
    [
        ("spec", "from .assignment import load", "assignment"),
        ("sandbox.session", "def f():\n    from autograder.judging import judge", "judging"),
        ("faces.batch.pool", "from autograder.faces.pytest import plugin", "faces.pytest"),
        ("faces.batch.pool", "from ..nbgrader.grading import SaveMarks", "faces.nbgrader"),
        ("building.demo", "import autograder.proving.hunt", "proving"),
        ("proving.hunt", "import importlib\nimportlib.import_module('autograder.building.demo')", "building"),
        ("judging.carried.oracle", "from ...engine import Engine", "engine"),
        (
            "engine",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .course.settings import Settings",
            "course",
        ),
    ],
)
def test_an_import_against_the_order_is_seen(module: str, text: str, room: str):
    assert out_of_order(text, module) == [room]


@pytest.mark.parametrize("path", EXERCISE_MODULES, ids=place)
def test_exercises_import_how_they_are_declared_and_nothing_more_of_the_engine(path: Path):
    found = imported(path.read_text(), package(path))
    assert {room_of(name) for name in of_engine(found)} <= BY_EXERCISES
    assert not {name.split(".")[0] for name in found} & {"solutions", "tests"}
    assert "autograder" not in found


@pytest.mark.parametrize("path", sorted((ENGINE / "selfcheck").rglob("*.py")), ids=place)
def test_what_students_run_stands_alone(path: Path):
    text = path.read_text()
    found = {name.split(".")[0] for name in imported(text)}  # "" for what begins with a dot
    assert found <= {"", *BY_SELFCHECK, *sys.stdlib_module_names}
    assert {room_of(name) for name in of_engine(imported(text, package(path)))} <= {"selfcheck"}
    assert not spoken_of(text)


@pytest.mark.parametrize("name", CHILD_MODULES)
def test_the_childs_side_imports_only_itself_and_what_students_run(name: str):
    text = (ENGINE / "sandbox" / f"{name}.py").read_text()
    found = imported(text, "autograder.sandbox", running=True)
    ours = {module.removeprefix("sandbox.").split(".")[0] for module in of_engine(found) - {"sandbox"}}
    assert ours <= set(CHILD_MODULES)
    assert {module.split(".")[0] for module in found} <= {
        "autograder",
        "selfcheck",
        *BY_THE_CHILD,
        *sys.stdlib_module_names,
    }
    only_types = of_engine(imported(text, "autograder.sandbox")) - of_engine(found)
    assert all(f"{module}.".startswith("selfcheck.") for module in only_types)


@pytest.mark.parametrize("path", sorted((ENGINE / "sandbox").rglob("*.py")), ids=place)
def test_the_sandbox_knows_nothing_of_judging(path: Path):
    found = of_engine(imported(path.read_text(), package(path)))
    others = {name for name in found if room_of(name) != "sandbox"}
    assert all(any(f"{name}.".startswith(f"{allowed}.") for allowed in BY_THE_SANDBOX) for name in others), others


@pytest.mark.parametrize("path", sorted((ENGINE / "judging").rglob("*.py")), ids=place)
def test_the_judge_knows_the_sandboxs_words_and_nothing_else_of_it(path: Path):
    found = of_engine(imported(path.read_text(), package(path)))
    assert {name.split(".")[1] for name in found if name.startswith("sandbox.")} <= OF_THE_SANDBOX


def test_the_students_library_knows_nothing_of_the_grader(assignment: Assignment):
    for path in (assignment.source / assignment.library).rglob("*.py"):
        text = path.read_text()
        found = {name if name in OF_THE_KIT else name.rpartition(".")[0] for name in of_engine(imported(text))}
        assert found <= OF_THE_KIT
        assert not [line for line in text.splitlines() if "autograder" in line and not IN_THE_COURSE.match(line)]


@pytest.mark.slow
def test_the_child_has_loaded_nothing_of_the_grader(engine: Engine):
    code = """
import gc, sys
grader = ("autograder", "exercises", "solutions", "tests")
loaded = sorted(name for name in sys.modules if name.split(".")[0] in grader or name.startswith("_exercises"))
arrays = sum(type(thing).__name__ in ("Assignment", "Exercise", "Mistake", "Judge") for thing in gc.get_objects())
print(loaded, arrays)
"""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    engine.grade(notebook, "1_rnn_layers")
    (output,) = notebook.cells[0].outputs
    expected = ["autograder", "autograder.sandbox", *sorted(f"autograder.sandbox.{name}" for name in CHILD_MODULES[1:])]
    assert output.text.strip() == f"{expected} 0"


@pytest.mark.slow
def test_no_expected_value_is_sent_to_the_child(
    assignment: Assignment, whole_code: str, monkeypatch: pytest.MonkeyPatch
):
    sent: list[bytes] = []
    pack = wire.pack

    def record(header: dict, arrays: dict | None = None) -> bytes:
        sent.append(pack(header, arrays))
        return sent[-1]

    monkeypatch.setattr(wire, "pack", record)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(whole_code)])
    with Engine(assignment) as engine:
        graded = [engine.grade(nbformat.from_dict(notebook), path.stem) for path in assignment.notebooks]
    assert all(judgement.fraction == 1.0 for each in graded for judgement in each.judgements.values())

    judge, traffic = Judge(assignment.reference(), SEED), b"".join(sent)
    for exercise in IN_ORDER:
        for case in exercise.cases:
            given = [np.ascontiguousarray(array).tobytes() for array in judge.inputs(exercise, case).values()]
            assert all(data in traffic for data in given)  # this test does see what crosses
            for value in judge.expected(exercise, case).values():
                answer = np.ascontiguousarray(value).tobytes()
                told = np.size(value) > 5 or np.asarray(value).dtype.kind == "f"  # a few word ids may be anywhere
                own = told and np.any(value) and not any(answer in data for data in given)  # not zeros, nor an input
                assert not own or answer not in traffic, (exercise.name, case.name)
