"""What a run leaves in a cell: its outputs, safe to look at, and a sentence where it came to a bad end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.intake.safe import SafeOutputs
from autograder.sandbox.messages import CellResult, Fate
from autograder.selfcheck.language import ENGLISH, Language, Text

SPARED = {  # shown below a cell that was not run
    "text/plain": Text("(not run when graded: no marks depend on this cell)"),
    "text/html": Text("<small>Not run when graded: no marks depend on this cell.</small>"),
}
FATES = {  # what a cell's fate says to the student
    Fate.TIMEOUT: Text("This cell did not finish in time and was stopped: look for a loop that never ends."),
    Fate.DEAD: Text(
        "The Python process ended in this cell (exit, a crash, or too much memory, disk or threads). The cells after it"
        " run in a fresh process."
    ),
    Fate.STOPPED: Text(
        "Not run: the time for this submission was used up, it had shown too much, or too many cells had ended the"
        " process."
    ),
}
OF_A_DEMO = Text("This cell of the course's did not finish in the time that it has here. No marks depend on it.")
UNFINISHED = "NotFinished"  # the name of the error that such a sentence is


def show(
    cell: NotebookNode,
    result: CellResult,
    count: int,
    paths: Mapping[str, str],
    safe: SafeOutputs,
    is_demo: bool = False,
    language: Language = ENGLISH,
) -> None:
    """Put a run's outputs into the cell, safe to look at, and its fate if it had a bad one.

    count: the number that the cell ran as. paths: what is shown in the place of folders of ours. is_demo: whether the
    cell is one of the course's own. language: of the student.
    """
    cell.execution_count = count
    for output in safe.of_cell(result.outputs):
        node = nbformat.from_dict(_replace(output, paths))
        drawn = language.tell(Text("Picture drawn by cell [{count}]", count=count))
        _describe_picture(node, cell.metadata.get("alt", drawn))
        cell.outputs.append(node)
    if result.fate in FATES:
        sentence = language.tell(OF_A_DEMO if is_demo and result.fate is Fate.TIMEOUT else FATES[result.fate])
        cell.outputs.append(nbformat.v4.new_output("error", ename=UNFINISHED, evalue=sentence, traceback=[sentence]))


def spare(cell: NotebookNode, language: Language = ENGLISH) -> None:
    """Say in a cell that it was not run."""
    data = {form: language.tell(text) for form, text in SPARED.items()}
    said = {"output_type": "display_data", "metadata": {}, "data": data}
    cell.outputs = [nbformat.from_dict(said)]  # new_output would validate it, each time anew


def _replace(value: Any, names: Mapping[str, str]) -> Any:
    """The same JSON value with every text's occurrences of some strings replaced."""
    if isinstance(value, str):
        for old, new in names.items():
            value = value.replace(old, new)
        return value
    if isinstance(value, dict):
        return {key: _replace(item, names) for key, item in value.items()}
    return [_replace(item, names) for item in value] if isinstance(value, list) else value


def _describe_picture(output: NotebookNode, text: str) -> None:
    """Give a picture without a text alternative this one."""
    if "image/png" in output.get("data", {}):
        said = output.metadata.get("image/png")
        output.metadata["image/png"] = {"alt": text, **(said if isinstance(said, dict) else {})}
