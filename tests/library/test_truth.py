"""The share of captions that are right: who repeats the true ones has them all, who says one sentence few."""

import numpy as np
import pytest

from cs231n import truth
from cs231n.scenes.told import load_told
from cs231n.truth import share_right

pytestmark = pytest.mark.usefixtures("data_set")


def test_true_captions_are_all_right_and_one_sentence_is_seldom(committed, monkeypatch):
    words = committed["vocab"]["idx_to_word"]
    rows, owners = committed["val_captions"], committed["val_image_idxs"]
    first = {int(image): row for image, row in reversed(list(zip(owners, rows, strict=True)))}
    true = [" ".join(words[i] for i in first[image] if i > 2) for image in range(len(first))]
    monkeypatch.setattr(truth, "caption_images", lambda model, data, split, images: [true[i] for i in images])
    found = share_right(None, {}, "val")
    assert all(share == 1 for shares in found.values() for share in shares.values())
    monkeypatch.setattr(truth, "caption_images", lambda *_: ["a dog on the beach at night"] * len(true))
    found = share_right(None, {}, "val")
    told = load_told("val")
    assert found["all pictures"]["place"] == np.mean([each.place in ("beach",) for each in told])
    assert found["all pictures"]["time"] == np.mean([each.time == "night" for each in told])
    assert found["all pictures"]["all"] < 0.05
    monkeypatch.setattr(truth, "caption_images", lambda *_: [""] * len(true))
    assert np.isnan(share_right(None, {}, "val")["new pair"]["things"])
