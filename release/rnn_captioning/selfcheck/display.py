"""Show the report of a check: as HTML where a notebook is running, as text elsewhere."""

from __future__ import annotations

import sys
from html import escape

import numpy as np

from .places import describe, errors, text_map
from .summary import Picture, Report, Row

SYMBOLS = {"right": "✓", "wrong": "✗", "stopped": "✗"}
COLOURS = {True: "#0b7fc0", False: "#d95f02"}  # apart for any colour vision, legible on white and black
LINE = "1px solid rgba(128,128,128,.35)"
HEADS = ("output", "shape", "relative error", "limit", "verdict")


def show(report: Report) -> None:
    """Display in IPython (a notebook takes the HTML, a terminal the text), or print."""
    if "IPython" in sys.modules:
        from IPython import get_ipython
        from IPython.display import display

        if get_ipython() is not None:
            display({"text/plain": as_text(report), "text/html": as_html(report)}, raw=True)
            return
    print(as_text(report))


def as_text(report: Report) -> str:
    """The report for a terminal, without colours."""
    parts = [f"{_symbol(report)} {report.headline}"]
    if report.rows:
        parts.append(_text_table([HEADS, *map(_texts, report.rows)]))
    parts += report.sentences
    if report.picture:
        parts.append(f"{_description(report.picture)}\n{text_map(_wrong(report.picture))}".rstrip())
    parts += [f"Note: {note}" for note in report.notes]
    if not report.right:
        parts.append("What was run:\n" + "\n".join(f"    {line}" for line in report.call.splitlines()))
    return "\n\n".join(parts)


def as_html(report: Report) -> str:
    """The report as one HTML element; its colours are the page's, so it fits light and dark themes."""
    colour = COLOURS[report.right]
    parts = [
        f'<div style="font-weight:600"><span style="color:{colour}">{_symbol(report)}</span>'
        f" {escape(report.headline)}</div>",
        *(f'<div style="margin:.5em 0;max-width:46em">{with_code(text)}</div>' for text in report.sentences),
        _html_table(report.rows) if report.rows else "",
        _html_picture(report),
        *(f'<div style="margin:.5em 0;opacity:.8">Note: {with_code(note)}</div>' for note in report.notes),
        _html_call(report),
    ]
    style = f"border-left:4px solid {colour};background:rgba(128,128,128,.07);padding:.6em 1em;margin:.3em 0"
    return f'<div style="{style};border-radius:3px;line-height:1.45;text-align:left">{"".join(parts)}</div>'


def _wrong(picture: Picture) -> np.ndarray:
    return errors(picture) > picture.limit


def _description(picture: Picture) -> str:
    return describe(picture.output, picture.title, _wrong(picture))


def _symbol(report: Report) -> str:
    return SYMBOLS["right" if report.right else "wrong"]


def _texts(row: Row) -> tuple[str, ...]:
    error = "-" if row.error is None else f"{row.error:.1e}" if row.error else "0"
    return row.output, row.shape, error, f"{row.limit:.0e}", f"{SYMBOLS[row.verdict]} {row.verdict}"


def _text_table(rows: list[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(f"  {line}".rstrip() for line in lines)


def _html_table(rows: tuple[Row, ...]) -> str:
    cell = "padding:.2em 1.2em .2em 0;text-align:left;background:transparent;border:0;vertical-align:baseline"
    head = "".join(f'<th scope="col" style="{cell};font-weight:600;opacity:.8">{name}</th>' for name in HEADS)
    lines = []
    for row in rows:
        output, shape, error, limit, verdict = map(escape, _texts(row))
        strong = f"color:{COLOURS[row.verdict == 'right']};font-weight:600"
        symbol, word = verdict.split(" ")
        lines.append(
            f'<tr style="border-top:{LINE};background:transparent">'
            f'<td style="{cell}"><code style="background:transparent;padding:0">{output}</code></td>'
            f'<td style="{cell}">{shape}</td><td style="{cell}">{error}</td><td style="{cell}">{limit}</td>'
            f'<td style="{cell}"><span style="{strong}">{symbol}</span> {word}</td></tr>'
        )
    table = "border-collapse:collapse;border:0;margin:.5em 0;font-size:inherit;font-variant-numeric:tabular-nums"
    head = f'<thead style="border:0"><tr style="background:transparent">{head}</tr></thead>'
    return f'<table style="{table}">{head}<tbody>{"".join(lines)}</tbody></table>'


def _html_picture(report: Report) -> str:
    if report.picture is None:
        return ""
    from .picture import svg  # only a wrong output needs matplotlib

    return (
        f'<figure style="margin:.7em 0">{svg(report.picture)}'
        f'<figcaption style="opacity:.85">{escape(_description(report.picture))}</figcaption></figure>'
    )


def _html_call(report: Report) -> str:
    pre = "margin:.3em 0 0;padding:.5em .8em;background:rgba(128,128,128,.12);color:inherit;overflow-x:auto"
    state = "" if report.right else " open"
    return (
        f'<details{state} style="margin-top:.4em">'
        f'<summary style="cursor:pointer;opacity:.8">what was run</summary>'
        f'<pre style="{pre};font-family:monospace">{escape(report.call)}</pre></details>'
    )


def with_code(text: str) -> str:
    """Escape a sentence and set what stands between backticks as code."""
    parts = escape(text).split("`")
    if len(parts) % 2 == 0:  # a lone backtick, from the student's own code
        return escape(text)
    code = '<code style="background:rgba(128,128,128,.14);padding:0 .25em">{}</code>'
    return "".join(code.format(part) if index % 2 else part for index, part in enumerate(parts))
