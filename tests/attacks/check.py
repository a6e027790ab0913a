"""What must hold of an attack at a level."""

from __future__ import annotations

import re

import pytest

from .declare import Attack
from .stage import Stage


def each(*groups: tuple) -> pytest.MarkDecorator:
    """Parametrize a test over the attacks of these groups."""
    attacks = [attack for group in groups for attack in group if isinstance(attack, Attack)]
    return pytest.mark.parametrize("attack", attacks, ids=[attack.name for attack in attacks])


def check(stage: Stage, attack: Attack) -> None:
    """Try the attack; it must fail as declared or, where its declaration says that it cannot be stopped, succeed."""
    result, harm = stage.run(attack)
    if attack.gets_through(stage.level):
        assert harm or attack.depends, f"{stage.level} stops it now: take the excuse out of its declaration"
        return
    assert not harm, harm
    assert result.status == attack.status, result.status
    assert re.search(attack.note, result.notes) if attack.note else not result.notes, result.notes
    assert re.search(attack.fails, result.errors) if attack.fails else not result.errors, result.errors
    if not attack.costs:
        assert result.points == stage.marks[attack.base], result.points
