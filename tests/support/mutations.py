"""Odd submissions without end: a released notebook, changed at random as files go wrong, or are made to.

`python -m tests.support.mutations FOLDER RELEASE FIRST LAST` reads those with these seeds, and says of each what became
of it, as JSON: {"seed", "what", "status", "seconds", "megabytes"}, or "trace" where the reading raised.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import random
import resource
import shutil
import sys
import tarfile
import time
import traceback
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat

from autograder.errors import UnsafeSubmissionError
from autograder.intake import links
from autograder.intake.folder import Submission
from autograder.intake.safe import SafeOutputs
from autograder.record import load_from

from .intake import NAME
from .payloads import HTML, MARKDOWN, OUTPUTS

Random = random.Random
Bytes = Callable[[bytes, Random], bytes]
Members = list[tuple[str, bytes]]
TEXTS = [*HTML.values(), *MARKDOWN.values(), "\ud800", "\0", "\r", "\u2028", "\U0001f600", "NaN", "", "x" * 999]
NUMBERS = [0, -1, 1 << 63, 10**400, 1e308, -1e-308, float("nan"), float("inf"), True]
NAMES = ["a.ipynb", "A" * 200, "\n.ipynb", "\x1b[31m", "..ipynb", "timestamp.txt", "nbgrader_config.py", "\u202e.ipynb"]
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


def flipped(data: bytes, generate: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(generate.choice([1, 3, 50])):
        changed[generate.randrange(len(changed))] = generate.randrange(256)
    return bytes(changed)


def cut(data: bytes, generate: Random) -> bytes:
    return data[: generate.randrange(len(data))]


def spliced(data: bytes, generate: Random) -> bytes:
    start, end, to = (generate.randrange(len(data)) for _ in range(3))
    return data[:to] + data[min(start, end) : max(start, end)] * generate.choice([1, 1, 3]) + data[to:]


def encoded(data: bytes, generate: Random) -> bytes:
    kind = generate.choice(["utf-16", "utf-32-be", "utf-8-sig", "utf-7", "cp037", "latin-1"])
    text = data.decode("utf-8", "replace").replace("x", generate.choice(["x", "\U0001f600", "\u00e9"]))
    return text.encode(kind, "replace")


def flooded(data: bytes, generate: Random) -> bytes:
    part = generate.choice([b"[", b"{}", b"[],", b'{"a":', b"9", b'"', b"\\", b'\\"', b"\0", b"\xff", b"1e9,", b" "])
    flood = part * (generate.choice([10_000, 10_000, 3_000_000]) // len(part))
    return generate.choice([flood, data[:-1] + b"," + flood, b'{"cells": [' + flood, b'{"worksheets": [' + flood])


BYTES: list[Bytes] = [flipped, cut, spliced, encoded, flooded]


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
            done.append(_beside(folder, generate))
        elif generate.random() < 0.1:
            done.append(_packed(folder, generate))
        return ", ".join(done)


def _packed(folder: Path, generate: Random) -> str:
    """The notebook in an archive, with members that no archive should have, and bytes that went wrong; says how."""
    path, kind = folder / NAME, generate.choice(["zip", "zip in zip", "tar", "tar.gz"])
    names = [NAME, f"a/{NAME}", f"../{NAME}", f"/{NAME}", "a/" * 60 + "b", "\x1b[31m", "a.zip", "C:\\x", "x" * 300, ""]
    members = [
        (generate.choice(names), path.read_bytes()[: 8 << 20]),
        (generate.choice(names), b"\0" * generate.choice([9, 10**8])),
    ]
    data = (_zipped if kind.startswith("zip") else _tarred)(members, kind, generate)
    data = _zipped([("b.zip", data)], "zip", generate) if kind == "zip in zip" else data
    if generate.random() < 0.5:
        data = generate.choice([flipped, cut, spliced])(data, generate)
    path.unlink()
    (folder / f"work.{kind[-6:].split()[-1]}").write_bytes(data)
    return kind


def _zipped(members: Members, kind: str, generate: Random) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # two members of one name
        for name, content in members:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = generate.choice([0o100644, 0o100644, 0o120777, 0o20644]) << 16
            entry.flag_bits = generate.choice([0, 0, 0, 1])
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _tarred(members: Members, kind: str, generate: Random) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz" if kind.endswith("gz") else "w") as archive:
        for name, content in members:
            entry = tarfile.TarInfo(name)
            entry.size, entry.type = len(content), generate.choice([tarfile.REGTYPE, tarfile.REGTYPE, tarfile.SYMTYPE])
            entry.linkname = "/etc/passwd"
            archive.addfile(entry, io.BytesIO(content))
    return file.getvalue()


def _beside(folder: Path, generate: Random) -> str:
    """Something wrong with the files of a submission; returns what."""
    name = generate.choice(NAMES)
    what = generate.choice(["renamed", "copied", "link", "pipe", "folder", "huge", "unreadable letters"])
    path, other = folder / NAME, folder / name
    if what == "renamed":
        path.rename(other)
    elif what == "copied":
        shutil.copy(path, other)
    elif what == "link":
        os.symlink(generate.choice(["/dev/zero", NAME, ".", "/nowhere", "x" * 999]), other)
    elif what == "pipe":
        os.mkfifo(other)
    elif what == "folder":
        other.mkdir()
    elif what == "huge":
        with other.open("wb") as file:
            file.truncate(generate.choice([1 << 20, 100 << 20, 1 << 40]))
    else:
        os.rename(path, os.fsencode(folder) + b"/\xff\xfe.ipynb")
    return what


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
    for seed in range(first, last):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        what = mutator.hand_in(seed, folder)
        start, told = time.process_time(), {"seed": seed, "what": what}
        try:
            told["status"] = read(folder, release, theirs)
            show(seed)
        except BaseException:  # whatever it is, it must not come out of the reading
            told["trace"] = traceback.format_exc()[-1500:]
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        print(json.dumps({**told, "seconds": time.process_time() - start, "megabytes": megabytes}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
