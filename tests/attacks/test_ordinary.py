"""Attacks on the machine and the next student where an ordinary nbgrader assignment is graded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks import damage, leaks
from tests.attacks.check import check
from tests.attacks.declare import SOLVED, UNTOUCHED, WRONG, Attack
from tests.attacks.ordinary import OrdinaryStage
from tests.attacks.stage import open_stage

pytestmark = pytest.mark.slow

LIBRARY = "selfcheck"  # what an ordinary assignment does not have
ATTACKS = [
    attack for attack in (*damage.ATTACKS, *leaks.ATTACKS) if isinstance(attack, Attack) and LIBRARY not in attack.code
]


@pytest.fixture(scope="module", params=["full", "container"])
def ordinary(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrdinaryStage]:
    with open_stage(request.param, tmp_path_factory.mktemp("stage"), OrdinaryStage) as opened:
        yield opened


def test_its_tests_are_scored(ordinary: OrdinaryStage) -> None:
    points = {base: marks["test_double"] for base, marks in ordinary.marks.items()}
    assert points == {UNTOUCHED: 0, WRONG: 0, SOLVED: 4}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_it_is_stopped_where_its_declaration_says_so(ordinary: OrdinaryStage, attack: Attack) -> None:
    check(ordinary, attack)
