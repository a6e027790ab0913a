"""The course's own pictures in the texts of a feedback page, which is one file."""

from __future__ import annotations

import base64
import time
from pathlib import Path

import pytest

from autograder.rendering.feedback import embedded
from tests.intake.test_safe import page_of
from tests.support.payloads import PIXEL

INSIDE = f"data:image/png;base64,{PIXEL}"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    for name in ("x.png", "figures/x.png", "figures/two words.png", "figures/Größe.PNG", "../secret.png"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(base64.b64decode(PIXEL))
    (source / "notes.txt").write_text("text")
    (source / "out.png").symlink_to(tmp_path / "secret.png")
    return source


@pytest.mark.parametrize(
    "text",
    [
        "![a](x.png)",
        "![a](figures/x.png)",
        "![a](./figures/x.png)",
        '![a](figures/x.png "a title")',
        "![a](<figures/two words.png>)",
        "![a](figures/two%20words.png)",
        "![a](figures/Größe.PNG)",
        '<img src="figures/x.png" width="300">',
        "<img width=300 src='figures/two words.png'/>",
        "<img src=figures/x.png>",
    ],
)
def test_a_picture_of_the_course_is_in_the_page(source: Path, text: str) -> None:
    page = embedded(page_of(f"before {text} after"), source)
    assert page.count(f'src="{INSIDE}"') == 1


@pytest.mark.parametrize(
    "text",
    [
        "![a](none.png)",
        "![a](../secret.png)",
        "![a](%2e%2e/secret.png)",
        "![a](out.png)",
        "![a](/etc/passwd.png)",
        "![a](notes.txt)",
        "![a](https://elsewhere.test/figures/x.png)",
        "![a](attachment:x.png)",
        "![a](data:image/png;base64,AAAA)",
        "[a](figures/x.png)",
        "figures/x.png",
        f"![a]({'f/' * 400}x.png)",
    ],
)
def test_anything_else_stays_as_it_is(source: Path, text: str) -> None:
    pictures = {"x.png": {"image/png": "AAAA"}}
    page = page_of(text.replace("\0", ""), pictures)
    assert embedded(page, source) == page


def test_a_large_picture_is_soon_in_its_page(source: Path) -> None:
    (source / "large.png").write_bytes(b"\0" * (3 << 20))
    start = time.monotonic()
    assert len(embedded(page_of("![a](large.png) and *more*"), source)) > 4 << 20
    for odd in ("<img " * 100_000, "<img " + "src=" * 100_000, "<img src=x" * 50_000):
        embedded(odd, source)
    assert time.monotonic() - start < 10
