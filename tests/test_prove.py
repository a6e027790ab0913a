"""The proof proves: mutants are wrong, variants are right, floors are kept, and what falls below one is said."""

import ast
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.cli import main
from autograder.course import Course
from autograder.exercises import EXERCISES, IN_ORDER
from autograder.grade import SEED
from autograder.judge import Judge
from autograder.proof import autograd, command, hunt, report
from autograder.proof.accept import Accepted, accept, designs
from autograder.proof.agreement import Agreement, complex_steps
from autograder.proof.equivalents import Equivalent
from autograder.proof.errors import Errors, Place, Range
from autograder.proof.floors import Proof
from autograder.proof.fresh import differs
from autograder.proof.hunt import Hunt, all_mutants
from autograder.proof.layouts import LAYOUTS
from autograder.proof.mutate import Mutant, mutants
from autograder.proof.rewrite import Variant, mixed, rewritten
from autograder.proof.rewrites import EXPRESSIONS, STATEMENTS
from autograder.proof.seeds import LeanJudge, measure, measure_seed
from autograder.proof.sources import Sources, home
from autograder.proof.trial import OutOfTimeError, judged, limited

STEP = EXERCISES["rnn_step_forward"]
CHANGES = [  # (statement, kind of change, what must come of it)
    ("y = x + 1", "operator", "y = x - 1"),
    ("y = x @ w", "operator", "y = x * w"),
    ("x -= 1", "operator", "x += 1"),
    ("y = x * w + b", "part dropped", "y = x * w"),
    ("y = x * w + b", "part dropped", "y = w + b"),
    ("y = x - w", "operands swapped", "y = w - x"),
    ("y = -x", "sign", "y = x"),
    ("y = x @ w", "sign", "y = -(x @ w)"),
    ("y = x.sum(axis=0)", "constant", "y = x.sum(axis=1)"),
    ("y = x ** 2", "constant", "y = x ** 3"),
    ("y = x.sum(axis=0, keepdims=True)", "constant", "y = x.sum(axis=0, keepdims=False)"),
    ("y = x.sum(axis=0, keepdims=True)", "keyword dropped", "y = x.sum(keepdims=True)"),
    ("y = x.sum(axis=0)", "shape", "y = x.sum(axis=0, keepdims=True)"),
    ("return (x, w)", "shape", "return (np.squeeze(x), w)"),
    ("y = x[:, t]", "index", "y = x[:, t - 1]"),
    ("y = x[:, t]", "index", "y = x[:, t + 1]"),
    ("y = x[:, :-1]", "index", "y = x[:, :]"),
    ("y = x[::-1]", "index", "y = x[:]"),
    ("y = x[:, t]", "index", "y = x"),
    ("for t in range(n):\n        y = t", "range", "for t in range(n - 1):"),
    ("for t in range(n):\n        y = t", "range", "for t in range(1, n):"),
    ("for t in reversed(range(n)):\n        y = t", "function", "for t in range(n):"),
    ("y = np.zeros_like(x)", "function", "y = np.ones_like(x)"),
    ("y = np.tanh(x)", "function", "y = x"),
    ("y = f(x, w)", "arguments swapped", "y = f(w, x)"),
    ("return (x, w)", "order", "return (w, x)"),
    ("x, w = f()", "order", "w, x = f()"),
    ("y = x != w", "comparison", "y = x == w"),
    ("if x:\n        y = 1", "comparison", "if not x:"),
    ("y = 1", "statement", "pass"),
    ("y += x", "statement", "y = x"),
    ("y = x + b", "name", "y = w + b"),
    ("y = self._null", "name", "y = self._end"),
    ("y = x['a'] + x['b']", "name", "y = x['b'] + x['b']"),
    ("y = x.T @ w", "transpose", "y = x @ w"),
    ("y = x @ w", "transpose", "y = x @ w.T"),
]
SAMPLED = 300  # a mutant of so many is also graded in the sandbox
RULES = (*EXPRESSIONS, *STATEMENTS, *LAYOUTS)
WRONG_SIGN = """
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return -next_h, (x, prev_h, Wx, Wh, next_h)
"""


def function(body):
    (tree,) = ast.parse(f'def f(x, w, b, n=1):\n    "About f."\n    {body}').body
    return tree


