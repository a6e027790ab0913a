"""What this machine must have, whatever the course."""

from __future__ import annotations

import locale
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, entry_points, version
from pathlib import Path

from jupyter_core.paths import jupyter_config_path, jupyter_path
from jupyter_server.extension.config import ExtensionConfigManager
from jupyterlab_server.config import get_federated_extensions, get_page_config
from packaging.requirements import Requirement

from autograder.supported import problem

from .check import Course, Found, check, fail, warn

COMMAND = "autograder.cli:main"  # what the installed engine has a script for
SERVER = (
    "formgrader",
    "validate_assignment",
    "assignment_list",
    "course_list",
)  # nbgrader's, as its own files name them
LAB = "@jupyter/nbgrader"


@check("python", remedy="make the environment anew with Python 3.11 to 3.14, on Linux, macOS or WSL 2")
def python(_: Course) -> str | Found:
    """The version of Python, and whether this system can grade at all."""
    said = problem()  # type: ignore[no-untyped-call]
    return fail(said) if said else f"{sys.version.split()[0]}, {sys.executable}"


@check("engine", remedy="install it in this environment: `pip install --editable .` in the clone")
def engine(_: Course) -> str | Found:
    """Whether the grader is installed, so that nbgrader finds it from any folder."""
    found = _engine()
    if not found:
        return fail("the grader is not installed in this environment: nbgrader would not find it from a course folder")
    return f"version {found.version}, {Path(__file__).resolve().parents[2]}"


@check(
    "libraries", remedy="install what the grader asks for: `make install` in the clone, or `pip install --upgrade .`"
)
def libraries(_: Course) -> str | Found:
    """Whether the libraries are there, in versions that the grader works with."""
    wanted = [each for each in map(Requirement, _required()) if not each.marker or each.marker.evaluate({"extra": ""})]
    wrong = list(_unfit(wanted))
    return fail(", ".join(wrong)) if wrong else f"{len(wanted)} in the versions that the grader is tested with"


@check("alembic", remedy="run `pip install alembic` in this environment, or activate it: `. .venv/bin/activate`")
def alembic(_: Course) -> str | Found:
    """Whether nbgrader finds the command that makes its gradebook."""
    beside = Path(sys.executable).parent / "alembic"
    found = str(beside) if beside.exists() else shutil.which("alembic")
    return found or fail("there is no command alembic, and nbgrader cannot make a gradebook without it")


@check(
    "jupyterlab",
    remedy="run `jupyter server extension enable --sys-prefix --py nbgrader` and `jupyter labextension list`",
)
def jupyterlab(_: Course) -> str | Found:
    """Whether nbgrader's extensions are switched on: Formgrader, Create Assignment, Validate."""
    served = ExtensionConfigManager(read_config_path=jupyter_config_path()).get_jpserver_extensions()  # type: ignore[no-untyped-call]
    off = [name for name in SERVER if not served.get(f"nbgrader.server_extensions.{name}")]
    if off:
        return fail(f"off in JupyterLab's server: {', '.join(off)}")
    if LAB not in get_federated_extensions(jupyter_path("labextensions")):
        return fail(
            f"JupyterLab has no extension {LAB}", "install nbgrader anew: `pip install --force-reinstall nbgrader`"
        )
    disabled = get_page_config(jupyter_path("labextensions")).get("disabledExtensions", [])
    if hit := [name for name in disabled if str(name).split(":")[0] == LAB]:
        return warn(f"switched off in JupyterLab: {', '.join(hit)}", f"run `jupyter labextension enable {LAB}`")
    return f"Formgrader and {LAB} {version('nbgrader')} are switched on"


@check("locale", remedy="set a UTF-8 locale where grading runs: `export LANG=C.UTF-8`")
def utf8(_: Course) -> str | Found:
    """Whether names in all alphabets are read and shown as they are."""
    coding = locale.getencoding()
    if coding.lower().replace("-", "") != "utf8":
        return warn(f"{coding}: our commands read names as UTF-8 nevertheless, other programs do not")
    return coding


def _engine() -> Distribution | None:
    """The installed package that holds the engine, whatever it is called."""
    scripts = entry_points(group="console_scripts")
    return next((each.dist for each in scripts if each.value == COMMAND and each.dist), None)


def _required() -> list[str]:
    found = _engine()
    return (found.requires or []) if found else []


def _unfit(wanted: list[Requirement]) -> Iterator[str]:
    for each in wanted:
        try:
            there = version(each.name)
        except PackageNotFoundError:
            yield f"{each.name} is missing"
            continue
        if not each.specifier.contains(there, prereleases=True):
            yield f"{each.name} {there} is not {each.specifier}"
