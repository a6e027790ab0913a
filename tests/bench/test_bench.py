"""The bench measures what it says: all processes of a command, the same work for all, figures from the runs alone."""

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import nbformat
import numpy as np
import pytest

from autograder.building.submissions import fill_in
from autograder.engine import SEED
from autograder.judging.judge import Judge
from bench import courses, figures, memory, students
from bench.floor import draw_calls, program
from bench.memory import MemoryWatch, Process
from bench.notebook import exercises
from bench.profile import KINDS, REST, Clock, Spent, measure, rows
from bench.runs import ALONE, GRADERS, Plan, Run
from bench.stock import stock_notebook
from cs231n.gradient_check import rel_error
from tests.support.house import ASSIGNMENT

pytestmark = pytest.mark.slow

BURN = "import time\nwhile time.process_time() < 0.6: pass\n"
ORPHAN = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {BURN!r}])"
ZYGOTE = "python -I -m autograder.sandbox.zygote"


def measured(code: str, patience: float = 20.0) -> dict:
    """What bench.measure says of `python -c code`; in a process without children of its own, as it must be."""
    script = f"""
import json, pathlib, sys
from bench import measure
measure.PATIENCE = {patience}
try:
    spent = measure.run([sys.executable, "-c", {code!r}], pathlib.Path.cwd(), {{"GREETING": "hello"}})
    print(json.dumps(vars(spent)))
except measure.BenchError as problem:
    print(json.dumps({{"problem": str(problem)}}))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_a_process_that_outlives_its_parent_is_counted():
    spent = measured(ORPHAN)
    assert 0.6 <= spent["cpu_seconds"] < 3
    assert spent["seconds"] < spent["cpu_seconds"]  # the command itself ended long before


def test_a_command_gets_its_environment_and_its_output_is_kept():
    spent = measured("import os; print(os.environ['GREETING'])")
    assert spent["output"].strip() == "hello"


def test_a_command_that_fails_or_leaves_processes_behind_is_no_measurement():
    assert "exit code 3: cannot grade" in measured("print('cannot grade'); raise SystemExit(3)")["problem"]
    behind = "import subprocess; subprocess.Popen(['sleep', '2'])"
    assert "left processes behind: [['sleep', '2']]" in measured(behind, patience=0.3)["problem"]


def test_a_workers_memory_is_all_that_it_started_and_nothing_else(monkeypatch: pytest.MonkeyPatch):
    tree = {
        10: Process(1, "python", "python -m autograder grade", 7),
        11: Process(10, "python", "forkserver", 5),
        20: Process(11, "python", "forkserver", 30),
        21: Process(20, "bwrap", f"bwrap {ZYGOTE}", 1),
        22: Process(21, "python", ZYGOTE, 40),
        23: Process(22, "python", ZYGOTE, 60),
        30: Process(11, "python", "forkserver", 35),
        31: Process(30, "python", ZYGOTE, 41),  # a sandbox without bubblewrap, between two submissions
    }
    monkeypatch.setattr(memory, "snapshot", lambda: tree)
    watch = MemoryWatch("batch")
    watch()
    assert (watch.peaks, watch.total) == ({23: 131}, 219)
    tree[23], tree[32] = Process(22, "python", ZYGOTE, 20), Process(31, "python", ZYGOTE, 50)
    watch()
    assert (watch.peaks, watch.total) == ({23: 131, 32: 126}, 229)


def test_stocks_memory_is_nbgrader_with_its_kernel(monkeypatch: pytest.MonkeyPatch):
    tree = {10: Process(1, "python", "nbgrader autograde", 80), 11: Process(10, "python", "ipykernel_launcher", 70)}
    monkeypatch.setattr(memory, "snapshot", lambda: tree)
    watch = MemoryWatch("stock")
    watch()
    assert watch.peaks == {11: 150}


def test_a_processes_memory_is_in_bytes():
    code = "hoard = bytearray(200_000_000); hoard[::4096] = b'x' * len(hoard[::4096]); print(1, flush=True); input()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as process:
        process.stdout.readline()
        found = memory.snapshot()[process.pid]
        process.communicate(b"\n")
    assert 200e6 < found.memory < 250e6


def test_stock_has_nothing_of_our_configuration_and_the_same_files(assignment, tmp_path):
    stock = courses.stock(assignment, tmp_path / "stock")
    (config,) = stock.root.glob("nbgrader_config*")
    assert config.name == "nbgrader_config.py" and "autograder" not in config.read_text()
    assert (stock.source / "selfcheck" / "checks.h5").is_file()
    ours = courses.ours(assignment, tmp_path / "ours")
    assert {path.name for path in ours.root.glob("nbgrader_config*")} == {"nbgrader_config.py", "nbgrader_config.json"}


def stock_tests(assignment, exercise):
    """The code of the stock notebook's check cell."""
    source = nbformat.read(assignment.source / "1_rnn_layers.ipynb", as_version=4)
    cells = stock_notebook(source, assignment, Judge(assignment.reference(), SEED)).cells
    return next(cell.source for cell in cells if ASSIGNMENT.exercise_of(cell) == exercise)


