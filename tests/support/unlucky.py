"""What happens to files on their way from honest students: renamed, moved, packed, copied; and the marks that they get.

Each kind changes the folder of a right submission (`tests.support.pair`) in its place.
"""

from __future__ import annotations

import io
import json
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.record import Status
from tests.support.pair import FIRST, MOST, RIGHT, SECOND, TOOLS, Pair, solved

OTHER = "def squares(n):\n    return [i * i for i in range(1, n + 1)]"
HALF = 3.0  # of the first notebook alone


@dataclass(frozen=True)
class Kind:
    """name: as a student's. change: what is done to the folder. points: None where there are no marks. says: part of
    what instructors and students read."""

    name: str
    change: Callable[[Path, Pair], object]
    points: float | None = MOST
    status: Status = Status.REPAIRED
    says: str = ""


def rename(old: str, new: str) -> Callable[[Path, Pair], object]:
    return lambda folder, _: (folder / old).rename(folder / new)


def into(place: str) -> Callable[[Path, Pair], object]:
    """Everything one or more folders deeper."""

    def change(folder: Path, _: Pair) -> None:
        below = folder.with_name("moved")
        folder.rename(below)
        (folder / place).parent.mkdir(parents=True)
        below.rename(folder / place)

    return change


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def zipped(files: Mapping[str, bytes], inside: str = "") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{inside}{name}", content)
    return packed.getvalue()


def tarred(files: Mapping[str, bytes], inside: str = "", mode: str = "w:gz") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"{inside}{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def locked(packed: bytes) -> bytes:
    """The zip file as if it had a password: the flag of each member, where it is and in the list at the end."""
    changed = bytearray(packed)
    for sign, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        start = changed.find(sign)
        while start >= 0:
            changed[start + place] |= 1
            start = changed.find(sign, start + 4)
    return bytes(changed)


def packed(name: str, pack: Callable[[Mapping[str, bytes]], bytes]) -> Callable[[Path, Pair], object]:
    """One archive with all files in their place."""

    def change(folder: Path, _: Pair) -> None:
        content = pack(files_of(folder))
        shutil.rmtree(folder)
        folder.mkdir()
        (folder / name).write_bytes(content)

    return change


def copies(**names: str) -> Callable[[Path, Pair], object]:
    """Several first notebooks: by name, the code of the solution; "" for one as it was given out."""

    def change(folder: Path, course: Pair) -> None:
        (folder / FIRST).unlink()
        for name, code in names.items():
            released = course.released(FIRST)
            nbformat.write(solved(released, squares=code) if code else released, folder / name)

    return change


def swapped(folder: Path, _: Pair) -> None:
    first, second = (folder / name for name in (FIRST, SECOND))
    content = first.read_bytes(), second.read_bytes()
    second.write_bytes(content[0])
    first.write_bytes(content[1])


def in_a_course_file(folder: Path, course: Pair) -> None:
    (folder / "tools.py").write_text(f"{TOOLS}\n\n{RIGHT['squares']}\n")
    notebook = course.released(FIRST)
    notebook.cells.insert(0, nbformat.v4.new_code_cell("from tools import squares"))
    nbformat.write(notebook, folder / FIRST)


def a_changed_course_file(folder: Path, course: Pair) -> None:
    (folder / "tools.py").write_text(f"{TOOLS}\n\ndef square(n):\n    return n**2\n")
    code = "from tools import square\n\ndef squares(n):\n    return [square(i) for i in range(1, n + 1)]"
    nbformat.write(solved(course.released(FIRST), squares=code), folder / FIRST)


def spoilt(**changes: bytes | str | None) -> Callable[[Path, Pair], object]:
    """Files written, or removed where there is None."""

    def change(folder: Path, _: Pair) -> None:
        for name, content in changes.items():
            path = folder / name
            path.unlink(missing_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is not None:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())

    return change


def both(*changes: Callable[[Path, Pair], object]) -> Callable[[Path, Pair], object]:
    return lambda folder, course: [change(folder, course) for change in changes]


def cells(change: Callable[[list[dict]], object]) -> Callable[[Path, Pair], object]:
    """Change the cells of the first notebook."""

    def act(folder: Path, _: Pair) -> None:
        notebook = json.loads((folder / FIRST).read_text())
        change(notebook["cells"])
        (folder / FIRST).write_text(json.dumps(notebook))

    return act


def untouched_beside(packed: Callable[[Mapping[str, bytes]], bytes]) -> Callable[[Path, Pair], object]:
    """The notebooks as they were given out, and the work in a zip file beside them."""

    def change(folder: Path, course: Pair) -> None:
        content = packed(files_of(folder))
        for name in (FIRST, SECOND):
            nbformat.write(course.released(name), folder / name)
        (folder / "work.zip").write_bytes(content)

    return change


