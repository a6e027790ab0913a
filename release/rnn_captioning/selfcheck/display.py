"""Show the report of a check: as HTML where a notebook is running, as text elsewhere."""

from __future__ import annotations

import sys
from html import escape

import numpy as np

from .language import Language, Text, columns, counted, here, padded
from .places import describe, errors, text_map
from .summary import Picture, Report, Row

SYMBOLS = {"right": "✓", "wrong": "✗", "stopped": "✗"}
COLOURS = {True: "#0b6fa8", False: "#b8430a"}  # under white symbols; apart for any colour vision
WHITE = "#ffffff"
LINE = "1px solid rgba(128,128,128,.35)"
HEADS = (Text("verdict"), Text("output"), Text("relative error"), Text("limit"), Text("shape"))  # in sight first
AT_ONCE = 3  # sentences that are not folded
VERDICTS = {"right": Text("right"), "wrong": Text("wrong"), "stopped": Text("stopped")}


def show(report: Report) -> None:
    """Display a report."""
    display_both(as_text(report), as_html(report))


def display_both(text: str, html: str) -> None:
    """Display in IPython (a notebook takes the HTML, a terminal the text), or print."""
    if "IPython" in sys.modules:
        from IPython import get_ipython
        from IPython.display import display

        if get_ipython() is not None:
            display({"text/plain": text, "text/html": html}, raw=True)
            return
    print(text)


def as_text(report: Report, language: Language | None = None) -> str:
    """The report for a terminal, without colours. language: that of the release by default."""
    language = language or here()
    tell = language.tell
    parts = [titled(report.right, tell(report.headline))]
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
    """The report as one HTML element: a few sentences and the table, the rest folded.

    Its texts have the page's colours, and its symbols a ground of their own, so it fits light and dark themes.
    """
    language = language or here()
    tell = language.tell
    said = [f'<div style="margin:.5em 0;max-width:46em">{with_code(tell(text))}</div>' for text in report.sentences]
    noted = [f'<div style="margin:.5em 0">{with_code(tell(_noted(note)))}</div>' for note in report.notes]
    more = tell(counted("one more sentence", "{count} more sentences", len(said) - AT_ONCE))
    return box(
        report.right,
        tell(report.headline),
        *said[:AT_ONCE],
        _html_table(report.rows, language) if report.rows else "",
        *noted,
        _folded(escape(more), "".join(said[AT_ONCE:])),
        _html_picture(report, language),
        _html_call(report, language),
    )


def titled(right: bool, title: str) -> str:
    """A title with the symbol of what is right or wrong."""
    return f"{_symbol(right)} {title}"


def html_titled(right: bool, title: str) -> str:
    """The same as HTML."""
    return f"{_html_symbol(_symbol(right), right)} {escape(title)}"


def box(right: bool, title: str, *parts: str) -> str:
    """An HTML element with a title and what belongs to it."""
    style = f"border-left:4px solid {COLOURS[right]};background:rgba(128,128,128,.07);padding:.6em 1em"
    style += ";margin:.3em 0;border-radius:3px;line-height:1.45;text-align:left"
    head = f'<div style="font-weight:600">{html_titled(right, title)}</div>'
    return f'<div style="{style}">{head}{"".join(parts)}</div>'


def _html_symbol(symbol: str, right: bool) -> str:
    style = f"background:{COLOURS[right]};color:{WHITE};border-radius:3px;padding:0 .3em;font-weight:600"
    return f'<span style="{style}">{symbol}</span>'


def _folded(title: str, html: str) -> str:
    """What a click on the title opens; "" where there is nothing."""
    if not html:
        return ""
    summary = f'<summary style="cursor:pointer">{title}</summary>'
    return f'<details style="margin-top:.4em">{summary}{html}</details>'


def _noted(note: str) -> Text:
    return Text("Note: {note}", note=note)


def _wrong(picture: Picture) -> np.ndarray:
    return errors(picture) > picture.limit


def _description(picture: Picture) -> str:
    return describe(picture.output, picture.title, _wrong(picture))


def _symbol(right: bool) -> str:
    return SYMBOLS["right" if right else "wrong"]


def _texts(row: Row, language: Language) -> tuple[str, ...]:
    error = "-" if row.error is None else f"{row.error:.1e}" if row.error else "0"
    verdict = f"{SYMBOLS[row.verdict]} {language.tell(VERDICTS[row.verdict])}"
    return verdict, row.output, error, f"{row.limit:.0e}", language.tell(row.shape)


def _text_table(rows: list[tuple[str, ...]]) -> str:
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(padded(cell, width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(f"  {line}".rstrip() for line in lines)


def _html_table(rows: tuple[Row, ...], language: Language) -> str:
    """The table; in a narrow window its cells wrap, and the verdicts, which come first, stay in sight."""
    cell = "padding:.2em 1em .2em 0;text-align:left;background:transparent;border:0;vertical-align:baseline"
    names = [escape(language.tell(name)) for name in HEADS]
    head = "".join(f'<th scope="col" style="{cell};font-weight:600">{name}</th>' for name in names)
    lines = []
    for row in rows:
        verdict, output, error, limit, shape = map(escape, _texts(row, language))
        symbol, word = verdict.split(" ", 1)
        lines.append(
            f'<tr style="border-top:{LINE};background:transparent">'
            f'<td style="{cell};white-space:nowrap">{_html_symbol(symbol, row.verdict == "right")} {word}</td>'
            f'<td style="{cell}"><code style="background:transparent;padding:0">{output}</code></td>'
            f'<td style="{cell};white-space:nowrap">{error}</td><td style="{cell};white-space:nowrap">{limit}</td>'
            f'<td style="{cell}">{shape}</td></tr>'
        )
    table = "border-collapse:collapse;border:0;margin:.5em 0;font-size:inherit;font-variant-numeric:tabular-nums"
    head = f'<thead style="border:0"><tr style="background:transparent">{head}</tr></thead>'
    return f'<div style="overflow-x:auto"><table style="{table}">{head}<tbody>{"".join(lines)}</tbody></table></div>'


def _html_picture(report: Report, language: Language) -> str:
    if report.picture is None:
        return ""
    from .picture import svg  # only a wrong output needs matplotlib

    drawn = f'<figure style="margin:.5em 0">{svg(report.picture, language)}</figure>'
    return _folded(escape(language.tell(_description(report.picture))), drawn)


def _html_call(report: Report, language: Language) -> str:
    pre = "margin:.3em 0 0;padding:.5em .8em;background:rgba(128,128,128,.12);color:inherit;overflow-x:auto"
    title = escape(language.tell(Text("what was run")))
    return _folded(title, f'<pre style="{pre};font-family:monospace">{escape(report.call)}</pre>')


def with_code(text: str) -> str:
    """Escape a sentence and set what stands between backticks as code."""
    parts = escape(text).split("`")
    if len(parts) % 2 == 0:  # a lone backtick, from the student's own code
        return escape(text)
    code = '<code style="background:rgba(128,128,128,.14);padding:0 .25em">{}</code>'
    return "".join(code.format(part) if index % 2 else part for index, part in enumerate(parts))