@pytest.fixture(scope="module")
def sources(course) -> Sources:
    return Sources.of(course)


@pytest.fixture(scope="module")
def made(sources) -> list[tuple[str, Mutant]]:
    return all_mutants(sources)


@pytest.fixture(scope="module")
def judge(sources) -> Judge:
    return Judge(sources.namespace(), SEED)


@pytest.fixture(scope="module")
def proof(course) -> Proof:
    return command.prove_all(course, command.QUICK, SEED, processes=2)


@pytest.mark.parametrize(("statement", "kind", "changed"), CHANGES, ids=[f"{kind}: {to}" for _, kind, to in CHANGES])
def test_each_kind_of_change_is_made(statement, kind, changed):
    assert (kind, changed) in {(mutant.kind, mutant.after) for mutant in mutants(function(statement))}


@pytest.mark.slow
def test_a_mutant_differs_in_one_statement_and_from_all_others(sources):
    for tree in sources.functions.values():
        made = mutants(tree)
        right = ast.parse(ast.unparse(tree)).body[0]
        assert len({mutant.code for mutant in made}) == len(made)
        for mutant in made:
            (wrong,) = ast.parse(mutant.code).body
            assert ast.unparse(wrong.args) == ast.unparse(right.args)
            pairs = zip(right.body[1:], wrong.body, strict=True)  # the docstring is left out
            assert sum(ast.unparse(one) != ast.unparse(other) for one, other in pairs) == 1


def test_every_function_that_students_write_has_its_mutants_in_one_exercise(sources, made):
    counted = {mutant.function for _, mutant in made}
    assert counted == {exercise.function for exercise in IN_ORDER} | {"sigmoid"}
    assert home("captioning_rnn_loss").name == "captioning_rnn_loss"
    assert not sources.belonging(EXERCISES["captioning_rnn_training"])


def test_callers_see_a_changed_function(sources):
    users = [exercise.name for exercise in sources.users("rnn_step_forward")]
    assert users[0] == "rnn_step_forward"
    assert {"rnn_forward", "rnn_backward", "captioning_rnn_sample"} <= set(users)
    assert not any("lstm" in name for name in users)
    assert EXERCISES["captioning_rnn_training"] in sources.users("captioning_rnn_loss")  # which it hands on uncalled
    inputs = STEP.draw(STEP.cases[0], SEED)
    right, wrong = (names["rnn_step_forward"](**inputs)[0] for names in (sources.namespace(), changed(sources)))
    assert np.array_equal(right, -wrong)


def changed(sources):
    return sources.namespace(WRONG_SIGN)


def test_the_second_check_tells_right_from_wrong(sources):
    users = sources.users("rnn_step_forward")[:3]
    assert not differs(users, sources.namespace(), sources.namespace(), draws=30)
    assert differs(users, sources.namespace(), changed(sources), draws=30) == "rnn_step_forward"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("a line that nobody wrote", "another", "no longer made"),
        (
            "next_h = np.tanh(x @ Wx + prev_h @ Wh + b)",
            "next_h = np.tanh(x @ Wx - prev_h @ Wh + b)",
            "loses marks in rnn_step_forward",
        ),
    ],
)
def test_what_is_wrongly_declared_equivalent_is_said(course, made, monkeypatch, before, after, said):
    declared = Equivalent("rnn_step_forward", before, after, "It is not.")
    monkeypatch.setattr(hunt, "EQUIVALENTS", (declared,))
    found = [pair for pair in made if pair[1].key == declared.key]
    (problem,) = hunt.hunt(course, SEED, found, draws=10).broken
    assert said in problem


def test_the_second_check_can_overrule_the_judge(course, sources, monkeypatch):
    code = ast.unparse(sources.functions["temporal_softmax_loss"]).replace(
        "N, T = y.shape", "N, T = y.shape\n    x + 0"
    )
    mutant = Mutant("temporal_softmax_loss", "made up", "this", "that", code)
    monkeypatch.setattr(hunt, "EQUIVALENTS", (Equivalent(*mutant.key, "It is the same."),))
    assert not hunt.hunt(course, SEED, [("temporal_softmax_loss", mutant)], draws=20).broken
    monkeypatch.setattr(hunt, "differs", lambda *_: "temporal_softmax_loss")
    (problem,) = hunt.hunt(course, SEED, [("temporal_softmax_loss", mutant)], draws=20).broken
    assert "gives other values in temporal_softmax_loss" in problem


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_that_keeps_code_right_changes_the_reference(sources, rule):
    assert rewritten(sources, rule, [rule]).code != rewritten(sources, "nothing", []).code


