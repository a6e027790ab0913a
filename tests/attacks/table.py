"""The table of attacks in docs/security.md, made from the declarations."""

from __future__ import annotations

from pathlib import Path

from autograder.sandbox.levels import LEVELS

from . import KINDS
from .declare import Attack, Elsewhere

PAGE = Path(__file__).resolve().parents[2] / "docs" / "security.md"
START, END = "<!-- The table is made by `python -m tests.attacks`. -->", "<!-- End of the table. -->"


def table() -> str:
    """All attacks and what becomes of them at each level, with the reasons below."""
    reasons: list[str] = []
    parts = [part for kind, attacks in KINDS.items() for part in (f"### {kind}", _rows(attacks, reasons))]
    notes = "\n".join(f"{number}. {reason[0].upper()}{reason[1:]}." for number, reason in enumerate(reasons, 1))
    return "\n\n".join([*parts, "### Why a level does not stop it", notes])


def page(text: str) -> str:
    """The page's text with the table as it should be."""
    before, rest = text.split(START)
    return f"{before}{START}\n\n{table()}\n\n{END}{rest.split(END)[1]}"


def _rows(attacks: tuple[Attack | Elsewhere, ...], reasons: list[str]) -> str:
    levels = list(reversed(LEVELS))
    head = ["| attack | what it tries | " + " | ".join(levels) + " |", "|---|---|" + "---|" * len(levels)]
    for attack in attacks:
        fates = [_fate(attack, level, reasons) for level in levels]
        head.append(f"| {attack.name} | {attack.tries} | {' | '.join(fates)} |")
    return "\n".join(head)


def _fate(attack: Attack | Elsewhere, level: str, reasons: list[str]) -> str:
    if isinstance(attack, Elsewhere):
        return f"stopped ({attack.tests})"
    reason = attack.gets_through(level)
    if not reason:
        return "stopped"
    if reason not in reasons:
        reasons.append(reason)
    return f"{'may get through' if attack.depends else '**gets through**'} ({reasons.index(reason) + 1})"
