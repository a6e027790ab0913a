"""BLEU as it is defined, on examples that can be counted by hand."""

from __future__ import annotations

import math

import pytest

from cs231n.bleu import corpus_bleu


def bleu(caption: str, *references: str, longest: int = 4) -> float:
    return corpus_bleu([caption.split()], [[reference.split() for reference in references]], longest)


def test_a_true_caption_scores_one_and_another_one_zero():
    assert bleu("a red star on a dark background", "the star", "a red star on a dark background") == 1.0
    assert bleu("a blue heart in the middle", "two green squares side by side") == 0.0


def test_a_word_counts_no_more_often_than_in_a_reference():
    """The paper's own example: seven times the same word, which a reference has twice."""
    assert bleu("the the the the the the the", "the cat is on the mat", "there is a cat on the mat", longest=1) == 2 / 7


def test_precisions_are_averaged_geometrically():
    # 1 word of 5 is wrong: 4/5 words, 3/4 pairs, 2/3 triples, 1/2 quadruples; no penalty at equal lengths
    assert bleu("a red star on top", "a red star on it") == pytest.approx((4 / 5 * 3 / 4 * 2 / 3 * 1 / 2) ** 0.25)


def test_short_captions_are_penalised_by_the_nearest_length():
    said, near, far = "a red star on", "a red star on a dark", "a red star on a very very dark old background"
    assert bleu(said, far, near) == pytest.approx(math.exp(1 - 6 / 4))
    assert bleu(said, said + " it", near) == pytest.approx(math.exp(1 - 5 / 4))


def test_counts_are_summed_over_all_captions_before_they_are_divided():
    captions = [["a", "b"], ["c", "d", "e", "x"]]
    references = [[["a", "b"]], [["c", "d", "e", "f"]]]
    assert corpus_bleu(captions, references, longest=2) == pytest.approx(math.sqrt(5 / 6 * 3 / 4))


def test_nothing_said_is_worth_nothing():
    assert corpus_bleu([[]], [[["a", "star"]]]) == 0.0
    with pytest.raises(ValueError, match="zip"):
        corpus_bleu([["a"]], [])
