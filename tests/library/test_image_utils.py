"""Pictures from addresses: what opens, and what happens when nothing does."""

import base64
import io
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.error import URLError

import matplotlib.image
import numpy as np
import pytest
from PIL import Image

from cs231n import image_utils
from cs231n.image_utils import image_from_url

PATHS = ("/a.png", "/a%20b.png", "/%C3%B6.png?x=1")  # those of the server that have a picture, as they arrive


@pytest.fixture(scope="module")
def png():
    file = io.BytesIO()
    matplotlib.image.imsave(file, np.eye(5), format="png")
    return file.getvalue()


@pytest.fixture
def server(png):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            agent = self.headers["User-Agent"]
            self.send_response(403 if "captioning" not in agent else 200 if self.path in PATHS else 404)
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
    told = [f"{server}/a.png", f" {server}/a b.png\n", f"{server}/ö.png?x=1", f"{server}/%C3%B6.png?x=1"]
    told += [data_uri(png), np.str_(data_uri(png)), data_uri(png).encode(), data_uri(png).replace("data", "DATA")]
    for url in (*told, (tmp_path / "a.png").as_uri(), str(tmp_path / "a.png")):
        picture = image_from_url(url)
        assert picture.shape == (5, 5, 4)
        assert picture[0, 0, 0] > 230


def test_other_formats_than_png_open(tmp_path):
    matplotlib.image.imsave(tmp_path / "a.jpg", np.eye(8), format="jpg")
    picture = image_from_url((tmp_path / "a.jpg").as_uri())
    assert picture.shape == (8, 8, 3)
    assert picture.dtype == np.uint8


RED = Image.new("RGB", (6, 4), (255, 0, 0))
PICTURES = {  # as they are stored -> their first pixel
    ("CMYK", "JPEG"): (RED.convert("CMYK"), (255, 0, 0)),
    ("palette", "PNG"): (RED.quantize(4), (255, 0, 0)),
    ("palette", "GIF"): (RED.quantize(4), (255, 0, 0)),
    ("gray", "JPEG"): (Image.new("L", (6, 4), 90), (90, 90, 90)),
    ("gray and transparent", "PNG"): (Image.new("LA", (6, 4), (90, 30)), (90, 90, 90, 30)),
    ("black and white", "PNG"): (Image.new("1", (6, 4), 1), (255, 255, 255)),
    ("16 bits", "PNG"): (Image.fromarray(np.full((4, 6), 257 * 90, np.uint16)), (90, 90, 90)),
    ("32 bits", "TIFF"): (Image.fromarray(np.full((4, 6), 257 * 90, np.int32)), (90, 90, 90)),
    ("floats", "TIFF"): (Image.fromarray(np.full((4, 6), 1, np.float32)), (255, 255, 255)),
    ("transparent", "WEBP"): (Image.new("RGBA", (6, 4), (255, 0, 0, 0)), None),
}


@pytest.mark.parametrize("kind", PICTURES, ids=" ".join)
def test_every_kind_of_pixels_gives_its_colours(kind, tmp_path):
    stored, pixel = PICTURES[kind]
    stored.save(tmp_path / "a", format=kind[1])
    picture = image_from_url((tmp_path / "a").as_uri())
    assert picture.dtype == np.uint8 and picture.shape[:2] == (4, 6)
    assert pixel is None or np.abs(picture[0, 0].astype(int) - pixel).max() <= 2


def test_a_picture_of_a_camera_held_sideways_stands_upright(tmp_path):
    turned = Image.new("RGB", (6, 4))
    turned.paste((255, 0, 0), (0, 0, 3, 4))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned to the left
    turned.save(tmp_path / "a.jpg", exif=exif, quality=95, subsampling=0)
    picture = image_from_url(str(tmp_path / "a.jpg"))
    assert picture.shape == (6, 4, 3)
    assert picture[0].mean(axis=0)[0] > 200 > 50 > picture[-1].mean(axis=0)[0]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("figures/a.png", "there is no such file; the notebook looks for it from "),
        (r"C:\pictures\a.png", "there is no such file"),
        ("file:///no/such/picture.png", "there is no such file"),
        ("data:text/html,<html>This photo is no longer available", "no picture, or none that Pillow can read"),
        ("http://127.0.0.1:9/refused.png", "refused"),
        ("ftp://example.org/a.png", "an address starts with one of http, https, file, data, not with 'ftp'"),
    ],
)
def test_the_line_says_what_is_wrong(url, sentence, capsys):
    assert image_from_url(url) is None
    assert sentence in capsys.readouterr().out


def test_missing_certificates_are_told_with_what_to_do(monkeypatch, capsys):
    def refused(*args, **kwargs):
        raise URLError(ssl.SSLCertVerificationError("[SSL: CERTIFICATE_VERIFY_FAILED] unable to get local issuer"))

    monkeypatch.setattr(image_utils.urllib.request, "urlopen", refused)
    assert image_from_url("https://example.org/a.png") is None
    assert "Install Certificates.command" in capsys.readouterr().out


def test_a_few_bytes_that_stand_for_gigabytes_are_a_failure(monkeypatch, capsys, png):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 20)
    assert image_from_url(data_uri(png)) is None
    assert capsys.readouterr().out.startswith("No picture from data:")


def test_a_server_that_sends_a_byte_at_a_time_is_left(monkeypatch, capsys):
    class Slow(io.BytesIO):
        def read1(self, size=-1):
            time.sleep(0.02)
            return b"x"

    monkeypatch.setattr(image_utils, "PATIENCE", 0.1)
    monkeypatch.setattr(image_utils.urllib.request, "urlopen", lambda *args, **kwargs: Slow())
    assert image_from_url("http://example.org/a.png") is None
    assert "it was not there after 0.1 seconds" in capsys.readouterr().out


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
