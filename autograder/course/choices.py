"""What a configuration chooses, checked before anything is run: names, kinds, and what is not for it to choose.

nbgrader takes no notice of a name that it does not know, and finds out that a value is of a wrong kind only when it
needs it, which may be after marks were saved.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from copy import deepcopy
from typing import Any, NamedTuple, TypeAlias

from traitlets import TraitError
from traitlets.config import Config, Configurable, LazyConfigValue
from traitlets.utils.importstring import import_item

from . import settings

OWN = settings.SECTIONS
OURS = "autograder."
OUR_CLASS = re.compile(r"\bautograder(\.\w+)+\.[A-Z]\w+")
FORMER = {"AutogradeApp": "Autograde"}  # names of sections that nbgrader takes for others
OVERRULED = "Overruled"  # the section in which `configure` notes what it has put aside
NEAR = 0.8  # how alike two names are where one is taken for a slip of the other; 1 is the same
OUTDATED = ("NbGraderConfig", "BasicConfig", "BaseNbGraderApp", "BaseApp", "TransferApp", "BaseNbConvertApp")
# names that nbgrader still understands


Classes: TypeAlias = dict[str, list[type[Configurable]]]  # by name, which several may have


class Fault(NamedTuple):
    """One thing that is wrong: the section, the choice in it ("" for the section itself), and a sentence."""

    section: str
    choice: str
    sentence: str


def wrong(config: Config, fixed: Config) -> Iterator[Fault]:
    """What is wrong in a configuration, be it one file's or the whole.

    fixed: what plugs the grader in, and can't be chosen otherwise.
    """
    yield from _not_to_choose(config, fixed)
    yield from _values(config, fixed)
    classes = _classes()
    yield from _sections(config, classes)
    yield from _names(config, classes)
    try:
        settings.check(config)
    except settings.SettingError as problem:
        yield Fault(problem.section, problem.choice, str(problem))


def alike(one: Any, other: Any) -> bool:
    """Whether two settings are the same; a class and its dotted name are."""
    if isinstance(one, list) and isinstance(other, list):
        return [_dotted(value) for value in one] == [_dotted(value) for value in other]
    return _dotted(one) == _dotted(other)


def names_ours(value: Any) -> bool:
    """Whether a setting names a class of the grader's, of any version."""
    return bool(OUR_CLASS.search(str(value)))


def set_by(config: Config) -> Iterator[tuple[str, str, Any]]:
    """What a configuration sets: sections, choices and values; not what is only looked at."""
    for section, values in config.items():
        if isinstance(values, Config):
            for choice, value in values.items():
                if not (isinstance(value, Config) or (isinstance(value, LazyConfigValue) and not value.to_dict())):
                    yield section, choice, value


def _dotted(value: Any) -> str:
    """A class as its dotted name, however it is named; other values as text."""
    if isinstance(value, str):
        try:
            value = import_item(value)
        except Exception:  # it may be any text, and importing may do anything
            return str(value)
    return f"{value.__module__}.{value.__qualname__}" if isinstance(value, type) else repr(value)


def _not_to_choose(config: Config, fixed: Config) -> Iterator[Fault]:
    """Settings of the grader's parts that differ from what plugs the grader in."""
    overruled = config[OVERRULED].get("choices", []) if OVERRULED in config else []
    found = [tuple(name.split(".")) for name in overruled]
    for section, choice, value in _at_any_depth(config):
        own = fixed.get(FORMER.get(section, section), {})
        if choice in own and not alike(value, own[choice]):
            found.append((section, choice))
    for section, choice in found:
        yield Fault(section, choice, f"c.{section}.{choice} cannot be set, as the grader has its own: remove it")


def _at_any_depth(config: Config) -> Iterator[tuple[str, str, Any]]:
    """What a configuration sets, also for a class only where another one makes it: `c.NbGrader.Autograde.force`."""
    yield from set_by(config)
    for values in config.values():
        if isinstance(values, Config):
            yield from _at_any_depth(values)


