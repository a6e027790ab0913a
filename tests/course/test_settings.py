"""The choices of a course, for all assignments or for one: what they come to, and that wrong ones are refused."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config
from traitlets.config.loader import DeferredConfigString

from autograder.assignment import Assignment
from autograder.course import settings
from autograder.course.settings import CELL, NAMES, OF_NBGRADER, SUBMISSION, Settings, check
from autograder.errors import ConfigurationError
from autograder.sandbox.runner import Limits
from tests.support.house import ASSIGNMENT

PLAIN = Assignment(name="ps1")
OTHERS = {  # for each choice, another value than the default
    "seed": 7,
    "cell_limit": 1.5,
    "call_limit": 2.5,
    "exercise_limit": 3.5,
    "submission_limit": 4.5,
    "run_demos": True,
    "advice": "names",
    "warnings_cost": True,
    "show_tests": True,
    "jobs": 3,
    "minimum": "process",
    "memory": 512,
    "modules": ["numpy"],
    "processes": 2,
    "folders": ["~/data"],
    "network": True,
    "language": "zh_CN",
    "gradings_per_day": 3,
}
WRONG = {  # for each choice, values of a wrong kind or out of range
    "seed": ["one", 1.5, None],
    "cell_limit": ["ten", 0, -1, None, float("inf"), float("nan")],
    "call_limit": ["ten", 0.05],
    "exercise_limit": [[1], 0],
    "submission_limit": [{}, 0],
    "run_demos": ["yes", 1.5, None],
    "advice": ["some", 1, None],
    "warnings_cost": ["no", 3],
    "show_tests": ["all", None],
    "jobs": [-1, "all", 1.5, None],
    "minimum": ["none", 0],
    "memory": [63, "2 GB", 1.5],
    "modules": [5, [1], None],
    "processes": [-1, "all", 0.5],
    "folders": [Path("/data"), [Path("/data")], None],
    "network": ["off", None],
    "language": ["klingon", "zh", 3, None],
    "gradings_per_day": [-1, "many", 1.5, None],
}


def section_of(choice: str) -> str:
    return next(each.__name__ for each in settings.SECTIONS if choice in each.class_trait_names(config=True))


def of_all(choice: str, value: Any) -> Config:
    return Config({section_of(choice): {choice: value}})


def of_one(choice: str, value: Any, name: str = "ps1") -> Config:
    return Config({"GradeSubmission": {"assignments": {name: {choice: value}}}})


def as_kept(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def test_these_tests_know_all_choices() -> None:
    assert list(OTHERS) == list(WRONG) == [*NAMES]
    assert set(NAMES) == {each.name for each in fields(Settings)} - set(OF_NBGRADER)


def test_the_defaults_are_those_of_the_engine_and_of_nbgrader_for_ordinary_tests() -> None:
    judged, plain = Settings.of(Config(), ASSIGNMENT), Settings.of(Config(), PLAIN)
    assert judged == Settings()
    assert plain == Settings(cell_limit=CELL, submission_limit=SUBMISSION)
    assert judged.limits == Limits()


@pytest.mark.parametrize("choice", OTHERS)
def test_a_choice_is_made_for_all_assignments_or_for_one(choice: str) -> None:
    value, default = OTHERS[choice], getattr(Settings.of(Config(), PLAIN), choice)
    assert as_kept(value) != default
    for config, expected in ((of_all(choice, value), value), (of_one(choice, value), value)):
        assert Settings.of(config, PLAIN) == Settings.of(Config(), PLAIN).but(**{choice: as_kept(expected)})
    assert getattr(Settings.of(of_one(choice, value, "ps2"), PLAIN), choice) == default


@pytest.mark.parametrize("choice", OTHERS)
def test_the_choice_for_one_assignment_goes_before_that_for_all(choice: str) -> None:
    default = getattr(Settings(), choice)
    config = of_all(choice, OTHERS[choice])
    config.merge(of_one(choice, list(default) if isinstance(default, tuple) else default))
    assert getattr(Settings.of(config, PLAIN), choice) == default
    assert getattr(Settings.of(config, Assignment(name="ps2")), choice) == as_kept(OTHERS[choice])


@pytest.mark.parametrize(("choice", "value"), [(choice, value) for choice, values in WRONG.items() for value in values])
def test_a_wrong_value_is_refused_wherever_it_stands(choice: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=rf"^c\.{section_of(choice)}: .*\b{choice}\b"):
        check(of_all(choice, value))
    with pytest.raises(ConfigurationError, match=rf"^c\.GradeSubmission\.assignments\['ps1'\]: .*\b{choice}\b"):
        check(of_one(choice, value))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "dict"),
        ("ps1", "dict"),
        (5, "dict"),
        ({"ps1": 5}, "no dict of dicts"),
        ({"ps1": ["seed"]}, "no dict of dicts"),
        ({5: {"seed": 1}}, "no dict of dicts"),
        ({"ps1": {"sed": 1}}, "no choice 'sed'; it has seed, "),
        ({"ps1": {5: 1}}, "no choice '5'"),
        ({"ps1": {"assignments": {}}}, "no choice 'assignments'"),
        ({"ps1": {"ignored": "x"}}, "no choice 'ignored'"),
        ({"ps2": {}, "ps1": {"seed": 1, "memory": "much"}}, "memory"),
    ],
)
def test_choices_for_assignments_are_a_dict_of_dicts(value: Any, words: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^c\.GradeSubmission") as caught:
        check(Config({"GradeSubmission": {"assignments": value}}))
    assert words in str(caught.value)


def test_one_name_is_a_list_of_one() -> None:
    assert Settings.of(of_all("modules", "numpy"), PLAIN).modules == ("numpy",)
    assert Settings.of(of_one("folders", "/data"), PLAIN).folders == ("/data",)


def test_choices_for_assignments_may_be_added_one_by_one_or_come_as_text() -> None:
    config = Config()
    config.GradeSubmission.assignments.update({"ps1": {"seed": 5}})
    assert Settings.of(config, PLAIN).seed == 5
    assert settings.assignments(config) == {"ps1": {"seed": 5}}
    config = Config({"GradeSubmission": {"seed": DeferredConfigString("6")}, "Sandbox": {}})
    assert Settings.of(config, PLAIN).seed == 6


@pytest.mark.parametrize("section", ["Execute", "ExecutePreprocessor"])
@pytest.mark.parametrize(("given", "limit"), [(12, 12.0), (DeferredConfigString("12"), 12.0), (None, CELL), (-1, CELL)])
def test_nbgraders_own_limit_of_a_cell_counts(section: str, given: Any, limit: float) -> None:
    config = Config({section: {"timeout": given}})
    assert Settings.of(config, PLAIN).cell_limit == limit
    config.merge(of_all("cell_limit", 3.0))
    assert Settings.of(config, PLAIN).cell_limit == 3.0


@pytest.mark.parametrize("given", ["soon", [], float("inf")])
def test_a_limit_of_nbgraders_that_is_no_number_is_refused(given: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"c\.Execute\.timeout"):
        check(Config({"Execute": {"timeout": given}}))


def test_what_nbgrader_ignores_in_stderr_never_costs() -> None:
    def ignored(**values: Any) -> str:
        return Settings.of(Config({"IgnorePattern": values}), PLAIN).ignored

    assert ignored(enabled=True, pattern="UserWarning") == "UserWarning"
    assert ignored(enabled=DeferredConfigString("True"), pattern="a") == "a"
    assert ignored(pattern="UserWarning") == ignored(enabled=False, pattern="x") == ignored(enabled=True) == ""


@pytest.mark.parametrize("values", [{"enabled": True, "pattern": "("}, {"pattern": 5}, {"enabled": "maybe"}])
def test_a_pattern_that_is_none_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"c\.IgnorePattern"):
        check(Config({"IgnorePattern": values}))


def test_folders_and_megabytes_become_the_sandboxs_allowance() -> None:
    allowance = Settings(memory=512, folders=("~/data",), modules=("numpy",), processes=2, network=True).allowance
    assert allowance.memory == 512 << 20
    assert allowance.folders == (Path.home() / "data",)
    assert (allowance.modules, allowance.processes, allowance.network) == (("numpy",), 2, True)
