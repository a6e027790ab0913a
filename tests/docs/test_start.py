"""From an empty folder to the first mark that a student can read: the page's commands, run as a newcomer runs them."""

from __future__ import annotations

import re
import resource
import subprocess
import time
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.sandbox.levels import climb
from autograder.starting.doctor.command import CHECKS
from tests.support.guide import environment, problem, run, steps
from tests.support.needs import lacking

PAGE = "docs/start.md"
NUMBERS = {"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14}


@pytest.mark.slow
def test_the_page_leads_from_an_empty_folder_to_the_first_released_mark(assignment: Assignment, tmp_path: Path) -> None:
    if climb().level == "process":
        lacking("this machine confines student code too little to grade as the page does")
    clone, home, began = tmp_path / "clone", tmp_path / "home", time.monotonic()
    home.mkdir()
    subprocess.run(["git", "clone", "--quiet", assignment.root, clone], check=True)
    folder, settings = clone, environment(clone, home)
    for step in steps((assignment.root / PAGE).read_text()):
        if step.command.startswith("cd "):
            folder = Path(step.command.removeprefix("cd ").replace("~", str(home)))
            continue
        done = run(step, folder, settings)
        if wrong := problem(PAGE, step, done.returncode, done.stdout):
            pytest.fail(wrong, pytrace=False)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        busy = used.ru_utime + used.ru_stime
        print(f"{time.monotonic() - began:5.1f} s, {busy:5.1f} of them on a processor: {step.command}")
    pages = list((folder / "exchange" / "autumn" / "feedback").glob("*.html"))
    assert len(pages) == 1
    assert not subprocess.run(["git", "status", "--short"], cwd=clone, capture_output=True, text=True).stdout


def test_the_page_counts_its_commands_and_names_every_check(assignment: Assignment) -> None:
    text = (assignment.root / PAGE).read_text()
    (said,) = set(re.findall(rf"\b({'|'.join(NUMBERS)})\s+commands", text))
    assert NUMBERS[said] == len(list(steps(text)))
    rows = text.partition("| check |")[2].partition("\n\n")[0].splitlines()[2:]
    assert sorted(name.strip() for row in rows for name in row.split("|")[1].split(",")) == sorted(
        each.name for each in CHECKS
    )
    assert f"{len(CHECKS)} checks:" in text
