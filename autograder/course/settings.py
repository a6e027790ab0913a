"""How a course grades: `c.Sandbox` and `c.GradeSubmission` in nbgrader_config.py, for all assignments or for one.

Everything that may differ between assignments can also stand in `c.GradeSubmission.assignments`, by the assignment's
name. An assignment without exercises has nbgrader's own time limits unless something else is said.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from traitlets import Bool, CaselessStrEnum, Dict, Enum, Float, Integer, List, TraitError, Unicode
from traitlets.config import Config, Configurable

from autograder.assignment import Assignment
from autograder.catalogues.files import insist_on
from autograder.engine import SEED, Engine
from autograder.errors import ConfigurationError
from autograder.judging.diagnosis import DETAILS, FULL
from autograder.judging.hidden import Delimiters
from autograder.sandbox.allowance import MEMORY, Allowance
from autograder.sandbox.levels import LEVELS, MINIMUM
from autograder.sandbox.runner import Limits

from . import late
from .watching import DAILY, Watch

CELL, SUBMISSION = 30.0, 300.0  # seconds, for ordinary assignments: the former is nbgrader's own


class SettingError(ConfigurationError):
    """A setting that cannot be used: `choice` of `section`, or something in the whole section where that is ""."""

    def __init__(self, section: str, choice: str, sentence: str) -> None:
        super().__init__(sentence)
        self.section, self.choice = section, choice


class Sandbox(Configurable):
    """How well student code must be confined, and what it may use; the choices after `memory` open something."""

    minimum = CaselessStrEnum(LEVELS, MINIMUM, help="The least acceptable level: full, container or process.").tag(
        config=True
    )
    memory = Integer(MEMORY >> 20, min=64, help="Megabytes of memory that a submission may use.").tag(config=True)
    modules = List(Unicode(), help="Imported before a submission's first cell, which then need not wait for them.").tag(
        config=True
    )
    processes = Integer(0, min=0, help="How many processes student code may start (`!ls`, n_jobs); 0 for none.").tag(
        config=True
    )
    folders = List(Unicode(), help="Further folders that student code may read; all of a folder is open to it.").tag(
        config=True
    )
    network = Bool(False, help="Whether student code reaches the network: it can then send away all that it sees.").tag(
        config=True
    )


class Edition(Configurable):
    """In which language an assignment is released, checked and told about: `c.Assignment` in the configuration."""

    language = Unicode("", help="Of students, such as zh_CN; empty for English.").tag(config=True)


Edition.__name__ = "Assignment"  # the section's name, which another class has in this program


class GradeSubmission(Configurable):
    """How submissions are run and judged."""

    seed = Integer(SEED, help="Draws the hidden inputs. Any number gives the same marks.").tag(config=True)
    cell_limit = Float(Limits.cell, min=0.1, help="Seconds that one cell may take.").tag(config=True)
    call_limit = Float(Limits.call, min=0.1, help="Seconds that one call of a student's function may take.").tag(
        config=True
    )
    exercise_limit = Float(Limits.exercise, min=0.1, help="Seconds for all calls of one exercise.").tag(config=True)
    submission_limit = Float(Limits.submission, min=0.1, help="Seconds for a whole submission.").tag(config=True)
    run_demos = Bool(False, help="Run also the cells that no mark depends on: data, plots, visible checks.").tag(
        config=True
    )
    advice = Enum(
        DETAILS,
        FULL,
        help="How much students see of a mistake that was recognised: its name, a hint without the how, or all.",
    ).tag(config=True)
    warnings_cost = Bool(
        False, help="Whether a test cell that writes to stderr, as warnings do, earns nothing, as nbgrader has it."
    ).tag(config=True)
    show_tests = Bool(False, help="Whether feedback shows the code of hidden tests.").tag(config=True)
    jobs = Integer(0, min=0, help="Processes of `nbgrader autograde`; 0: one a processor, 8 at most.").tag(config=True)
    assignments = Dict(help="Other choices for single assignments: {name: {choice: value}}.").tag(config=True)


SECTIONS: tuple[type[Configurable], ...] = (GradeSubmission, Sandbox, Edition, Watch)
OF_ONE: tuple[type[Configurable], ...] = (*SECTIONS, late.LatePrice)  # whose choices one assignment may have for itself


@dataclass(frozen=True)
class Settings:
    """The choices for one assignment, in the units of the classes above."""

    seed: int = SEED
    cell_limit: float = Limits.cell
    call_limit: float = Limits.call
    exercise_limit: float = Limits.exercise
    submission_limit: float = Limits.submission
    run_demos: bool = False
    advice: str = FULL
    warnings_cost: bool = False
    show_tests: bool = False
    jobs: int = 0
    minimum: str = MINIMUM
    memory: int = MEMORY >> 20
    modules: tuple[str, ...] = ()
    processes: int = 0
    folders: tuple[str, ...] = ()
    network: bool = False
    ignored: str = ""  # the pattern of stderr that never costs, nbgrader's c.IgnorePattern.pattern
    hidden_begin: str = Delimiters.begin  # of hidden tests, nbgrader's c.ClearHiddenTests.begin_test_delimeter
    hidden_end: str = Delimiters.end
    language: str = ""
    gradings_per_day: int = DAILY
    theirs: tuple[str, ...] = ()  # course files that students may change, nbgrader's c.Autograde.exclude_overwriting

    @classmethod
    def of(cls, config: Config, assignment: Assignment) -> Settings:
        """The choices that a configuration makes for an assignment; raises SettingError for wrong ones."""
        ordinary = {} if assignment.exercises else {"cell_limit": CELL, "submission_limit": SUBMISSION}
        if limit := _limit_of_nbgrader(config):
            ordinary["cell_limit"] = limit
        own = _own(config, assignment.name)
        chosen = dict(ordinary)
        for section in SECTIONS:
            chosen |= _section(config, section.__name__)
        chosen |= own
        values: dict[str, Any] = {}
        for section in SECTIONS:
            known = {name: chosen[name] for name in section.class_trait_names(config=True) if name in chosen}
            known.pop("assignments", None)
            made = _checked(section, known)
            values |= {name: getattr(made, name) for name in section.class_trait_names(config=True)}
        del values["assignments"]
        lists = {name: tuple(values[name]) for name in ("modules", "folders")}
        begin, end = _delimiters(config)
        theirs = _theirs(config, assignment.name)
        return cls(**{**values, **lists}, ignored=_ignored(config), hidden_begin=begin, hidden_end=end, theirs=theirs)

    @property
    def limits(self) -> Limits:
        """The limits of time."""
        return Limits(self.cell_limit, self.call_limit, self.exercise_limit, self.submission_limit)

    def engine(self, assignment: Assignment) -> Engine:
        """The engine that grades so; raises SandboxLevelError where this machine confines code less than is asked."""
        return Engine(
            assignment.told_in(self.language),
            seed=self.seed,
            limits=self.limits,
            minimum=self.minimum,
            allowance=self.allowance,
            run_demos=self.run_demos,
            warnings_cost=self.warnings_cost,
            ignored=self.ignored,
            hidden=self.hidden,
        )

    @property
    def hidden(self) -> Delimiters:
        """What tells hidden tests, and whether students see them."""
        return Delimiters(self.hidden_begin, self.hidden_end, self.show_tests)

    @property
    def allowance(self) -> Allowance:
        """What student code may use, but for the assignment's own library and data."""
        folders = tuple(Path(folder).expanduser() for folder in self.folders)
        return Allowance(
            memory=self.memory << 20,
            folders=folders,
            modules=self.modules,
            processes=self.processes,
            network=self.network,
        )

    def but(self, **changes: Any) -> Settings:
        """The same choices with some changed."""
        return replace(self, **changes)


