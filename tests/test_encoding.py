"""Texts are UTF-8 in every locale: files that the code reads and writes, names of folders, and what is printed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox.family import _runs
from tests.support.house import ASSIGNMENT, ROOT

CODE = [path for folder in (ROOT / "autograder", ROOT / "data", ASSIGNMENT.source) for path in folder.rglob("*.py")]
C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
STARTING = ("run", "Popen", "check_output")
TEXT = ("read_text", "write_text")


def in_no_encoding(text: str) -> Iterator[int]:
    """The lines that read or write text in the locale's encoding."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or any(each.arg in ("encoding", None) for each in node.keywords):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in TEXT:
            yield node.lineno
        if isinstance(node.func, ast.Name) and node.func.id == "open" and "b" not in _mode(node):
            yield node.lineno
        started = isinstance(node.func, ast.Attribute) and node.func.attr in STARTING
        if started and any(each.arg in ("text", "universal_newlines") for each in node.keywords):
            yield node.lineno


def _mode(node: ast.Call) -> str:
    given = [*node.args[1:2], *(each.value for each in node.keywords if each.arg == "mode")]
    return ast.unparse(given[0]) if given else "r"


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_is_read_or_written_in_the_locales_encoding(path: Path):
    assert not list(in_no_encoding(path.read_text(encoding="utf-8")))


def test_what_depends_on_the_locale_is_seen():
    seen = "open(a)\nopen(a, 'w')\np.read_text()\np.write_text(x)\nsubprocess.run(a, text=True)\n"
    unseen = "open(a, 'rb')\nopen(a, encoding='utf-8')\np.read_text('x', encoding='utf-8')\np.read_bytes()\n"
    assert list(in_no_encoding(seen + unseen)) == [1, 2, 3, 4, 5]


def test_a_command_takes_names_for_utf8_where_the_locale_says_nothing(tmp_path: Path):
    course = tmp_path / "Zo\xeb"
    (course / "source").mkdir(parents=True)
    command = [sys.executable, "-m", "autograder", "marks", "--course", str(course)]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **C_LOCALE}, capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr.decode() == f"error: {course} has no assignment: source/ is empty\n"


@pytest.mark.skipif(not Path("/proc/self/comm").exists(), reason="this system has no /proc")
def test_a_process_that_names_itself_in_odd_bytes_is_still_seen():
    code = r"open('/proc/self/comm', 'wb').write(b'\xff) Z \xfe'); print(flush=True); input()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        process.stdout.readline()
        assert _runs(process.pid)
        process.stdin.close()
