"""What a course opens with `processes`: programs and processes, bounded, and nothing else with them.

Each attack is tried at each level; what the lowest one cannot stop is asserted, too.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox import family
from autograder.sandbox.family import put_first
from autograder.sandbox.group import Group
from autograder.sandbox.levels import LEVELS
from autograder.sandbox.messages import Fate, Refused
from autograder.sandbox.runner import Limits
from tests.support.sandboxed import Sandboxed, beneath, new_tag, sandboxed, tagged, text_of

pytestmark = pytest.mark.slow

PROCESSES = 3
MEMORY = 1 << 30  # bytes
GUARDED = ("full", "container")  # the levels that have rules for files and system calls

BOMBS = {
    "in Python": "import os\nwhile True: os.fork()",
    "in the shell": "!:(){{ :|:& }};: ; sleep 30",
    "that leaves its group": "import os\nwhile True:\n    if not os.fork(): os.setsid()",
    "that swallows errors": "import os\nwhile True:\n    try:\n        while True: os.fork()\n    except OSError: pass",
    "of sleepers": "import subprocess\nkept = [subprocess.Popen(['sleep', '999']) for _ in range(50)]\nkept[0].wait()",
    "of threads and processes": "import os, threading, time\nwhile True:\n    if not os.fork():\n"
    "        for _ in range(40): threading.Thread(target=time.sleep, args=(99,)).start()",
    "that outlives its parent": "import os, time\nif os.fork():\n    time.sleep(0.1)\n    os._exit(0)\n"
    "while True: os.fork()",
}


@pytest.fixture(scope="module", params=reversed(LEVELS))
def running(request: pytest.FixtureRequest) -> Iterator[Sandboxed]:
    with sandboxed(request.param, processes=PROCESSES, memory=MEMORY) as opened:
        yield opened


@pytest.fixture(scope="module", params=reversed(LEVELS))
def without_group(request: pytest.FixtureRequest) -> Iterator[Sandboxed]:
    """The same on a machine where no cgroup can be made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Group, "make", classmethod(lambda cls, most: None))
        with sandboxed(request.param, processes=PROCESSES) as opened:
            yield opened


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as process:
        yield process
        process.kill()


def assert_next_is_unharmed(running: Sandboxed) -> None:
    """The zygote goes on, nothing is left in it, and the next student has all that is allowed."""
    assert running.zygote.usable
    assert not beneath(running)
    first, second = running.submission("import os\nos.listdir()", "!echo still here")
    assert first.outputs[0]["data"] == {"text/plain": "[]"}
    assert text_of(second) == "still here\n"


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_fork_bomb_ends_its_own_child_and_nothing_else(running: Sandboxed, bomb: str) -> None:
    _defuse(running, BOMBS[bomb])


@pytest.mark.parametrize("bomb", ["in Python", "in the shell", "that outlives its parent"])
def test_the_watch_alone_ends_a_fork_bomb(without_group: Sandboxed, bomb: str) -> None:
    _defuse(without_group, BOMBS[bomb])


def _defuse(running: Sandboxed, bomb: str) -> None:
    start = time.monotonic()
    good, bad, after = running.submission("kept = 1", bomb, "kept")
    assert (good.fate, bad.fate) == (Fate.DONE, Fate.DEAD)
    assert Refused.PROCESSES in bad.refused or "outlives" in bomb or "os._exit" in bomb
    assert after.outputs[0]["data"] == {"text/plain": "1"}  # in a fresh child
    assert time.monotonic() - start < 30
    own = running.zygote._room.folder.name  # among the arguments of all that was forked
    assert len(tagged(own)) <= 1 + (running.level == "full")
    assert_next_is_unharmed(running)