OF_NBGRADER = ("ignored", "hidden_begin", "hidden_end", "theirs")  # what nbgrader's own sections decide
ASSIGNMENTS = (GradeSubmission.__name__, "assignments")  # where choices for single assignments stand
NAMES = tuple(each.name for each in fields(Settings) if each.name not in OF_NBGRADER)


def check(config: Config) -> None:
    """Raise SettingError where the settings cannot be used, whichever assignment is graded."""
    for name in ("", *assignments(config)):
        Settings.of(config, Assignment(name=name))


def assignments(config: Config) -> dict[str, dict[str, Any]]:
    """The choices for single assignments, by name; raises SettingError where they are no dict of dicts."""
    given = {name: value for name, value in _section(config, "GradeSubmission").items() if name == "assignments"}
    found: Any = _checked(GradeSubmission, given).assignments
    for name, own in found.items():
        if not isinstance(name, str) or not isinstance(own, Mapping):
            raise SettingError(
                *ASSIGNMENTS,
                "c.GradeSubmission.assignments is no dict of dicts: {'NAME': {'CHOICE': VALUE}},"
                f" and has {name!r}: {own!r}",
            )
    return {name: dict(own) for name, own in found.items()}


def _section(config: Config, name: str) -> dict[str, Any]:
    """What a configuration says of one class; values from a command line come as text that the trait can read."""
    return dict(config[name]) if name in config else {}


