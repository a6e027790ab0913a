"""Attacks on marks and secrets, at every level of the sandbox."""

from __future__ import annotations

import pytest

from tests.attacks import carried, forging, frames, looking, memory, searching
from tests.attacks.check import check, each
from tests.attacks.declare import Attack
from tests.attacks.stage import Stage

pytestmark = pytest.mark.slow


@each(forging.ATTACKS, frames.ATTACKS, carried.ATTACKS, searching.ATTACKS, looking.ATTACKS, memory.ATTACKS)
def test_it_is_stopped_where_its_declaration_says_so(stage: Stage, attack: Attack) -> None:
    check(stage, attack)
