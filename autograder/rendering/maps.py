"""A picture of where outputs are wrong, for feedback: small maps of right and wrong entries, with words beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import pairwise

import numpy as np

from autograder.judging.judge import Judgement, Verdict
from autograder.selfcheck.language import ENGLISH, Language, Text
from autograder.selfcheck.places import describe, lay_out, text_map

MOST = 6  # maps of an exercise
WIDTH, HEIGHT, ENTRY = 300, 200, 26  # pixels: of a map at most, and of an entry
MOST_LINES = 60  # rows of a map in which examples are kept apart by lines
KEYS = {
    2: Text("orange: wrong, grey: right; rows and columns"),
    3: Text("orange: wrong, grey: right; time steps run to the right, one band an example"),
}
KEY = Text("orange: wrong, grey: right")
COLOURS = {True: "rgb(213, 94, 0)", False: "rgba(128, 128, 128, 0.28)"}  # wrong and right: apart for any colour vision
FIGURE = "display: inline-block; vertical-align: top; margin: 4px 18px 8px 0; max-width: 440px"


def wrong_maps(judgement: Judgement) -> list[tuple[Verdict, np.ndarray]]:
    """The verdicts to draw, with which entries are wrong: for each output the first case in which it is wrong.

    Cases in which it is wrong in parts come first. One map of an output that is wrong everywhere is enough, and only
    where there is no other.
    """
    first: dict[str, tuple[Verdict, np.ndarray]] = {}
    for verdict in judgement.verdicts:
        if verdict.entries is not None:
            first.setdefault(verdict.output, (verdict, verdict.entries.wrong))
    drawn = list(first.values())
    return [(verdict, wrong) for verdict, wrong in drawn if not wrong.all()][:MOST] or drawn[:1]


def maps_html(judgement: Judgement, language: Language = ENGLISH) -> str:
    """The maps side by side, as HTML; "" where there is nothing to draw."""
    return "".join(_figure(verdict, wrong, language) for verdict, wrong in wrong_maps(judgement))


def maps_text(judgement: Judgement, language: Language = ENGLISH) -> Iterator[str]:
    """The maps in words and characters, line by line."""
    for verdict, wrong in wrong_maps(judgement):
        yield language.tell(_told(verdict, wrong))
        yield from text_map(wrong, language).splitlines()


def _told(verdict: Verdict, wrong: np.ndarray) -> str:
    return describe(verdict.output, verdict.title, wrong)


def _figure(verdict: Verdict, wrong: np.ndarray, language: Language) -> str:
    told = escape(language.tell(_told(verdict, wrong)), quote=True)
    note = f"<br><small>{escape(language.tell(KEYS.get(wrong.ndim, KEY)))}</small>"
    return f'<figure style="{FIGURE}">{_svg(wrong, told)}<figcaption>{told}{note}</figcaption></figure>'


def _svg(wrong: np.ndarray, label: str) -> str:
    """The map as one <svg> element; a run of equal entries in a row is one rectangle."""
    grid = lay_out(wrong)
    rows, columns = grid.shape
    width, height = min(columns * ENTRY, WIDTH), min(rows * ENTRY, HEIGHT)
    bands = wrong.shape[2] if wrong.ndim == 3 else rows
    shapes = "".join(_rectangles(grid))
    lines = range(bands, rows, bands) if rows <= MOST_LINES else ()  # between examples
    edges = "".join(f'<path d="M0 {y}H{columns}" vector-effect="non-scaling-stroke"/>' for y in lines)
    return (
        f'<svg role="img" aria-label="{label}" width="{width}" height="{height}" viewBox="0 0 {columns} {rows}"'
        f' preserveAspectRatio="none" shape-rendering="crispEdges"'
        f' style="display: block; max-width: 100%">{shapes}'
        f'<g stroke="currentColor" stroke-width="1.5">{edges}</g></svg>'
    )


def _rectangles(grid: np.ndarray) -> Iterator[str]:
    for y, row in enumerate(grid):
        for start, stop in _runs(row):
            colour, size = COLOURS[bool(row[start])], f'width="{stop - start}" height="1"'
            yield f'<rect x="{start}" y="{y}" {size} fill="{colour}" stroke="none"/>'


def _runs(row: np.ndarray) -> Iterable[tuple[int, int]]:
    """The half-open bounds of the runs of equal entries."""
    edges = [0, *(np.flatnonzero(row[1:] != row[:-1]) + 1).tolist(), len(row)]
    return pairwise(edges)
