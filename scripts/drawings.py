"""Make a PNG of each SVG drawing of the notebooks, in each language, for readers that show no SVG, as Google Colab.

    python scripts/drawings.py

Chromium draws them. Each PNG says which text of the SVG it was made from, so that a test can tell an old one.
"""

import hashlib
import io
import shutil
import sys
from pathlib import Path

from PIL import Image, PngImagePlugin
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from autograder.assignment import load
from autograder.catalogues.drawings import translated_drawing
from autograder.catalogues.files import FOLDER, OVERLAY
from autograder.translation.languages import shipped

ROOT = Path(__file__).resolve().parents[1]
SCALE = 2  # pixels for each unit of the drawing: sharp on dense screens
COLOURS = 128  # enough for flat drawings, in less than half of the bytes
MADE_FROM = "Source SHA-256"


def main():
    """Draw every SVG."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        raise SystemExit("Chromium is missing: apt-get install chromium")
    with sync_playwright() as driver:
        page = driver.chromium.launch(executable_path=browser, args=["--no-sandbox"]).new_page(
            device_scale_factor=SCALE, color_scheme="light"
        )
        for drawing, to in drawings():
            page.set_content(f'<body style="margin:0;background:transparent">{drawing}</body>')
            _write(page.locator("svg").screenshot(omit_background=True), drawing, to)


def drawings():
    """The text of each drawing in each language, and the place of its PNG."""
    assignment = load(ROOT, "rnn_captioning")
    for language in ("", *shipped(assignment)):
        tongue = assignment.told_in(language).tongue
        beside = assignment.declared_in / FOLDER / language / OVERLAY if language else assignment.source
        for path in assignment.drawings:
            to = (beside / path.relative_to(assignment.source)).with_suffix(".png")
            yield translated_drawing(path.read_text(encoding="utf-8"), tongue.says), to


def _write(png, drawing, to):
    picture = Image.open(io.BytesIO(png)).quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
    about = PngImagePlugin.PngInfo()
    about.add_text(MADE_FROM, hashlib.sha256(drawing.encode()).hexdigest())
    to.parent.mkdir(parents=True, exist_ok=True)
    picture.save(to, optimize=True, pnginfo=about)
    print(f"{to.relative_to(ROOT)}: {to.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
