"""What docs/security.md says of the attacks, from their declarations, and of the limits, from the code."""

from __future__ import annotations

from pathlib import Path

from autograder.intake import files as folder
from autograder.intake import tree, unpack
from autograder.sandbox import allowance, confine, disk, messages, runner, warm, wire
from autograder.sandbox.levels import LEVELS
from tests.attacks import KINDS

from .declare import Attack, Elsewhere

PAGE = Path(__file__).resolve().parents[2] / "docs" / "security.md"
ATTACKS = ("<!-- The table is made by `python -m tests.attacks`. -->", "<!-- End of the table. -->")
LIMITS = ("<!-- The limits are read from the code by `python -m tests.attacks`. -->", "<!-- End of the limits. -->")


def page(text: str) -> str:
    """The page's text with both tables as they should be."""
    for (start, end), content in ((ATTACKS, attacks()), (LIMITS, limits())):
        before, rest = text.split(start)
        text = f"{before}{start}\n\n{content}\n\n{end}{rest.split(end)[1]}"
    return text


def attacks() -> str:
    """All attacks and what becomes of them at each level, with the reasons below."""
    reasons: list[str] = []
    parts = [part for kind, declared in KINDS.items() for part in (f"### {kind}", _rows(declared, reasons))]
    notes = "\n".join(f"{number}. {reason[0].upper()}{reason[1:]}." for number, reason in enumerate(reasons, 1))
    return "\n\n".join([*parts, "### Why a level does not stop it", notes])


def limits() -> str:
    """What one submission may use."""
    time, mega = runner.Limits(), 1 << 20
    seconds = f"{time.cell:g} for a cell, {time.call:g} for a call, {time.exercise:g} for all calls of an exercise"
    rows = {
        "seconds": f"{seconds}, {time.submission:g} in all (`c.GradeSubmission`)",
        "memory": f"{allowance.MEMORY // mega} MB of address space (`c.Sandbox.memory`)",
        "disk": f"{disk.BYTES // mega} MB in {disk.FILES:,} files; {confine.FILE_LIMIT // mega} MB for one",
        "threads": f"{warm.MOST['threads']}",
        "open files": f"{confine.OPEN_FILES}",
        "output of a cell": f"{messages.TEXT_LIMIT:,} characters of text,"
        f" {messages.DATA_LIMIT // mega} MB of rich outputs, {messages.OUTPUTS:,} outputs",
        "one frame": f"{wire.HEADER_LIMIT // mega} MB of header in {wire.VALUES_LIMIT:,} values,"
        f" {wire.ARRAYS_LIMIT // mega} MB of arrays; {messages.REPLIES // mega} MB for all answers together",
        "files handed in": f"{folder.COUNT_LIMIT:,} of {folder.FILE_LIMIT // mega} MB each,"
        f" {folder.TOTAL_LIMIT // mega} MB in all; others are left out, and a note says so",
        "archives handed in": f"{tree.ARCHIVES_LIMIT} of {unpack.ARCHIVE_LIMIT // mega} MB each, unpacked in memory to"
        f" {unpack.COUNT_LIMIT:,} files and {unpack.TOTAL_LIMIT // mega} MB in all; names that lead out of one, and"
        " links, are left out",
    }
    return "\n".join(["| what | how much |", "|---|---|", *(f"| {what} | {most} |" for what, most in rows.items())])


def _rows(declared: tuple[Attack | Elsewhere, ...], reasons: list[str]) -> str:
    levels = list(reversed(LEVELS))
    head = ["| attack | what it tries | " + " | ".join(levels) + " |", "|---|---|" + "---|" * len(levels)]
    for attack in declared:
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
