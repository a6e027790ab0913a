"""Small words of the page: counts, shares, names in a row."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from autograder.terminal import one_line


def code(name: str) -> Markup:
    """A name as code."""
    return Markup("<code>{}</code>").format(one_line(name))


def share(fraction: float) -> str:
    """A share as percent, 0% and 100% only where it is nobody and everybody.

    >>> share(0.412), share(0.999), share(0.001), share(1.0)
    ('41%', '99%', '1%', '100%')
    """
    percent = round(100 * fraction)
    if 0 < fraction < 1:
        percent = min(max(percent, 1), 99)
    return f"{percent}%"


def row(texts: Sequence[str]) -> Markup:
    """Texts in a row, with `and` before the last one."""
    if len(texts) < 2:
        return Markup("").join(texts)
    return Markup("{} and {}").format(Markup(", ").join(texts[:-1]), texts[-1])


def number(value: float) -> str:
    """Points as people read them.

    >>> number(151.2345), number(6.0)
    ('151.2', '6')
    """
    return f"{value:.1f}".removesuffix(".0")
