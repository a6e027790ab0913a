"""Pictures that would fill a reader's memory are not shown, whatever they are called and wherever they stand."""

from __future__ import annotations

import base64
import io
import struct
import time
import zlib
from functools import cache

import matplotlib.pyplot as plt
import pytest
from PIL import Image

from autograder.assignment import Assignment
from autograder.intake.safe import SafeOutputs, is_as_written, safe_output, safe_pictures, safe_text
from autograder.intake.safe.drawings import fits
from autograder.intake.safe.outputs import NO_MORE, PIXELS_LIMIT
from autograder.intake.safe.raster import PIXEL_LIMIT, SCANS_LIMIT, pixels

RASTERS = ("PNG", "JPEG", "GIF", "WEBP")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


@cache
def picture(form: str, size: tuple[int, int], frames: int = 1) -> bytes:
    file = io.BytesIO()
    images = [Image.new("L", size, 9 * number) for number in range(frames)]
    images[0].save(file, form, save_all=frames > 1, append_images=images[1:])
    return file.getvalue()


def nested(start: str, level: str, end: str) -> str:
    """A drawing in which each of ten levels uses the one before it ten times."""
    return SVG.format(start + "".join(level.format(number, number - 1) for number in range(1, 10)) + end)


def huge_png(side: int = 60_000) -> bytes:
    """Some hundred bytes that say they are a picture of so many pixels a side."""
    header = b"IHDR" + struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header)) + b"\0" * 99