def _values(config: Config, fixed: Config) -> Iterator[Fault]:
    """Values of a wrong kind, or out of range, in what grading needs; parts of ours that are switched off."""
    for part in _parts(config, fixed):
        known, sections = part.class_trait_names(config=True), part.section_names()
        for section, choice, value in set_by(config):
            if section in sections and choice in known and (said := _problem(part, section, choice, value)):
                yield Fault(section, choice, f"c.{section}.{choice}: {said}")


def _parts(config: Config, fixed: Config) -> Iterator[type[Configurable]]:
    """The classes that are made of a configuration in grading; their lateness may be the course's own."""
    yield from OWN
    for name in (*fixed.Autograde.sanitize_preprocessors, *fixed.Autograde.autograde_preprocessors):
        part = import_item(name)
        yield part
        if "plugin_class" in part.class_trait_names():
            with suppress(Exception):  # told of as one of the part's own settings
                yield part(config=config).plugin_class


def _problem(part: type[Configurable], section: str, choice: str, value: Any) -> str:
    """Why a part cannot be made with a value; "" where it can."""
    try:
        made = part(config=Config({section: {choice: deepcopy(value)}}))
    except TraitError as problem:
        return str(problem)
    except Exception as problem:  # a course's own class may do anything
        return f"{type(problem).__name__}: {problem}"
    if not settings.is_number(getattr(made, choice)):
        return "it is no finite number"
    off = choice == "enabled" and part.__module__.startswith(OURS) and not getattr(made, choice)
    return "without it nothing can be graded: remove the line" if off else ""


def _sections(config: Config, classes: Classes) -> Iterator[Fault]:
    """Sections that nothing reads, where they are so near a known one that this must be a slip."""
    known = [name for name, owners in classes.items() if any(map(_is_known, owners))]
    for section, values in config.items():
        if isinstance(values, Config):
            unknown = values and section not in (*classes, *OUTDATED, OVERRULED)
            if unknown and (near := _near(section, known)):
                yield Fault(section, "", f"there is no section c.{section}: did you mean c.{near}?")
        else:
            near = _near(section, known)
            hint = f"did you mean c.{near}?" if near else "a section begins with a capital letter and has choices"
            yield Fault(section, "", f"c.{section} is no section: {hint}")


def _names(config: Config, classes: Classes) -> Iterator[Fault]:
    """Choices that nothing reads: all in sections of ours, in nbgrader's those that are near one that it has."""
    for section, choice, _ in set_by(config):
        owners = [owner for owner in classes.get(section, []) if _is_known(owner)]
        known = sorted({name for owner in owners for name in owner.class_trait_names(config=True)})
        if not owners or choice in known:
            continue
        near = _near(choice, known)
        hint = f"did you mean {near}?" if near else f"it has {', '.join(known)}"
        if near or any(owner.__module__.startswith(OURS) for owner in owners):
            yield Fault(section, choice, f"c.{section} has no choice {choice!r}: {hint}")


def _classes() -> Classes:
    """All classes that a section may be of, by name: the grader's, nbgrader's, other programs', a course's own."""
    found: Classes = {}
    waiting = [Configurable]
    while waiting:
        owner = waiting.pop()
        found.setdefault(owner.__name__, []).append(owner)
        waiting += owner.__subclasses__()
    return found


def _is_known(owner: type[Configurable]) -> bool:
    """Whether a class is the grader's or nbgrader's, so that all of its choices are known."""
    return owner.__module__.startswith((OURS, "nbgrader."))


def _near(word: str, known: Iterable[str]) -> str:
    """The known word that is most like this one, "" where none is near; capitals don't count."""
    lower = {each.lower(): each for each in known}
    found = difflib.get_close_matches(word.lower(), lower, 1, NEAR)
    return lower[found[0]] if found else ""
