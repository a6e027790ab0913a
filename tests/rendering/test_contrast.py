"""Texts and symbols stand out from their ground, 4.5 to 1 or better, in light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder import rendering
from autograder.rendering.verdicts import COLOURS as TINTS
from autograder.selfcheck.display import COLOURS, SYMBOLS, WHITE
from tests.support.house import ASSIGNMENT

LEAST = 4.5
TINT = 0.16  # of a verdict's cell
SHEETS = sorted(Path(rendering.__file__).parent.rglob("*.css"))
DARK = re.compile(r"@media (?:screen and )?\(prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}", re.DOTALL)
LIGHT = re.compile(r":root \{(.*?)\}", re.DOTALL)
VARIABLE = re.compile(r"--([\w-]+): (#[0-9a-f]{3,6})\b")
OF_TEXT = re.compile(
    r"(?<![\w-])color: var\(--([\w-]+)|--state: var\(--([\w-]+)\)|svg text[\w.]* \{ fill: var\(--([\w-]+)"
)
PLOTS = ("gallery.py", "probe.py")  # of the library, whose texts have colours of their own on white
PLOTTED = re.compile(r"""["'](#[0-9a-f]{6})["']""")
Colour = tuple[float, float, float]


def colour(text: str) -> Colour:
    digits = text.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    red, green, blue = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    return red, green, blue


def luminance(shown: Colour) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in shown]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def over(ground: Colour, tint: Colour, share: float) -> Colour:
    red, green, blue = (share * part + (1 - share) * below for part, below in zip(tint, ground, strict=True))
    return red, green, blue


def themes(sheet: Path) -> dict[str, dict[str, Colour]]:
    """The colours that a style sheet declares, by name, in both themes."""
    text = sheet.read_text(encoding="utf-8")
    found = {"light": LIGHT.search(text)[1], "dark": DARK.search(text)[1]}
    return {theme: {name: colour(value) for name, value in VARIABLE.findall(said)} for theme, said in found.items()}


def test_the_measure_is_the_one_that_is_agreed_on():
    assert contrast(colour("#fff"), colour("#000")) == pytest.approx(21)
    assert contrast(colour("#777777"), colour("#ffffff")) == pytest.approx(4.48, abs=0.01)  # a well-known near miss


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_texts_of_a_page(sheet: Path, theme: str):
    colours = themes(sheet)[theme]
    used = {next(filter(None, names)) for names in OF_TEXT.findall(sheet.read_text(encoding="utf-8"))} - {"state"}
    assert used >= {"ink", "faint", "link"} and used <= colours.keys()
    pairs = [(name, ground) for name in used for ground in ("page", "card")]
    pairs += [("ink", "proven")] if "proven" in colours else []  # a marked line of code
    low = {
        (name, ground): round(found, 2)
        for name, ground in pairs
        if (found := contrast(colours[name], colours[ground])) < LEAST
    }
    assert low == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_verdicts_of_a_feedback_page(theme: str):
    colours = themes(next(sheet for sheet in SHEETS if sheet.name == "style.css"))[theme]
    assert f"{TINT})" in Path(rendering.__file__).with_name("verdicts.py").read_text(encoding="utf-8")
    for tint in TINTS.values():
        red, green, blue = (float(part) / 255 for part in tint.split(","))
        assert contrast(colours["ink"], over(colours["card"], (red, green, blue), TINT)) >= LEAST


def test_the_symbols_of_a_check_have_a_ground_of_their_own_and_a_shape():
    assert all(contrast(colour(ground), colour(WHITE)) >= LEAST for ground in COLOURS.values())
    assert SYMBOLS["right"] != SYMBOLS["wrong"]


@pytest.mark.parametrize("name", PLOTS)
def test_texts_in_plots_that_have_colours(name: str):
    code = (ASSIGNMENT.source / "cs231n" / name).read_text(encoding="utf-8")
    texts = {*PLOTTED.findall(code), *(["#696969"] if '"dimgray"' in code else [])}
    assert texts and all(contrast(colour(text), colour("#fff")) >= LEAST for text in texts)
