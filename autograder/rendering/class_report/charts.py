"""The charts of the report, as SVG in the page's own colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup, escape

from autograder.terminal import quantity

from .figures import LEAST, STEP, ErrorFigures
from .history import Run

WIDTH, HEIGHT, FOOT = 640, 180, 34  # of the histogram, in pixels
FINE, LARGE = 20, 40  # its classes where so many students, or more, have marks; half of them otherwise
LEFT, ROW, PLOT, RIGHT = 110, 26, 400, 220  # of a strip plot: names, a row's height, the axis, words at the right


def histogram(points: Sequence[float], most: float, mean: float, median: float) -> Markup:
    """How many students have how many points, in ten classes, or twenty where the class is large."""
    classes = FINE if len(points) >= LARGE else FINE // 2
    counts = [0] * classes
    for value in points:
        counts[min(int(classes * value / most), classes - 1) if most else 0] += 1
    bar, top = WIDTH / classes, max(counts, default=0) or 1
    parts, words = [], []
    for index, count in enumerate(counts):
        height = (HEIGHT - 24) * count / top
        low, high = most * index / classes, most * (index + 1) / classes
        title = f"{count} with {low:g} to {quantity(high, 'point')}"
        parts.append(
            f'<rect class="fill" x="{index * bar + 1.5:.1f}" y="{HEIGHT - height:.1f}" width="{bar - 3:.1f}"'
            f' height="{height:.1f}"><title>{title}</title></rect>'
        )
        if count:
            words.append(f'<text x="{(index + 0.5) * bar:.1f}" y="{HEIGHT - height - 5:.1f}">{count}</text>')
        if 10 * index % classes == 0:
            words.append(f'<text class="faint" x="{index * bar:.1f}" y="{HEIGHT + 16}">{low:g}</text>')
    words.append(f'<text class="faint" x="{WIDTH}" y="{HEIGHT + 16}">{most:g}</text>')
    for value, name, dash in ((mean, "mean", ""), (median, "median", ' stroke-dasharray="4 3"')):
        x = WIDTH * value / most if most else 0
        parts.append(f'<path class="line" d="M{x:.1f} 0V{HEIGHT}"{dash}><title>{name} {value:.4g}</title></path>')
    said = ", ".join(
        f"{count} from {most * i / classes:g} to {most * (i + 1) / classes:g}"
        for i, count in enumerate(counts)
        if count
    )
    return _svg(f"Students by points: {said}", (-14, -4, WIDTH + 28, HEIGHT + FOOT), parts + words)


def course_of(runs: Sequence[Run]) -> Markup:
    """The mean and the median of one report after another, against the points possible."""
    most = max((run.most for run in runs), default=0.0) or 1.0
    width, height = WIDTH - LEFT, HEIGHT - 40
    parts, told = [], []
    for part in range(5):
        y = height * part / 4
        parts.append(f'<path class="grid" d="M0 {y:.1f}H{width}"/>')
        parts.append(f'<text class="faint start" x="{width + 8}" y="{y + 4:.1f}">{most * (4 - part) / 4:g}</text>')
    for name, dash in (("mean", ""), ("median", ' stroke-dasharray="4 3"')):
        values = [(place, value) for place, run in enumerate(runs) if (value := getattr(run, name)) is not None]
        spots = [(width * place / max(len(runs) - 1, 1), height * (1 - value / most), value) for place, value in values]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in spots)
        parts.append(f'<polyline class="line" points="{line}"{dash}/>')
        for x, y, value in spots:
            title = f"<title>{name} {value:.4g}</title>"
            parts.append(f'<circle class="fill" cx="{x:.1f}" cy="{y:.1f}" r="4">{title}</circle>')
        told.append(f"{name} " + ", ".join(f"{value:.4g}" for *_, value in spots))
    for x, side, run in ((0, "start", runs[0]), (width, "last", runs[-1])):
        parts.append(f'<text class="faint {side}" x="{x}" y="{height + 22}">{escape(run.when[:10])}</text>')
    return _svg(f"Marks of one report after another: {'; '.join(told)}", (-8, -8, WIDTH + 8, height + 40), parts)


def strips(figures: Sequence[ErrorFigures]) -> list[tuple[str, Markup]]:
    """A strip plot for each exercise, a row for each output."""
    groups = groupby(figures, key=lambda each: each.exercise)
    return [(exercise, _strip(exercise, list(outputs))) for exercise, outputs in groups]


def _strip(exercise: str, outputs: list[ErrorFigures]) -> Markup:
    parts, height = [], ROW * len(outputs)
    for power in range(-12, 1, 4):
        x = _x(power)
        parts.append(f'<path class="grid" d="M{x:.1f} 0V{height}"/>')
        parts.append(f'<text class="faint" x="{x:.1f}" y="{height + 15}">{"1" if not power else f"1e{power}"}</text>')
    parts.append(f'<text class="faint" x="{_x(LEAST):.1f}" y="{height + 15}">0</text>')
    for row, each in enumerate(outputs):
        parts += _row(each, (row + 0.5) * ROW)
    told = "; ".join(f"{each.output}: {each.over} of {sum(each.counts)} over {each.limit:.0e}" for each in outputs)
    label = f"Relative errors in {exercise}. {told}"
    return _svg(label, (0, -2, LEFT + PLOT + RIGHT, height + 24), parts)


def _row(each: ErrorFigures, y: float) -> list[str]:
    top, first = max(each.counts, default=0) or 1, _first_wrong(each)
    parts = [f'<text class="end" x="{LEFT - 14}" y="{y + 4:.1f}">{escape(each.output)}</text>']
    for index, count in enumerate(each.counts):
        if count:
            half = (ROW / 2 - 2) * max(math.sqrt(count / top), 0.18)
            x, kind = _x(LEAST + STEP * index), "bad" if index >= first else "good"
            parts.append(
                f'<rect class="{kind}" x="{x:.1f}" y="{y - half:.1f}" width="{PLOT * STEP / -LEAST - 1:.1f}"'
                f' height="{2 * half:.1f}" rx="2"><title>{count} near 1e{LEAST + STEP * index:g}</title></rect>'
            )
    x = _x(math.log10(each.limit))
    parts.append(f'<path class="line" d="M{x:.1f} {y - ROW / 2 + 1:.1f}v{ROW - 2}"/>')
    absent = f", {each.absent} without a value" if each.absent else ""
    words = f"{each.over} over {each.limit:.0e}{absent}"
    parts.append(f'<text class="start faint" x="{LEFT + PLOT + 16}" y="{y + 4:.1f}">{words}</text>')
    return parts


def _first_wrong(each: ErrorFigures) -> int:
    """The first bin with errors over the limit only."""
    return math.ceil((math.log10(each.limit) - LEAST) / STEP - 1e-9)


def _x(power: float) -> float:
    return LEFT + PLOT * (power - LEAST) / -LEAST


def _svg(label: str, box: tuple[float, ...], parts: Sequence[str]) -> Markup:
    view = " ".join(f"{number:g}" for number in box)
    body = "".join(parts)
    return Markup(f'<svg role="img" aria-label="{escape(label)}" viewBox="{view}" width="{box[2]:g}">{body}</svg>')
