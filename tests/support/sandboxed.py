"""Cells run in the sandbox by themselves, without an assignment and without marks."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from typing import Any

import psutil

from autograder.sandbox.allowance import Allowance
from autograder.sandbox.messages import CellResult
from autograder.sandbox.runner import Limits, Runner
from autograder.sandbox.warm import Zygote

LIMITS = Limits(cell=15.0, submission=240.0)


class Sandboxed:
    """One zygote; `submission` runs the cells of one student."""

    def __init__(self, level: str, allowance: Allowance) -> None:
        self.level, self.zygote = level, Zygote(level, allowance)

    def submission(self, *sources: str, limits: Limits = LIMITS) -> list[CellResult]:
        """What came of each cell; nothing of the child is left when this returns."""
        with Runner(self.zygote, {}, limits) as runner:
            return [runner.run_cell(source, count) for count, source in enumerate(sources, 1)]

    def cell(self, source: str, limits: Limits = LIMITS) -> CellResult:
        (result,) = self.submission(source, limits=limits)
        return result

    @property
    def folder(self) -> str:
        """The working folder, as a cell sees it."""
        return next(iter(self.zygote.shown), "/grading/work")


@contextlib.contextmanager
def sandboxed(level: str, **allowed: Any) -> Iterator[Sandboxed]:
    """A sandbox of this level with these allowances."""
    running = Sandboxed(level, Allowance(**allowed))
    try:
        yield running
    finally:
        running.zygote.close()


def text_of(result: CellResult) -> str:
    """All text of a cell's outputs."""
    return "\n".join(
        str(output.get("text") or output.get("data") or "\n".join([output["evalue"], *output["traceback"]]))
        for output in result.outputs
    )


def new_tag() -> str:
    """An argument by which a process can be known."""
    return f"tag{secrets.token_hex(6)}"


def tagged(tag: str) -> list[psutil.Process]:
    """The processes that have this tag among their arguments."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if any(tag in word for word in process.cmdline()):
                found.append(process)
    return found


def beneath(running: Sandboxed) -> list[psutil.Process]:
    """What has come of the zygote and still runs, but for bubblewrap and the zygote itself."""
    top = psutil.Process(running.zygote._process.pid)
    below = top.children(recursive=True)
    return below[1:] if running.level == "full" else below
