"""The declared attacks: enough of them, each once, and the table of the security page is theirs."""

from __future__ import annotations

from tests.attacks import KINDS
from tests.attacks.declare import Attack
from tests.attacks.table import PAGE, page

DECLARED = [attack for attacks in KINDS.values() for attack in attacks]


def test_the_page_on_security_holds_todays_tables() -> None:
    text = PAGE.read_text()
    assert text == page(text), "run `python -m tests.attacks`"


def test_every_attack_is_declared_once_and_says_what_it_tries() -> None:
    assert len({attack.name for attack in DECLARED}) == len(DECLARED) >= 100
    assert all(attack.tries and "|" not in attack.name + attack.tries for attack in DECLARED)
    assert all(attack.code or attack.edit or attack.files for attack in DECLARED if isinstance(attack, Attack))


def test_the_container_level_is_excused_only_for_what_landlock_cannot_guard() -> None:
    excused = [attack.name for attack in DECLARED if isinstance(attack, Attack) and attack.container]
    assert excused == ["what is there at all"]
