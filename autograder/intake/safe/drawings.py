"""Which drawings (SVG) may be shown. As pictures they run and load nothing, but a few lines can draw a billion shapes:
a shape may use others, which use others. So it is counted what would be drawn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat

from . import raster

SHAPES_LIMIT, DEPTH_LIMIT = 50_000, 100  # elements as they are drawn, and inside each other
MANY = 1 << 40  # as good as no end
USES_LIMIT = 5  # of an element that uses one that uses one ...
SVG = "http://www.w3.org/2000/svg "
SHAPES = "circle ellipse image line path polygon polyline rect text textPath title tspan use"
AROUND = "a clipPath defs desc g linearGradient marker metadata pattern radialGradient stop style svg switch symbol"
ELEMENTS = frozenset(f"{SHAPES} {AROUND}".split())
GRADIENTS = (f"{SVG}linearGradient", f"{SVG}radialGradient")  # that a shape uses one costs nothing
USED, PAINTED = re.compile(r"\s*#(\S+)\s*"), re.compile(r"url\(\s*[\"']?\s*#([^)\"'\s]*)")
STYLE_LIMIT = 5000  # characters
COSTLY_HERE = re.compile(r"filter|animation|\\", re.I)
DARK = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)\s*\{")  # colours for dark pages are no harm
COSTLY = re.compile(r"filter|animation|\\|@|url\(", re.I)  # in a style sheet; what it says holds for all elements
RASTER = re.compile(r"\s*data:image/(?:png|jpe?g|gif|webp);base64,([A-Za-z0-9+/=\s]*)")


class _RefusedError(Exception):
    """What was read is no drawing that may be shown."""


def fits(data: bytes) -> bool:
    """Whether a drawing is one that any reader can take: of known elements, and of not too many as they are drawn."""
    reader = _Reader()
    try:
        reader.read(data)
    except (_RefusedError, expat.ExpatError, ValueError, LookupError):  # no XML, or in letters that nobody knows
        return False
    return reader.drawn() <= SHAPES_LIMIT


class _Reader:
    """Reads the elements of a drawing: each one's parent, its name, and the names of those that it uses.

    used: what is drawn in its place. painted: what all that is in it is painted with, or cut to.
    """

    def __init__(self) -> None:
        self.parents: list[int] = []
        self.used: dict[int, str] = {}
        self.painted: dict[int, list[str]] = {}
        self.names: dict[str, int] = {}
        self._inside, self._style = [-1], ""

    def read(self, data: bytes) -> None:
        """Raises _RefusedError where it must not be shown."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.EntityDeclHandler = self._refuse
        self._parser = parser
        parser.Parse(data, True)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        number = len(self.parents)
        if number >= SHAPES_LIMIT or len(self._inside) > DEPTH_LIMIT:
            raise _RefusedError
        if name.startswith(SVG) and name.removeprefix(SVG) not in ELEMENTS:
            raise _RefusedError
        self.parents.append(self._inside[-1])
        self._inside.append(number)
        self._parser.CharacterDataHandler = self._text if name == f"{SVG}style" else None
        for key, value in attributes.items():
            if "filter" in key or ("style" in key and COSTLY_HERE.search(value)) or not _may_hold(value):
                raise _RefusedError
            if key == "id" and name not in GRADIENTS:
                self.names.setdefault(value, number)
            elif found := USED.fullmatch(value):
                self.used[number] = found[1]
            elif painted := PAINTED.findall(value):
                self.painted.setdefault(number, []).extend(painted)

    def _end(self, name: str) -> None:
        self._inside.pop()
        if len(self._style) > STYLE_LIMIT or COSTLY.search(DARK.sub("{", self._style)):
            raise _RefusedError
        self._style, self._parser.CharacterDataHandler = "", None

    def _text(self, text: str) -> None:
        self._style += text[:STYLE_LIMIT] if len(self._style) <= STYLE_LIMIT else ""

    def _refuse(self, *declared: object) -> None:
        raise _RefusedError

    def drawn(self) -> int:
        """The elements as they are drawn, with those that are used; more than SHAPES_LIMIT where there is no end."""
        before = [0] * len(self.parents)
        for _ in range(USES_LIMIT + 2):
            drawn = self._drawn(before)
            if drawn == before or drawn[0] > SHAPES_LIMIT:
                return drawn[0]
            before = drawn
        return SHAPES_LIMIT + 1

    def _drawn(self, before: list[int]) -> list[int]:
        """For each element how many are drawn, where those that it uses draw as many as `before` says."""
        drawn = [1] * len(before)
        for number in range(len(before) - 1, -1, -1):
            used = self.names.get(self.used.get(number, ""))
            times = sum(before[self.names[name]] for name in self.painted.get(number, ()) if name in self.names)
            drawn[number] = min((drawn[number] + (before[used] if used is not None else 0)) * (1 + times), MANY)
            if self.parents[number] >= 0:
                drawn[self.parents[number]] += drawn[number]
        return drawn


def _may_hold(value: str) -> bool:
    """Whether an attribute may have this value: no drawing in it, and no picture that is too large."""
    found = RASTER.fullmatch(value) if "data:" in value else None
    return "data:" not in value or bool(found and raster.pixels(raster.decoded(found[1])))
