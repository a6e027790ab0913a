"""What sampling has in common, whichever network is in the captioning model."""

import numpy as np

from .common import Common

ends = Common()  # when captions end, and which ids say so


@ends.case("captions that end after very different numbers of words", at_home=True)
def early_end(inputs):
    return {"ends": np.array([2, 6, 3])}


@ends.case("<END> as the first word of a caption")
def end_at_once(inputs):
    return {"ends": np.array([4, 0, 6])}


@ends.case("captions that do not end in time", at_home=True)
def no_end(inputs):
    return {"ends": np.full(len(inputs["path"]), inputs["path"].shape[1])}


@ends.case("other ids for <NULL>, <START> and <END>", at_home=True)
def other_words(inputs):
    vectors = 4 * inputs["W_embed"]
    vectors[1] = -vectors[6]  # so that it shows if <START> is taken to be word 1
    return {"words": np.array([5, 6, 4]), "W_embed": vectors}


@ends.case("captions that say one word again and again")
def same_word(inputs):
    return {"path": np.zeros_like(inputs["path"]), "ends": np.array([3, 5, 4])}
