"""Attacks on the machine, the network, the next student and whoever looks, at every level of the sandbox."""

from __future__ import annotations

import pytest

from tests.attacks import buffers, damage, leaks, showing, signals
from tests.attacks.check import check, each
from tests.attacks.declare import Attack
from tests.attacks.stage import Stage

pytestmark = pytest.mark.slow


@each(damage.ATTACKS, signals.ATTACKS, buffers.ATTACKS, leaks.ATTACKS, showing.ATTACKS)
def test_it_is_stopped_where_its_declaration_says_so(stage: Stage, attack: Attack) -> None:
    check(stage, attack)
