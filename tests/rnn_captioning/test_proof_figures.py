"""The committed figures of the proof are about this code; `python -m autograder prove` rewrites them."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from autograder.proving.accept import designs
from autograder.proving.command import Size
from autograder.proving.hunt import all_mutants
from autograder.proving.layouts import LAYOUTS
from autograder.proving.mutate import Mutant
from autograder.proving.rewrite import ROUNDING
from autograder.proving.rewrites import STATEMENTS, expressions
from autograder.proving.sources import Sources
from tests.support.house import ASSIGNMENT, IN_ORDER

DOCS = ASSIGNMENT.root / "docs"
FIGURES = json.loads((DOCS / "proof.json").read_text())
HINTS = ASSIGNMENT.proof


@pytest.fixture(scope="module")
def made() -> list[tuple[str, Mutant]]:
    return all_mutants(Sources.of(ASSIGNMENT), HINTS)


def test_each_exercise_has_as_many_mutants(made):
    counts = Counter(exercise for exercise, _ in made)
    told = {name: figures["mutants"] for name, figures in FIGURES["mutants"].items()}
    assert {exercise.name: counts[exercise.name] for exercise in IN_ORDER} | {"": len(made)} == told


def test_each_kind_of_change_makes_as_many_mutants(made):
    assert Counter(mutant.kind for _, mutant in made) == FIGURES["kinds"]


def test_the_equivalent_mutants_are_those_on_the_page(made):
    declared = {each.key for each in HINTS.equivalents}
    counts = Counter(exercise for exercise, mutant in made if mutant.key in declared)
    assert len(declared) == len(HINTS.equivalents) == sum(counts.values())
    told = {name: figures["equivalent"] for name, figures in FIGURES["mutants"].items() if figures["equivalent"]}
    assert counts | {"": len(declared)} == told
    page = (DOCS / "proof.md").read_text()
    for each in HINTS.equivalents:
        assert f"| {each.function} | `{each.before}` | `{each.after}` | {each.reason} |" in page


def test_there_are_as_many_correct_variants_by_the_same_rules_in_the_same_order():
    rules = [*expressions(HINTS), *STATEMENTS, *LAYOUTS]  # mixes draw in this order
    assert rules == FIGURES["rules"]
    assert len(rules) + len(ROUNDING) + Size().mixes == FIGURES["accepted"]["made"]
    assert len(designs(ASSIGNMENT)) == FIGURES["accepted"]["designs"]


def test_no_figure_is_below_its_floor():
    assert not FIGURES["problems"] and not FIGURES["survivors"] and not FIGURES["accepted"]["failures"]
