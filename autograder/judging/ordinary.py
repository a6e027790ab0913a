"""Score an ordinary test cell by what it left behind, as nbgrader does: an error earns nothing, a number is partial
credit, anything else earns everything.

The cell has run in the student's process, so all of this is that process's word; docs/security.md says what follows.
Two tricks cost nothing to refuse: what is displayed before an error does not count, and of several results the least
does, while nbgrader goes by whichever comes first.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Output = Mapping[str, Any]
SAID = 1000  # characters that are kept of an error
WRITTEN = 15  # characters of a number that somebody has written, at most


@dataclass(frozen=True)
class TestScore:
    """A test cell's fraction of its points, and the error that it ended in, "" where in none.

    above: the points that the cell gave itself where these are more than it is worth.
    """

    __test__ = False  # it is no class of tests, whatever pytest thinks of its name

    fraction: float
    error: str = ""
    above: float = 0.0

    def points(self, most: float) -> float:
        """The points earned out of `most`."""
        return points(self.fraction, most)


def points(fraction: float, most: float) -> float:
    """The points that a fraction means; a number that the cell has given comes out as it was given.

    >>> 0.21 / 3 * 3, points(0.21 / 3, 3.0)
    (0.20999999999999996, 0.21)
    """
    product = fraction * most
    near = (product, math.nextafter(product, math.inf), math.nextafter(product, -math.inf))
    return min(near, key=lambda value: len(repr(value)) > WRITTEN)  # the first that somebody may have written


def score(outputs: Iterable[Output], most: float, warnings_cost: bool, ignored: str = "") -> TestScore:
    """The score of a test cell.

    most: the points that the cell is worth. warnings_cost: whether text on stderr costs everything, as in nbgrader.
    ignored: a regular expression of stderr that never costs; "" for none.
    """
    outputs = list(outputs)
    for output in outputs:
        if said := _said(output, warnings_cost, ignored):
            return TestScore(0.0, said[:SAID])
    results = [output["data"].get("text/plain", "") for output in outputs if output["output_type"] == "execute_result"]
    return min((_partial(text, most) for text in results), key=lambda each: each.fraction, default=TestScore(1.0))


def _said(output: Output, warnings_cost: bool, ignored: str) -> str:
    """What the output says where it costs all points; "" where it costs nothing."""
    if output["output_type"] == "error":
        return f"{output['ename']}: {output['evalue']}".removesuffix(": ") or "an error"
    warns = output["output_type"] == "stream" and output["name"] == "stderr"
    if not (warns and warnings_cost) or (ignored and re.search(ignored, output["text"])):
        return ""
    return output["text"].strip() or "a warning"


def _partial(text: str, most: float) -> TestScore:
    """What a cell's last value means; what is no number from 0 on means all, as for nbgrader."""
    try:
        value = float(text)
    except ValueError:
        return TestScore(1.0)
    if not value >= 0:
        return TestScore(1.0)
    if value > most:
        return TestScore(1.0, above=value)
    return TestScore(value / most if most else 1.0)
