"""Files gone wrong at random, or made to: their bytes, what lies beside them, and what they are packed in."""

from __future__ import annotations

import io
import os
import random
import shutil
import tarfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

from .intake import NAME

Random = random.Random
Bytes = Callable[[bytes, Random], bytes]
Members = list[tuple[str, bytes]]
NAMES = ["a.ipynb", "A" * 200, "\n.ipynb", "\x1b[31m", "..ipynb", "timestamp.txt", "nbgrader_config.py", "\u202e.ipynb"]


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


def packed(folder: Path, generate: Random) -> str:
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


def beside(folder: Path, generate: Random) -> str:
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
