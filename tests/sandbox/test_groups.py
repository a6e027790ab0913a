"""A cgroup bounds and ends what is in it, where one can be made, and nothing fails where none can."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from autograder.sandbox import family, group
from autograder.sandbox.group import LIMIT, PROCESSES, Group


@pytest.fixture
def hierarchy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for our own cgroup."""
    (tmp_path / PROCESSES).touch()
    monkeypatch.setattr(group, "_own_groups", lambda: iter([tmp_path]))
    monkeypatch.setattr(group, "TRIES", 2)
    return tmp_path


def test_nothing_is_made_where_the_kernel_has_no_such_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "_own_groups", lambda: iter(()))
    assert Group.make(10) is None


def test_nothing_is_left_where_the_limit_cannot_be_set(hierarchy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (hierarchy / "cgroup.subtree_control").mkdir()  # cannot be written
    assert Group.make(10) is None
    assert sorted(path.name for path in hierarchy.iterdir()) == [PROCESSES, "cgroup.subtree_control"]


def test_the_limit_is_written_into_a_folder_of_its_own(hierarchy: Path) -> None:
    made = Group.make(10)
    assert made
    (folder,) = hierarchy.glob("grading-*")
    assert (folder / LIMIT).read_text() == "10"
    assert made.enter(["program", "argument"])[-2:] == ["program", "argument"]


def test_a_program_enters_its_group_and_runs_though_it_cannot(tmp_path: Path) -> None:
    (tmp_path / PROCESSES).touch()
    for folder in (tmp_path, tmp_path / "missing"):
        done = subprocess.run(Group(folder).enter(["echo", "ran", "with $0"]), capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (0, "ran with $0\n")
    assert (tmp_path / PROCESSES).read_text().strip().isdigit()


@pytest.mark.parametrize(
    ("mounts", "memberships", "found"),
    [
        (["36 35 0:1 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids"], ["8:pids:/a/b"], ["/sys/fs/cgroup/pids/a/b"]),
        (["36 35 0:1 /a /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids"], ["8:pids:/a/b"], ["/sys/fs/cgroup/pids/b"]),
        (["36 35 0:1 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw"], ["0::/user/me"], ["/sys/fs/cgroup/user/me"]),
        (["36 35 0:1 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu"], ["3:cpu:/"], []),
        (["36 35 0:1 / / rw - ext4 /dev/vda rw"], ["0::/"], []),
    ],
)
def test_our_own_groups_are_found_in_both_hierarchies(
    monkeypatch: pytest.MonkeyPatch, mounts: list[str], memberships: list[str], found: list[str]
) -> None:
    texts = {"/proc/self/mountinfo": "\n".join(mounts), "/proc/self/cgroup": "\n".join(memberships)}
    monkeypatch.setattr(Path, "read_text", lambda path, **encoding: texts[str(path)])
    assert [str(path) for path in group._own_groups()] == found


def test_a_group_bounds_and_ends_what_is_in_it() -> None:
    made = Group.make(8)
    if made is None:
        pytest.skip("no cgroup can be made here")
    try:
        script = "for n in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 99 & done; sleep 99"
        process = subprocess.Popen(made.enter(["/bin/sh", "-c", script]), stderr=subprocess.PIPE)
        assert process.stderr and b"fork" in process.stderr.readline().lower()
    finally:
        made.close()
    assert process.wait(5)
    process.stderr.close()
    assert not made._folder.exists()


def test_a_family_is_found_and_counted_and_ended() -> None:
    """In a process of its own, which adopts what loses its parent as a zygote does."""
    if not (zygote := os.fork()):
        status = 1
        try:
            status = _as_a_zygote()
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(zygote, 0)[1]) == 0


def _as_a_zygote() -> int:
    import ctypes

    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
    ready, say = os.pipe()
    if not (child := os.fork()):
        os.setsid()
        for _ in range(2):
            if not (parent := os.fork()):
                if not os.fork():
                    time.sleep(99)
                os._exit(0)
            os.waitpid(parent, 0)
        os.write(say, b"1")
        time.sleep(99)
    os.close(say)  # so that reading ends where the child does
    os.read(ready, 1)
    if family.started_by(child) != 2 or family.has_ended(child):  # two, as orphans
        return 2
    if not family.end(child) or family.found():
        return 3
    return 0
