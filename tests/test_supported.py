"""The grader on other Pythons and systems: it runs, or says in a sentence why not."""

import re
import shutil
import subprocess
import sys

import pytest

from autograder import supported

NAMES = ("python3.11", "python3.12", "python3.13", "python3.14")
PYTHONS = [name for name in NAMES if shutil.which(name) and not subprocess.run([name, "-c", ""], stderr=-3).returncode]
PARSE = """
import ast, pathlib, sys, warnings
warnings.simplefilter("error")
for folder in sys.argv[1:]:
    for path in pathlib.Path(folder).rglob("*.py"):
        compile(path.read_text(encoding="utf-8"), str(path), "exec")
print(".".join(map(str, sys.version_info[:2])))
"""


@pytest.mark.parametrize(
    ("version", "platform", "said"),
    [
        ((3, 10), "linux", "Python 3.10 is not supported: use Python 3.11 to 3.14"),
        ((3, 15), "darwin", "Python 3.15 is not supported"),
        ((3, 12), "win32", "On Windows use WSL 2"),
    ],
)
def test_what_cannot_run_says_what_to_do(version, platform, said, monkeypatch):
    problem = supported.problem(version, platform)
    assert said in problem
    monkeypatch.setattr(supported, "problem", lambda: problem)
    with pytest.raises(SystemExit, match=f"^error: {re.escape(problem)}$"):
        supported.insist()


@pytest.mark.parametrize("minor", range(11, 15))
@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_what_is_supported_runs(minor, platform):
    assert supported.problem((3, minor), platform) == ""


@pytest.mark.slow
@pytest.mark.parametrize("python", PYTHONS)
def test_every_python_that_is_here_reads_all_code(python, assignment):
    folders = [assignment.root / name for name in ("autograder", "exercises", "source", "data", "tests", "bench")]
    done = subprocess.run([python, "-c", PARSE, *map(str, folders)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"python{done.stdout.strip()}" == python


def test_the_package_asks_for_the_same_versions(assignment):
    settings = (assignment.root / "pyproject.toml").read_text()
    assert 'requires-python = ">=3.11,<3.15"' in settings
    assert (supported.OLDEST, supported.NEWEST) == ((3, 11), (3, 14)) and sys.version_info >= supported.OLDEST
