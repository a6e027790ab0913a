"""Pages whose commands are run: what stands in their console blocks, and whether an output is what the page shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, Example, OutputChecker
from pathlib import Path

RULES = ELLIPSIS | NORMALIZE_WHITESPACE
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATIENCE = 300  # seconds for a command


@dataclass(frozen=True)
class Step:
    """A command of a page, the output that the page shows, and the line where it stands."""

    command: str
    shown: str
    line: int


def steps(text: str) -> Iterator[Step]:
    """The commands of all console blocks, in order."""
    for block in FENCE.finditer(text):
        if block[1] == "console":
            first = text.count("\n", 0, block.start(2)) + 1
            lines = block[2].splitlines(keepends=True)
            begins = [number for number, line in enumerate(lines) if line.startswith("$ ")]
            for begin, end in zip(begins, [*begins[1:], len(lines)], strict=True):
                yield Step(lines[begin][2:].strip(), "".join(lines[begin + 1 : end]), first + begin)


def problem(page: str, step: Step, code: int, said: str) -> str:
    """What is wrong with the page, as a difference; "" where it is right."""
    checker = OutputChecker()
    if not checker.check_output(step.shown, said, RULES):
        difference = checker.output_difference(Example(step.command, step.shown), said, RULES)
        return f"{page}, line {step.line}: $ {step.command}\n{difference}"
    if code and not step.shown:
        return f"{page}, line {step.line}: $ {step.command}\nfails with exit code {code} and says nothing"
    return ""


def environment(clone: Path, home: Path) -> dict[str, str]:
    """A newcomer's: the clone's code with the packages of this Python, and nobody's settings."""
    return {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
        "PYTHONPATH": os.pathsep.join([str(clone), str(clone / "source" / "rnn_captioning")]),
    }


def run(step: Step, folder: Path, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command as it stands on the page."""
    return subprocess.run(
        ["bash", "-c", step.command],
        cwd=folder,
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
    )
