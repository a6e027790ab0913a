"""The proof proves: mutants are wrong, variants are right, floors are kept, and what falls below one is said."""

import ast
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.cli import main
from autograder.engine import SEED
from autograder.judging.judge import Judge
from autograder.judging.trusted import run_here
from autograder.proving import command, hunt, report
from autograder.proving.accept import Accepted, accept, designs
from autograder.proving.agreement import Agreement, complex_steps, second_opinions
from autograder.proving.errors import Errors, MeasuredAt, Range
from autograder.proving.floors import Proof
from autograder.proving.fresh import differs
from autograder.proving.hunt import Hunt, all_mutants
from autograder.proving.layouts import LAYOUTS
from autograder.proving.mutate import Mutant
from autograder.proving.rewrite import Variant, mixed, rewritten
from autograder.proving.rewrites import STATEMENTS, expressions
from autograder.proving.seeds import LeanJudge, measure, measure_seed
from autograder.proving.sources import Sources
from autograder.proving.trial import OutOfTimeError, judged, limited
from autograder.sandbox.messages import Fate
from autograder.spec import Equivalent
from tests.support.house import ASSIGNMENT, EXERCISES, IN_ORDER

pytestmark = pytest.mark.slow

STEP, HINTS = EXERCISES["rnn_step_forward"], ASSIGNMENT.proof
SAMPLED = 300  # a mutant of so many is also graded in the sandbox
RULES = (*expressions(HINTS), *STATEMENTS, *LAYOUTS)
WRONG_SIGN = """
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return -next_h, (x, prev_h, Wx, Wh, next_h)
"""


@pytest.fixture(scope="module")
def sources(assignment) -> Sources:
    return Sources.of(assignment)


@pytest.fixture(scope="module")
def made(sources) -> list[tuple[str, Mutant]]:
    return all_mutants(sources, HINTS)


@pytest.fixture(scope="module")
def judge(sources) -> Judge:
    return Judge(sources.namespace(), SEED)


@pytest.fixture(scope="module")
def proof(assignment) -> Proof:
    return command.prove_all(assignment, command.QUICK, SEED, processes=2)


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
def test_what_is_wrongly_declared_equivalent_is_said(made, before, after, said):
    declared = Equivalent("rnn_step_forward", before, after, "It is not.")
    found = [pair for pair in made if pair[1].key == declared.key]
    (problem,) = hunt.hunt(declaring(declared), SEED, found, draws=10).broken
    assert said in problem


def declaring(*equivalents):
    """The assignment with these equivalent mutants in the place of its own."""
    return replace(ASSIGNMENT, proof=replace(HINTS, equivalents=equivalents))


def test_the_second_check_can_overrule_the_judge(sources, monkeypatch):
    code = ast.unparse(sources.functions["temporal_softmax_loss"]).replace(
        "N, T = y.shape", "N, T = y.shape\n    x + 0"
    )
    mutant = Mutant("temporal_softmax_loss", "made up", "this", "that", code)
    assignment = declaring(Equivalent(*mutant.key, "It is the same."))
    assert not hunt.hunt(assignment, SEED, [("temporal_softmax_loss", mutant)], draws=20).broken
    monkeypatch.setattr(hunt, "differs", lambda *_: "temporal_softmax_loss")
    (problem,) = hunt.hunt(assignment, SEED, [("temporal_softmax_loss", mutant)], draws=20).broken
    assert "gives other values in temporal_softmax_loss" in problem


@pytest.fixture(scope="module")
def as_it_is(sources) -> str:
    return rewritten(sources, HINTS, "nothing", []).code


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_that_keeps_code_right_changes_the_reference(sources, as_it_is, rule):
    assert rewritten(sources, HINTS, rule, [rule]).code != as_it_is


@pytest.mark.slow
def test_mixes_are_always_the_same(sources):
    once, again = ([mixed(sources, HINTS, number) for number in range(3)] for _ in range(2))
    assert once == again
    assert len({variant.code for variant in once}) == 3


