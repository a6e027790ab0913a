"""Dot-product attention over the cells of a grid, backward."""

import numpy as np

from autograder.spec import exercise

from .axes import AXES


@exercise(
    call="""
    attn, weights, cache = attention_forward(prev_h, A)
    dprev_h, dA = attention_backward(dattn, cache)
    """,
    outputs={"dprev_h": "N H", "dA": "N L H"},
    sizes=dict(N=3, L=5, H=6),
    axes=AXES,
    rtol=1e-7,
)
def attention_backward(prev_h: "N H", A: "N L H", dattn: "N H"):
    """The gradients with respect to the hidden state and the cells, from that of what is seen."""


@attention_backward.published
def values():
    rng = np.random.RandomState(231)
    N, L, H = 2, 5, 6
    return {name: rng.randn(*shape) for name, shape in dict(prev_h=(N, H), A=(N, L, H), dattn=(N, H)).items()}


@attention_backward.case("a hidden state of zeros, which suits all cells alike")
def no_preference(inputs):
    return {"prev_h": np.zeros_like(inputs["prev_h"])}


def parts(dattn, cache):
    """The gradients of the weights and the scores, and the square root of H."""
    prev_h, A, weights = cache
    dweights = (A * dattn[:, np.newaxis]).sum(axis=2)
    return dweights, weights * (dweights - (weights * dweights).sum(axis=1, keepdims=True)), prev_h.shape[1] ** 0.5


def finish(dattn, cache, dscores):
    """The gradients that follow from those of the scores."""
    prev_h, A, weights = cache
    ddots = (dscores / prev_h.shape[1] ** 0.5)[:, :, np.newaxis]
    return (ddots * A).sum(axis=1), weights[:, :, np.newaxis] * dattn[:, np.newaxis] + ddots * prev_h[:, np.newaxis]


def mistake(advice):
    """Declare a known mistake that is made of the parts above."""
    return attention_backward.mistake(advice, using=[parts, finish])


@mistake(
    "The softmax's second term is missing: a score changes the weights of all cells, so ds is w * (dw - sum of w * dw)."
)
def no_second_term(dattn, cache):
    return finish(dattn, cache, cache[2] * parts(dattn, cache)[0])


@mistake("The softmax is left out on the way back: the scores' gradient is w * (dw - sum of w * dw), not dw.")
def no_softmax(dattn, cache):
    return finish(dattn, cache, parts(dattn, cache)[0])


@mistake(
    "The softmax has the sigmoid's slope, w * (1 - w): its weights depend on all scores, w * (dw - sum of w * dw)."
)
def sigmoid_slope(dattn, cache):
    return finish(dattn, cache, cache[2] * (1 - cache[2]) * parts(dattn, cache)[0])


@mistake("The second term is not multiplied by the weights: ds is w * (dw - sum of w * dw), with w before the bracket.")
def bracket_missing(dattn, cache):
    dweights, weights = parts(dattn, cache)[0], cache[2]
    return finish(dattn, cache, weights * dweights - (weights * dweights).sum(axis=1, keepdims=True))


@mistake("The second term is the plain mean of dw over the cells; it is the sum of w * dw.")
def plain_mean(dattn, cache):
    dweights = parts(dattn, cache)[0]
    return finish(dattn, cache, cache[2] * (dweights - dweights.mean(axis=1, keepdims=True)))


@mistake("The second term is the sum of dw without the weights; it is the sum of w * dw.")
def plain_sum(dattn, cache):
    dweights = parts(dattn, cache)[0]
    return finish(dattn, cache, cache[2] * (dweights - dweights.sum(axis=1, keepdims=True)))


@mistake("The second term is summed over the examples, axis 0; sum w * dw over the cells, axis 1.")
def summed_over_examples(dattn, cache):
    dweights, weights = parts(dattn, cache)[0], cache[2]
    return finish(dattn, cache, weights * (dweights - (weights * dweights).sum(axis=0, keepdims=True)))


@mistake("The second term has the wrong sign: ds is w * (dw - sum of w * dw).")
def added_instead(dattn, cache):
    dweights, weights = parts(dattn, cache)[0], cache[2]
    return finish(dattn, cache, weights * (dweights + (weights * dweights).sum(axis=1, keepdims=True)))


@mistake("The square root of H is missing: the dot products were divided by it, so their gradients are, too.")
def no_scale(dattn, cache):
    _, dscores, root = parts(dattn, cache)
    return finish(dattn, cache, dscores * root)


@mistake("The gradients are divided by H; the dot products were divided by its square root.")
def scaled_by_H(dattn, cache):
    _, dscores, root = parts(dattn, cache)
    return finish(dattn, cache, dscores / root)


@mistake("The square root of H is missing in dA: divide the part that comes through the scores by it.")
def no_scale_in_dA(dattn, cache):
    _, dscores, root = parts(dattn, cache)
    return reference(dattn, cache)[0], finish(dattn, cache, dscores * root)[1]


@mistake("dA lacks the way through the scores: each cell was compared with prev_h, too, so add ds * prev_h / sqrt(H).")
def dA_of_sum_only(dattn, cache):
    dprev_h, _ = reference(dattn, cache)
    return dprev_h, cache[2][:, :, np.newaxis] * dattn[:, np.newaxis]


@mistake("dA lacks the way through the weighted sum: attn contains each cell times its weight, so add w * dattn.")
def dA_of_scores_only(dattn, cache):
    dprev_h, dA = reference(dattn, cache)
    return dprev_h, dA - cache[2][:, :, np.newaxis] * dattn[:, np.newaxis]


@mistake("dattn reaches each cell without its weight: a cell's share of attn is its weight times the cell.")
def dA_not_weighted(dattn, cache):
    dprev_h, dA = reference(dattn, cache)
    return dprev_h, dA + (1 - cache[2])[:, :, np.newaxis] * dattn[:, np.newaxis]


@mistake("dprev_h is made with the weights; it is made with the scores' gradients: the sum of ds * A / sqrt(H).")
def dprev_h_of_weights(dattn, cache):
    return finish(dattn, cache, cache[2])[0], reference(dattn, cache)[1]


@mistake("dprev_h is zero: the hidden state asked the cells, so the scores' gradients come back to it.")
def dprev_h_zero(dattn, cache):
    dprev_h, dA = reference(dattn, cache)
    return np.zeros_like(dprev_h), dA


@mistake("dprev_h and dA are returned in the wrong order: dprev_h, dA.")
def swapped(dattn, cache):
    return reference(dattn, cache)[::-1]


@mistake("All gradients are zeros, placeholders it seems: compute them from the cache.")
def placeholders(dattn, cache):
    return tuple(np.zeros_like(gradient) for gradient in reference(dattn, cache))


@mistake("np.squeeze drops every axis of length 1, as with one example or one cell: say which axis you mean.")
def squeezed(dattn, cache):
    return tuple(np.squeeze(gradient) for gradient in reference(dattn, cache))
