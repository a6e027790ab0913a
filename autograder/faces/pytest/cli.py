"""The command `pytest`, which starts pytest in a process of its own.

Whoever runs pytest itself on a submission, or in its folder, runs what the submission's settings say: pytest reads
pyproject.toml, pytest.ini and conftest.py wherever it is pointed to, before any plugin of ours could refuse. So there
is no plugin: pytest is started here, with settings of ours, and is never told where the submission lies.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from autograder.options import Commands

ABOUT = """
Items are the exercises' cases, and ordinary tests; the marks stand at the end. Whatever follows PATH and is none of the
options below is handed to pytest: -v, -k EXPRESSION, --junitxml=FILE, -p PLUGIN. The exit code is 0 where everything is
there and right, 1 where something is wrong or missing, 4 where nothing could be graded.
"""
OF_PYTEST = "PYTEST_"  # variables that begin so change what pytest does


def add(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser(
        "pytest",
        parents=[_options()],
        allow_abbrev=False,
        help="grade one submission with pytest, an item for each exercise and case",
        epilog=ABOUT,
    )
    command.add_argument("path", type=Path, metavar="PATH", help="a notebook, or the folder with the notebooks")
    command.add_argument("further", nargs=argparse.REMAINDER, metavar="...", help="further options of pytest's")
    command.set_defaults(run=_pytest)


def _options() -> argparse.ArgumentParser:
    """Ours, which may stand before PATH and after it."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--course", type=Path, default=Path.cwd(), help="the course folder (default: this one)")
    parser.add_argument("--assignment", default="", metavar="NAME", help="of the course (default: its only one)")
    return parser


def _pytest(options: argparse.Namespace) -> int:
    options, further = _options().parse_known_args(options.further, options)
    course, path = (str(Path(each).absolute()) for each in (options.course, options.path))
    command = [sys.executable, "-P", "-m", "autograder.faces.pytest", course, options.assignment, path, *further]
    sys.stdout.flush()
    os.execve(sys.executable, command, environment(os.environ))


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """The variables of the new process: pytest is told nothing by them, and imports from no folder that one is in."""
    kept = {name: value for name, value in given.items() if not name.startswith(OF_PYTEST)}
    folders = [folder for folder in given.get("PYTHONPATH", "").split(os.pathsep) if os.path.isabs(folder)]
    here = str(Path(__file__).resolve().parents[3])  # the engine may be a clone that was not installed
    kept["PYTHONPATH"] = os.pathsep.join([here, *folders])
    return {**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
