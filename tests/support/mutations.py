"""Odd submissions without end: a released notebook, changed at random as files go wrong, or are made to.

`python -m tests.support.mutations FOLDER RELEASE FIRST LAST` reads those with these seeds, and says of each what became
of it, as JSON: {"seed", "what", "status", "seconds", "megabytes"}, or "trace" where the reading raised.
"""

from __future__ import annotations

import itertools
import json
import resource
import shutil
import sys
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import nbformat

from autograder.errors import UnsafeSubmissionError
from autograder.intake import links
from autograder.intake.folder import Submission
from autograder.intake.safe import SafeOutputs
from autograder.record import load_from

from .intake import NAME
from .mutated_files import BYTES, Random, beside, packed
from .payloads import HTML, MARKDOWN, OUTPUTS

TEXTS = [*HTML.values(), *MARKDOWN.values(), "\ud800", "\0", "\r", "\u2028", "\U0001f600", "NaN", "", "x" * 999]
NUMBERS = [0, -1, 1 << 63, 10**400, 1e308, -1e-308, float("nan"), float("inf"), True]
PARTS = [
    "&",
    "<",
    "<b>",
    "`",
    "*",
    "[",
    "> ",
    "$",
    "\\[",
    "\\(",
    "{",
    "|a|\n",
    "- a\n",
    "\n ",
    ".a",
    "\\\\[",
    "![",
    "\t",
]
PLACES = 3000  # in a notebook that are looked at; the released one has about so many
SHARES = (3000, 3000, 3000, 300, 300, 30, 30, 1)  # of a million letters


