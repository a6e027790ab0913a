"""Have the data set: fetch, verify, unpack, check, and only then put the folder in its place."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .fetch import fetch, forget
from .problem import DownloadError, NoSpaceError
from .schema import describe
from .unpack import unpack

INTERRUPTED = 130
BLOCK = 1 << 20


def download(url: str, target: Path, sha256: str = "") -> int:
    """Install the data set as the folder `target`, if it is not there yet; returns the exit code.

    sha256: the archive's; else the one of the first download is used, which lies beside the folder. Raises
    DownloadError, in one sentence, where that cannot be done; then nothing is installed.
    """
    if target.exists():
        print(f"{target} is already there: {_there(target)}. {_use(target)}")
        return 0
    part, record = target.with_name(f".{target.name}.zip.part"), target.with_name(f"{target.name}.sha256")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fetch(url, part)
        expected = Expected.of(sha256, record)
        found = expected.verify(url, part)
        with _room(target) as folder:
            told = _install(url, part, folder, target)
        record.write_text(f"{found}  {url}\n", encoding="utf-8")
        forget(part)
    except KeyboardInterrupt:
        print("Stopped: the same command goes on.")
        return INTERRUPTED
    except OSError as problem:
        raise DownloadError(f"{target} cannot be made ({problem}): name another place with --to") from None
    if not expected.sha256:
        print(f"Nobody has said the checksum of {url}, so it was not verified.")
        print(f"The sha256 found is {found}; {record} keeps it, and the next download has to have the same.")
    print(f"{target}: {told}. {_use(target)}")
    return 0


def _there(target: Path) -> str:
    try:
        return describe(target)
    except DownloadError as problem:
        raise DownloadError(f"{target} is there, but {problem}: remove it, and run this command again") from None


def _use(target: Path) -> str:
    return f"Use it with load_coco_data(base_dir={str(target)!r}), or set COCO_CAPTIONING_DIR to it."


@dataclass(frozen=True)
class Expected:
    """The checksum that the archive has to have, "" where nobody knows it, and who says so."""

    sha256: str
    source: str

    @classmethod
    def of(cls, told: str, record: Path) -> Expected:
        """What was told on the command line, else what the first download found."""
        if told:
            return cls(told.lower(), "--sha256")
        kept = record.read_text(encoding="utf-8", errors="replace").split()[:1] if record.exists() else []
        return cls(kept[0] if kept else "", str(record))

    def verify(self, url: str, archive: Path) -> str:
        """The archive's checksum; raises DownloadError, and removes the archive, where it is another one."""
        found = sha256_of(archive)
        if self.sha256 and found != self.sha256:
            forget(archive)
            raise DownloadError(
                f"{url} has the sha256 {found}, and {self.source} says {self.sha256}: nothing was installed; try"
                " again, or give the right sum with --sha256 if the file was changed on purpose"
            )
        return found


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


@contextlib.contextmanager
def _room(target: Path) -> Iterator[Path]:
    """A folder beside the target, which is gone afterwards if it was not moved."""
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _install(url: str, part: Path, folder: Path, target: Path) -> str:
    """Unpack into `folder`, check it, and make it the target at one stroke; returns what it holds."""
    try:
        unpack(part, folder)
        told = describe(folder)
    except NoSpaceError:
        raise
    except DownloadError as problem:
        forget(part)
        raise DownloadError(f"{url} does not give the data set: {problem}; nothing was installed") from None
    folder.chmod(0o755)
    folder.rename(target)
    return told
