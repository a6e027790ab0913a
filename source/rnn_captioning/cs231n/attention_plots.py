"""Where a model looks while it speaks: pictures of the maps, the same in words, and how often it looks at the thing.

A map is the weights of the L cells of a square grid over the picture, row by row from the top left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from .classifiers.rnn import CaptioningRNN
from .described import DescribedFigure
from .image_utils import image_from_url
from .words import padded, told

COLUMNS = 6  # panels in a row
DARKEST = 0.25  # what is left of the light where the model does not look

Box = Sequence[float]  # left, top, right, bottom, as shares of the picture's sides
Boxes = Mapping[str, Sequence[Box]]  # by word, the boxes of the things in one picture that the word may mean


def with_grid(data: Mapping[str, Any], cells: int = 16) -> dict[str, Any]:
    """The data with features (pictures, cells, channels), a vector for each cell of a picture.

    data: what `load_coco_data(pca_features=False)` returned. All features are divided by one number, so that their mean
    square in train is 1: larger ones would saturate every gate at first.
    """
    size = np.sqrt(np.mean(np.square(data["train_features"]), dtype=np.float64)).astype(np.float32)
    grids = {name: data[name].reshape(len(data[name]), cells, -1) / size for name in ("train_features", "val_features")}
    return {**data, **grids}


def spoken(model: CaptioningRNN, data: Mapping[str, Any], split: str, image: int) -> tuple[list[str], np.ndarray]:
    """The words that a model with attention says about an image, and its map for each: (words, cells).

    The words end before <END>.
    """
    features, length = data[f"{split}_features"][[image]], data[f"{split}_captions"].shape[1]
    captions, weights = model.sample_and_look(features, length)
    words = [data["idx_to_word"][index] for index in captions[0]]
    count = words.index("<END>") if "<END>" in words else len(words)
    return words[:count], weights[0, :count]


def maps_over_picture(model: CaptioningRNN, data: Mapping[str, Any], split: str, image: int) -> DescribedFigure:
    """A figure of an image and, for each word of the model's caption, the same image lit where the model looks."""
    words, weights = spoken(model, data, split, image)
    return figure_of_maps(image_from_url(data[f"{split}_urls"][image]), words, weights)


def figure_of_maps(picture: np.ndarray | None, words: Sequence[str], weights: np.ndarray) -> DescribedFigure:
    """A panel of the picture, then one for each word: the more weight a cell has, the more light falls on it, and the
    one of most weight has a frame.

    picture: as `image_from_url` gives it; None draws the maps alone. weights: (words, cells).
    """
    rows = -(-(len(words) + 1) // COLUMNS)
    figure = DescribedFigure(figsize=(1.9 * COLUMNS, 2.2 * rows), layout="constrained")
    panels = figure.subplots(rows, COLUMNS, squeeze=False).flat
    for axes in panels:
        axes.axis("off")
    plain = np.ones((128, 128, 3)) if picture is None else _in_colour(picture)
    _show(figure.axes[0], plain, told("the picture"))
    for axes, word, cells in zip(figure.axes[1:], words, weights, strict=False):
        _show(axes, plain * light(cells, plain.shape[:2])[..., np.newaxis], f"{word} ({cells.max():.2f})")
        _frame(axes, int(cells.argmax()), _side(len(cells)), plain.shape[:2])
    figure.description = told("Where the model looks for each word.") + "\n" + maps_in_words(words, weights)
    return figure


def light(cells: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """How much light falls on each pixel of a picture of this shape: all of it in the cell of most weight."""
    side = _side(len(cells))
    row, column = (np.arange(length) * side // length for length in shape)
    shares = np.asarray(cells).reshape(side, side) / np.max(cells)
    return np.asarray(DARKEST + (1 - DARKEST) * shares[row[:, np.newaxis], column])


def maps_in_words(words: Sequence[str], weights: np.ndarray) -> str:
    """A line for each word: the cell of most weight, row and column counted from 1 at the top left, and the weight."""
    side = _side(weights.shape[1])
    places = [divmod(int(cells.argmax()), side) for cells in weights]
    line = "{word} row {row}, column {column}, weight {weight:.2f}"
    return "\n".join(
        told(line, word=padded(word, 12), row=row + 1, column=column + 1, weight=float(cells.max()))
        for word, (row, column), cells in zip(words, places, weights, strict=True)
    )


def pointing_game(
    captions: Sequence[Sequence[str]], weights: Sequence[np.ndarray], boxes: Sequence[Boxes]
) -> dict[str, float]:
    """How often the cell of most weight touches the thing that the word names.

    captions: the words said of each picture. weights: for each picture, (words, cells). boxes: for each picture, the
    boxes of its things by the words that may name them; a word without boxes does not play.
    Returns "hits", the share of words whose cell touches one of its boxes, "chance", the share that a cell drawn at
    random would touch, and "words", how many played.
    """
    played = [
        (int(np.argmax(cells)), touched_cells(things[word], len(cells)))
        for words, maps, things in zip(captions, weights, boxes, strict=True)
        for word, cells in zip(words, maps, strict=False)
        if things.get(word)
    ]
    if not played:
        return {"hits": 0.0, "chance": 0.0, "words": 0}
    hits = [touched[cell] for cell, touched in played]
    chance = [touched.mean() for _, touched in played]
    return {"hits": float(np.mean(hits)), "chance": float(np.mean(chance)), "words": len(played)}


def touched_cells(boxes: Sequence[Box], cells: int) -> np.ndarray:
    """Whether each cell of the grid shares some area with one of the boxes: (cells,) truth values."""
    side = _side(cells)
    start = np.arange(side) / side
    touched = np.zeros((side, side), dtype=bool)
    for left, top, right, bottom in boxes:
        rows, columns = ((start < last) & (start + 1 / side > first) for first, last in ((top, bottom), (left, right)))
        touched |= rows[:, np.newaxis] & columns
    return touched.ravel()


def _side(cells: int) -> int:
    side = round(cells**0.5)
    if side * side != cells:
        raise ValueError(told("{cells} cells are no square grid.", cells=cells))
    return side


def _in_colour(picture: np.ndarray) -> np.ndarray:
    """The picture as (height, width, 3) numbers from 0 to 1."""
    scaled = picture / 255 if picture.dtype.kind == "u" else picture
    return scaled[..., :3] if scaled.ndim == 3 else np.repeat(scaled[..., np.newaxis], 3, axis=2)


def _frame(axes: Axes, cell: int, side: int, shape: tuple[int, ...]) -> None:
    """A frame around the cell of most weight, which pictures of the night would hide."""
    (row, column), (height, width) = divmod(cell, side), (length / side for length in shape)
    corner = (column * width - 0.5, row * height - 0.5)
    axes.add_patch(Rectangle(corner, width, height, fill=False, edgecolor="#ff9b2f", linewidth=1.5))


def _show(axes: Axes, picture: np.ndarray, title: str) -> None:
    axes.imshow(picture, vmin=0, vmax=1)
    axes.set_title(title, fontsize=9)