def _own(config: Config, assignment: str) -> dict[str, Any]:
    """The choices for one assignment alone."""
    own = assignments(config).get(assignment, {})
    where = f"c.GradeSubmission.assignments[{assignment!r}]"
    known = (*NAMES, *late.NAMES)
    if unknown := sorted(map(str, set(own) - set(known))):
        raise SettingError(*ASSIGNMENTS, f"{where} has no choice {unknown[0]!r}; it has {', '.join(known)}")
    for section in OF_ONE:
        _checked(section, {name: own[name] for name in section.class_trait_names(config=True) if name in own}, where)
    return own


def _checked(section: type[Configurable], values: dict[str, Any], for_one: str = "") -> Any:
    """An object of a section's class with these values; raises SettingError where one is wrong.

    for_one: what sets them where they are for one assignment alone, and stand in another section.
    """
    where, place = (for_one, ASSIGNMENTS) if for_one else (f"c.{section.__name__}", (section.__name__, ""))
    try:
        made = section(config=Config({section.__name__: values}))
    except TraitError as problem:
        raise SettingError(*place, f"{where}: {problem}") from None
    for name in values:
        if not is_number(getattr(made, name, None)):
            raise SettingError(*place, f"{where}: {name} is no finite number")
    try:
        insist_on(getattr(made, "language", ""))
    except ConfigurationError as problem:
        raise SettingError(*place, f"{where}: {problem}") from None
    return made


def is_number(value: Any) -> bool:
    """Whether a value, if it is a float, is one that can be reckoned with: NaN and infinity are in no range."""
    return not isinstance(value, float) or math.isfinite(value)


def _limit_of_nbgrader(config: Config) -> float | None:
    """The seconds that the configuration gives nbgrader's own way to run a cell; None where it gives no number."""
    sections = [name for name in ("ExecutePreprocessor", "Execute") if "timeout" in config.get(name, {})]
    if not sections:
        return None
    given = config[sections[-1]]["timeout"]
    try:
        seconds = 0.0 if given is None else float(given)  # nbgrader has no limit then, and so for one below zero
    except (TypeError, ValueError):
        seconds = math.nan
    if not is_number(seconds):
        raise SettingError(sections[-1], "timeout", f"c.{sections[-1]}.timeout: {given!r} is no number of seconds")
    return seconds if seconds > 0 else None


def _delimiters(config: Config) -> tuple[str, str]:
    """What begins and ends hidden tests, as nbgrader's ClearHiddenTests has it."""
    given = _section(config, "ClearHiddenTests")
    begin, end = given.get("begin_test_delimeter", Delimiters.begin), given.get("end_test_delimeter", Delimiters.end)
    for value in (begin, end):
        if not isinstance(value, str) or not value.strip():
            raise SettingError("ClearHiddenTests", "", f"c.ClearHiddenTests: {value!r} is no delimiter of hidden tests")
    return begin, end


def _theirs(config: Config, assignment: str) -> tuple[str, ...]:
    """The course's files that nbgrader does not put in the place of a submission's."""
    given = _section(config, "Autograde").get("exclude_overwriting", {})
    names = given.get(assignment, ()) if isinstance(given, Mapping) else ()
    return tuple(map(str, names)) if isinstance(names, list | tuple) else ()


def _ignored(config: Config) -> str:
    """The pattern of stderr that never costs anything, as nbgrader's IgnorePattern has it; "" for none."""
    if "IgnorePattern" not in config:
        return ""
    from nbgrader.preprocessors import IgnorePattern

    made = _checked(IgnorePattern, _section(config, "IgnorePattern"))
    try:
        return re.compile(made.pattern).pattern if made.enabled else ""
    except re.error as problem:
        said = f"c.IgnorePattern.pattern is no regular expression: {problem}"
        raise SettingError("IgnorePattern", "pattern", said) from None
