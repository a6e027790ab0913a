"""Dot-product attention over the cells of a grid, forward."""

import numpy as np

from autograder.spec import exercise

from .axes import AXES

LARGE, CLOSE = 1000.0, 0.999  # a score for which exp overflows, and the share of it that its rival has


@exercise(
    call="attn, weights, cache = attention_forward(prev_h, A)",
    outputs={"attn": "N H", "weights": "N L"},
    sizes=dict(N=3, L=5, H=6),
    axes=AXES,
    rtol=1e-8,
)
def attention_forward(prev_h: "N H", A: "N L H"):
    """What is seen, the cells weighted by the softmax of their dot products with the hidden state, and the weights."""


@attention_forward.published
def values():
    cells = [[1.0, 0.5], [-0.5, 1.0], [-1.0, -0.5]]
    return dict(prev_h=np.array([[2.0, 1.0], [-0.3, 0.6]]), A=np.array([cells, cells]))


@attention_forward.case("rows of large scores, where exp overflows", at_home=True)
def large_scores(inputs):
    """Scores whose largest is 1000 in the first row, 2000 in the second and so on, with a rival close to it."""
    prev_h, A, rows = inputs["prev_h"], inputs["A"].copy(), np.arange(len(inputs["A"]))
    scores = (A * prev_h[:, np.newaxis]).sum(axis=2) / prev_h.shape[1] ** 0.5
    best = np.abs(scores).argmax(axis=1)
    A[rows, best - 1] = CLOSE * A[rows, best]
    return {"A": A, "prev_h": prev_h * (LARGE * (rows + 1) / scores[rows, best])[:, np.newaxis]}


@attention_forward.case("a hidden state of zeros, which suits all cells alike")
def no_preference(inputs):
    return {"prev_h": np.zeros_like(inputs["prev_h"])}


def dots(prev_h, A):
    """The dot product of the hidden state with each cell."""
    return (A * prev_h[:, np.newaxis]).sum(axis=2)


def seen(prev_h, A, weights):
    """What follows from some weights."""
    return (weights[:, :, np.newaxis] * A).sum(axis=1), weights, (prev_h, A, weights)


def softmax(scores, axis=1):
    """Weights that are positive and sum to 1 along an axis."""
    weights = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return weights / weights.sum(axis=axis, keepdims=True)


def mistake(advice):
    """Declare a known mistake that is made of the parts above."""
    return attention_forward.mistake(advice, using=[dots, seen, softmax])


@mistake("The scores are not scaled: divide the dot products by the square root of H before the softmax.")
def no_scale(prev_h, A):
    return seen(prev_h, A, softmax(dots(prev_h, A)))


@mistake("The dot products are divided by H; divide them by its square root.")
def scaled_by_H(prev_h, A):
    return seen(prev_h, A, softmax(dots(prev_h, A) / prev_h.shape[1]))


@mistake("The dot products are divided by the square root of L; divide them by that of H, the numbers in one cell.")
def scaled_by_L(prev_h, A):
    return seen(prev_h, A, softmax(dots(prev_h, A) / A.shape[1] ** 0.5))


@mistake("The dot products are multiplied by the square root of H; divide them by it.")
def scaled_up(prev_h, A):
    return seen(prev_h, A, softmax(dots(prev_h, A) * prev_h.shape[1] ** 0.5))


@mistake("The softmax runs over the examples, axis 0: the weights of one example sum to 1, over its cells, axis 1.")
def softmax_over_examples(prev_h, A):
    return seen(prev_h, A, softmax(dots(prev_h, A) / prev_h.shape[1] ** 0.5, axis=0))


@mistake("All weights together sum to 1: those of each example do, so sum over axis 1 with keepdims.")
def softmax_over_all(prev_h, A):
    scores = dots(prev_h, A) / prev_h.shape[1] ** 0.5
    return seen(prev_h, A, softmax(scores.reshape(1, -1)).reshape(scores.shape))


@mistake("exp overflows for large scores: take the largest score of each row off first, which changes no weight.")
def not_shifted(prev_h, A):
    weights = np.exp(dots(prev_h, A) / prev_h.shape[1] ** 0.5)
    return seen(prev_h, A, weights / weights.sum(axis=1, keepdims=True))


@mistake("The largest score of all examples is taken off: take off that of each row, or another row's weights vanish.")
def shifted_by_largest_of_all(prev_h, A):
    scores = dots(prev_h, A) / prev_h.shape[1] ** 0.5
    weights = np.exp(scores - scores.max())
    return seen(prev_h, A, weights / weights.sum(axis=1, keepdims=True))


@mistake("The scores are used as weights: make them positive and sum to 1, with a softmax.")
def no_softmax(prev_h, A):
    return seen(prev_h, A, dots(prev_h, A) / prev_h.shape[1] ** 0.5)


@mistake("The weights do not sum to 1: divide the exponentials by their sum over the cells.")
def not_normalized(prev_h, A):
    return seen(prev_h, A, np.exp(dots(prev_h, A) / prev_h.shape[1] ** 0.5))


@mistake("Each score goes through a sigmoid by itself; the weights are a softmax, in which the cells compete.")
def sigmoid_for_softmax(prev_h, A):
    return seen(prev_h, A, (1 + np.tanh(dots(prev_h, A) / prev_h.shape[1] ** 0.5 / 2)) / 2)


@mistake("attn is the mean of the weighted cells; it is their sum: the weights sum to 1 already.")
def mean_for_sum(prev_h, A):
    attn, weights, cache = reference(prev_h, A)
    return attn / A.shape[1], weights, cache


@mistake("attn is the plain mean of the cells: multiply each cell by its weight before you sum.")
def cells_not_weighted(prev_h, A):
    _, weights, cache = reference(prev_h, A)
    return A.mean(axis=1), weights, cache


@mistake("attn is the cell with the largest weight alone; it is the weighted sum of all cells.")
def best_cell_only(prev_h, A):
    _, weights, cache = reference(prev_h, A)
    return A[np.arange(len(A)), weights.argmax(axis=1)], weights, cache


@mistake("weights holds the scores; return their softmax.")
def scores_returned(prev_h, A):
    attn, _, cache = reference(prev_h, A)
    return attn, dots(prev_h, A) / prev_h.shape[1] ** 0.5, cache


@mistake("attn and weights are returned in the wrong order: attn, weights, cache.")
def swapped(prev_h, A):
    attn, weights, cache = reference(prev_h, A)
    return weights, attn, cache


@mistake("attn and weights keep an axis of length 1: attn has shape (N, H), weights has shape (N, L).")
def axes_kept(prev_h, A):
    attn, weights, cache = reference(prev_h, A)
    return attn[:, np.newaxis], weights[:, :, np.newaxis], cache


@mistake("np.squeeze drops every axis of length 1, as with one example or one cell: say which axis you mean.")
def squeezed(prev_h, A):
    attn, weights, cache = reference(prev_h, A)
    return np.squeeze(attn), np.squeeze(weights), cache