DOWNLOADED = "1_squares (1).ipynb"
COPY = "1_squares-Copy1.ipynb"
STRANGER = json.dumps(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print('another course')")]))
KINDS = [
    Kind("as it should be", lambda *_: None, status=Status.GRADED),
    # another name
    Kind("downloaded twice", rename(FIRST, DOWNLOADED), says=f"handed in as {DOWNLOADED}; it should be named {FIRST}."),
    Kind("capital ending", rename(FIRST, "1_squares.IPYNB")),
    Kind("capitals", rename(FIRST, "1_Squares.ipynb")),
    Kind("text ending", rename(FIRST, f"{FIRST}.txt")),
    Kind("json ending", rename(FIRST, "1_squares.json")),
    Kind("no ending", rename(FIRST, "1_squares")),
    Kind("spaces and accents", rename(SECOND, "Zoe\u0308s  Übung 2.ipynb")),
    Kind("both renamed", both(rename(FIRST, "a.ipynb"), rename(SECOND, "b.ipynb"))),
    Kind("swapped", swapped, says=f"handed in as {SECOND}; it should be named {FIRST}."),
    # another place
    Kind("one folder too deep", into("pair"), says="found in the folder pair."),
    Kind("two folders too deep", into("my work/final")),
    Kind("a folder of another student's name", into("bob/pair"), says="found in the folder bob/pair."),
    Kind("each in its own folder", both(spoilt(**{"x/y": "1"}), rename(FIRST, f"x/{FIRST}"))),
    # packed
    Kind("zip", packed("hw.zip", zipped), says="taken out of hw.zip."),
    Kind("zip with a folder", packed("hw.zip", lambda files: zipped(files, "hw/"))),
    Kind("zip by windows", packed("hw.zip", lambda files: zipped(files, "hw\\"))),
    Kind(
        "zip by macos",
        packed("hw.zip", lambda files: zipped(files | {f"__MACOSX/._{FIRST}": b"\0", ".DS_Store": b"1"})),
    ),
    Kind("zip of another student's name", packed("hw.zip", lambda files: zipped(files, "bob/")), says="hw.zip/bob."),
    Kind("zip in zip", packed("hw.zip", lambda files: zipped({"inner.zip": zipped(files)}))),
    Kind("tar", packed("hw.tar", lambda files: tarred(files, mode="w:"))),
    Kind("tar.gz", packed("hw.tar.gz", lambda files: tarred(files, "hw/"))),
    Kind("tar.xz named zip", packed("hw.zip", lambda files: tarred(files, mode="w:xz"))),
    Kind(
        "untouched beside a zip",
        untouched_beside(zipped),
        says="is as it was given out. work.zip/1_squares.ipynb was graded",
    ),
    # copied
    Kind(
        "untouched beside a copy",
        copies(**{FIRST: "", COPY: RIGHT["squares"]}),
        says=f"{COPY} was graded in its place.",
    ),
    Kind("copy with other answers", copies(**{FIRST: RIGHT["squares"], COPY: OTHER}), says=f"{COPY} has other answers"),
    Kind("same copy", copies(**{FIRST: OTHER, COPY: OTHER}), status=Status.GRADED),
    Kind("untouched copy", copies(**{FIRST: OTHER, COPY: ""}), status=Status.GRADED),
    Kind("two copies alike", copies(**{"a.ipynb": OTHER, "b.ipynb": OTHER}), says="handed in as a.ipynb"),
    Kind("damaged beside a copy", both(copies(**{COPY: OTHER}), spoilt(**{FIRST: '{"cells": ['})), says="is damaged"),
    Kind("checkpoints", spoilt(**{".ipynb_checkpoints/1_squares-checkpoint.ipynb": "{"}), status=Status.GRADED),
    Kind(
        "systems' own files",
        spoilt(**{f"._{FIRST}": b"\0\5", "Thumbs.db": b"\xd0\xcf", "__MACOSX/x": "1"}),
        status=Status.GRADED,
    ),
    # cells
    Kind("a cell twice", cells(lambda cells: cells.insert(0, dict(cells[0])))),
    Kind("a test deleted", cells(lambda cells: cells.pop())),
    Kind(
        "no metadata, another name",
        both(cells(lambda cells: [cell.update(metadata={}) for cell in cells]), rename(FIRST, "mine.ipynb")),
    ),
    Kind("solution deleted", cells(lambda cells: cells.pop(0)), 0.0, says="not in the notebook"),
    # the work is elsewhere
    Kind("in a course file", in_a_course_file, None, Status.NOT_GRADED, "squares is written in tools.py"),
    Kind("a changed course file", a_changed_course_file, 0.0, says="tools.py with changes of its own (square)"),
    # nothing that can be graded
    Kind(
        "two different copies",
        copies(**{"a.ipynb": RIGHT["squares"], "b.ipynb": OTHER}),
        None,
        Status.UNREADABLE,
        "any of a.ipynb",
    ),
    Kind("one missing", spoilt(**{FIRST: None}), None, Status.UNREADABLE, f"There is no {FIRST}"),
    Kind("another assignment", spoilt(**{FIRST: STRANGER}), None, Status.UNREADABLE, "none of this assignment's cells"),
    Kind(
        "second twice",
        lambda folder, _: shutil.copy(folder / SECOND, folder / FIRST),
        None,
        Status.UNREADABLE,
        "holds the cells of",
    ),
    Kind(
        "zip with a password",
        packed("hw.zip", lambda files: locked(zipped(files))),
        None,
        Status.UNREADABLE,
        "hw.zip has a password",
    ),
    Kind("empty zip", packed("hw.zip", lambda _: zipped({})), None, Status.UNREADABLE, "hw.zip is empty."),
    Kind(
        "damaged zip", packed("hw.zip", lambda files: zipped(files)[:200]), None, Status.UNREADABLE, "hw.zip is damaged"
    ),
    Kind("rar", packed("hw.rar", lambda _: b"Rar!\x1a\7\0"), None, Status.UNREADABLE, "of a kind that is not unpacked"),
    Kind(
        "names that lead out",
        packed("hw.zip", lambda files: zipped(files, "../")),
        None,
        Status.UNREADABLE,
        "leads elsewhere",
    ),
]
