"""What plugs the grader into nbgrader, and whether a course's configuration can be trusted with grading.

nbgrader goes on without what it cannot read or does not know, and would then run student code by itself. So everything
is looked at before anything is run, and the first thing that is wrong is raised, with the file and the line.

Two files in the course folder plug the grader in, and either is enough: nbgrader_config.json names its parts, and
nbgrader_config.py calls `configure(c)`. Nothing here is asked, and nbgrader runs student code by itself, only where
both are gone, or unreadable before the grader is imported; and where a command line replaces each part, that of
`ExchangeFactory` too, in a course without `configure(c)`. A file that calls `sys.exit()` ends nbgrader before it has
done anything, with that exit code.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.application import JupyterApp
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from autograder.assignment import names
from autograder.errors import ConfigurationError, UserError

from . import settings
from .choices import OVERRULED, alike, names_ours, set_by, wrong
from .reading import NAME, files, place, read

if TYPE_CHECKING:
    from nbgrader.converters import Autograde
    from nbgrader.coursedir import CourseDirectory

GUARD = f"{NAME}.json"  # in the course folder: plugs the grader in whatever happens to the other file
PARTS = Path(__file__).with_name(GUARD)  # what it holds
ELSEWHERE = "the command line, or what a server has read before (restart it after a change)"


def plugged_in() -> Config:
    """The configuration that plugs the grader into nbgrader."""
    return read(PARTS)


def plug_in(root: Path) -> int:
    """Write the course folder's file that plugs the grader in, and say so; returns the exit code.

    Raises UserError where a file of that name says something else, which is not for us to remove.
    """
    file = root / GUARD
    if not any((root / name).exists() for name in ("source", f"{NAME}.py")):
        raise ConfigurationError(
            f"{root} is no course folder (it has no source/ and no {NAME}.py): name it with --course"
        )
    if file.exists() and (kept := _settings_of_others(_guard(root))):
        raise ConfigurationError(
            f"{file} has settings that are not the grader's ({', '.join(kept)}): move them to {NAME}.py first"
        )
    try:
        file.write_bytes(PARTS.read_bytes())
    except OSError as problem:
        raise UserError(f"{file} cannot be written: {problem.strerror}") from None
    print(f"{file} plugs the grader in. Commit it, and leave it as it is: your settings go into {NAME}.py.")
    return 0


def plug_into(c: Config) -> None:
    """Add what plugs the grader in to a configuration, and a note of the settings that had to give way to it."""
    fixed = plugged_in()
    overruled = [
        f"{section}.{choice}"
        for section, choice, value in set_by(c)
        if choice in fixed.get(section, {}) and not _is_todays(section, choice, value, fixed)
    ]
    c.merge(fixed)
    if overruled:
        c[OVERRULED].choices = overruled


def unguarded(root: Path) -> str:
    """Why the course folder's own file does not plug the grader in, and what to do; "" where it does."""
    try:
        there = (root / GUARD).is_file()
        if there and _names_ours(_guard(root)) and not _is_old(_guard(root)):
            return ""
    except ConfigurationError as problem:
        return str(problem)
    state = "does not plug the grader in" if there else "is missing"
    return f"{root / GUARD} {state}, so that an error in {NAME}.py would take the grader out: run `{_setup(root)}`"


def import_parts() -> None:
    """Import what replaces parts of nbgrader, which a configuration only names."""
    for _, _, value in set_by(plugged_in()):
        for name in value if isinstance(value, list) else [value]:
            if isinstance(name, str):
                import_item(name)


def is_ours(coursedir: CourseDirectory, config: Config) -> bool:
    """Whether a course is meant to be graded by the grader: its configuration names parts of it, or would have.

    config: what nbgrader has made of the files, from which it leaves out all of one that has an error.
    """
    return _names_ours(config) or any(map(_mentions_us, files(Path(coursedir.root), _app(coursedir))))


