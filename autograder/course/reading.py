"""nbgrader's configuration files, found where nbgrader looks for them, and read without mercy.

nbgrader logs an error in a file and goes on without the file's settings. Here the first error is raised.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jupyter_core.application import JupyterApp
from jupyter_core.paths import jupyter_config_path
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.errors import ConfigurationError, place_of

NAME = "nbgrader_config"
OF_ALL = "jupyter_config"  # read by every program of Jupyter
SUFFIXES = (".py", ".json")  # of two files in one folder the latter has the last word


def files(root: Path, app: JupyterApp | None = None) -> Iterator[Path]:
    """The configuration files that nbgrader reads for the course folder `root`, the most important one last.

    app: nbgrader's application, where there is one; its command line may name other places.
    """
    searched = [Path(folder) for folder in reversed(app.config_file_paths if app else jupyter_config_path())]
    name = app.config_file_name if app else NAME
    stems = [folder / OF_ALL for folder in searched]
    if app and app.config_file:
        stems.append(Path(os.path.splitext(app.config_file)[0]))
    else:
        stems += [folder / name for folder in searched]
    if getattr(app, "load_cwd_config", True):
        stems.append(Path.cwd() / name)
    stems.append(root / NAME)
    for stem in dict.fromkeys(stem.parent.resolve() / stem.name for stem in stems):
        for suffix in SUFFIXES:
            if os.path.isfile(path := f"{stem}{suffix}"):
                yield Path(path)


def read(path: Path) -> Config:
    """What a configuration file sets; raises ConfigurationError, with the line, where it cannot be read."""
    try:
        if path.suffix == ".json":
            return Config(_object(path))
        return PyFileConfigLoader(path.name, path=str(path.parent)).load_config()
    except json.JSONDecodeError as problem:
        raise ConfigurationError(f"{path}, line {problem.lineno}, cannot be read: {problem.msg}") from None
    except (Exception, SystemExit) as problem:
        said = f"{type(problem).__name__}: {problem}".removesuffix(": ")
        raise ConfigurationError(f"{place_of(problem, path)}, cannot be read: {said}") from None


def place(path: Path, section: str, choice: str = "") -> str:
    """The file and, where it can be found, the line that sets a choice, as `FILE, line N`."""
    if path.suffix == ".json":
        pattern = re.compile(rf'"{re.escape(choice or section)}"')
    else:
        pattern = re.compile(rf"^[^#]*\b{re.escape(section)}\b[^#]*\b{re.escape(choice)}")
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    found = [number for number, line in enumerate(lines, start=1) if pattern.search(line)]
    return f"{path}, line {found[-1]}" if found else str(path)


def _object(path: Path) -> dict[str, Any]:
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise TypeError("it is no JSON object")
    return {name: value for name, value in content.items() if name != "version"}  # which is the format's
