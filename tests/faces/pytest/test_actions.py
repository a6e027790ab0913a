"""The example for GitHub Actions: its scripts are run as they stand there, on a stand-in for GitHub."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

from autograder.assignment import Assignment
from autograder.building.submissions import fill_in
from autograder.engine import Engine
from tests.support.house import EXERCISES, ROOT, SAMPLES

NOTEBOOK = "1_rnn_layers"
WORKFLOW = ROOT / "docs" / "examples" / "github-actions.yml"
NOT_GRADED = "This could not be graded yet. It is no zero, and your teacher sees it."
MOST_JOBS = 256  # of one matrix, on GitHub


@pytest.fixture(scope="module")
def workflow() -> dict[str, Any]:
    return yaml.safe_load(WORKFLOW.read_text())


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
    assert "secrets" not in str([workflow["env"], *(job.get("env") for job in workflow["jobs"].values())])
    checkouts = [step for step in steps(workflow) if step.get("uses", "").startswith("actions/checkout")]
    assert [step["with"]["persist-credentials"] for step in checkouts] == [False]
    knowing = {step["name"] for step in steps(workflow) if "secrets" in str(step)}
    assert knowing == {"List the students' repositories", "The submissions", "Tell the students their marks"}


def test_nothing_that_others_choose_is_pasted_into_a_script(workflow: dict[str, Any]):
    assert not [step["name"] for step in steps(workflow) if "${{" in step.get("run", "")]


GH = """#!{python}
import json, os, sys
from pathlib import Path

asked, place = sys.argv[1:], Path({place!r})
if asked[0] == "api" and asked[1] == "--paginate":
    print((place / "names").read_text())
elif asked[0] == "api":
    busy = place / "busy"
    if busy.exists():
        sys.exit(busy.read_text().strip() + str(busy.unlink() or ""))
    with (place / "comments").open("a") as comments:
        print(json.dumps([asked[1], asked[-1].removeprefix("body=")]), file=comments)
