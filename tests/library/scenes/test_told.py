"""What a caption names, held against what is there."""

import numpy as np
import pytest

from cs231n.scenes.told import Right, Told, judge, load_told, word_boxes

pytestmark = pytest.mark.usefixtures("data_set")

CAR = Told("road", "evening", ("red car", "cow", "cow"), np.zeros((3, 4)), False)
WHALE = Told("sea", "day", ("whale",), np.zeros((1, 4)), False)


@pytest.mark.parametrize(
    ("caption", "told", "right"),
    [
        ("a red car on the road at sunset", CAR, (True, True, True)),
        ("a car in the city under a red sky", CAR, (True, True, True)),
        ("a blue car beside two cows", CAR, (False, None, None)),
        ("two cows under a blue sky", CAR, (True, None, False)),
        ("a cow in a meadow", CAR, (True, False, None)),
        ("a whale in the waves on a sunny day", WHALE, (True, True, True)),
        ("a whale by the sea at night", WHALE, (True, True, False)),
        ("whales and a ship", WHALE, (False, None, None)),
        ("", WHALE, (None, None, None)),
        ("<UNK> the of", WHALE, (None, None, None)),
    ],
)
def test_names_are_judged(caption, told, right):
    found = judge(caption, told)
    assert found == Right(*right)
    assert found.all == (False not in right)


@pytest.mark.parametrize("split", ["train", "val"])
def test_true_captions_are_right_and_say_most(committed, split):
    """Each caption of the data set is right; nearly all name a thing, and place and time are named in many."""
    words = committed["vocab"]["idx_to_word"]
    told = load_told(split)
    found = []
    for row, image in zip(committed[f"{split}_captions"], committed[f"{split}_image_idxs"], strict=True):
        caption = " ".join(words[i] for i in row if i > 2)
        found.append(judge(caption, told[image]))
        assert found[-1].all, (caption, told[image])
    assert np.mean([each.things is not None for each in found]) > 0.99
    assert np.mean([each.place is not None for each in found]) > 0.35
    assert np.mean([each.time is not None for each in found]) > 0.35


def test_words_lead_to_the_boxes_of_what_they_can_name():
    told = Told(
        "sea", "day", ("fish", "ship", "fish"), np.array([[0, 64, 32, 32], [64, 0, 64, 64], [32, 64, 32, 32]]), False
    )
    found = word_boxes(told)
    assert found["ship"] == found["ships"] == [(0.5, 0, 1, 0.5)]
    assert (0, 0.5, 0.25, 0.75) in found["fish"] and (0.25, 0.5, 0.5, 0.75) in found["fish"]


def test_boxes_are_those_of_the_scenes(told, glyphs):
    from cs231n.scenes.scene import box

    for scene, found in zip(told[0]["val"], load_told("val"), strict=True):
        assert found.boxes.tolist() == [list(box(placed, glyphs)) for placed in scene.things]
        assert found.names == tuple(placed.name for placed in scene.things)


def test_a_data_set_of_photographs_has_none(monkeypatch, tmp_path):
    monkeypatch.setenv("COCO_CAPTIONING_DIR", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="only the scenes have it"):
        load_told("val")
