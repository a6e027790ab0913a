"""Archives that were handed in: read with bounds, and a sentence for what cannot be."""

from __future__ import annotations

import io
import stat
import tarfile
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from functools import partial

import pytest

from autograder.intake import unpack
from autograder.intake.unpack import Unpacked
from tests.support.unlucky import locked, tarred, zipped

FILES = {"a.ipynb": b"{}", "b/c.txt": b"text"}


def unpacked(packed: bytes, name: str = "hw.zip") -> Unpacked:
    found = Unpacked()
    found.add(name, packed)
    assert all(said.endswith(".") for said in found.problems)
    return found


@pytest.mark.parametrize(
    "packed",
    [
        zipped(FILES),
        tarred(FILES, mode="w:"),
        tarred(FILES),
        tarred(FILES, mode="w:bz2"),
        tarred(FILES, mode="w:xz"),
    ],
    ids=["zip", "tar", "gz", "bz2", "xz"],
)
@pytest.mark.parametrize("name", ["hw.zip", "hw.tar.gz", "HW.ZIP"])
def test_each_kind_is_known_by_its_content(packed: bytes, name: str) -> None:
    found = unpacked(packed, name)
    assert found.contents == {f"{name}/{each}": content for each, content in FILES.items()}
    assert not found.problems


def test_a_file_that_is_only_compressed() -> None:
    squeezer = zlib.compressobj(wbits=31)
    assert unpacked(squeezer.compress(b"{}") + squeezer.flush(), "a.ipynb.gz").contents == {"a.ipynb.gz/a.ipynb": b"{}"}


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        (locked(zipped(FILES)), "hw.zip has a password, so that it could not be unpacked."),
        (zipped({}), "hw.zip is empty."),
        (b"", "hw.zip is empty."),
        (zipped(FILES)[:-30], "hw.zip is damaged: it could not be unpacked, or not all of it."),
        (tarred({"a": bytes(range(256)) * 90})[:60], "hw.zip is damaged: it could not be unpacked, or not all of it."),
        (b"Dear teacher", "hw.zip is damaged: it could not be unpacked, or not all of it."),
        (b"PK\3\4" * 50, "hw.zip is damaged: it could not be unpacked, or not all of it."),
        (b"7z\xbc\xaf\x27\x1c\0\4", "hw.zip is an archive of a kind that is not unpacked here; a zip file would be."),
        (b"Rar!\x1a\7\1\0", "hw.zip is an archive of a kind that is not unpacked here; a zip file would be."),
    ],
    ids=["locked", "empty", "nothing", "cut", "cut in a stream", "no archive", "no parts", "7z", "rar"],
)
def test_what_cannot_be_unpacked_is_said(packed: bytes, said: str) -> None:
    found = unpacked(packed)
    assert (found.contents, found.problems) == ({}, [said])


@pytest.mark.parametrize(
    "name", ["../a", "/a", "\\a", "a/../../b", "..\\a", "a\nb", "a/" * 30 + "b", "x" * 300, "\x1b[31m"]
)
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_names_that_lead_elsewhere_are_left_out(name: str, pack) -> None:
    found = unpacked(pack({name: b"x", "good.txt": b"y"}))
    assert found.contents == {"hw.zip/good.txt": b"y"}
    assert found.problems == ["Of hw.zip, one file with a name that leads elsewhere was left out."]


def test_links_and_devices_are_no_files() -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for number, kind in enumerate((tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE)):
            entry = tarfile.TarInfo(f"entry{number}")
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry)
    assert unpacked(packed.getvalue()).contents == {}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        entry = zipfile.ZipInfo("link")
        entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    assert unpacked(packed.getvalue()).contents == {}


def test_an_archive_in_an_archive_and_no_further() -> None:
    inner = zipped({"deep.zip": zipped({"a": b"x"}), "b": b"y"})
    found = unpacked(zipped({"in.zip": inner}))
    assert found.contents == {"hw.zip/in.zip/deep.zip": zipped({"a": b"x"}), "hw.zip/in.zip/b": b"y"}


BOMB = b"\0" * (48 << 20)  # xz alone takes 8 MB


@pytest.mark.parametrize(
    "pack",
    [
        lambda: zipped({"bomb": BOMB}),
        lambda: zipped({f"bomb{number}": BOMB[: 1 << 20] for number in range(8)}),
        lambda: zipped({"bomb.zip": zipped({"bomb": BOMB})}),
        *(partial(tarred, {"bomb": BOMB}, mode=f"w:{kind}") for kind in ("gz", "bz2", "xz")),
        lambda: zipped({"bomb.tar.xz": tarred({"bomb": BOMB}, mode="w:xz")}),
    ],
    ids=["zip", "many", "zip in zip", "gz", "bz2", "xz", "xz in zip"],
)
def test_bombs_take_no_more_than_the_bounds(pack: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    packed = pack()
    monkeypatch.setattr(unpack, "TOTAL_LIMIT", 2 << 20)
    monkeypatch.setattr(unpack, "COUNT_LIMIT", 5)
    found = Unpacked(_room=2 << 20)
    tracemalloc.start()
    found.add("hw.zip", packed)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 << 20
    assert sum(map(len, found.contents.values())) <= 2 << 20 and len(found.contents) <= 5
    said = "holds more than 5 files or 2 MB, not all was unpacked", "one file larger than 16 MB was left out"
    assert any(each in found.problems[-1] for each in said)


def test_a_large_file_does_not_keep_what_follows_it() -> None:
    for packed in (zipped({"data": BOMB, "a.ipynb": b"{}"}), tarred({"data": BOMB, "a.ipynb": b"{}"})):
        found = unpacked(packed)
        assert found.contents == {"hw.zip/a.ipynb": b"{}"}
        assert found.problems == ["Of hw.zip, one file larger than 16 MB was left out."]


def test_a_file_without_a_name_is_damage() -> None:
    assert unpacked(zipped({"x": b"y"}).replace(b"x", b"\0")).problems == [
        "hw.zip is damaged: it could not be unpacked, or not all of it."
    ]


def test_a_list_of_very_many_files_takes_no_time() -> None:
    packed = zipped({f"{number}": b"" for number in range(20_000)})
    start = time.monotonic()
    assert len(unpacked(packed).contents) == unpack.COUNT_LIMIT
    assert time.monotonic() - start < 10
