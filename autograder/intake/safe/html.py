"""Make HTML fit the whitelist (`clean`), and say whether it fits as it is (`harmless`)."""

from __future__ import annotations

import base64
import re
from collections import Counter
from html import escape, unescape

import nh3

from . import drawings
from .formulas import stays_in_line
from .pictures import EMBEDDED, embedded
from .raster import PIXEL_LIMIT
from .whitelist import ATTRIBUTES, GROUPS, ITEMS, LISTS, TAGS, VOID, WITH_CONTENT, allowed

LENGTH_LIMIT, DEPTH_LIMIT = 3_000_000, 60  # characters; elements inside each other, which cost all readers much
REFERENCES_LIMIT = 50_000  # of characters by name or number: the cleaner takes the square of their number
SPACE = r"[ \t\n\f\r]"
ATTRIBUTE = rf"([a-z-]+)(?:{SPACE}*={SPACE}*(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^ \t\n\f\r\"'`=<>]+)))?"
ATTRIBUTES_OF_TAG = re.compile(ATTRIBUTE, re.IGNORECASE | re.ASCII)
UNGROUPED = ATTRIBUTE.replace("([", "(?:[")
TAG = re.compile(rf"<(/?)([a-z][a-z0-9]*)((?:{SPACE}+{UNGROUPED})*){SPACE}*/?>", re.IGNORECASE | re.ASCII)
START = re.compile(r"<(/?)([a-z][^\s/>]*)", re.IGNORECASE)
DRAWING, DRAWN = re.compile(r"<svg\b", re.IGNORECASE), re.compile(r"(?<=</svg>)", re.IGNORECASE)
LABEL = re.compile(r"\baria-label=\"([^\"]*)\"|<title>([^<]*)</title>")
ELSEWHERE, NOT_SHOWN = re.compile(r"<img(?![^>]* src=)[^>]*>"), "[a picture from elsewhere is not shown]"
NOT_DRAWN = "[a drawing that is not shown]"
NAMESPACE = "http://www.w3.org/2000/svg"

_CLEANER = nh3.Cleaner(
    tags=set(TAGS - {"input"}),
    attributes={element: set(names) - {"id", "rel"} for element, names in ATTRIBUTES.items() if element != "input"},
    attribute_filter=allowed,
    clean_content_tags=WITH_CONTENT,
    url_schemes={"http", "https", "mailto", "data"},
)


def clean(html: str) -> str:
    """The HTML without what the whitelist lacks; drawings become pictures, which run and load nothing.

    "" where nothing is left to see, and where it is too long or too deep to be looked at.
    """
    if len(html) > LENGTH_LIMIT or html.count("&") > REFERENCES_LIMIT:
        return ""
    html = "".join(map(_with_picture, DRAWN.split(html)))
    if len(html) > LENGTH_LIMIT or _depth(html) > DEPTH_LIMIT:
        return ""
    html = ELSEWHERE.sub(NOT_SHOWN, _CLEANER.clean(html))
    shows = "<img" in html or TAG.sub("", html).strip()
    return html if shows and harmless(html) and stays_in_line(html) else ""


def harmless(html: str) -> bool:
    """Whether a page may show this HTML as it is: all of the whitelist, each element closed, and none too deep.

    Anything that is not plainly so is not: what one reader takes for text can be an element to another.
    """
    inside: list[str] = []
    end = 0
    for tag in TAG.finditer(html):
        closing, name = tag[1], tag[2].lower()
        if "<" in html[end : tag.start()] or name not in TAGS:
            return False
        end = tag.end()
        if closing:
            if not inside or inside.pop() != name or tag[3]:
                return False
        elif not _attributes_fit(name, tag[3]) or not _may_be_in(inside, name):
            return False
        elif name not in VOID:
            inside.append(name)
    return not inside and "<" not in html[end:] and _can_be_held(html)


def _can_be_held(html: str) -> bool:
    """Whether the pictures in it fit into a reader's memory, all together."""
    pictures = EMBEDDED.finditer(html) if "data:" in html else ()
    return sum(embedded(picture[0]) for picture in pictures) <= PIXEL_LIMIT


def _may_be_in(inside: list[str], name: str) -> bool:
    """Whether an element may be opened in these, from the outermost to the innermost."""
    if name in ITEMS:  # a reader ends the item that it is in, with all in between, but for a list in between
        around = next((outer for outer in reversed(inside) if outer in ITEMS | LISTS), "")
        return around not in ITEMS
    return len(inside) < DEPTH_LIMIT and not any(name in group and group & set(inside) for group in GROUPS)


def _with_picture(html: str) -> str:
    """The HTML with the SVG drawing at its end, if there is one, as a picture: as such it runs and loads nothing."""
    start = DRAWING.search(html)
    if not start or html[-6:].lower() != "</svg>":
        return html
    before, drawing = html[: start.start()], html[start.start() :]
    if "xmlns=" not in drawing[: drawing.find(">")]:
        drawing = drawing.replace("<svg", f'<svg xmlns="{NAMESPACE}"', 1)
    if not drawings.fits(drawing.encode()):
        return before + NOT_DRAWN
    label = LABEL.search(drawing)
    alt = escape(unescape(label[1] or label[2] or "")) if label else "Drawing"
    data = base64.b64encode(drawing.encode()).decode()
    return f'{before}<img alt="{alt}" src="data:image/svg+xml;base64,{data}" style="max-width:100%">'


def _attributes_fit(element: str, text: str) -> bool:
    names = set()
    for match in ATTRIBUTES_OF_TAG.finditer(text):
        name, value = match[1].lower(), unescape(match[2] or match[3] or match[4] or "")
        if name in names or allowed(element, name, value) != value:
            return False
        names.add(name)
    return True


def _depth(html: str) -> int:
    """About how deep elements lie inside each other: closing tags count only where there is something to close."""
    inside: Counter[str] = Counter()
    depth = deepest = 0
    for closing, name in START.findall(html):
        name = name.lower()
        step = -bool(inside[name]) if closing else name not in VOID
        inside[name] += step
        depth += step
        deepest = max(deepest, depth)
    return deepest
