"""Make the PNG beside each SVG drawing of the notebooks, for readers that show no SVG, as Google Colab.

    python scripts/drawings.py

Chromium draws them. Each PNG says which text of the SVG it was made from, so that a test can tell an old one.
"""

import hashlib
import io
import shutil
from pathlib import Path

from PIL import Image, PngImagePlugin
from playwright.sync_api import sync_playwright

FIGURES = Path(__file__).resolve().parents[1] / "source" / "rnn_captioning" / "figures"
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
        for path in sorted(FIGURES.glob("*.svg")):
            page.set_content(f'<body style="margin:0;background:transparent">{path.read_text(encoding="utf-8")}</body>')
            _write(page.locator("svg").screenshot(omit_background=True), path)


def _write(png, drawing):
    picture = Image.open(io.BytesIO(png)).quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
    about = PngImagePlugin.PngInfo()
    about.add_text(MADE_FROM, hashlib.sha256(drawing.read_bytes()).hexdigest())
    to = drawing.with_suffix(".png")
    picture.save(to, optimize=True, pnginfo=about)
    print(f"{to.name}: {to.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
