"""Pictures from addresses: what opens, and what happens when nothing does."""

import base64
import io
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import matplotlib.image
import numpy as np
import pytest

from cs231n import image_utils
from cs231n.image_utils import image_from_url


@pytest.fixture(scope="module")
def png():
    file = io.BytesIO()
    matplotlib.image.imsave(file, np.eye(5), format="png")
    return file.getvalue()


@pytest.fixture
def server(png):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/a.png" else 404)
            self.end_headers()
            self.wfile.write(png)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def data_uri(content):
    return "data:image/png;base64," + base64.b64encode(content).decode()


def test_data_file_and_http_addresses(png, server, tmp_path):
    (tmp_path / "a.png").write_bytes(png)
    for url in (data_uri(png), (tmp_path / "a.png").as_uri(), f"{server}/a.png", np.str_(data_uri(png))):
        picture = image_from_url(url)
        assert picture.shape == (5, 5, 4)
        assert picture[0, 0, 0] > 0.9


def test_other_formats_than_png_open(tmp_path):
    matplotlib.image.imsave(tmp_path / "a.jpg", np.eye(8), format="jpg")
    picture = image_from_url((tmp_path / "a.jpg").as_uri())
    assert picture.shape == (8, 8, 3)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a.png",
        "javascript:alert(1)",
        "a.png",
        "",
        "file:///no/such/picture.png",
        "http://127.0.0.1:9/refused.png",
        "data:image/png;base64,bm90IGEgcGljdHVyZQ==",
        "data:image/png;base64",
        "http://[broken",
    ],
)
def test_failure_gives_none_and_one_line(url, capsys):
    assert image_from_url(url) is None
    out, err = capsys.readouterr()
    assert out.startswith("No picture from ")
    assert out.count("\n") == 1
    assert err == ""


def test_a_missing_page_is_a_failure(server, capsys):
    assert image_from_url(f"{server}/b.png") is None
    assert "404" in capsys.readouterr().out


def test_a_broken_png_is_a_failure(png, capsys):
    assert image_from_url(data_uri(png[:60])) is None
    assert capsys.readouterr().out.count("\n") == 1


def test_too_large_is_a_failure(png, capsys, monkeypatch):
    monkeypatch.setattr(image_utils, "MAX_BYTES", 20)
    assert image_from_url(data_uri(png)) is None
    assert "larger" in capsys.readouterr().out