@pytest.mark.parametrize("exercise", exercises().values(), ids=lambda exercise: exercise.name)
def test_stocks_tests_pass_right_code_and_fail_every_mistake_that_shows_there(assignment, exercise):
    tests, reference = stock_tests(assignment, exercise.name), assignment.reference()
    assert tests.splitlines()[1] == "### BEGIN HIDDEN TESTS"
    assert tests.splitlines()[-1] == "### END HIDDEN TESTS"
    exec(tests, {**reference, "rel_error": rel_error})
    failed = 0
    for mistake in exercise.mistakes:
        with np.errstate(all="ignore"):
            try:
                exec(tests, {**mistake.plant(reference, exercise.name), "rel_error": rel_error})
            except Exception:
                failed += 1
    assert failed > len(exercise.mistakes) / 2  # the others show in the edge cases, which stock does not test


def test_a_class_is_the_same_each_time_and_no_two_students_need_be_alike(assignment):
    some, more = students.enrol(assignment, 20, seed=5), students.enrol(assignment, 60, seed=5)
    assert more[:20] == some
    assert some != students.enrol(assignment, 20, seed=6)
    assert len({student.code for student in more}) > 10
    wrong = [student for student in more if student.mistakes]
    assert 0.2 < len(wrong) / len(more) < 0.6
    assert any(student.unwritten for student in more)


def test_a_large_class_is_the_usual_one_over_and_over(assignment):
    few = students.enrol(assignment, 4, seed=5)
    many = students.repeat(few, 10)
    assert len({student.name for student in many}) == 10
    assert [student.code for student in many[4:8]] == [student.code for student in few]
    assert [student.mistakes for student in many[8:]] == [student.mistakes for student in few[:2]]
    assert students.plain(few, 1)[0].code == min((student.code for student in few), key=len)


def test_students_earn_what_their_mistakes_leave(assignment, engine, released):
    enrolled = students.enrol(assignment, 40, seed=1)
    right = max((s for s in enrolled if not s.mistakes and not s.unwritten), key=lambda student: len(student.code))
    wrong = next(s for s in enrolled if len(s.mistakes) > 1)
    lazy = next(s for s in enrolled if s.unwritten)
    assert set(earned(engine, right, released).values()) == {1.0}
    assert all(earned(engine, wrong, released)[name] < 1 for name in wrong.mistakes)
    assert all(earned(engine, lazy, released)[name] == 0 for name in lazy.unwritten)


def earned(engine, student, released):
    judgements = engine.grade(student.notebook(released), "1_rnn_layers").judgements
    return {name: judgement.fraction for name, judgement in judgements.items()}


