"""The picture of a bench: what a submission costs, and how the batch command grows."""

from __future__ import annotations

from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from .figures import Cost, Growth

SECONDS, CPU, INK = "#0072B2", "#E69F00", "#404040"  # told apart by every kind of colour vision, and by hatching
LABELS = {
    "stock": "stock nbgrader",
    "autograde": "nbgrader autograde, ours",
    "batch": "batch command, ours",
    "sandboxed": "our engine alone",
    "floor": "floor: bare fork",
}
STYLE = {"svg.fonttype": "none", "svg.hashsalt": "bench", "font.family": "sans-serif", "font.size": 10}
FRAME = ("top", "right")


def draw(path: Path, cost: dict[str, Cost], grown: Growth | None) -> str:
    """Write the picture as SVG; returns its text alternative."""
    said = describe(cost, grown)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(10, 3.9) if grown else (6.5, 3.9), layout="constrained")
        axes = figure.subplots(1, 2 if grown else 1, squeeze=False, width_ratios=[1.6, 1] if grown else [1])[0]
        _bars(axes[0], cost)
        if grown:
            _line(axes[1], grown)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Title": said, "Date": None})
    return said


def describe(cost: dict[str, Cost], grown: Growth | None) -> str:
    """The picture in words."""
    each = [f"{label} {cost[what].seconds.median:.2f} s" for what, label in LABELS.items()]
    said = f"What one submission costs, medians: {', '.join(each)}."
    if grown:
        said += (
            f" The batch command takes {grown.usual.seconds.median:.0f} s for {grown.usual.submissions} submissions"
            f" and {grown.large.seconds.median:.0f} s for {grown.large.submissions}."
        )
    return said


def _bars(axes: Axes, cost: dict[str, Cost]) -> None:
    height = 0.38
    names = list(LABELS)
    for shift, colour, hatch, label, values in (
        (-height / 2, SECONDS, "", "seconds", [cost[name].seconds for name in names]),
        (height / 2, CPU, "//", "CPU seconds", [cost[name].cpu_seconds for name in names]),
    ):
        places = [place + shift for place in range(len(names))]
        medians = [value.median for value in values]
        ranges = [[v.median - v.low for v in values], [v.high - v.median for v in values]]
        axes.barh(
            places, medians, height, xerr=ranges, color=colour, hatch=hatch, edgecolor="white", ecolor=INK, label=label
        )
        for place, value in zip(places, values, strict=True):
            axes.annotate(
                f"{value.median:.2f}", (value.high, place), (4, 0), textcoords="offset points", va="center", color=INK
            )
    axes.set(xscale="log", yticks=range(len(names)), yticklabels=LABELS.values(), title="Cost of one submission")
    axes.set_xlabel("seconds (logarithmic; lines span the rounds)")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.margins(x=0.2)
    axes.invert_yaxis()
    axes.spines[[*FRAME]].set_visible(False)
    axes.legend(frameon=False, loc="lower right")


def _line(axes: Axes, grown: Growth) -> None:
    measured = (grown.few, grown.usual, grown.large)
    sizes, medians = [size.submissions for size in measured], [size.seconds.median for size in measured]
    straight = [medians[0] + (size - sizes[0]) * (medians[1] - medians[0]) / (sizes[1] - sizes[0]) for size in sizes]
    axes.plot(sizes, straight, color=CPU, linestyle="--", label=f"straight on from {sizes[1]}")
    axes.plot(sizes, medians, color=SECONDS, marker="o", linestyle="", label="measured")
    for size, seconds in zip(sizes, medians, strict=True):
        axes.annotate(f"{seconds:.0f} s", (size, seconds), (-6, 6), textcoords="offset points", ha="right", color=INK)
    axes.set(xlabel="submissions", ylabel="seconds", title="Batch command: growth")
    axes.margins(0.12)
    axes.set(xlim=(0, None), ylim=(0, None))
    axes.spines[[*FRAME]].set_visible(False)
    axes.legend(frameon=False, loc="lower right")
