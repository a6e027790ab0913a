"""Grade the bank of wrong functions and count: lines that are shown, lines that are wrong, names, seconds."""

from __future__ import annotations

import importlib
import pkgutil
import time
from collections.abc import Iterator
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode

from autograder.building.submissions import fill_in
from autograder.engine import Engine
from autograder.judging.judge import Judgement
from tests.support.house import ASSIGNMENT

from . import bank
from .bank import Wrong


@dataclass(frozen=True)
class Found:
    """What came of one wrong function. seconds: of grading its notebook."""

    style: str
    wrong: Wrong
    judgement: Judgement
    cell: str
    seconds: float
    others: tuple[str, ...]

    @property
    def pointed_at(self) -> set[int]:
        """The lines of the cell that a teacher would point at."""
        lines = self.cell.splitlines()
        if self.wrong.at:
            return {n for n, line in enumerate(lines, 1) if any(text in line for text in self.wrong.at)}
        new = self.wrong.wrong.splitlines()
        old = {line.strip() for line in self.wrong.right.splitlines()}
        changed = [line.strip() for line in new if line.strip() not in old] or [line.strip() for line in new]
        return {n for n, line in enumerate(lines, 1) if any(text in line for text in changed if text)}

    @property
    def is_right(self) -> bool:
        """Whether the line that is shown is one of these; both are, where two must be changed."""
        line = self.judgement.line
        if line is None:
            return False
        return set(line.numbers) <= self.pointed_at if line.both else bool(set(line.numbers) & self.pointed_at)


def styles() -> Iterator[tuple[str, str, tuple[Wrong, ...]]]:
    """Each module of the bank: its name, its code, and its wrong functions."""
    for each in sorted(pkgutil.iter_modules(bank.__path__), key=lambda module: module.name):
        module = importlib.import_module(f"{bank.__name__}.{each.name}")
        yield each.name, module.CODE, module.WRONG


def measure(engine: Engine, part: slice = slice(None)) -> Iterator[Found]:
    """Grade the wrong functions of the bank, those of a part of each module."""
    reference = "\n\n".join(ASSIGNMENT.module(path).read_text() for path in ASSIGNMENT.notebooks)
    for style, code, wrongs in styles():
        for wrong in wrongs[part]:
            assert code.count(wrong.right) == 1, (style, wrong)
            name = notebook_of(wrong.function)
            changed = code.replace(wrong.right, wrong.wrong)
            notebook = submission(name, f"{reference}\n\n{changed}")
            start = time.perf_counter()
            graded = engine.grade(notebook, name)
            took = time.perf_counter() - start
            function = graded.judgements[wrong.function].line
            cell = cell_of(notebook, function.function if function else wrong.function)
            others = tuple(each for each, found in graded.judgements.items() if found.line and each != wrong.function)
            yield Found(style, wrong, graded.judgements[wrong.function], cell, took, others)


def notebook_of(exercise: str) -> str:
    """The notebook that asks for an exercise."""
    (name,) = [path.stem for path in ASSIGNMENT.notebooks if exercise in ASSIGNMENT.points(path.stem)]
    return name


def submission(name: str, code: str) -> NotebookNode:
    """The released notebook with this code, of which later definitions count."""
    return fill_in(nbformat.read(ASSIGNMENT.release / f"{name}.ipynb", as_version=4), code)


def cell_of(notebook: NotebookNode, function: str) -> str:
    """The last cell that defines a function."""
    return [cell.source for cell in notebook.cells if f"def {function}(" in cell.source][-1]


def table(found: list[Found]) -> str:
    """The figures in words."""
    shown = [each for each in found if each.judgement.line]
    wrong = [each for each in shown if not each.is_right]
    named = [each for each in found if each.judgement.advice]
    times = sorted(each.seconds for each in found)
    return (
        f"{len(found)} wrong functions: a line for {len(shown)} ({len(shown) / len(found):.0%}), of which"
        f" {len(wrong)} are wrong; {len(named)} have a name, {sum(not each.judgement.line for each in named)} of them"
        f" no line; {times[len(times) // 2]:.2f} s in the median, {times[-1]:.2f} s at most"
    )


def main() -> None:
    """Print what came of each, and the figures."""
    with Engine(ASSIGNMENT) as engine:
        found = []
        for each in measure(engine):
            found.append(each)
            line = each.judgement.line
            state = "-" if not line else "right" if each.is_right else "WRONG"
            said = line.edit if line else f"{each.judgement.fraction:.2f}"
            print(
                f"{each.seconds:5.2f} {state:5} {each.style} {each.wrong.function}: {each.wrong.wrong!r:.80}"
                f" | {said:.200}"
            )
            if each.others:
                print("      others:", each.others)
    print(table(found))


if __name__ == "__main__":
    main()
