"""The stage sees the harm that an attack may do: each kind is done here on purpose, and noticed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from autograder.assignment import Assignment
from tests.attacks import memory
from tests.attacks.declare import Attack
from tests.attacks.stage import Stage, open_stage

pytestmark = pytest.mark.slow

TAGGED = "import sys, time; open('/proc/self/comm', 'w').write(sys.argv[1]); print(flush=True); time.sleep(60)"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with open_stage("full", tmp_path_factory.mktemp("stage")) as opened:
        yield opened


def harm(stage: Stage, code: str = "", act: Callable[[], object] = lambda: None) -> str:
    """What the stage says of a submission with this code, while something acts beside it."""
    return " ".join(stage.run(Attack("on purpose", "is noticed", code, edit=lambda notebook: act()))[1])


def test_a_harmless_submission_does_no_harm(stage: Stage) -> None:
    assert harm(stage, "print('hello')") == ""


def test_gained_marks(stage: Stage, assignment: Assignment) -> None:
    said = harm(stage, (assignment.solutions / "rnn_layers.py").read_text())
    assert "marks gained: rnn_step_forward" in said


def test_secrets_and_answers_that_were_read(stage: Stage) -> None:
    for path in stage.outside.secret_files:
        name = str(path.relative_to(stage.outside.root))
        assert f"read: {name}" in harm(stage, f"print({stage.known[name]!r})")
    assert "read: the answer" in harm(stage, f"print({stage.answers[0]})")
    assert "did what must not be possible" in harm(stage, "print(AIM['done'])")


@pytest.mark.parametrize("name", ["its own memory", "frames and objects"])
def test_the_searches_for_answers_find_one_that_is_there(stage: Stage, name: str) -> None:
    planted = f"kept_values = np.array({[float(answer) for answer in stage.answers[:2]]})\n"
    search = next(attack for attack in memory.ATTACKS if attack.name == name)
    assert "did what must not be" in harm(stage, f"import numpy as np\n{planted}# %%\n{search.code}")


def test_changes_outside(stage: Stage) -> None:
    assert "changed: course/gradebook.db" in harm(stage, act=lambda: stage.outside.gradebook.write_text("x"))
    assert "changed: course" in harm(stage, act=lambda: (stage.outside.assignment.root / "new").touch())
    assert "changed: course/exercises" in harm(
        stage, act=lambda: (stage.outside.assignment.declared_in / "new").touch()
    )
    assert f"left: /dev/shm/{stage.tag}" in harm(stage, act=lambda: open(f"/dev/shm/{stage.tag}", "w").close())
    assert "changed: home" in harm(stage, act=lambda: stage.outside.key.chmod(0o644))


def test_processes_left_and_harmed(stage: Stage) -> None:
    def leave() -> None:
        started.append(subprocess.Popen([sys.executable, "-c", TAGGED, stage.tag], stdout=subprocess.PIPE))
        started[0].stdout.readline()

    started: list[subprocess.Popen] = []
    assert "process left" in harm(stage, act=leave)
    started[0].communicate()
    assert "another process was harmed" in harm(stage, act=lambda: os.kill(stage.bystander.pid, signal.SIGSTOP))
    assert "another process was harmed" in harm(stage, act=lambda: os.kill(stage.bystander.pid, signal.SIGKILL))


def test_sockets_that_were_reached(stage: Stage) -> None:
    def connect() -> None:
        socket.create_connection(("127.0.0.1", stage.ears.aim["tcp"])).close()

    assert "was reached" in harm(stage, act=connect)


@pytest.mark.parametrize("library", ["cs231n", "selfcheck"])
def test_a_next_submission_that_is_not_as_before(stage: Stage, library: str) -> None:
    def spoil() -> None:
        (stage._engine._zygote._room.folder / "course" / library / "new.py").touch()

    assert "the next submission" in harm(stage, act=spoil)