@pytest.mark.parametrize("level", LEVELS)
def test_the_watching_process_has_precedence_and_no_student(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first: list[int] = []
    monkeypatch.setattr(family, "put_first", lambda pid: first.append(pid) or put_first(pid))
    with sandboxed(level, processes=PROCESSES) as running:
        (watching,) = first
        words = Path(f"/proc/{watching}/cmdline").read_text().split("\0")
        assert words[0] == sys.executable and "autograder.sandbox.zygote" in words
        if os.geteuid() == 0:
            assert os.sched_getscheduler(watching) == os.SCHED_FIFO | os.SCHED_RESET_ON_FORK
        assert text_of(running.cell("import os\nprint(os.sched_getscheduler(0))")) == f"{os.SCHED_OTHER}\n"


def test_processes_up_to_the_bound_are_no_harm(running: Sandboxed) -> None:
    """Also one helper of Python's, and as many again after the first have ended."""
    source = f"""
import subprocess
for _ in range(3):
    started = [subprocess.Popen(["sleep", "0.3"]) for _ in range({PROCESSES} + 1)]
    print([process.wait() for process in started])
"""
    result = running.cell(source)
    assert (result.fate, result.refused) == (Fate.DONE, ())
    assert text_of(result) == f"{[0] * (PROCESSES + 1)}\n" * 3


def test_what_a_cell_leaves_behind_ends_with_the_submission(running: Sandboxed) -> None:
    tag = new_tag()
    source = f"""
import os, subprocess, sys
subprocess.Popen(["sleep", "999", "{tag}"], stderr=subprocess.DEVNULL) if 0 else None
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(999)", "{tag}"], start_new_session=True)
if not os.fork():
    os.setsid()
    if not os.fork():
        os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(999)", "{tag}"])
    os._exit(0)
os.wait()
"""
    result, seen = running.submission(source, "1 + 1")
    assert result.fate is Fate.DONE and seen.fate is Fate.DONE
    assert not tagged(tag)
    assert_next_is_unharmed(running)


def test_the_end_of_the_child_is_seen_though_a_process_holds_its_socket(running: Sandboxed) -> None:
    start = time.monotonic()
    result = running.cell("import os, time\nif not os.fork(): time.sleep(999)\nos._exit(0)", Limits(cell=30.0))
    assert result.fate is Fate.DEAD
    assert time.monotonic() - start < 10
    assert_next_is_unharmed(running)


def test_an_interrupt_reaches_what_the_cell_has_started(running: Sandboxed) -> None:
    tag = new_tag()
    slow, after = running.submission(
        f"!{sys.executable} -c 'import time; time.sleep(999)' {tag}", "1 + 1", limits=Limits(cell=1.0)
    )
    assert slow.fate is Fate.TIMEOUT
    assert after.outputs[0]["data"] == {"text/plain": "2"}
    assert not tagged(tag)


def test_all_processes_together_have_the_memory_of_one(running: Sandboxed) -> None:
    source = f"""
import os, time
import numpy as np
for _ in range(3):
    if not os.fork():
        kept = np.ones({MEMORY // 8 * 2 // 5})
        time.sleep(60)
time.sleep(60)
"""
    result = running.cell(source, Limits(cell=40.0))
    assert (result.fate, result.refused) == (Fate.DEAD, (Refused.MEMORY,))
    assert_next_is_unharmed(running)


def test_zombies_use_up_no_numbers(running: Sandboxed) -> None:
    source = "import os\nfor _ in range(5000): os.posix_spawn('/bin/true', ['true'], {})\nprint('ma' + 'de')"
    result = running.cell(source, Limits(cell=60.0))
    assert result.fate is Fate.DEAD or "Resource temporarily unavailable" in text_of(result)
    assert "made" not in text_of(result)
    assert_next_is_unharmed(running)


@pytest.mark.parametrize("call", ["kill", "pidfd", "program"])
def test_signals_reach_no_process_of_others(running: Sandboxed, bystander: subprocess.Popen[bytes], call: str) -> None:
    pids = ("os.getppid()", "1", str(os.getpid()), str(bystander.pid))
    if running.level == "process":
        pids = pids[-1:]
    how = {
        "kill": "os.kill({pid}, signal.SIGTERM)",
        "pidfd": "signal.pidfd_send_signal(os.pidfd_open({pid}), signal.SIGTERM)",
        "program": "subprocess.run(['/bin/sh', '-c', f'kill -TERM {{{pid}}}'], check=True, capture_output=True)",
    }[call]
    tried = "\n".join(
        f"try:\n    {how.format(pid=pid)}\n    print('sent')\nexcept Exception as e: pass" for pid in pids
    )
    result = running.cell(f"import os, signal, subprocess\n{tried}")
    assert result.fate is Fate.DONE
    if running.level == "process":
        assert text_of(result) == "sent\n"
        assert bystander.wait(5) == -15
    else:
        assert text_of(result) == ""
        assert bystander.poll() is None
    assert_next_is_unharmed(running)


def test_a_process_may_be_signalled_by_who_has_started_it(running: Sandboxed) -> None:
    source = "import subprocess\np = subprocess.Popen(['sleep', '99'])\np.terminate()\nprint(p.wait())"
    assert text_of(running.cell(source)) == "-15\n"


@pytest.mark.parametrize("sibling", ["parent", "child"])
def test_siblings_cannot_be_looked_into(running: Sandboxed, sibling: str) -> None:
    """Neither by system call nor through /proc, as nothing that could not be seen before is opened."""
    source = f"""
import ctypes, os, subprocess
libc = ctypes.CDLL(None, use_errno=True)
other = os.getppid() if {sibling!r} == "parent" else subprocess.Popen(["sleep", "9"]).pid
class Piece(ctypes.Structure): _fields_ = [("at", ctypes.c_void_p), ("size", ctypes.c_size_t)]
room = ctypes.create_string_buffer(8)
mine, theirs = Piece(ctypes.addressof(room), 8), Piece(ctypes.addressof(room), 8)
print(libc.ptrace(16, other, 0, 0), libc.process_vm_readv(other, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0))
for name in ("environ", "mem", "maps"):
    try: print(len(open(f"/proc/{{other}}/{{name}}", "rb").read(1)))
    except OSError as problem: print("closed")
"""
    result = running.cell(source)
    if running.level != "process":
        assert text_of(result) == "-1 -1\nclosed\nclosed\nclosed\n"
    else:
        assert result.fate is Fate.DONE


def test_programs_reach_no_further_than_the_notebook(running: Sandboxed, tmp_path: Path) -> None:
    secret, target = tmp_path / "secret.txt", tmp_path / "made.txt"
    secret.write_text("canary")
    result = running.cell(
        f"!cat {secret}; echo x > {target}; ln -s {secret} link; cat link; rm -f {secret}; ls {tmp_path}"
    )
    if running.level in GUARDED:
        assert "canary" not in text_of(result)
        assert not target.exists() and secret.exists()
    else:
        assert "canary" in text_of(result) and target.exists()
    assert_next_is_unharmed(running)


def test_programs_get_no_powers_back(running: Sandboxed) -> None:
    """Where root grades, starting a program would give it all that root may do."""
    look = (
        "import ctypes; s = (ctypes.c_uint32 * 6)(); ctypes.CDLL(None).capget((ctypes.c_uint32 * 2)(0x20080522, 0), s)"
    )
    source = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {look + '; print(list(s))'!r}]);"
    assert text_of(running.cell(source)) == "[0, 0, 0, 0, 0, 0]\n"


