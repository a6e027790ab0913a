"""In a language that puts an accent on every letter nothing plain is left: no sentence has escaped translation."""

from __future__ import annotations

import builtins
import json
import re
import tokenize
from io import StringIO
from pathlib import Path

import nbformat
import pytest

from autograder.assignment import CASES, Assignment
from autograder.building import release
from autograder.building.submissions import fill_in
from autograder.catalogues.cells import COMMAND
from autograder.engine import Engine, recorded
from autograder.record import Event, Record
from autograder.rendering.feedback.page import FOR_INSTRUCTORS
from autograder.rendering.verdicts import told, verdicts_html, verdicts_text
from autograder.sandbox.runner import Limits
from autograder.selfcheck.cases import read_exercise
from autograder.selfcheck.check import examine
from autograder.selfcheck.display import as_html, as_text
from autograder.selfcheck.language import read_language
from tests.support import pseudo
from tests.support.house import ROOT

TEMPLATE = ROOT / "autograder" / "rendering" / "feedback" / "templates" / "feedback_page" / "index.html.j2"
LABEL = re.compile(r'(?:alt|aria-label|title)="([^"]*)"')  # what is read out in the place of a picture
NBGRADERS = {"YOUR", "CODE", "HERE", "ANSWER"}  # what nbgrader puts into empty answers
ERRORS = {name for name in vars(builtins) if name.endswith(("Error", "Exception", "Exit"))}
WRONG = {  # what a submission does in each exercise of the first notebook
    "nothing": "    raise NotImplementedError()",
    "none": "    return None",
    "stops": "    raise KeyError(7)",
    "too much": "    return 1, 2, 3, 4, 5, 6, 7",
}
ENDLESS = "    while True:\n        pass"
SHORT = Limits(call=0.5, exercise=1.0)  # what has no end says the same after ten seconds as after one


@pytest.fixture(scope="module")
def strange(assignment: Assignment, tmp_path_factory: pytest.TempPathFactory):
    with pytest.MonkeyPatch.context() as patch:
        made = pseudo.course(assignment, tmp_path_factory.mktemp("strange"), patch)
        release.make(made)
        yield made


def shown_in(html: str) -> str:
    """The text that a page shows, and the labels of its pictures."""
    labels = " ".join(LABEL.findall(html))
    return f"{re.sub(r'<style.*?</style>|<code.*?</code>|<pre.*?</pre>|<[^>]+>', ' ', html, flags=re.S)} {labels}"


def test_accents_are_seen():
    assert pseudo.words_left(pseudo.accented("The values of `dx` differ in {n} cases: look at <b>this</b>.")) == set()
    assert pseudo.words_left("The values differ.") == {"The", "values", "differ"}


def test_texts_of_the_notebooks(strange: Assignment):
    for path in strange.release.glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                assert pseudo.words_left(source) <= NBGRADERS, (path.name, cell["id"])


def test_comments_in_the_notebooks(strange: Assignment):
    for path in strange.release.glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                code = COMMAND.sub(r"\1#", "".join(cell["source"]))
                tokens = tokenize.generate_tokens(StringIO(code).readline)
                said = [token.string for token in tokens if token.type == tokenize.COMMENT and token.string[1:2] == " "]
                assert pseudo.words_left(" ".join(said)) <= NBGRADERS, (path.name, cell["id"])


def test_the_page_of_feedback_has_no_words_of_its_own():
    text = TEMPLATE.read_text(encoding="utf-8")
    body = text[text.index("{%- block header") :]
    plain = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", body, flags=re.S)
    plain = re.sub(
        r"@media[^{]*|<[^>]*>", lambda found: " ".join(re.findall(r'(?:alt|label|title)="([^"]*)"', found[0])), plain
    )
    assert pseudo.words_left(plain) == set()


def names_of(assignment: Assignment) -> set[str]:
    """What is called the same in all languages: exercises, arrays, axes, modules, exceptions."""
    names = {part for each in assignment.exercises for part in (*each.inputs, *each.outputs, each.name)}
    return names | ERRORS | {"nan", "inf", "keepdims", "reshape", "transpose", "None", "shape", "float", "int"}