USES = '<g id="a{0}">' + '<use href="#a{1}"/>' * 10 + "</g>"
PAINTS = '<pattern id="a{0}">' + '<rect fill="url(#a{1})"/>' * 10 + "</pattern>"
STYLED = '<pattern id="a{0}">' + "<rect style=\"fill: url( '#a{1}' )\"/>" * 10 + "</pattern>"
NIGHT = "@media (prefers-color-scheme:dark)"
CLIPS = '<clipPath id="a{0}"><path/><path clip-path="url(#a{1})"/></clipPath>'
DRAWINGS = {
    "uses": nested('<path id="a0"/>', USES, '<use href="#a9"/>'),
    "uses in the old way": nested('<path id="a0"/>', USES.replace("href", "xlink:href"), "<path/>"),
    "patterns": nested('<path id="a0"/>', PAINTS, '<rect fill="url(#a9)"/>'),
    "patterns in styles": nested('<path id="a0"/>', STYLED, '<rect fill="url(#a9)"/>'),
    "clipped": nested('<path id="a0"/>', CLIPS, '<rect clip-path="url(#a9)"/>'),
    "a loop": SVG.format('<g id="a"><use href="#a"/></g>'),
    "a pattern that many inherit": SVG.format(
        f'<pattern id="p">{"<path/>" * 500}</pattern><g fill="url(#p)">{"<path/>" * 500}</g>'
    ),
    "a filter": SVG.format('<filter id="f"><feTurbulence/></filter><rect filter="url(#f)"/>'),
    "a filter in a style": SVG.format('<rect style="filter: blur(999px)"/>'),
    "a style sheet": SVG.format("<style>rect { fill: url(#p) }</style>"),
    "a style sheet for dark pages": SVG.format(f"<style>{NIGHT}{{rect{{fill:url(#p)}}}}</style>"),
    "a style sheet that loads one": SVG.format(f'<style>{NIGHT}{{}}@import "http://example.org";</style>'),
    "a style sheet that measures": SVG.format("<style>@media (min-width:1px){rect{fill:red}}</style>"),
    "entities": '<!DOCTYPE svg [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]>' + SVG.format("&b;"),
    "too many": SVG.format("<g/>" * 60_000),
    "too deep": SVG.format("<g>" * 500 + "</g>" * 500),
    "a drawing within": SVG.format('<image href="data:image/svg+xml;base64,PHN2Zy8+"/>'),
    "a picture within": SVG.format(f'<image href="data:image/png;base64,{encoded(huge_png())}"/>'),
    "script": SVG.format("<script>1</script>"),
    "HTML": SVG.format('<foreignObject><b xmlns="http://www.w3.org/1999/xhtml">x</b></foreignObject>'),
    "animation": SVG.format('<path><animate attributeName="d"/></path>'),
    "no XML": "<svg><g></svg>",
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawings_that_are_not_shown(name: str) -> None:
    drawing = DRAWINGS[name]
    assert not fits(drawing.encode())
    address = f"data:image/svg+xml;base64,{encoded(drawing.encode())}"
    assert safe_pictures({"a": {"image/svg+xml": encoded(drawing.encode())}}) == {}
    assert is_as_written(safe_text(f"![x]({address})"))
    for data in ({"image/svg+xml": drawing}, {"text/html": drawing}, {"text/html": f"<b>x</b><img src='{address}'>"}):
        assert "image/svg" not in str(safe_output({"output_type": "display_data", "data": data}))


def test_what_is_no_drawing() -> None:
    assert not any(map(fits, [b"", b"\xff\xfe", b"<svg", b'<?xml version="1.0" encoding="utf-99"?><svg/>', b"x" * 999]))


def test_drawings_of_libraries_and_of_the_course_are_shown(assignment: Assignment) -> None:
    figure, axes = plt.subplots(1, 3)
    axes[0].plot(range(50), "o-"), axes[1].imshow([[1, 2], [3, 4]]), axes[2].bar(range(5), range(5), hatch="/")
    axes[0].set_title("loss")
    file = io.BytesIO()
    figure.savefig(file, format="svg")
    plt.close(figure)
    drawings = [path.read_bytes() for path in (assignment.source / "figures").glob("*.svg")]
    assert len(drawings) > 5
    assert all(map(fits, [file.getvalue(), *drawings]))


@pytest.mark.slow
@pytest.mark.parametrize("form", RASTERS)
def test_the_pixels_of_pictures(form: str) -> None:
    assert pixels(picture(form, (30, 20))) in (600, 1200)  # a GIF's frame counts beside the whole
    assert pixels(picture(form, (9000, 6000))) == 0
    data = picture(form, (30, 20))
    assert all(pixels(data[:length]) in (0, 600) for length in range(80))
    if form != "JPEG":
        assert pixels(picture(form, (30, 20), frames=10)) in (6000, 6600)


@pytest.mark.parametrize("data", [b"", b"BM" + b"\0" * 99, b"<svg/>", b"\xff\xd8\xff", b"GIF89a", b"RIFF0000WEBPVP8 "])
def test_what_is_no_picture_has_no_pixels(data: bytes) -> None:
    assert pixels(data) == 0


def test_pictures_that_take_long_to_read() -> None:
    data = picture("JPEG", (30, 20))
    assert pixels(data + b"\xff\xda" * SCANS_LIMIT) == 0
    start = time.process_time()
    assert pixels(b"\xff\xd8" + b"\xff\xe0\0\2" * 500_000) == 0
    assert pixels(b"GIF89a\1\0\1\0\0\0\0\x21\xf9" + b"\1\1" * 500_000) == 0
    assert time.process_time() - start < 10


@pytest.mark.slow
@pytest.mark.parametrize("form", ["png", "jpeg", "gif", "webp"])
@pytest.mark.parametrize("called", ["png", "jpeg", "gif"])
def test_huge_pictures_are_not_shown(form: str, called: str) -> None:
    data = encoded(picture(form, (9000, 6000)) if form != "png" else huge_png())
    output = {"output_type": "display_data", "data": {f"image/{called}": data, "text/plain": "a plot"}}
    assert dict(safe_output(output).data) == {"text/plain": "a plot"}
    assert safe_pictures({"a": {f"image/{called}": data}}) == {}
    html = f"<p>x</p><img src='data:image/{called};base64,{data}'>"
    assert data not in str(safe_output({"output_type": "display_data", "data": {"text/html": html}}))


def test_many_pictures_are_counted_together() -> None:
    data = encoded(picture("PNG", (5000, 5000)))
    address = f"<img src='data:image/png;base64,{data}'>"
    for times, shown in ((2, True), (3, False)):
        output = {"output_type": "display_data", "data": {"text/html": address * times}}
        assert ("text/html" in safe_output(output).data) == shown
    assert PIXEL_LIMIT < 3 * 5000**2
    safe = SafeOutputs()
    most = PIXELS_LIMIT // 5000**2
    cells = [safe.of_cell([{"output_type": "display_data", "data": {"image/png": data}}]) for _ in range(most + 1)]
    assert [cell[0].get("text") for cell in cells] == [None] * most + [NO_MORE]