def test_a_wrong_variant_is_said(sources, judge):
    found = accept(sources, judge, [Variant("upside down", WRONG_SIGN)], [])
    assert found.failures[0].startswith("upside down, rnn_step_forward, typical sizes: next_h")


def test_designs_are_run_cell_by_cell_for_their_own_notebook(assignment, sources, judge):
    several = {design.name: design for design in designs(assignment)}
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
    monkeypatch.setattr("autograder.proving.trial.SECONDS", 0.1)
    endless = sources.namespace("def rnn_step_forward(*inputs):\n    while True:\n        pass")
    judgement = judged(judge, STEP, endless)
    assert judgement.fraction == 0
    assert all("did not finish" in verdict.sentence for verdict in judgement.verdicts)


def test_a_right_case_counts_after_one_that_took_too_long(sources, judge, monkeypatch):
    monkeypatch.setattr("autograder.proving.trial.SECONDS", 0.1)
    first = len(STEP.draw(STEP.cases[0], SEED)["x"])
    code = ast.unparse(sources.functions["rnn_step_forward"]).splitlines()
    stuck = sources.namespace("\n".join([code[0], f"    while len(x) == {first}: pass", *code[1:]]))
    verdicts = judged(judge, STEP, stuck).verdicts
    assert {verdict.fate for verdict in verdicts} == {Fate.TIMEOUT, Fate.DONE}
    assert all(verdict.right for verdict in verdicts if verdict.fate is Fate.DONE)


def test_the_lean_judge_expects_what_the_judge_expects(sources):
    lean, full = (kind(sources.namespace(), 3) for kind in (LeanJudge, Judge))
    for exercise in IN_ORDER:
        for case in exercise.cases:
            for name, value in full.expected(exercise, case).items():
                assert np.array_equal(lean.expected(exercise, case)[name], value)


def test_errors_keep_the_extremes_and_count_failures(sources):
    names = sources.namespace(), changed(sources)
    right, wrong = (measure_seed(IN_ORDER, 1, names[0], [each]) for each in names)
    place = MeasuredAt("rnn_step_forward", "next_h")
    assert right.failures == 0 and right.ranges[place].passed == 0.0 and right.ranges[place].failed is None
    assert wrong.ranges[place].failures == len(STEP.cases) and wrong.ranges[place].failed == 1.0
    right.add(wrong)
    assert right.ranges[place].checks == 2 * len(STEP.cases)
    assert right.ranges[place].failed == 1.0


@pytest.mark.slow
def test_processes_measure_what_one_measures(assignment):
    one, several = (measure(assignment, range(1, 8), processes) for processes in (1, 2))
    assert one.ranges == several.ranges


def tiny_proof(**changes):
    """A proof of nothing, in which nothing is wrong."""
    parts = Hunt(), Accepted(), 1, Errors(), Agreement("complex steps"), {}, IN_ORDER
    return replace(Proof(*parts), **changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"hunt": Hunt(broken=["rnn_forward: no equivalent"])}, "no equivalent"),
        ({"accepted": Accepted(failures=["mix 3, rnn_forward"])}, "Correct code loses marks: mix 3, rnn_forward"),
        ({"right": Errors({MeasuredAt("rnn_forward", "h"): Range(1e-7, 10, 1)})}, "right code fails 1 of 10 checks"),
        ({"right": Errors({MeasuredAt("rnn_forward", "h"): Range(1e-7, 10, 0, 5e-8)})}, "too near the limit 1e-07"),
        ({"steps": Agreement("complex steps", failures=["dx is off"])}, "dx is off"),
        ({"second": {"PyTorch": Agreement("PyTorch", failures=["dWx is off"])}}, "dWx is off"),
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


def test_the_command_ends_with_1_where_the_proof_does_not_hold(assignment, monkeypatch, capsys):
    measured = {place: Range(1e-7, 1) for place in (MeasuredAt(e.name, o) for e in IN_ORDER for o in e.outputs)}
    holds = tiny_proof(right=Errors(measured))
    for result, made in ((0, holds), (1, replace(holds, hunt=Hunt(broken=["rnn_forward: no equivalent"])))):
        monkeypatch.setattr(command, "prove_all", lambda *_, made=made: made)
        assert main(["prove", "--quick", "--jobs", "1"]) == result
    assert "The proof does not hold:\n\n- rnn_forward: no equivalent" in capsys.readouterr().out


