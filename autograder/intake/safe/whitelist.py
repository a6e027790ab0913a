"""The HTML that a submission may show: elements, what their attributes may hold, and which styles.

No script and no request can come from it: nothing loads but pictures that are in the page or lie beside the notebook.
Nothing leaves its place or takes another's: no ids or classes of the page around it, no style that lifts an element
out of the flow of the text, none that makes letters much larger than their lines.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .pictures import embedded

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
ITEMS, LISTS = frozenset({"dd", "dt", "li"}), frozenset({"dl", "ol", "ul"})
VOID = frozenset({"br", "col", "hr", "img", "input", "wbr"})
GROUPS = (HEADINGS, frozenset({"sub", "sup"}), frozenset({"a"}))  # none inside one of its group: they grow, or climb
OTHERS = """
    abbr b blockquote caption center cite code colgroup del details div em figcaption figure font i ins kbd mark p pre q
    s samp small span strike strong summary table tbody td tfoot th thead tr tt u var
"""
TAGS = ITEMS | LISTS | VOID | frozenset().union(*GROUPS) | frozenset(OTHERS.split())
WITH_CONTENT = {"iframe", "math", "noscript", "object", "script", "select", "style", "svg", "template", "textarea"}

LETTER = r"[\w .-]|%(?!2[ef]|5c|00)[0-9a-f]{2}"
NAME = rf"(?i:(?:(?!\.)(?:{LETTER})+/)*(?!\.)(?:{LETTER})+)"  # beside the notebook or below: no page of the server
PICTURE = rf"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*|{NAME}\.(?i:png|jpe?g|gif|webp|svg)"
FILE = rf"{NAME}\.(?i:ipynb|py|png|jpe?g|gif)(?:\#[!-~]*)?"  # opened by themselves, svg and html files may run script
PLACE = r"(?i:https?://(?:[a-z0-9-]+\.)+[a-z]{2,})(?::\d+)?(?:[/?#][!-~]*)?"  # no bare host, as one's own server has
HEADING = r"(?!(?:notebook|notebook-container|statusmessage|toc|top)$)(?:[^_]*|.*[^\w-].*)"  # no id that a page uses
ANY, NUMBER, SIZE, SIDE = r"(?s:.*)", r"\d{1,4}", r"\d{1,4}(?:\.\d{1,6})?(?:px|%)?", "left|right|center|justify"

OF_CELLS = {
    "align": SIDE,
    "valign": "top|middle|bottom|baseline",
    "colspan": NUMBER,
    "rowspan": NUMBER,
    "scope": "row|col|rowgroup|colgroup",
    "width": SIZE,
}
OF_BOXES = {"type": "checkbox", "disabled": "|disabled", "checked": "|checked", "class": "task-list-item-checkbox"}
OF_TABLES = {"class": "dataframe", "border": NUMBER, "cellpadding": NUMBER, "cellspacing": NUMBER, "width": SIZE}
ATTRIBUTES = {  # by element, the pattern that an attribute's whole value must have; "*" is any element
    "*": {"title": ANY, "dir": "ltr|rtl|auto", "lang": "[A-Za-z-]{1,20}", "style": ANY},
    "a": {"href": rf"{PLACE}|mailto:[!-~]+|\#[!-~]*|{FILE}", "rel": "noopener noreferrer", "class": "anchor-link"},
    "code": {"class": r"language-[\w+#.-]{1,30}"},
    "details": {"open": ANY},
    "font": {"color": r"#?\w{1,30}", "face": r"[\w ,-]{1,100}", "size": "[1-6]"},
    "img": {"src": PICTURE, "alt": ANY, "width": SIZE, "height": SIZE},
    "input": OF_BOXES,
    "li": {"value": NUMBER, "class": "task-list-item"},
    "ol": {"start": NUMBER, "type": "[1AaIi]"},
    "table": OF_TABLES,
    **{name: {"id": HEADING, "align": SIDE} for name in HEADINGS},
    **{name: {"align": SIDE} for name in ("div", "p", "tr", "tbody", "thead")},
    **dict.fromkeys(("td", "th"), OF_CELLS),
}

LENGTH = r"(?:\d{1,3}(?:\.\d{1,9})?|\.\d{1,9})(?:px|em|rem|ex|ch|pt|%)?"
COLOUR = r"\#[0-9a-f]{3,8}|(?:rgb|hsl)a?\([\d\s.,%/]{1,60}\)"
WORD = r"[a-z-]{1,40}|'[\w -]{1,60}'|\"[\w -]{1,60}\""
VALUE = rf"(?i:(?:{LENGTH}|{COLOUR}|{WORD}))"
VALUES = rf"{VALUE}(?:\s*,\s*{VALUE}|\s+{VALUE}){{0,20}}"
FREE = (  # properties that may have any of these values
    {f"{box}{side}" for box in ("border", "margin", "padding") for side in ("", "-top", "-right", "-bottom", "-left")}
    | {f"border-{part}" for part in ("collapse", "color", "radius", "spacing", "style", "width")}
    | {f"font-{part}" for part in ("family", "style", "variant-numeric", "weight")}
    | {f"text-{part}" for part in ("align", "decoration", "transform")}
    | {"background", "background-color", "color", "list-style-type", "opacity", "overflow", "overflow-x"}
    | {"white-space", "width", "max-width", "min-width"}
)
FONT_SIZE = (
    r"[1-3]?\d(?:\.\d{1,9})?p[xt]|(?:0?\.\d{1,9}|1)r?em|(?:\d?\d(?:\.\d{1,9})?|100)%"
    "|inherit|smaller|medium|(?:xx?-)?(?:small|large)"
)
STYLES = {
    **dict.fromkeys(FREE, VALUES),
    "cursor": "default|pointer|help|text",
    "font-size": FONT_SIZE,
    "height": "auto",
    "line-height": r"1(?:\.\d{1,9})?|2|normal|inherit",
    "vertical-align": "top|middle|bottom|baseline",
}
STYLE_LIMIT = 300  # characters of one declaration
PATTERNS = {
    (element, name): re.compile(pattern)
    for element, attributes in ATTRIBUTES.items()
    for name, pattern in attributes.items()
}
STYLE_PATTERNS = {name: re.compile(pattern) for name, pattern in STYLES.items()}


def allowed(element: str, name: str, value: str) -> str | None:
    """What may stand as this attribute's value: the same, for a style what of it is allowed, or None."""
    pattern = PATTERNS.get((element, name)) or PATTERNS.get(("*", name))
    if pattern is None or not pattern.fullmatch(value):
        return None
    if name == "src" and value.startswith("data:") and not embedded(value):
        return None
    if name == "style":
        return ";".join(part for part in value.split(";") if len(part) <= STYLE_LIMIT and _is_style(part))
    return value


@lru_cache(maxsize=1000)  # a table says the same for each of its cells
def _is_style(declaration: str) -> bool:
    name, _, value = declaration.partition(":")
    pattern = STYLE_PATTERNS.get(name.strip().lower())
    return not declaration.strip() or bool(pattern and pattern.fullmatch(value.strip()))