def insist_on_parts(converter: Autograde) -> None:
    """Raise ConfigurationError where nbgrader's converter does not have the grader run and save everything.

    It may have been made of anything: of the files, a command line, or a program's own choices.
    """
    root = Path(converter.coursedir.root)
    for trait, value in plugged_in().Autograde.items():
        if not alike(getattr(converter, trait), value):
            insist(converter.coursedir, converter.config)  # where a file says so, the file and the line
            what = f"sets c.Autograde.{trait}" if _names_ours(converter.config) else "does not plug the grader in"
            raise ConfigurationError(
                f"the configuration of {root} {what}, and student code would run unguarded: run `{_setup(root)}`, and"
                " set nothing of c.Autograde that this writes, neither in a file nor on the command line"
            )


def insist(coursedir: CourseDirectory, config: Config) -> None:
    """Raise ConfigurationError where a configuration file has an error, or a setting is none.

    config: what nbgrader has made of the files and the command line.
    """
    insist_on_files(Path(coursedir.root), _app(coursedir))
    for problem in wrong(config, plugged_in()):
        raise ConfigurationError(f"{ELSEWHERE}: {problem.sentence}")


def insist_on_files(root: Path, app: JupyterApp | None = None) -> None:
    """Raise ConfigurationError, with file and line, where one of the files that count for a course folder is wrong.

    app: nbgrader's application, where there is one; its command line may name other files.
    """
    for path in files(root, app):
        if path == root.resolve() / GUARD:
            _insist_on_guard(root)
        config = read(path)
        for problem in wrong(config, plugged_in()):
            raise ConfigurationError(f"{place(path, problem.section, problem.choice)}: {problem.sentence}")
        _insist_on_assignments(path, config, root)


def _app(coursedir: CourseDirectory) -> JupyterApp | None:
    """nbgrader's application, which a program of one's own may do without."""
    return coursedir.parent if isinstance(coursedir.parent, JupyterApp) else None


def _mentions_us(path: Path) -> bool:
    try:
        return b"autograder" in path.read_bytes()
    except OSError:  # whoever may not read it cannot say that it does not
        return True


def _names_ours(config: Config) -> bool:
    return any(names_ours(value) for _, _, value in set_by(config))


def _insist_on_assignments(path: Path, config: Config, root: Path) -> None:
    """Raise ConfigurationError where choices are for an assignment that a course folder does not have."""
    known = names(root)
    for name in settings.assignments(config):
        if known and name not in known:
            where, has = place(path, *settings.ASSIGNMENTS), ", ".join(known)
            raise ConfigurationError(f"{where}: choices for the assignment {name!r}, and source/ has {has}")


def _insist_on_guard(root: Path) -> None:
    """Raise ConfigurationError where the file that plugs the grader in cannot be read or is an older one."""
    if _is_old(_guard(root)):
        raise ConfigurationError(f"{root / GUARD} is of another version of the grader: run `{_setup(root)}`")


def _guard(root: Path) -> Config:
    """The course folder's file that plugs the grader in; raises ConfigurationError where it cannot be read."""
    try:
        return read(root / GUARD)
    except ConfigurationError as problem:
        raise ConfigurationError(f"{problem}; remove the file and run `{_setup(root)}`") from None


def _is_old(guard: Config) -> bool:
    """Whether another version of the grader wrote it: it names parts of ours, and others than today's."""
    fixed = plugged_in()
    ours = {(section, choice) for section, choice, value in set_by(guard) if names_ours(value)}
    today = {(section, choice) for section, choice, _ in set_by(fixed)}
    found = {(section, choice) for section, choice, value in set_by(guard) if _is_todays(section, choice, value, fixed)}
    return bool(ours) and not (ours <= found and found == today)


def _settings_of_others(guard: Config) -> list[str]:
    """The settings in the file that neither this version of the grader wrote nor another one."""
    fixed = plugged_in()
    return [
        f"{section}.{choice}"
        for section, choice, value in set_by(guard)
        if not names_ours(value) and not _is_todays(section, choice, value, fixed)
    ]


def _is_todays(section: str, choice: str, value: Any, fixed: Config) -> bool:
    return choice in fixed.get(section, {}) and alike(value, fixed[section][choice])


def _setup(root: Path) -> str:
    """The command that plugs the grader into a course folder."""
    elsewhere = [] if root.resolve() == Path.cwd() else ["--course", str(root)]
    return shlex.join(["python", "-m", "autograder", "setup", *elsewhere])