@pytest.mark.slow
def test_mixes_are_always_the_same(sources):
    once, again = ([mixed(sources, number) for number in range(3)] for _ in range(2))
    assert once == again
    assert len({variant.code for variant in once}) == 3


def test_a_wrong_variant_is_said(sources, judge):
    found = accept(sources, judge, [Variant("upside down", WRONG_SIGN)], [])
    assert found.failures[0].startswith("upside down, rnn_step_forward, typical sizes: next_h")


def test_designs_are_run_cell_by_cell_for_their_own_notebook(course, sources, judge):
    several = {design.name: design for design in designs(course)}
    assert several["one_matrix"].exercises[0].name == "lstm_step_forward"
    found = accept(sources, judge, [], [several["helper_cells"]])
    assert (found.designs, found.failures) == (1, [])


def test_code_that_never_ends_is_stopped():
    with pytest.raises(OutOfTimeError):
        loop(0.2)


def loop(seconds):
    with limited(seconds):
        while True:
            pass


def test_what_takes_too_long_loses_marks(sources, judge, monkeypatch):
    monkeypatch.setattr("autograder.proof.trial.SECONDS", 0.1)
    endless = sources.namespace("def rnn_step_forward(*inputs):\n    while True:\n        pass")
    judgement = judged(judge, STEP, endless)
    assert judgement.fraction == 0
    assert "did not finish" in judgement.verdicts[0].sentence


def test_the_lean_judge_expects_what_the_judge_expects(sources):
    lean, full = (kind(sources.namespace(), 3) for kind in (LeanJudge, Judge))
    for exercise in IN_ORDER:
        for case in exercise.cases:
            for name, value in full.expected(exercise, case).items():
                assert np.array_equal(lean.expected(exercise, case)[name], value)


def test_errors_keep_the_extremes_and_count_failures(sources):
    names = sources.namespace(), changed(sources)
    right, wrong = (measure_seed(1, names[0], [each]) for each in names)
    place = Place("rnn_step_forward", "next_h")
    assert right.failures == 0 and right.ranges[place].passed == 0.0 and right.ranges[place].failed is None
    assert wrong.ranges[place].failures == len(STEP.cases) and wrong.ranges[place].failed == 1.0
    right.add(wrong)
    assert right.ranges[place].checks == 2 * len(STEP.cases)
    assert right.ranges[place].failed == 1.0


@pytest.mark.slow
def test_processes_measure_what_one_measures(course):
    one, several = (measure(course, range(1, 8), processes) for processes in (1, 2))
    assert one.ranges == several.ranges


def tiny_proof(**changes):
    """A proof of nothing, in which nothing is wrong."""
    parts = Hunt(), Accepted(), 1, Errors(), Agreement("complex steps"), None
    return replace(Proof(*parts), **changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"hunt": Hunt(broken=["rnn_forward: no equivalent"])}, "no equivalent"),
        ({"accepted": Accepted(failures=["mix 3, rnn_forward"])}, "Correct code loses marks: mix 3, rnn_forward"),
        ({"right": Errors({Place("rnn_forward", "h"): Range(1e-7, 10, 1)})}, "right code fails 1 of 10 checks"),
        ({"right": Errors({Place("rnn_forward", "h"): Range(1e-7, 10, 0, 5e-8)})}, "too near the limit 1e-07"),
        ({"steps": Agreement("complex steps", failures=["dx is off"])}, "dx is off"),
        ({"torch": Agreement("PyTorch", failures=["dWx is off"])}, "dWx is off"),
    ],
)
def test_a_figure_below_its_floor_is_said(changes, said):
    assert not tiny_proof().problems()
    (problem,) = tiny_proof(**changes).problems()
    assert said in problem