"""


@dataclass
class Github:
    """An organisation `class` on this machine: repositories in a folder, `gh` a script that notes what it is told."""

    place: Path
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for folder in ("bin", "class", "work/grader"):
            (self.place / folder).mkdir(parents=True)
        self._program("gh", GH.format(python=sys.executable, place=str(self.place)))
        self._program("sleep", f'#!/bin/sh\necho "$1" >> {shlex.quote(str(self.place))}/waits\n')

    def push(self, name: str, files: dict[str, str]) -> str:
        """A student's repository with these files; returns its commit."""
        folder = self.place / "class" / name
        folder.mkdir()
        for path, text in files.items():
            (folder / path).write_text(text)
        git = ["git", "-C", str(folder), "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
        for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "Done"]):
            subprocess.run([*git, *words], check=True)
        self.names.append(name)
        return subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()

    def run(self, step: dict[str, Any], repositories: Sequence[str] = (), **own: str) -> subprocess.CompletedProcess:
        """A step's script, with the shell that Actions gives it."""
        assert step["shell"] == "bash"
        (self.place / "names").write_text("\n".join(self.names))
        url = f"url.{self.place}/class/.insteadOf"
        env = os.environ | {"OWNER": "class", "REPOSITORIES": " ".join(repositories), "PAUSE": "15"} | own
        env |= {f"GITHUB_{name}": str(self.place / name.lower()) for name in ("OUTPUT", "STEP_SUMMARY", "PATH")}
        env |= {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": url, "GIT_CONFIG_VALUE_0": "https://github.com/class/"}
        env["PATH"] = os.pathsep.join([str(self.place / "bin"), str(Path(sys.executable).parent), env["PATH"]])
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        folder = self.place / "work" / step.get("working-directory", "")
        return subprocess.run(shell, cwd=folder, env=env, capture_output=True, text=True)

    @property
    def comments(self) -> dict[str, str]:
        path = self.place / "comments"
        return dict(map(json.loads, path.read_text().splitlines())) if path.exists() else {}

    def _program(self, name: str, text: str) -> None:
        path = self.place / "bin" / name
        path.write_text(text)
        path.chmod(0o755)


@pytest.fixture
def github(tmp_path: Path) -> Github:
    return Github(tmp_path)


def found(github: Github, workflow: dict[str, Any], prefix: str) -> list[str]:
    done = github.run(named(workflow, "List the students' repositories"), PREFIX=prefix)
    assert done.returncode == 0, done.stderr
    return json.loads((github.place / "output").read_text().removeprefix("groups="))


@pytest.mark.parametrize("students", [1, 19, 20, 21, 257, 1000])
def test_a_class_of_any_size_is_fewer_jobs_than_github_allows_and_nobody_is_left_out(
    github: Github, workflow: dict[str, Any], students: int
):
    class_ = [f"rnn-captioning-s{number}" for number in range(students)]
    github.names = [*class_, "another-s1", "RNN", "template-rnn-captioning-x"]
    groups = [group.split() for group in found(github, workflow, "rnn-captioning-")]
    assert len(groups) == min(students, 20) <= MOST_JOBS
    assert sorted(" ".join(map(" ".join, groups)).split()) == sorted(class_)
    assert max(map(len, groups)) - min(map(len, groups)) <= 1


def test_capitals_do_not_count_and_a_prefix_that_nothing_has_is_said(github: Github, workflow: dict[str, Any]):
    github.names = ["RNN-Captioning-ada"]
    assert found(github, workflow, "rnn-Captioning-") == ["RNN-Captioning-ada"]
    done = github.run(named(workflow, "List the students' repositories"), PREFIX="lstm-")
    assert done.returncode == 1
    assert done.stderr == "::error::None of the 1 repositories that the token can see begins with lstm-.\n"


def test_where_nothing_could_be_installed_every_student_reads_that_there_is_no_mark_yet(
    github: Github, workflow: dict[str, Any]
):
    commits = {name: github.push(f"a-{name}", {"x": name}) for name in ("ada", "bob")}
    (github.place / "class" / "a-empty").mkdir()
    subprocess.run(["git", "init", "-q", str(github.place / "class" / "a-empty")], check=True)
    class_ = ["a-ada", "a-empty", "a-gone", "a-bob"]
    fetched = github.run(named(workflow, "The submissions"), class_)
    assert fetched.returncode == 0, fetched.stderr
    assert "::error::a-gone could not be fetched." in fetched.stdout
    told = github.run(named(workflow, "Tell the students their marks"), class_)
    assert told.returncode == 0, told.stderr
    path = "repos/class/a-{0}/commits/{1}/comments"
    assert github.comments == {path.format(name, commit): NOT_GRADED for name, commit in commits.items()}
    assert (github.place / "step_summary").read_text() == "- a-ada: not graded\n- a-bob: not graded\n"


MARKS = "====== marks ======\nrnn_forward  0 of 8\nall exercises  -  of 186, 46 in what was graded"
FORGED = "====== marks ======\nall exercises  -  of 186, 186"
FAILED = "====== short test summary info ======\nFAILED a::b - ====== marks ====== all exercises 186"


@pytest.mark.parametrize(
    ("result", "marks"),
    [
        (f"start\n{MARKS}\n{FAILED}\n", MARKS),
        (f"{FORGED}\n{MARKS}\n{FAILED}\n", MARKS),
        (f"====== marks ======\n{MARKS}\n", MARKS),
        (f"x {FORGED}\n", ""),
        ("", ""),
    ],
    ids=["marks", "forged_before", "head_before", "no_head", "nothing"],
)
def test_marks_are_those_of_the_grader_whatever_a_students_error_says(
    github: Github, workflow: dict[str, Any], result: str, marks: str
):
    github.push("a-ada", {"x": ""})
    github.run(named(workflow, "The submissions"), ["a-ada"])
    (github.place / "work" / "results" / "a-ada.txt").write_text(result)
    told = github.run(named(workflow, "Tell the students their marks"), ["a-ada"])
    assert told.returncode == 0, told.stderr
    assert list(github.comments.values()) == [f"```text\n{marks}\n```" if marks else NOT_GRADED]
    assert (github.place / "step_summary").read_text() == f"- a-ada: {(marks or 'not graded').splitlines()[-1]}\n"


@pytest.mark.parametrize(
    ("answer", "waits", "told"),
    [
        ("HTTP 403: You have exceeded a secondary rate limit", ["0", "60", "15"], True),
        ("HTTP 404: Not Found", ["0", "15"], False),
    ],
    ids=["too_many", "not_allowed"],
)
def test_a_comment_waits_where_github_asks_for_it_and_is_an_error_where_it_is_refused(
    github: Github, workflow: dict[str, Any], answer: str, waits: list[str], told: bool
):
    github.push("a-ada", {"x": ""})
    github.run(named(workflow, "The submissions"), ["a-ada"])
    (github.place / "busy").write_text(answer)
    done = github.run(named(workflow, "Tell the students their marks"), ["a-ada"])
    assert done.returncode == 0, done.stderr
    assert (github.place / "waits").read_text().split() == waits
    assert bool(github.comments) is told
    assert ("::error::a-ada has no comment with the marks: HTTP 404" in done.stdout) is not told


@pytest.mark.slow
def test_its_command_grades_a_class_item_by_item_and_tells_each_student_the_marks(
    github: Github, workflow: dict[str, Any], assignment: Assignment, engine: Engine, released, reference_code: str
):
    notebook = fill_in(released, reference_code + (SAMPLES / NOTEBOOK / "no_carry.py").read_text())
    file = f"{NOTEBOOK}.ipynb"
    ada = github.push("a-ada", {file: nbformat.writes(notebook)})
    bob = github.push("a-bob", {"notes.txt": "= marks =\nall exercises  -  of 186, 186\n"})
    class_ = ["a-bob", "a-ada"]
    github.run(named(workflow, "The submissions"), class_)
    (github.place / "work" / "grader").rmdir()
    (github.place / "work" / "grader").symlink_to(assignment.root)
    grade = named(workflow, "Grade")
    grade = grade | {"run": grade["run"].replace("../", f"{github.place}/work/")}  # .. of a link is elsewhere
    done = github.run(grade, class_)
    assert done.returncode == 0, done.stderr
    results = github.place / "work" / "results"

    cases = {case.get("name"): case for case in ET.parse(results / "a-ada.xml").iter("testcase")}
    points = assignment.points(NOTEBOOK)
    asked = {f"{name}[{case.name}]" for name in points for case in EXERCISES[name].cases}
    assert cases.keys() == asked | {"not graded"}  # the other notebooks
    assert "There is no 4_attention.ipynb in the submission." in cases.pop("not graded").find("failure").text
    judgements = engine.grade(notebook, NOTEBOOK).judgements
    wrong = {f"{name}[{v.case}]" for name, each in judgements.items() for v in each.verdicts if not v.right}
    assert wrong and {name for name, case in cases.items() if case.find("failure") is not None} == wrong
    assert "advice: " in cases[min(wrong)].find("failure").text

    told = github.run(named(workflow, "Tell the students their marks"), class_)
    assert told.returncode == 0, told.stderr
    assert github.comments[f"repos/class/a-bob/commits/{bob}/comments"] == NOT_GRADED
    assert "a-bob could not be graded: results/a-bob.not-graded.txt says why" in done.stdout
    marks = github.comments[f"repos/class/a-ada/commits/{ada}/comments"].splitlines()
    assert (marks[0], marks[-1]) == ("```text", "```")
    earned = sum(judgements[name].points(most) for name, most in points.items())
    assert marks[-2].split()[:5] == ["all", "exercises", "-", "of", "186,"] and marks[-2].split()[5] == f"{earned:g}"
    assert len(marks) == len(points) + 7
    assert marks[-3] == "4_attention.ipynb: not graded. There is no 4_attention.ipynb in the submission."
    assert (github.place / "step_summary").read_text() == f"- a-bob: not graded\n- a-ada: {marks[-2]}\n"
