"""The example for GitHub Classroom: its pytest command is run as it stands there, and no secret is within reach."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

from autograder.assignment import Assignment
from autograder.building.submissions import fill_in
from autograder.engine import Engine
from tests.support.house import EXERCISES, SAMPLES

NOTEBOOK = "1_rnn_layers"


@pytest.fixture(scope="module")
def workflow(assignment: Assignment) -> dict[str, Any]:
    return yaml.safe_load((assignment.root / "docs" / "examples" / "github-classroom.yml").read_text())


def steps(workflow: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


def named(workflow: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [step for step in steps(workflow) if step["name"] == name]
    return found


def test_it_starts_from_the_private_repository_and_not_with_a_students_push(workflow: dict[str, Any]):
    assert list(workflow[True]) == ["workflow_dispatch"]  # YAML 1.1 reads `on` as a truth value
    assert workflow["permissions"] == {"contents": "read"}


def test_the_step_that_grades_knows_no_secret_and_no_checkout_leaves_one_behind(workflow: dict[str, Any]):
    grade = named(workflow, "Grade")
    assert "env" not in grade and "secrets" not in str(grade)
    assert all("env" not in job for job in workflow["jobs"].values()) and "env" not in workflow
    checkouts = [step for step in steps(workflow) if step.get("uses", "").startswith("actions/checkout")]
    assert len(checkouts) == 2
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_nothing_that_others_choose_is_pasted_into_a_script(workflow: dict[str, Any]):
    assert not [step["name"] for step in steps(workflow) if "${{" in step.get("run", "")]


@pytest.mark.slow
def test_its_command_grades_a_sample_and_says_what_is_wrong_item_by_item(
    workflow: dict[str, Any], assignment: Assignment, engine: Engine, released, reference_code: str, tmp_path: Path
):
    notebook = fill_in(released, reference_code + (SAMPLES / NOTEBOOK / "no_carry.py").read_text())
    (tmp_path / "submission").mkdir()
    nbformat.write(notebook, tmp_path / "submission" / f"{NOTEBOOK}.ipynb")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    own = {"GITHUB_WORKSPACE": str(tmp_path), "PATH": path}
    grade = named(workflow, "Grade")
    assert (grade["shell"], grade["working-directory"]) == ("bash", "grader")
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", grade["run"]]
    done = subprocess.run(shell, cwd=assignment.root, env={**os.environ, **own}, capture_output=True, text=True)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr

    cases = {case.get("name"): case for case in ET.parse(tmp_path / "results.xml").iter("testcase")}
    points = assignment.points(NOTEBOOK)
    asked = {f"{name}[{case.name}]" for name in points for case in EXERCISES[name].cases}
    assert cases.keys() == asked | {"not graded"}  # the other notebooks
    assert "There is no 4_attention.ipynb in the submission." in cases.pop("not graded").find("failure").text
    judgements = engine.grade(notebook, NOTEBOOK).judgements
    wrong = {f"{name}[{v.case}]" for name, each in judgements.items() for v in each.verdicts if not v.right}
    assert wrong and {name for name, case in cases.items() if case.find("failure") is not None} == wrong
    assert "advice: " in cases[min(wrong)].find("failure").text

    tell = named(workflow, "Tell the student the marks")["run"].splitlines()[0]
    shell = ["bash", "-c", f'{tell}\necho "$marks"']
    marks = subprocess.run(shell, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.splitlines()
    earned = sum(judgements[name].points(most) for name, most in points.items())
    assert marks[-1].split()[:5] == ["all", "exercises", "-", "of", "186,"] and marks[-1].split()[5] == f"{earned:g}"
    assert len(marks) == len(points) + 5
    assert marks[-2] == "4_attention.ipynb: not graded. There is no 4_attention.ipynb in the submission."