def test_the_floor_runs_what_the_grader_runs(assignment, tmp_path, released, reference_code):
    path = tmp_path / "1_rnn_layers.ipynb"
    nbformat.write(fill_in(released, reference_code), path)
    cells = program(path)
    code = [cell for cell in released.cells if cell.cell_type == "code" and not ASSIGNMENT.exercise_of(cell)]
    assert len(cells) == len(code) + 1  # the imports of the reference
    for source, _ in cells:
        compile(source, "<cell>", "exec")  # no magic is left

    wanted = [(exercise, case) for exercise in exercises().values() for case in exercise.cases]
    for (call, inputs), (exercise, case) in zip(draw_calls(), wanted, strict=True):
        assert call == exercise.call
        for name, array in exercise.draw(case, SEED).items():
            assert np.array_equal(inputs[name], array)
        assert any(not array.flags.forc for array in inputs.values()) == case.strided


@pytest.mark.slow
def test_a_floor_without_the_data_set_is_no_floor(assignment, tmp_path, released):
    path = tmp_path / "1_rnn_layers.ipynb"
    nbformat.write(released, path)
    command = [sys.executable, "-m", "bench.floor", str(assignment.source), str(path)]
    at = {"COCO_CAPTIONING_DIR": str(tmp_path), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(command, cwd=assignment.root, env=at, capture_output=True, text=True)
    assert done.returncode
    assert "a cell that no mistake breaks has failed" in done.stderr


PLAN = Plan(submissions=10, large=100, rounds=2, jobs=2)


def invented(large_seconds: float = 52.0, worker: float = 150.0) -> list[Run]:
    """Runs with numbers that are easy to reckon with: start-up 2 s, half a second for each submission."""
    seconds = {"floor": 2.0, "sandboxed": 2.6, "stock": 180.0, "autograde": 12.0, "batch": 7.0}
    runs = [
        Run(what, 10, number, value * (1 + number), 2 * value * (1 + number))
        for what, value in seconds.items()
        for number in range(2)
    ]
    runs += [Run("batch", 2, number, 3.0, 4.0) for number in range(2)] + [Run("batch", 100, 1, large_seconds, 99.0)]
    runs += [Run(what, 10, 0, worker_mb=[120.0, worker, 110.0], total_mb=300.0) for what in seconds]
    return [*runs, Run("batch", 100, 0, worker_mb=[120.0, worker], total_mb=310.0)]


def met(runs: list[Run]) -> list[bool]:
    return [target.met for target in figures.targets(runs, PLAN)]


def test_costs_and_ratios_are_of_each_submission_and_within_each_round():
    ratio, cost = figures.ratios(invented(), PLAN), figures.costs(invented(), PLAN)
    assert ratio["autograde"] == figures.Spread(15.0, 15.0, 15.0)  # though the second round was twice as slow
    assert ratio["batch"].median == pytest.approx(180 / 7)
    assert ratio["sandboxed_cpu"].median == pytest.approx(1.3)
    assert cost["stock"].seconds == figures.Spread(27.0, 18.0, 36.0)
    assert cost["stock"].cpu_seconds.median == 54.0
    assert cost["batch"].worker_mb == figures.Spread(120.0, 110.0, 150.0)


def test_growth_tells_start_up_apart():
    grown = figures.growth(invented(), PLAN)
    assert grown.times == 10
    assert grown.total == pytest.approx(52.0 / 10.5 / 10)
    assert grown.each == pytest.approx((52.0 - 3.0) / 98 / ((10.5 - 3.0) / 8))
    assert grown.each_cpu == pytest.approx((99.0 - 4.0) / 98 / ((21.0 - 4.0) / 8))
    assert (grown.few.worker_mb, grown.large.total_mb) == (None, 310.0)
    assert figures.growth(invented(), Plan(10, 0, 2, 2)) is None


def test_targets_are_met_or_not_by_the_numbers():
    linear = 3.0 + 98 * (10.5 - 3.0) / 8
    batch, large, autograde, sandboxed, worker, alone, whole, each = range(8)

    def missed(runs: list[Run]) -> set[int]:
        return {number for number, kept in enumerate(met(runs)) if not kept}

    assert missed(invented(linear / 1.08)) == set()
    assert missed(invented(linear)) == {large}  # 28.4 times stock's throughput
    assert missed(invented(linear * 1.12)) == {large, each}  # start-up hides it in the sum
    assert missed(invented(linear * 1.3)) == {large, whole, each}
    assert missed(invented(linear / 1.08, worker=161.0)) == {worker}
    assert missed(invented(linear / 1.08, worker=211.0)) == {worker, alone}
    slower = [
        replace(run, seconds=run.seconds and run.seconds / 1.1) if run.what in ("stock", "floor") else run
        for run in invented(linear / 1.08)
    ]
    assert missed(slower) == {batch, large, autograde, sandboxed}


def test_each_round_has_every_command_and_memory_is_looked_at_apart():
    steps = Plan().steps()
    for number in range(3):
        assert {s.what for s in steps if s.round == number and s.timed} == {*ALONE, *GRADERS}
    assert sum(step.submissions == 600 and step.timed for step in steps) == 1
    assert {step.what for step in steps if step.sampled} == {*ALONE, *GRADERS}
    assert not any(step.sampled and step.timed for step in steps)


def test_time_is_booked_once_on_the_kind_that_was_begun_last(monkeypatch):
    now = iter([(0.0, 0.0), (1.0, 0.5), (3.0, 1.0), (7.0, 1.5), (15.0, 2.0), (31.0, 2.5)])
    monkeypatch.setattr(Clock, "_now", staticmethod(lambda: next(now)))
    clock = Clock()
    with clock.during("judging"), clock.during("further calls"):
        pass
    clock.book()
    found = {kind: (each.seconds, each.cpu_seconds, each.times) for kind, each in clock.spent.items() if each.seconds}
    assert found == {
        "judging": (2.0 + 8.0, 1.0, 1),
        "further calls": (4.0, 0.5, 1),
        REST: (1.0 + 16.0, 1.0, 0),
    }
    *each, total = rows(clock.spent, 2)
    assert [row[0] for row in each] == [*KINDS, REST]
    assert total[:3] == ["in all", "15500.0", "1250.0"]


def test_a_profile_has_a_time_for_each_kind():
    spent = measure(1)
    assert all(each.seconds > 0 for each in spent.values())
    assert [spent[kind].times for kind in ("session start", "calls", "judging", "session end")] == [1] * 4


def profiled(raw):
    return {kind: Spent(**fields) for kind, fields in raw["profile"].items()}


@pytest.mark.slow
def test_a_quick_bench_reports_what_it_measured(assignment, tmp_path):
    command = [sys.executable, "-m", "bench", "--quick", "--jobs", "1", "--submissions", "2", "--out", str(tmp_path)]
    done = subprocess.run([*command, "--date", "2031-02-03"], cwd=assignment.root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    raw, page = json.loads((tmp_path / "bench.json").read_text()), (tmp_path / "bench.md").read_text()
    assert raw["date"] == "2031-02-03"
    assert "2031-02-03" in page

    timed = {run["what"]: run for run in raw["runs"] if "seconds" in run}
    sampled = {run["what"]: run for run in raw["runs"] if "total_mb" in run}
    assert timed.keys() == sampled.keys() == {*ALONE, *GRADERS}
    assert all(run["seconds"] > 0 for run in timed.values())
    assert all(run["cpu_seconds"] > 0.1 for run in timed.values())
    students = [len(sampled[what]["worker_mb"]) for what in ("autograde", "batch")]
    assert all(1 <= seen <= 2 for seen in students)  # one that ends between two samples is not seen
    assert all(20 < peak < 2000 for run in sampled.values() for peak in run["worker_mb"])
    assert all(run["total_mb"] >= max(run["worker_mb"]) for run in sampled.values())

    assert raw["ratios"]["batch"]["median"] == pytest.approx(timed["stock"]["seconds"] / timed["batch"]["seconds"])
    for run in timed.values():
        assert f"{run['seconds'] / 2:.2f} (" in page
    assert all(f"| {row[0]} | {row[1]} |" in page for row in rows(profiled(raw), 2))
    assert raw["machine"]["processor"] in page
    svg = ET.parse(tmp_path / "images" / "bench.svg").getroot()
    title = svg.find("{http://www.w3.org/2000/svg}title").text
    assert f"![{title}](images/bench.svg)" in page
