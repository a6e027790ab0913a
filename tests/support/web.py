"""A web server on this machine for tests: it serves one file, as well or as badly as a test wants."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Site:
    """What is served at `url`, and what was asked for."""

    content: bytes
    tag: str = '"one"'
    ranges: bool = True  # whether it knows them
    status: int = 200
    shift: int = 0  # how far from the wanted place a partial answer begins
    piece: int | None = None  # the most bytes of a partial answer
    cuts: list[int] = field(default_factory=list)  # after how many bytes the next answers break off
    asked: list[str] = field(default_factory=list)  # the Range of each request, "" for none
    url: str = ""

    def answer(self, wanted: str, condition: str | None) -> tuple[int, bytes, str]:
        """The status, the bytes and the Content-Range for a request with this range."""
        size = len(self.content)
        if not (wanted and self.ranges and condition == self.tag):
            return self.status, self.content, ""
        start = int(wanted.removeprefix("bytes=").rstrip("-")) - self.shift
        if start >= size:
            return 416, b"", f"bytes */{size}"
        body = self.content[start:][: self.piece]
        return 206, body, f"bytes {start}-{start + len(body) - 1}/{size}"


class Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        site = self.site
        wanted = self.headers.get("Range", "")
        site.asked.append(wanted)
        status, body, place = site.answer(wanted, self.headers.get("If-Range"))
        self.send_response(status)
        for name, value in (("Content-Length", str(len(body))), ("ETag", site.tag), ("Content-Range", place)):
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: site.cuts.pop(0)] if site.cuts else body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(content: bytes) -> Iterator[Site]:
    """A site with this file."""
    site = Site(content)
    handler = type("SiteHandler", (Handler,), {"site": site})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}/coco_captioning.zip"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
