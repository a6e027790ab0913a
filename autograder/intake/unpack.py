"""What is in an archive that was handed in, read into memory with bounds.

Nothing is written to a disk, so that no name can lead out of a folder and no link be followed.
"""

from __future__ import annotations

import bz2
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from autograder.selfcheck.language import Text, counted

from .files import FILE_LIMIT
from .safe import safe_name

Member = tuple[str, int, Callable[[int], bytes]]  # its name and bytes, and how to read it up to a length
ENDINGS = (".zip", ".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".gz", ".bz2", ".xz", ".7z", ".rar")
ARCHIVE_LIMIT, TOTAL_LIMIT, COUNT_LIMIT = 50 << 20, 100 << 20, 2000  # bytes packed, bytes and files unpacked
LEVELS = 2  # an archive in an archive is unpacked, one in that is not
DEPTH_LIMIT, PART_LIMIT = 20, 200  # folders, and bytes of a name
MEMORY_LIMIT = 128 << 20  # that xz may ask for
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
LOCKED = 0x1  # the flag of a member of a zip file that has a password
OTHERS = (b"7z\xbc\xaf\x27\x1c", b"Rar!")


class _TooMuchError(Exception):
    """There is more in an archive than is unpacked."""


class _LockedError(Exception):
    """An archive has a password."""


class _OtherError(Exception):
    """An archive is of another kind."""


@dataclass
class Unpacked:
    """Contents by name, the archive's own name in front, and a sentence for each archive that could not be unpacked."""

    contents: dict[str, bytes] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    _room: int = TOTAL_LIMIT

    def add(self, name: str, packed: bytes, levels: int = LEVELS) -> None:
        """Unpack one archive; never raises for what is in it."""
        shown, before, odd, large = safe_name(name), len(self.contents), 0, 0
        try:
            for member, size, read in _members(name, packed):
                if not (place := _place(member)):
                    odd += 1
                    continue
                if size > FILE_LIMIT:  # a data set, perhaps; what follows it is wanted all the same
                    large += 1
                    continue
                self._keep(f"{name}/{place}", read, levels)
        except _TooMuchError:
            some = "Of {archive}, which holds more than {count} files or {limit} MB, not all was unpacked."
            self.problems.append(Text(some, archive=shown, count=COUNT_LIMIT, limit=TOTAL_LIMIT >> 20))
        except _LockedError:
            self.problems.append(Text("{archive} has a password, so that it could not be unpacked.", archive=shown))
        except _OtherError:
            other = "{archive} is an archive of a kind that is not unpacked here; a zip file would be."
            self.problems.append(Text(other, archive=shown))
        except Exception:  # the readers of formats stumble on odd bytes in ways of their own
            damaged = "{archive} is damaged: it could not be unpacked, or not all of it."
            self.problems.append(Text(damaged, archive=shown))
        else:
            self._tell(shown, odd, large)
            if not (odd or large) and len(self.contents) == before and not any(shown in said for said in self.problems):
                self.problems.append(Text("{archive} is empty.", archive=shown))

    def _tell(self, shown: str, odd: int, large: int) -> None:
        """Say how many files were left out, and why."""
        leading = counted(
            "Of {archive}, one file with a name that leads elsewhere was left out.",
            "Of {archive}, {count} files with a name that leads elsewhere were left out.",
            odd,
            archive=shown,
        )
        larger = counted(
            "Of {archive}, one file larger than {limit} MB was left out.",
            "Of {archive}, {count} files larger than {limit} MB were left out.",
            large,
            archive=shown,
            limit=FILE_LIMIT >> 20,
        )
        self.problems += [text for count, text in ((odd, leading), (large, larger)) if count]

    def _keep(self, name: str, read: Callable[[int], bytes], levels: int) -> None:
        if len(self.contents) >= COUNT_LIMIT:
            raise _TooMuchError
        content = read(self._room + 1)
        self._room -= len(content)
        if self._room < 0:
            raise _TooMuchError
        if is_archive(name) and levels > 1:
            self.add(name, content, levels - 1)
        else:
            self.contents[name] = content


def is_archive(name: str) -> bool:
    """Whether a file's name says that it is an archive."""
    return name.casefold().endswith(ENDINGS)


def _members(name: str, packed: bytes) -> Iterator[Member]:
    """The files of an archive; links and special files are none."""
    if packed.startswith(OTHERS):
        raise _OtherError
    if packed.startswith(b"PK"):
        yield from _of_zip(packed)
        return
    plain = _plain(packed)
    if tarfile.is_tarfile(io.BytesIO(plain)):
        yield from _of_tar(plain)
    elif plain is not packed:
        yield PurePosixPath(name).stem, len(plain), lambda most: plain[:most]
    elif not packed.strip(b"\0"):
        return
    else:
        raise tarfile.TarError


def _of_zip(packed: bytes) -> Iterator[Member]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for entry in archive.infolist():
            kind = stat.S_IFMT(entry.external_attr >> 16)
            if entry.is_dir() or kind not in (0, stat.S_IFREG):
                continue
            if entry.flag_bits & LOCKED:
                raise _LockedError
            if entry.compress_type not in METHODS:
                raise _OtherError

            def read(most: int, entry: zipfile.ZipInfo = entry) -> bytes:
                with archive.open(entry) as file:
                    return file.read(most)

            yield entry.filename, entry.file_size, read


def _of_tar(plain: bytes) -> Iterator[Member]:
    with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as archive:
        for entry in archive:
            if entry.isreg():

                def read(most: int, entry: tarfile.TarInfo = entry) -> bytes:
                    file = archive.extractfile(entry)
                    return file.read(most) if file else b""

                yield entry.name, entry.size, read


def _plain(packed: bytes) -> bytes:
    """The bytes that were compressed as a whole, up to the limit; the same where they are not."""
    if packed.startswith(b"\x1f\x8b"):
        return _bounded(zlib.decompressobj(zlib.MAX_WBITS | 16), packed)
    if packed.startswith(b"BZh"):
        return _bounded(bz2.BZ2Decompressor(), packed)
    if packed.startswith(b"\xfd7zXZ\0"):
        return _bounded(lzma.LZMADecompressor(memlimit=MEMORY_LIMIT), packed)
    return packed


def _bounded(reader: Any, packed: bytes) -> bytes:
    """All that a decompressor makes of the bytes; raises EOFError where they end too early."""
    plain: bytes = reader.decompress(packed, TOTAL_LIMIT + 1)
    if len(plain) > TOTAL_LIMIT:
        raise _TooMuchError
    if not reader.eof:
        raise EOFError
    return plain


def _place(name: str) -> str:
    """A member's name with "/" between its parts; "" where it leads out, or is none that a file can have."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    fits = len(parts) <= DEPTH_LIMIT and all(part.isprintable() and len(_bytes(part)) <= PART_LIMIT for part in parts)
    return "/".join(parts) if fits and ".." not in parts and not name.startswith(("/", "\\")) else ""


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "replace")
