"""Pages that need no tree: what is written without one is what Beautiful Soup writes, letter by letter."""

from __future__ import annotations

import random
import warnings

import pytest
from bs4 import BeautifulSoup

from autograder.rendering.parsed import SOUGHT, Page, plain

ORDINARY = [
    "<!DOCTYPE html>",
    '<html lang="en">\n <body class=" a  b ">\n\n</body></html>',
    "<p>a &lt; b &amp;&amp; c &gt; d, a > b, &quot;e&quot; &#39;f&#x27; &nbsp;&para;</p>",
    '<svg viewBox="0 0 1 1" Width="2"><path d="M0"/></svg>',
    "<pre>\n  \n</pre> \t <br>\n<hr /><b></b>",
    """<a title="&quot;'" href="x?a=1&amp;b" id="&quot;">x</a><details open></details>""",
    "<script>if (a && b > c) { d() }</script><script src='x'> </script>".replace("'", '"'),
    "<style>a > b { c: 'd' }</style><!-- a remark -->",
    '<img src="x" alt=""><meta charset="utf-8"><meta name="a" content="b">',
    "<td style='x'>".replace("'", '"') + "中文 \u2028 \x0c</td>",
]
DECIDED = [  # by a parser
    "<p>",
    "</p>",
    "<b><i></b></i>",
    "<P></P>",
    "a & b",
    "&copy;",
    "&amp",
    "a < b",
    "<img src='x'>",
    '<img src="x">',
    '<p a="1" a="2"></p>',
    '<a rel="x  y"></a>',
    "<textarea></textarea>",
    "<iframe></iframe>",
    "<!-- a -- b -->",
    "<!-- never closed",
    "<![CDATA[x]]>",
    "<?x ?>",
    "<script>a",
    "<script>'<'</script>",
    "<br></br>",
    "\r\n",
    "\0",
    '<meta charset="latin1">',
    '<meta content="text/html; charset=x">',
    '<p a="x & y"></p>',
]


def parsed(html: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of texts that look like the name of a file
        return str(BeautifulSoup(html, features="html.parser"))


@pytest.mark.parametrize("html", ORDINARY)
def test_what_is_ordinary_needs_no_tree(html: str) -> None:
    assert plain(html) == parsed(html)


@pytest.mark.parametrize("html", DECIDED)
def test_what_a_parser_decides_is_left_to_it(html: str) -> None:
    assert plain(f"<div>{html}</div>") is None
    assert str(Page(f"<div>{html}</div>")) == parsed(f"<div>{html}</div>")


def test_any_mixture_comes_out_as_of_the_tree() -> None:
    rng, plainly = random.Random(20), 0
    for _ in range(4000):
        html = mixture(rng, 3)
        if (found := plain(html)) is not None:
            assert found == parsed(html), html
            plainly += 1
    assert plainly > 400


def mixture(rng: random.Random, depth: int) -> str:
    pieces = [*ORDINARY[2:], *DECIDED, "text", " ", "\n", "\xa0", ">", '"']
    html = ""
    for _ in range(rng.randrange(1, 4)):
        piece = rng.choice(pieces) if rng.random() < 0.3 else rng.choice(ORDINARY[2:])
        if depth and rng.random() < 0.5:
            name = rng.choice(["div", "p", "pre", "span", "li", "code", "td", "title", "rp"])
            piece = f"<{name}>{mixture(rng, depth - 1)}{piece}</{name}>"
        html += piece
    return html


def test_a_picture_without_words_is_still_found() -> None:
    page = Page('<p><img src="x"></p>')
    (picture,) = page.select(SOUGHT[0])
    picture.attrs["alt"] = "words"
    assert str(page) == '<p><img alt="words" src="x"/></p>'


def test_whoever_asks_for_more_gets_the_tree() -> None:
    page = Page("<p>a</p>")
    assert not page.select(SOUGHT[0]) and [each.name for each in page.select("p")] == ["p"]
    assert page.find("p").get_text() == "a"
    cells = Page('<div class="jp-Notebook"><div class="jp-Cell-inputWrapper">x</div></div>')
    assert len(cells.select(SOUGHT[1])) == 1
