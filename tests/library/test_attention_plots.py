"""Where a model looks: maps over pictures, the same in words, and the pointing game."""

from __future__ import annotations

import numpy as np
import pytest

from cs231n.attention_plots import (
    figure_of_maps,
    light,
    maps_in_words,
    maps_over_picture,
    pointing_game,
    spoken,
    touched_cells,
    with_grid,
)

WORDS = ["<NULL>", "<START>", "<END>", "red", "star"]
CORNER = (0.0, 0.0, 0.25, 0.25)  # the box of cell 0
ALL = np.eye(16)  # row n looks at cell n alone


class Looker:
    """A model that says `red star` and looks at cell 5, then at cell 6."""

    def sample_and_look(self, features, max_length):
        captions = np.tile([3, 4, 2, *[0] * (max_length - 3)], (len(features), 1))
        return captions, np.tile(ALL[5 : 5 + max_length], (len(features), 1, 1))


@pytest.fixture
def data() -> dict:
    return {
        "idx_to_word": WORDS,
        "val_captions": np.zeros((4, 6), dtype=int),
        "val_features": np.arange(2 * 16 * 3, dtype=np.float32).reshape(2, 48),
        "train_features": np.full((2, 48), 3.0, dtype=np.float32),
        "val_urls": ["data:,nothing"] * 2,
    }


def test_features_become_a_vector_for_each_cell_row_by_row_and_of_one_size(data):
    grid = with_grid(data)
    assert grid["val_features"].shape == (2, 16, 3)
    assert grid["val_features"][0, 5].tolist() == pytest.approx([5, 16 / 3, 17 / 3])
    assert np.allclose(grid["train_features"], 1) and grid["train_features"].dtype == np.float32
    assert data["train_features"].shape == (2, 48)


def test_the_words_said_end_before_end_and_have_a_map_each(data):
    words, weights = spoken(Looker(), with_grid(data), "val", 1)
    assert words == ["red", "star"]
    assert weights.argmax(axis=1).tolist() == [5, 6]


def test_a_figure_has_the_picture_and_a_panel_for_each_word(data):
    figure = maps_over_picture(Looker(), with_grid(data), "val", 0)
    assert [axes.get_title() for axes in figure.axes if axes.get_title()] == [
        "the picture",
        "red (1.00)",
        "star (1.00)",
    ]
    assert [len(axes.patches) for axes in figure.axes[:3]] == [0, 1, 1]
    assert figure.description.splitlines()[1].startswith("red          row ")


@pytest.mark.parametrize("shape", [(128, 128), (128, 128, 3), (128, 128, 4)])
def test_pictures_of_all_kinds_can_be_lit(shape):
    figure = figure_of_maps(np.full(shape, 255, np.uint8), ["red"], ALL[:1])
    lit = figure.axes[1].images[0].get_array()
    assert lit.shape == (128, 128, 3)
    assert lit[0, 0, 0] == 1 and lit[40, 0, 0] < 0.3


def test_all_light_falls_on_the_cell_of_most_weight():
    lit = light(ALL[6], (8, 8))  # cell 6 is in the second row and the third column
    assert (np.argwhere(lit == 1) == [[2, 4], [2, 5], [3, 4], [3, 5]]).all()
    with pytest.raises(ValueError, match="15 cells are no square grid"):
        light(np.ones(15), (8, 8))


def test_maps_can_be_read_as_words():
    assert maps_in_words(["red", "star"], ALL[[0, 7]]).splitlines() == [
        "red          row 1, column 1, weight 1.00",
        "star         row 2, column 4, weight 1.00",
    ]


def test_a_cell_is_touched_where_it_shares_some_area_with_a_box():
    assert np.flatnonzero(touched_cells([CORNER], 16)).tolist() == [0]
    assert np.flatnonzero(touched_cells([(0.2, 0.3, 0.6, 0.4)], 16)).tolist() == [4, 5, 6]
    assert np.flatnonzero(touched_cells([CORNER, (0.75, 0.75, 1, 1)], 16)).tolist() == [0, 15]


def test_the_pointing_game_counts_words_that_have_boxes():
    boxes = [{"star": [CORNER]}, {"star": [CORNER], "red": [(0, 0, 1, 1)]}]
    game = pointing_game([["red", "star"], ["red", "star"]], [ALL[[3, 0]], ALL[[9, 9]]], boxes)
    assert game == {"hits": 2 / 3, "chance": pytest.approx((1 / 16 + 1 / 16 + 1) / 3), "words": 3}
    assert pointing_game([["red"]], [ALL[:1]], [{}])["words"] == 0