@pytest.mark.parametrize(
    "way",
    [
        "open('new.sh', 'w').write('#!/bin/sh\\necho ran')\nos.chmod('new.sh', 0o755)\nsubprocess.run(['./new.sh'])",
        "shutil.copy('/bin/echo', 'new')\nos.chmod('new', 0o755)\nsubprocess.run(['./new', 'ran'])",
        "f = os.memfd_create('new')\nos.write(f, open('/bin/echo', 'rb').read())\nos.execve(f, ['new', 'ran'], {})",
        "subprocess.run(['unshare', '--user', 'echo', 'ran'], check=True)",
        "subprocess.run(['setsid', 'mount', '-t', 'tmpfs', 'none', '.'], check=True)\nprint('ran')",
    ],
    ids=["a script", "a copy", "from memory", "in namespaces", "mount"],
)
def test_what_is_no_program_of_the_system_is_not_run(running: Sandboxed, way: str) -> None:
    result = running.cell(f"import os, shutil, subprocess\n{way}")
    if running.level in GUARDED:
        assert "ran\n" not in text_of(result)
    assert_next_is_unharmed(running)


def test_programs_have_no_network(running: Sandboxed) -> None:
    look = "import socket; socket.socket(); print('opened')"
    source = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {look!r}], stderr=subprocess.DEVNULL);"
    assert ("opened" in text_of(running.cell(source))) == (running.level == "process")


def test_files_are_removed_though_a_process_goes_on_to_write_them(running: Sandboxed) -> None:
    tag = new_tag()
    writer = "import itertools\nfor n in itertools.count(): open(f'left{n % 500}', 'w').write('x')"
    running.cell(f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {writer!r}, {tag!r}]);")
    assert not tagged(tag)
    assert_next_is_unharmed(running)


def test_a_child_that_lies_about_what_it_was_refused_says_nothing_new(running: Sandboxed) -> None:
    lie = """
import gc
for each in gc.get_objects():
    if type(each).__name__ == "Refusals":
        each.take = lambda: ["network", {"a": [1]}, None] + ["processes", "x" * 1000] * 1000
"""
    first, second = running.submission(lie, "1")
    assert set(first.refused) <= {Refused.NETWORK} and second.refused == (Refused.NETWORK,)
    assert second.fate is Fate.DONE


def test_what_a_killed_zygote_leaves_is_ended() -> None:
    """At the lowest level a submission can kill its zygote; what it had started ends when the grader gives it up."""
    tag = new_tag()
    with sandboxed("process", processes=PROCESSES) as running, pytest.raises(Exception, match="grading process"):
        running.cell(
            "import os, signal, subprocess, sys\n"
            f"subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(999)', {tag!r}])\n"
            "import time; time.sleep(0.5)\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(5)"
        )
    end = time.monotonic() + 5
    while tagged(tag) and time.monotonic() < end:
        time.sleep(0.05)
    assert not tagged(tag)
