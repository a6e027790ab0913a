"""The handout's notebooks hold the pictures of their texts: how one is written, and how such a text is known again."""

from __future__ import annotations

import html
import re

LINK = r"!\[([^\]]{0,2000}+)\]\(([^)\s]{1,300}+)\)"  # a picture's description, and its file
HELD = r"<img alt=\"([^\"]{0,2000}+)\"(?: width=\"\d+\")? src=\"data:image/[a-z]+;base64,[A-Za-z0-9+/=]*+\">"
PICTURE = re.compile(rf"{LINK}|{HELD}")


def held(description: str, kind: str, data: str, width: str = "") -> str:
    """A picture as a text holds it.

    kind: "png", "jpeg" or "gif". data: in base64. width: in pixels, where it has one of its own.
    """
    size = f' width="{width}"' if width else ""
    return f'<img alt="{html.escape(description)}"{size} src="data:image/{kind};base64,{data}">'


def without_pictures(text: str) -> str:
    """A text with only the descriptions of its pictures: the same, whether it names or holds them."""
    return PICTURE.sub(lambda found: f"![{found[1] if found[3] is None else html.unescape(found[3])}]", text)