@pytest.mark.parametrize("wrong", WRONG)
def test_the_check_at_home(wrong: str, strange: Assignment):
    language = read_language(strange.release / "selfcheck" / "messages.mo")
    assert language.name == pseudo.NAME
    for exercise in strange.exercises[:6]:
        given = read_exercise(strange.release / "selfcheck" / CASES, exercise.name)
        namespace = dict(strange.reference())
        exec(f"def {exercise.function}(*given, **named):\n{WRONG[wrong]}", namespace)
        report = examine(given, namespace, strange.release / "selfcheck" / CASES)
        text = as_text(report, language).replace(given.call, "")
        assert pseudo.words_left(without_code(text, given.call), names_of(strange)) == set(), exercise.name
        assert pseudo.words_left(shown_in(as_html(report, language)), names_of(strange)) == set(), exercise.name


def without_code(text: str, call: str) -> str:
    """A report without the lines of code that were run, which stand indented at its end."""
    for line in call.splitlines():
        text = text.replace(line, "")
    return text


@pytest.mark.parametrize("number", range(0, 40, 5))
def test_the_check_at_home_of_known_mistakes(number: int, strange: Assignment):
    language = read_language(strange.release / "selfcheck" / "messages.mo")
    for exercise in strange.exercises:
        if number >= len(exercise.mistakes) or exercise.slow:
            continue
        namespace = exercise.mistakes[number].plant(dict(strange.reference()), exercise.function)
        given = read_exercise(strange.release / "selfcheck" / CASES, exercise.name)
        report = examine(given, namespace, strange.release / "selfcheck" / CASES)
        text = without_code(as_text(report, language), given.call)
        assert pseudo.words_left(text, names_of(strange)) == set(), (exercise.name, exercise.mistakes[number].name)


@pytest.mark.slow
def test_feedback(strange: Assignment, reference_code: str):
    names = names_of(strange) | NBGRADERS | {"sinh", "AssertionError"}
    codes = [
        *(rewritten(reference_code, body) for body in (*WRONG.values(), ENDLESS)),
        reference_code.replace("np.tanh(", "np.sinh("),
        reference_code.replace("axis=0", "axis=1"),
        reference_code.replace("+=", "="),
        reference_code.replace(" - ", " + "),
    ]
    with Engine(strange, limits=SHORT) as engine:
        for code in codes:
            notebook = fill_in(nbformat.read(strange.release / "1_rnn_layers.ipynb", as_version=4), code)
            graded = engine.grade(notebook, "1_rnn_layers")
            for judgement in graded.judgements.values():
                page = verdicts_html(judgement, language=strange.tongue)
                assert pseudo.words_left(shown_in(page), names) == set(), judgement.exercise
                text = verdicts_text(judgement, language=strange.tongue)
                assert pseudo.words_left(text, names) == set(), judgement.exercise
            record = Record.load(recorded(Record(), graded, told(graded), strange.tongue).dump())
            assert record
            for each in record.exercises.values():
                assert all(pseudo.words_left(record.for_student(said), names) == set() for said in each.told)
            for note in record.notes:
                if note.event not in FOR_INSTRUCTORS:
                    assert pseudo.words_left(record.for_student(note.text), names) == set()
                assert note.event is not Event.FAILED


def rewritten(code: str, body: str) -> str:
    """All functions of some code with another body."""
    heads = re.findall(r"^def [^\n]+:$", code, re.MULTILINE)
    return "\n\n\n".join(["import numpy as np", *(f"{head}\n{body}" for head in heads)])


def test_the_library_and_the_visible_checks_have_only_what_students_may_know(strange: Assignment):
    built = Path(strange.solutions, f"{pseudo.NAME}.mo").read_bytes()
    remedies = [each.advice for exercise in strange.exercises for each in exercise.mistakes if ": " in each.advice]
    assert remedies
    assert not [advice for advice in remedies if advice.encode() in built]
