"""Fetch one large file over HTTP, and go on where an earlier try broke off."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import requests
from tqdm import tqdm

from .problem import DownloadError, NoSpaceError

TRIES = 5  # in a row that bring nothing new
PAUSE = 2.0  # seconds between two tries
TIMEOUT = (15.0, 60.0)  # seconds to connect, and for the next bytes to come
BLOCK = 1 << 18
SERVER_ERROR = 500  # statuses from here on are the server's own trouble
OFFLINE = "the data set in data/coco_captioning works without it"


def fetch(url: str, part: Path) -> None:
    """Bring the file at `url` to `part`; what an earlier try left there is kept if the file is still the same.

    Raises DownloadError; what has come by then stays, for the next try.
    """
    left = TRIES
    while left:
        before = _size(part)
        try:
            _transfer(url, part)
            return
        except requests.HTTPError as problem:
            raise DownloadError(_refused(url, problem)) from None
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as problem:
            if not part.exists():
                raise DownloadError(_unreachable(url, problem)) from None
        except requests.RequestException as problem:  # an address that is none, or redirects without end
            raise DownloadError(f"{url} cannot be fetched ({problem}): correct the address, or --url") from None
        left = TRIES if _size(part) > before else left - 1
        time.sleep(PAUSE)
    raise DownloadError(
        f"the connection to {url} keeps breaking off: the same command goes on with the rest; {OFFLINE}"
    )


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _refused(url: str, problem: requests.HTTPError) -> str:
    answer = problem.response
    assert answer is not None, "it was raised for an answer's status"
    later = answer.status_code >= SERVER_ERROR
    step = "try again later" if later else "name the archive's present address with --url"
    return f"{url} answers {answer.status_code} {answer.reason}: {step}; {OFFLINE}"


def _unreachable(url: str, problem: Exception) -> str:
    return f"{url} cannot be reached ({type(problem).__name__}): try again when you are online; {OFFLINE}"


def _transfer(url: str, part: Path) -> None:
    """One try; raises an exception of requests where it breaks off."""
    have, known = _kept(url, part)
    with _ask(url, have, known) as answer:
        if answer.status_code != requests.codes.requested_range_not_satisfiable:
            answer.raise_for_status()
            if (start := _start(answer)) in (0, have):
                _receive(answer, url, part, start)
                return
        elif _total(answer) == have:
            return  # all of it was there
    if not have:
        raise requests.ConnectionError("the answer is not the file")
    forget(part)  # it belongs to a file that is no more
    _transfer(url, part)


def _ask(url: str, have: int, known: str) -> requests.Response:
    """Ask for what is missing, if the file is still the one that is `known`, else for the whole."""
    headers = {"Accept-Encoding": "identity"}  # the bytes as they are, or a range would mean others
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": known}
    return requests.get(url, headers=headers, stream=True, timeout=TIMEOUT)


def _receive(answer: requests.Response, url: str, part: Path, start: int) -> None:
    """Write an answer that begins with the file's byte `start`."""
    if not start:  # the server knows no ranges, or the file has changed
        forget(part)
    total = _total(answer)
    require_space(part.parent, (total or 0) - start)
    _note(part).write_text(f"{url}\n{_validator(answer)}\n", encoding="utf-8")
    _write(answer, part, start, total)
    if total is not None and part.stat().st_size != total:
        raise requests.ConnectionError("the file ended early")


def _write(answer: requests.Response, part: Path, have: int, total: int | None) -> None:
    look = {"unit": "B", "unit_scale": True, "unit_divisor": 1024, "leave": False, "disable": None}
    with open(part, "ab" if have else "wb") as file, tqdm(total=total, initial=have, desc="download", **look) as bar:
        for block in answer.iter_content(BLOCK):
            file.write(block)
            bar.update(len(block))


def forget(part: Path) -> None:
    """Remove what came so far."""
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)


def _note(part: Path) -> Path:
    """Where it is kept which file, and which state of it, has come in part."""
    return part.with_name(f"{part.name}.from")


def _kept(url: str, part: Path) -> tuple[int, str]:
    """How many bytes there are to go on with, and what the server called the file's state; 0 where none can be used."""
    if not (part.is_file() and _note(part).is_file()):
        return 0, ""
    source, validator = [*_note(part).read_text(encoding="utf-8", errors="replace").splitlines(), "", ""][:2]
    return (part.stat().st_size, validator) if source == url and validator else (0, "")


def _validator(answer: requests.Response) -> str:
    """What tells this state of the file from others; a weak ETag does not promise the same bytes."""
    tag = answer.headers.get("ETag", "")
    return tag if tag.startswith('"') else answer.headers.get("Last-Modified", "")


def _start(answer: requests.Response) -> int:
    """The place in the file of the answer's first byte; -1 where a partial answer does not say it."""
    if answer.status_code != requests.codes.partial_content:
        return 0
    found = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    return int(found[1]) if found else -1


def _total(answer: requests.Response) -> int | None:
    """The whole file's size; None where the server does not say."""
    if found := re.search(r"/(\d+)$", answer.headers.get("Content-Range", "")):
        return int(found[1])
    length = answer.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() and answer.status_code == requests.codes.ok else None


def require_space(folder: Path, size: int) -> None:
    """Raise NoSpaceError where the disk has no room for this many bytes more."""
    free = shutil.disk_usage(folder).free
    if size > free:
        raise NoSpaceError(
            f"{folder} has {free / 1e9:.1f} GB free where {size / 1e9:.1f} GB are needed: make room, or name another"
            " place with --to"
        )
