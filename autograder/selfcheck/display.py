"""Show the report of a check: as HTML where a notebook is running, as text elsewhere."""

from __future__ import annotations

import sys
from html import escape

import numpy as np

from .language import Language, Text, columns, here, padded
from .places import describe, errors, text_map
from .summary import Picture, Report, Row

SYMBOLS = {"right": "✓", "wrong": "✗", "stopped": "✗"}
COLOURS = {True: "#0b7fc0", False: "#d95f02"}  # apart for any colour vision, legible on white and black
LINE = "1px solid rgba(128,128,128,.35)"
HEADS = (Text("output"), Text("shape"), Text("relative error"), Text("limit"), Text("verdict"))
VERDICTS = {"right": Text("right"), "wrong": Text("wrong"), "stopped": Text("stopped")}


def show(report: Report) -> None:
    """Display in IPython (a notebook takes the HTML, a terminal the text), or print."""
    if "IPython" in sys.modules:
        from IPython import get_ipython
        from IPython.display import display

        if get_ipython() is not None:
            display({"text/plain": as_text(report), "text/html": as_html(report)}, raw=True)
            return
    print(as_text(report))


def as_text(report: Report, language: Language | None = None) -> str:
    """The report for a terminal, without colours. language: that of the release by default."""
    language = language or here()
    tell = language.tell
    parts = [f"{_symbol(report)} {tell(report.headline)}"]
    if report.rows:
        parts.append(_text_table([tuple(map(tell, HEADS)), *(_texts(row, language) for row in report.rows)]))
    parts += map(tell, report.sentences)
    if report.picture:
        drawn = text_map(_wrong(report.picture), language)
        parts.append(f"{tell(_description(report.picture))}\n{drawn}".rstrip())
    parts += [tell(_noted(note)) for note in report.notes]
    if not report.right:
        lines = (f"    {line}" for line in report.call.splitlines())
        parts.append("\n".join([tell(Text("What was run:")), *lines]))
    return "\n\n".join(parts)


def as_html(report: Report, language: Language | None = None) -> str:
    """The report as one HTML element; its colours are the page's, so it fits light and dark themes."""
    language = language or here()
    tell, colour = language.tell, COLOURS[report.right]
    parts = [
        f'<div style="font-weight:600"><span style="color:{colour}">{_symbol(report)}</span>'
        f" {escape(tell(report.headline))}</div>",
        *(f'<div style="margin:.5em 0;max-width:46em">{with_code(tell(text))}</div>' for text in report.sentences),
        _html_table(report.rows, language) if report.rows else "",
        _html_picture(report, language),
        *(f'<div style="margin:.5em 0;opacity:.8">{with_code(tell(_noted(note)))}</div>' for note in report.notes),
        _html_call(report, language),
    ]
    style = f"border-left:4px solid {colour};background:rgba(128,128,128,.07);padding:.6em 1em;margin:.3em 0"
    return f'<div style="{style};border-radius:3px;line-height:1.45;text-align:left">{"".join(parts)}</div>'


def _noted(note: str) -> Text:
    return Text("Note: {note}", note=note)


def _wrong(picture: Picture) -> np.ndarray:
    return errors(picture) > picture.limit


def _description(picture: Picture) -> str:
    return describe(picture.output, picture.title, _wrong(picture))


def _symbol(report: Report) -> str:
    return SYMBOLS["right" if report.right else "wrong"]


def _texts(row: Row, language: Language) -> tuple[str, ...]:
    error = "-" if row.error is None else f"{row.error:.1e}" if row.error else "0"
    verdict = f"{SYMBOLS[row.verdict]} {language.tell(VERDICTS[row.verdict])}"
    return row.output, language.tell(row.shape), error, f"{row.limit:.0e}", verdict


def _text_table(rows: list[tuple[str, ...]]) -> str:
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(padded(cell, width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(f"  {line}".rstrip() for line in lines)


def _html_table(rows: tuple[Row, ...], language: Language) -> str:
    cell = "padding:.2em 1.2em .2em 0;text-align:left;background:transparent;border:0;vertical-align:baseline"
    names = [escape(language.tell(name)) for name in HEADS]
    head = "".join(f'<th scope="col" style="{cell};font-weight:600;opacity:.8">{name}</th>' for name in names)
    lines = []
    for row in rows:
        output, shape, error, limit, verdict = map(escape, _texts(row, language))
        strong = f"color:{COLOURS[row.verdict == 'right']};font-weight:600"
        symbol, word = verdict.split(" ", 1)
        lines.append(
            f'<tr style="border-top:{LINE};background:transparent">'
            f'<td style="{cell}"><code style="background:transparent;padding:0">{output}</code></td>'
            f'<td style="{cell}">{shape}</td><td style="{cell}">{error}</td><td style="{cell}">{limit}</td>'
            f'<td style="{cell}"><span style="{strong}">{symbol}</span> {word}</td></tr>'
        )
    table = "border-collapse:collapse;border:0;margin:.5em 0;font-size:inherit;font-variant-numeric:tabular-nums"
    head = f'<thead style="border:0"><tr style="background:transparent">{head}</tr></thead>'
    return f'<table style="{table}">{head}<tbody>{"".join(lines)}</tbody></table>'


def _html_picture(report: Report, language: Language) -> str:
    if report.picture is None:
        return ""
    from .picture import svg  # only a wrong output needs matplotlib

    return (
        f'<figure style="margin:.7em 0">{svg(report.picture, language)}'
        f'<figcaption style="opacity:.85">{escape(language.tell(_description(report.picture)))}</figcaption></figure>'
    )


def _html_call(report: Report, language: Language) -> str:
    pre = "margin:.3em 0 0;padding:.5em .8em;background:rgba(128,128,128,.12);color:inherit;overflow-x:auto"
    state, title = "" if report.right else " open", language.tell(Text("what was run"))
    return (
        f'<details{state} style="margin-top:.4em">'
        f'<summary style="cursor:pointer;opacity:.8">{escape(title)}</summary>'
        f'<pre style="{pre};font-family:monospace">{escape(report.call)}</pre></details>'
    )


def with_code(text: str) -> str:
    """Escape a sentence and set what stands between backticks as code."""
    parts = escape(text).split("`")
    if len(parts) % 2 == 0:  # a lone backtick, from the student's own code
        return escape(text)
    code = '<code style="background:rgba(128,128,128,.14);padding:0 .25em">{}</code>'
    return "".join(code.format(part) if index % 2 else part for index, part in enumerate(parts))
