"""Unpack the archive without trust: only files that are expected, only into the folder that is named."""

from __future__ import annotations

import shutil
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from tqdm import tqdm

from .fetch import require_space
from .problem import DownloadError

INSIDE = "coco_captioning"  # the archive's one folder
SPLITS = ("train2014", "val2014")
NEEDED = (
    "coco2014_captions.h5",
    "coco2014_vocab.json",
    *(f"{split}_{kind}" for split in SPLITS for kind in ("vgg16_fc7_pca.h5", "urls.txt")),
)
WELCOME = tuple(f"{split}_{kind}" for split in SPLITS for kind in ("vgg16_fc7.h5", "images.txt"))
MOST = 4 << 30  # bytes of all files together; the COCO files have about 2.4 GB
BLOCK = 1 << 20


def unpack(archive: Path, folder: Path) -> None:
    """Write the data set's files from the zip file `archive` into `folder`, which is there and empty.

    Raises DownloadError where the archive is damaged, lacks a file, or holds what no such archive holds.
    """
    try:
        with zipfile.ZipFile(archive) as file:
            members = choose(file.infolist())
            require_space(folder, sum(member.file_size for member in members.values()))
            for name, member in tqdm(members.items(), desc="unpack", unit="file", leave=False, disable=None):
                with file.open(member) as source, open(folder / name, "xb") as target:
                    shutil.copyfileobj(source, target, BLOCK)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as problem:
        raise DownloadError(f"it is no whole zip archive ({problem})") from None


def choose(members: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """The members that belong to the data set, by the names of their files; raises DownloadError."""
    chosen: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        path = _harmless(member)
        if path.name not in (*NEEDED, *WELCOME) or path.parts[:-1] not in ((), (INSIDE,)):
            continue
        if path.name in chosen or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DownloadError(f"the archive holds {path.name} twice, or packed in an unusual way")
        chosen[path.name] = member
    if missing := [name for name in NEEDED if name not in chosen]:
        raise DownloadError(f"the archive lacks {', '.join(missing)}")
    if sum(member.file_size for member in chosen.values()) > MOST:
        raise DownloadError(f"the archive's files have more than {MOST >> 30} GB")
    return chosen


def _harmless(member: zipfile.ZipInfo) -> PurePosixPath:
    """The member's path; raises DownloadError where it points out of the folder, or is a link or a device."""
    path = PurePosixPath(member.filename)
    kind = stat.S_IFMT(member.external_attr >> 16)
    outside = path.is_absolute() or ".." in path.parts or "\\" in member.filename or ":" in member.filename
    if outside or kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise DownloadError(f"the archive holds {member.filename!r}, which no such archive has")
    return path
