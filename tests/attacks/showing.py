"""Outputs that are made to stall or to fill whoever looks at them: the grader that makes them safe, then a browser.

Each holds AIM["done"] where it can only be read if the output is shown as it came.
"""

from __future__ import annotations

from .declare import Attack

SHOW = """
import base64, json, struct
publish = get_ipython().display_pub.publish
DONE = AIM["done"]
def picture(form, data):
    publish({form: base64.b64encode(data).decode()}, {form: {"alt": DONE}})
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" aria-label="{DONE}">'
"""
SLOW = "did not finish in time|^$"  # to make what is shown may itself take the cell's time on a busy machine

ATTACKS = (
    Attack(
        "a flood of ampersands",
        "displays HTML that takes its cleaner the square of its length, again and again",
        SHOW + 'for _ in range(4): publish({"text/html": DONE + "&" * 600_000})',
        note=SLOW,
    ),
    Attack(
        "a flood of elements",
        "displays HTML of a million small elements",
        SHOW + 'for _ in range(4): publish({"text/html": DONE + "<b>x</b>" * 250_000})',
        note=SLOW,
    ),
    Attack(
        "a flood of signs",
        "prints, in each of many cells, nothing but signs that a page writes as entities",
        "\n# %%\n".join(['print("<" * 190_000, end="")'] * 12 + ['print(AIM["done"])']),
        note=SLOW,
    ),
    Attack(
        "a drawing of a billion shapes",
        "displays a drawing in which shapes use shapes that use shapes",
        SHOW
        + """
levels = "".join(f'<g id="a{n}">' + f'<use href="#a{n - 1}"/>' * 10 + "</g>" for n in range(1, 10))
drawing = SVG + '<g id="a0"><path d="M0 0h9v9z"/></g>' + levels + "</svg>"
publish({"image/svg+xml": drawing})
publish({"text/html": drawing})
address = base64.b64encode(drawing.encode()).decode()
publish({"text/html": f'<img title="{DONE}" src="data:image/svg+xml;base64,{address}">'})
""",
    ),
    Attack(
        "patterns in patterns",
        "displays a drawing that is painted with patterns that are painted with patterns",
        SHOW
        + """
levels = (f'<pattern id="a{n}">' + f'<rect fill="url(#a{n - 1})"/>' * 10 + "</pattern>" for n in range(1, 10))
publish({"image/svg+xml": SVG + '<pattern id="a0"/>' + "".join(levels) + '<rect fill="url(#a9)"/></svg>'})
""",
    ),
    Attack(
        "entities in a drawing",
        "displays a drawing whose text doubles at each of its entities",
        SHOW
        + """
names = "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};">' for n in range(1, 40))
publish({"image/svg+xml": f'{SVG[:4]}><!DOCTYPE svg [<!ENTITY a0 "x">{names}]>{SVG}<text>&a39;</text></svg>'})
""",
    ),
    Attack(
        "a huge PNG picture",
        "displays some bytes that say they are a picture of billions of pixels",
        SHOW
        + 'header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)\n'
        + r'picture("image/png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + header + bytes(99))',
    ),
    Attack(
        "a huge JPEG picture",
        "does the same as a photo, and as a photo that is called a PNG picture",
        SHOW
        + r"""
data = b"\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff\3" + bytes(99)
for form in ("image/jpeg", "image/png", "image/gif"): picture(form, data)
""",
    ),
    Attack(
        "a huge GIF picture",
        "does the same in the frames of an animation, whose own size is small",
        SHOW
        + r"""
frame = b"\x2c\0\0\0\0\xff\xff\xff\xff\0\2\1\0\0"
picture("image/gif", b"GIF89a\1\0\1\0\0\0\0" + frame * 1000 + b";")
""",
    ),
    Attack(
        "a huge picture in HTML",
        "displays such pictures within HTML",
        SHOW
        + r"""
data = base64.b64encode(b"RIFF0000WEBPVP8X" + bytes(8) + b"\xff\xff\x00" * 2 + bytes(99)).decode()
publish({"text/html": f'<img alt="x" src="data:image/webp;base64,{data}" title="{DONE}">'})
""",
        fails="^$",
    ),
    Attack(
        "formulas that stand for formulas",
        "displays macros that make a thousand letters of one, and others of theirs",
        SHOW
        + r"""
macros = "".join(rf"\def\a{chr(98 + n)}{{" + rf"\a{chr(97 + n)}" * 10 + "}" for n in range(9))
formula = rf"$\def\aa{{{DONE}}}{macros}\aj$"
publish({"text/latex": formula})
publish({"text/html": f"<b>{formula}</b>"})
""",
    ),
    Attack(
        "formulas in formulas",
        "displays fractions in fractions, and a formula of some hundred thousand letters",
        SHOW
        + r"""
for formula in (r"\frac{" * 500 + DONE + "}{2}" * 500, DONE + "x+" * 100_000):
    publish({"text/latex": f"${formula}$"})
    publish({"text/html": f"<b>${formula}$</b>"})
""",
    ),
    Attack(
        "much Markdown",
        "displays, a thousand times, Markdown that takes its reader the square of its length",
        SHOW + r"""for _ in range(900): publish({"text/markdown": r"\\[ " * 900 + "[" * 300, "text/plain": ""})""",
        note=SLOW,
    ),
    Attack(
        "a formula in an error",
        "raises an exception whose type, message and traceback are markup and macros",
        SHOW
        + r"""
kind = type(r"$\def\a{\a\a}\a$<script>", (Exception,), {})
raise kind(r"$\def\a{\a\a}\a$" * 9000 + "<svg onload=x>" * 9000)
""",
        fails="onload|def",
    ),
)