def odd_value(generate: Random, depth: int = 3) -> Any:
    """Any JSON value, be it one that no notebook has."""
    kind = generate.randrange(10 if depth else 6)
    if kind < 2:
        return generate.choice(TEXTS)
    if kind == 2:
        return generate.choice(NUMBERS)
    if kind == 3:
        return generate.choice([None, False, [], {}, [[]], [{}], ""])
    if kind == 4:
        return (generate.choice(PARTS) * 1_000_000)[: 1_000_000 // generate.choice(SHARES)]
    if kind == 5:
        return nested(generate.choice([5, 300, 700, 900]), generate.choice([[], {}]))
    if kind < 8:
        return [odd_value(generate, depth - 1) for _ in range(generate.randrange(4))]
    keys = ["source", "cell_type", "metadata", "nbgrader", "grade_id", "data", "text/html", "image/png", *TEXTS[:3]]
    return {generate.choice(keys): odd_value(generate, depth - 1) for _ in range(generate.randrange(4))}


def nested(depth: int, inside: Any) -> Any:
    """Lists in lists."""
    for _ in range(depth):
        inside = [inside]
    return inside


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each part of a JSON value, as what holds it and its key."""
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        for key in keys:
            yield holder, key
            waiting.append(holder[key])


def replaced(content: Any, generate: Random) -> Any:
    """The notebook with some of its parts replaced, taken away, doubled or renamed."""
    for _ in range(generate.choice([1, 1, 2, 5, 40])):
        holder, key = generate.choice(list(itertools.islice(places(content), PLACES)) or [({0: 0}, 0)])
        what = generate.randrange(5)
        if what < 2:
            holder[key] = odd_value(generate)
        elif what == 2:
            del holder[key]
        elif isinstance(holder, list):
            holder.insert(generate.randrange(len(holder) + 1), holder[key])
        elif what == 3:
            holder[str(odd_value(generate, 0))[:99]] = holder.pop(key)
        else:
            holder[generate.choice(["attachments", "outputs", "id", "metadata", "alt"])] = odd_value(generate)
    return content


def grown(content: Any, generate: Random) -> Any:
    """The notebook with more of something: cells, outputs, letters."""
    cells = content["cells"]
    cell = dict(generate.choice(cells))
    what = generate.randrange(5)
    if what == 0:
        cells += [cell] * generate.choice([2, 900, 1200])
    elif what == 1:
        kinds = ["code", "markdown", "raw", "heading", "\ud800"]
        cells += [{"cell_type": generate.choice(kinds), "metadata": {}, "source": text} for text in TEXTS]
    elif what == 2:
        cell["source"] = [odd_value(generate) for _ in range(5)] + ["x\n"] * 1000
        cells.append(cell)
    elif what == 3:
        cell["outputs"] = [
            {"output_type": "display_data", "data": data, "metadata": more} for data, more in OUTPUTS.values()
        ]
        cells.append({**cell, "cell_type": "code"})
    else:
        text = (generate.choice(PARTS) * 400_000)[: 400_000 // generate.choice(SHARES)]
        cells.append({"cell_type": generate.choice(["code", "markdown"]), "metadata": {}, "source": text})
    return content


class Mutator:
    """Makes the submission of a seed from a notebook's text."""

    def __init__(self, notebook: str) -> None:
        self._notebook = notebook

    def hand_in(self, seed: int, folder: Path) -> str:
        """Write the submission into an empty folder; returns what was done to it."""
        generate = Random(seed)
        content, done = json.loads(self._notebook), []
        for change in generate.choices([replaced, grown, None], [6, 2, 2], k=1):
            if change:
                content, done = change(content, generate), [change.__name__]
        try:
            data = json.dumps(content).encode()
        except (RecursionError, ValueError):  # deeper, or of more digits, than Python writes
            data, done = self._notebook.encode(), []
        if not done or generate.random() < 0.15:
            change_bytes = generate.choice(BYTES)
            data, done = change_bytes(data, generate), [*done, change_bytes.__name__]
        (folder / NAME).write_bytes(data)
        if generate.random() < 0.1:
            done.append(beside(folder, generate))
        elif generate.random() < 0.1:
            done.append(packed(folder, generate))
        return ", ".join(done)


def read(folder: Path, release: Path, theirs: dict[str, bool]) -> str:
    """What becomes of a submission: its status, or "refused"; all that a page or the sandbox would get is made."""
    try:
        links.make_safe(folder, theirs)
    except UnsafeSubmissionError:
        return "refused"
    submission = Submission(folder, release)
    notebook = submission.notebook(NAME)
    submission.files().notes()
    nbformat.writes(notebook).encode()
    record = load_from(notebook.metadata)
    assert record is not None and all(note.text.isprintable() for note in record.notes)
    return str(record.status)


def show(seed: int) -> None:
    """Make odd outputs safe, as those of a run are."""
    generate = Random(seed)
    kinds = ["stream", "error", "display_data", "execute_result", odd_value(generate)]
    forms = ["text/html", "text/plain", "text/markdown", "text/latex", "image/png", "image/svg+xml", "image/jpeg"]
    outputs = []
    for _ in range(3):
        fields = {key: odd_value(generate) for key in ("name", "text", "ename", "evalue", "traceback", "metadata")}
        data = {generate.choice(forms): odd_value(generate) for _ in range(2)}
        outputs.append({"output_type": generate.choice(kinds), **fields, "data": data, "execution_count": 1 << 40})
    cells = SafeOutputs().of_cell(outputs)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=cells)])
    nbformat.validate(notebook)
    json.dumps(notebook, allow_nan=False, ensure_ascii=False).encode()


def main(folder: Path, release: Path, first: int, last: int) -> None:
    """Read the submissions of these seeds, one after another."""
    mutator = Mutator((release / NAME).read_text())
    theirs = links.files_of(release)
    with ProcessPoolExecutor(1) as maker:  # what the making takes is not counted
        for seed in range(first, last):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            what = maker.submit(mutator.hand_in, seed, folder).result()
            print(json.dumps({"seed": seed, "what": what, **became(seed, folder, release, theirs)}), flush=True)


def became(seed: int, folder: Path, release: Path, theirs: dict[str, bool]) -> dict[str, Any]:
    """What became of a submission, and what that took."""
    start, told = time.process_time(), {}
    try:
        told["status"] = read(folder, release, theirs)
        show(seed)
    except BaseException:  # whatever it is, it must not come out of the reading
        told["trace"] = traceback.format_exc()[-1500:]
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    return {**told, "seconds": time.process_time() - start, "megabytes": megabytes}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
