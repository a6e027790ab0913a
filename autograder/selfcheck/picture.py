"""A picture of how wrong an output is, and where: a heat map of its relative error, as SVG."""

from __future__ import annotations

import io
import warnings
from html import escape

import matplotlib
import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, ListedColormap, LogNorm
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from .language import ENGLISH, Language, Text
from .places import describe, errors, lay_out
from .summary import Picture

INK = "#010203"  # stands for the colour of the surrounding text, which only the page knows
LABELS = {1: (Text("entry"), ""), 2: (Text("column"), Text("row")), 3: (Text("time step"), "")}
MOST_LINES = 20  # between examples
CELL, WIDTH, HEIGHT, BAR = 0.28, (3.2, 7.0), (0.28, 3.6), 0.17  # inches: a cell, bounds of the map, the scale


def svg(picture: Picture, language: Language = ENGLISH) -> str:
    """The map as one <svg> element, in the colours of the page around it, with its description as label."""
    with (
        matplotlib.style.context("default"),
        matplotlib.rc_context({"svg.fonttype": "none", "font.size": 9}),
        warnings.catch_warnings(),
    ):
        warnings.filterwarnings("ignore", "Glyph", UserWarning)  # of another script: the page has a font for it
        drawing = io.StringIO()
        _figure(picture, language).savefig(drawing, format="svg", transparent=True, metadata={"Date": None})
    text = drawing.getvalue()
    text = text[text.index("<svg") :].replace(INK, "currentColor")
    label = language.tell(describe(picture.output, picture.title, errors(picture) > picture.limit))
    label = escape(label, quote=True)
    return text.replace("<svg", f'<svg role="img" aria-label="{label}" style="max-width:100%;height:auto"', 1)


def _figure(picture: Picture, language: Language) -> Figure:
    grid = lay_out(errors(picture))
    height, width = (np.clip(n * CELL, *bounds) for n, bounds in zip(grid.shape, (HEIGHT, WIDTH), strict=True))
    figure = Figure(figsize=(width + 1.0, height + 1.25), layout="constrained")
    axes, scale = figure.subplots(2, height_ratios=(height, BAR))
    shown = np.maximum(grid, picture.limit / 10)  # a logarithm has no colour for an error of 0
    image = axes.imshow(shown, cmap=_colours(), norm=LogNorm(picture.limit, 1.0), aspect="auto", interpolation="none")
    _label(axes, picture.expected.shape, language)
    _draw_scale(figure, scale, image, picture.limit, language)
    for part in (axes, scale):
        part.spines[:].set_visible(False)
        part.tick_params(colors=INK, length=3)
    return figure


def _draw_scale(figure: Figure, axes: Axes, image: AxesImage, limit: float, language: Language) -> None:
    """The colour bar: errors within the limit to its left, the rest by powers of ten."""
    bar = figure.colorbar(image, cax=axes, orientation="horizontal", extend="min", extendrect=True, extendfrac=0.2)
    powers = np.unique(np.round(np.linspace(np.log10(limit), 0.0, 4)))[1:]
    bound = language.tell(Text("limit {limit:.0e}", limit=limit))
    bar.set_ticks([limit, *10.0**powers], labels=[bound, *(f"{10.0**power:.0e}" for power in powers)])
    bar.minorticks_off()
    bar.outline.set_visible(False)
    bar.set_label(language.tell(Text("relative error")), color=INK)
    right = language.tell(Text("right"))
    axes.text(-0.1, 0.45, right, transform=axes.transAxes, ha="center", va="center", color=INK, clip_on=False)
    axes.axvline(limit, color=INK, linewidth=1.5)


def _label(axes: Axes, shape: tuple[int, ...], language: Language) -> None:
    across, down = map(language.tell, LABELS.get(len(shape), ("", "")))
    axes.set_xlabel(across, color=INK)
    axes.set_ylabel(down, color=INK)
    axes.set_yticks([])
    if len(shape) == 3:  # bands of units, one band an example
        examples, steps, units = shape
        axes.set_xticks(_ticks(steps))
        named = [language.tell(Text("example {number}", number=i)) for i in _ticks(examples)]
        axes.set_yticks((_ticks(examples) + 0.5) * units - 0.5, named)
        for edge in range(1, examples if examples <= MOST_LINES else 0):
            axes.axhline(edge * units - 0.5, color=INK, linewidth=0.6)
        return
    axes.set_xticks(_ticks(shape[-1]))
    if len(shape) == 2:
        axes.set_yticks(_ticks(shape[0]))


def _ticks(length: int) -> np.ndarray:
    """At most ten indices of an axis, evenly spaced from 0."""
    return np.arange(0, length, -(-length // 10))


def _colours() -> Colormap:
    """Plasma, ordered for any colour vision, for wrong entries; right ones fade into the page."""
    colours = ListedColormap(matplotlib.colormaps["plasma"](np.linspace(0.25, 0.92, 256)))
    return colours.with_extremes(under=(0.5, 0.5, 0.5, 0.2))