def test_the_command_refuses_no_seeds(capsys):
    with pytest.raises(SystemExit):
        main(["prove", "--seeds", "0"])
    assert "'0' is no number of seeds: 1 or more" in capsys.readouterr().err


def test_a_second_opinion_is_compared_where_it_has_one_and_its_library_is_there(sources):
    reference, step = sources.namespace(), EXERCISES["rnn_step_forward"]

    def opinion(name, inputs):
        if name != step.name:
            return None
        outputs = run_here(step, inputs, reference).outputs
        return {output: np.asarray(value) + shift for output, value in outputs.items()}

    def absent(name, inputs):
        raise ImportError

    told = replace(ASSIGNMENT, proof=replace(HINTS, second_opinions={"ours": opinion, "theirs": absent}))
    shift = 0.0
    compared = second_opinions(told, reference, SEED)
    assert compared["theirs"] is None
    assert (compared["ours"].compared, compared["ours"].failures) == (len(step.cases), [])
    shift = 1e-6
    failures = second_opinions(told, reference, SEED)["ours"].failures
    assert len(failures) == len(step.cases) and all("next_h of rnn_step_forward" in failure for failure in failures)


def test_a_wrong_gradient_does_not_agree_with_complex_steps(sources, monkeypatch):
    monkeypatch.setattr("autograder.proving.agreement.differentiated", lambda _: [EXERCISES["rnn_step_backward"]])
    code = ast.unparse(sources.functions["rnn_step_backward"]).replace("dx = da", "dx = 2 * da")
    assert not complex_steps(ASSIGNMENT, sources.namespace(), SEED).failures
    failures = complex_steps(ASSIGNMENT, sources.namespace(code), SEED).failures
    assert failures and all("dx of rnn_step_backward" in failure for failure in failures)


@pytest.mark.slow
def test_the_proof_holds(proof):
    assert not proof.problems()
    assert len(proof.hunt.tried) > 2000
    assert proof.accepted.made > 70 and proof.accepted.designs > 30
    assert proof.right.failures == 0 and proof.right.checks > 15_000


@pytest.mark.slow
def test_no_survivor_is_left_out_of_the_page(proof, tmp_path):
    report.write(tmp_path, proof, ASSIGNMENT, SEED, "2024-02-29", command.QUICK.mixes)
    page = (tmp_path / "proof.md").read_text()
    for tried in proof.hunt.survivors:
        assert tried.mutant.after in page.replace("\\|", "|")
    for exercise in IN_ORDER:
        assert f"| {exercise.name} |" in page
    title = ET.parse(tmp_path / "images" / "proof.svg").getroot().find("{http://www.w3.org/2000/svg}title").text
    assert f"![{title}](images/proof.svg)" in page


@pytest.mark.slow
def test_mutants_get_the_same_marks_in_the_sandbox(engine, assignment, whole_code, proof):
    homes = {name: path.stem for path in assignment.notebooks for name in assignment.points(path.stem)}
    judge = Judge(assignment.reference(), SEED)
    for tried in [tried for tried in proof.hunt.tried if tried.caught_in][::SAMPLED]:
        mutant, exercise = tried.mutant, EXERCISES[tried.caught_in]
        notebook = new_notebook(cells=[new_code_cell(whole_code), new_code_cell(mutant.code)])
        graded = engine.grade(notebook, homes[exercise.name])
        here = judged(judge, exercise, Sources.of(assignment).namespace(mutant.code))
        assert here.fraction == graded.fraction(exercise.name) < 1, mutant


@pytest.mark.slow
def test_the_committed_page_is_about_this_code(proof):
    page = (ASSIGNMENT.root / "docs" / "proof.md").read_text()
    assert report.caught_table(proof) in page, "run `python -m autograder prove`, which rewrites it"
