"""The declared attacks: enough of them, each once, and the table of the security page is theirs."""

from __future__ import annotations

from tests.attacks import KINDS, damage, leaks, test_machine, test_marks_and_secrets, test_ordinary
from tests.attacks.declare import Attack, Elsewhere
from tests.attacks.table import PAGE, page
from tests.support.house import ROOT

DECLARED = [attack for attacks in KINDS.values() for attack in attacks]


def test_the_page_on_security_holds_todays_tables() -> None:
    text = PAGE.read_text()
    assert text == page(text), "run `python -m tests.attacks`"


def test_every_attack_is_declared_once_and_says_what_it_tries() -> None:
    assert len({attack.name for attack in DECLARED}) == len(DECLARED) >= 100
    assert all(attack.tries and "|" not in attack.name + attack.tries for attack in DECLARED)
    assert all(attack.code or attack.edit or attack.files for attack in DECLARED if isinstance(attack, Attack))
    assert all((ROOT / attack.tests).is_file() for attack in DECLARED if isinstance(attack, Elsewhere))


def test_every_group_of_attacks_is_tried() -> None:
    tried = [test_marks_and_secrets, test_machine]
    attacks = [
        mark.args[1] for test in tried for mark in test.test_it_is_stopped_where_its_declaration_says_so.pytestmark
    ]
    assert [one for group in attacks for one in group] == [one for one in DECLARED if isinstance(one, Attack)]


def test_the_groups_that_an_ordinary_assignment_meets_are_tried_there_too() -> None:
    groups = {attack.name for attack in (*damage.ATTACKS, *leaks.ATTACKS) if isinstance(attack, Attack)}
    aimed_at_a_library = {"deleted files", "overwritten files"}
    assert groups - {attack.name for attack in test_ordinary.ATTACKS} == aimed_at_a_library


def test_the_container_level_is_excused_only_for_what_landlock_cannot_guard() -> None:
    excused = [attack.name for attack in DECLARED if isinstance(attack, Attack) and attack.container]
    assert excused == ["what is there at all"]