def test_too_few_mutants_caught_is_said(made):
    lost = Hunt([hunt.Tried(made[0][1], "rnn_step_forward", "")])
    one, overall = tiny_proof(hunt=lost).problems()
    assert one == "rnn_step_forward catches 0.0% of the mutants, less than 90%"
    assert overall == "Overall, the grader catches 0.0% of the mutants, less than 97%"


def test_the_command_ends_with_1_where_the_proof_does_not_hold(course, monkeypatch, capsys):
    measured = {place: Range(1e-7, 1) for place in (Place(e.name, o) for e in IN_ORDER for o in e.outputs)}
    holds = tiny_proof(right=Errors(measured))
    for result, made in ((0, holds), (1, replace(holds, hunt=Hunt(broken=["rnn_forward: no equivalent"])))):
        monkeypatch.setattr(command, "prove_all", lambda *_, made=made: made)
        assert main(["prove", "--quick", "--jobs", "1"]) == result
    assert "The proof does not hold:\n\n- rnn_forward: no equivalent" in capsys.readouterr().out


def test_the_command_refuses_no_seeds(capsys):
    with pytest.raises(SystemExit):
        main(["prove", "--seeds", "0"])
    assert "'0' is no number of seeds: 1 or more" in capsys.readouterr().err


@pytest.mark.skipif(not autograd.is_installed(), reason="PyTorch is not installed")
def test_pytorch_gives_the_model_the_same_gradients(course):
    exercise = EXERCISES["captioning_lstm_loss"]
    compared = autograd.pairs(exercise, exercise.draw(exercise.cases[0], SEED), course.reference())
    for theirs, ours in compared.values():
        assert np.allclose(theirs, ours, rtol=1e-10, atol=1e-14)


def test_a_wrong_gradient_does_not_agree_with_complex_steps(sources, monkeypatch):
    monkeypatch.setattr("autograder.proof.agreement.differentiated", lambda: [EXERCISES["rnn_step_backward"]])
    code = ast.unparse(sources.functions["rnn_step_backward"]).replace("dx = da", "dx = 2 * da")
    assert not complex_steps(sources.namespace(), SEED).failures
    failures = complex_steps(sources.namespace(code), SEED).failures
    assert failures and all("dx of rnn_step_backward" in failure for failure in failures)


@pytest.mark.slow
def test_the_proof_holds(proof):
    assert not proof.problems()
    assert len(proof.hunt.tried) > 2000
    assert proof.accepted.made > 70 and proof.accepted.designs > 30
    assert proof.right.failures == 0 and proof.right.checks > 15_000


@pytest.mark.slow
def test_no_survivor_is_left_out_of_the_page(proof, tmp_path):
    report.write(tmp_path, proof, SEED, "2024-02-29", command.QUICK.mixes)
    page = (tmp_path / "proof.md").read_text()
    for tried in proof.hunt.survivors:
        assert tried.mutant.after in page.replace("\\|", "|")
    for exercise in IN_ORDER:
        assert f"| {exercise.name} |" in page
    title = ET.parse(tmp_path / "images" / "proof.svg").getroot().find("{http://www.w3.org/2000/svg}title").text
    assert f"![{title}](images/proof.svg)" in page


@pytest.mark.slow
def test_mutants_get_the_same_marks_in_the_sandbox(engine, course, whole_code, proof):
    homes = {name: path.stem for path in course.notebooks for name in course.points(path.stem)}
    judge = Judge(course.reference(), SEED)
    for tried in [tried for tried in proof.hunt.tried if tried.caught_in][::SAMPLED]:
        mutant, exercise = tried.mutant, EXERCISES[tried.caught_in]
        notebook = new_notebook(cells=[new_code_cell(whole_code), new_code_cell(mutant.code)])
        graded = engine.grade(notebook, homes[exercise.name])
        here = judged(judge, exercise, Sources.of(course).namespace(mutant.code))
        assert here.fraction == graded.fraction(exercise.name) < 1, mutant


@pytest.mark.slow
def test_the_committed_page_is_about_this_code(proof):
    page = (Course().root / "docs" / "proof.md").read_text()
    assert report.caught_table(proof) in page, "run `python -m autograder prove`, which rewrites it"
