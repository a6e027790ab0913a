"""The picture of the gap: rounding errors on one side of each limit, mistakes on the other."""

from __future__ import annotations

import math
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator

from autograder.spec import Exercise

from .errors import Errors, MeasuredAt, Range
from .floors import Proof

RIGHT, WRONG, INK, BAND = "#0072B2", "#D55E00", "#404040", "#EEEEEE"  # distinct in every kind of colour vision
STYLE = {"svg.fonttype": "none", "svg.hashsalt": "proof", "font.family": "sans-serif", "font.size": 9}
COLUMNS = 4
EXACT = 1e-17  # where an error of zero is drawn
LOWEST, HIGHEST = 2e-18, 20.0
TICKS = {EXACT: "0", 1e-12: "1e-12", 1e-8: "1e-8", 1e-4: "1e-4", 1.0: "1"}
SHIFT = 0.22  # between the two precisions of an output, in rows


def draw(path: Path, proof: Proof) -> str:
    """Write the picture as SVG; returns its text alternative."""
    right, wrong = proof.right, proof.wrong
    said = describe(right, wrong, proof.seeds)
    rows = math.ceil(len(proof.exercises) / COLUMNS)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(13, 2.45 * rows + 0.5), layout="constrained", facecolor="white")
        panels = figure.subplots(rows, COLUMNS, squeeze=False).flat
        for axes, exercise in zip(panels, proof.exercises, strict=False):
            _panel(axes, exercise, right, wrong)
        for axes in list(panels):
            axes.set_visible(False)
        figure.legend(handles=_legend(), loc="outside lower center", ncols=5, frameon=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Title": said, "Date": None})
    return said


def describe(right: Errors, wrong: Errors, seeds: int) -> str:
    """The picture in words."""
    both = [(right.ranges[place], wrong.ranges[place]) for place in right.ranges if place in wrong.ranges]
    below = min((r.limit / r.passed for r, _ in both if r.passed), default=math.inf)
    above = min((w.failed / w.limit for _, w in both if w.failed is not None), default=math.inf)
    return (
        f"For each output of each exercise, on a logarithmic axis: the largest error of right code over {seeds:,}"
        f" seeds, the limit, and the smallest error of a wrong mutant. Right code stays a factor of {_factor(below)} or"
        f" more below every limit, wrong code a factor of {_factor(above)} or more above it."
    )


def _factor(value: float) -> str:
    """A factor rounded down to one digit."""
    power = 10.0 ** math.floor(math.log10(value))
    return f"{math.floor(value / power) * power:,.0f}"


def _panel(axes: Axes, exercise: Exercise, right: Errors, wrong: Errors) -> None:
    outputs = list(exercise.outputs)
    for row, output in enumerate(outputs):
        axes.axhspan(row - 0.46, row + 0.46, color=BAND, linewidth=0, zorder=0)
        both = MeasuredAt(exercise.name, output, True) in right.ranges
        for single in (False, True) if both else (False,):
            place = MeasuredAt(exercise.name, output, single)
            height = row + (SHIFT * (1 if single else -1) if both else 0)
            _line(axes, height, right.ranges[place], wrong.ranges.get(place), single)
    axes.set(xscale="log", xlim=(LOWEST, HIGHEST), yticks=range(len(outputs)), yticklabels=outputs)
    axes.set_title(exercise.name, fontsize=9.5, fontweight="bold", color=INK)
    axes.set_ylim(max(len(outputs), 3) - 0.5, -0.5)
    axes.xaxis.set_major_locator(FixedLocator(list(TICKS)))
    axes.set_xticklabels(TICKS.values())
    axes.xaxis.set_minor_locator(NullLocator())
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _line(axes: Axes, height: float, right: Range, wrong: Range | None, single: bool) -> None:
    fill = "white" if single else None
    size = 4.5 if single else 5.5
    axes.plot(max(right.passed, EXACT), height, "o", color=RIGHT, mfc=fill or RIGHT, ms=size, clip_on=False)
    axes.plot(right.limit, height, "|", color=INK, ms=8, mew=1.6)
    if wrong and wrong.failed is not None:
        axes.plot(min(wrong.failed, HIGHEST), height, "D", color=WRONG, mfc=fill or WRONG, ms=size - 0.5, clip_on=False)


def _legend() -> list[Line2D]:
    def mark(marker: str, colour: str, label: str, fill: str = "") -> Line2D:
        return Line2D([], [], linestyle="", marker=marker, color=colour, mfc=fill or colour, label=label)

    return [
        mark("o", RIGHT, "right code: largest relative error"),
        Line2D([], [], linestyle="", marker="|", color=INK, ms=9, mew=1.6, label="limit"),
        mark("D", WRONG, "wrong code: smallest relative error"),
        mark("o", RIGHT, "hollow: single precision", "white"),
    ]
