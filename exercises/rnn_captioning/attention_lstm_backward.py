"""The LSTM with attention over a whole sequence, backward."""

import numpy as np

from autograder.spec import exercise

from .axes import AXES


@exercise(
    call="""
    h, weights, cache = attention_lstm_forward(x, A, Wx, Wh, Wattn, b)
    dx, dA, dWx, dWh, dWattn, db = attention_lstm_backward(dh, cache)
    """,
    outputs={"dx": "N T D", "dA": "N L H", "dWx": "D 4H", "dWh": "H 4H", "dWattn": "H 4H", "db": "4H"},
    sizes=dict(N=3, T=6, D=5, L=7, H=4),
    axes=AXES,
    rtol={"dx": 1e-7, "dA": 1e-7, "dWx": 1e-7, "dWh": 1e-6, "dWattn": 1e-6, "db": 1e-7},
)
def attention_lstm_backward(
    x: "N T D", A: "N L H", Wx: "D 4H", Wh: "H 4H", Wattn: "H 4H", b: "4H", dh: "N T H"
):  # fmt: skip
    """The gradients through time, from the gradient that each time step's own loss sends back."""


@attention_lstm_backward.published
def values():
    rng = np.random.RandomState(231)
    N, T, D, L, H = 2, 4, 3, 5, 6
    shapes = dict(x=(N, T, D), A=(N, L, H), Wx=(D, 4 * H), Wh=(H, 4 * H), Wattn=(H, 4 * H), b=(4 * H,), dh=(N, T, H))
    return {name: rng.randn(*shape) for name, shape in shapes.items()}


def walk(dh, cache, keep_h=1, keep_c=1):
    """The gradients of all steps, from the last to the first, each (dx, dprev_h, dprev_c, dA, dWx, dWh, dWattn, db).

    keep_h, keep_c: what the gradients that are carried from step to step are multiplied by; numbers, or one a step.
    """
    T = dh.shape[1]
    keep_h, keep_c = np.broadcast_to(keep_h, T), np.broadcast_to(keep_c, T)
    dprev_h, dprev_c, steps = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0]), []
    for t in reversed(range(T)):
        step = attention_lstm_step_backward(dh[:, t] + keep_h[t] * dprev_h, keep_c[t] * dprev_c, cache[t])
        dprev_h, dprev_c = step[1], step[2]
        steps.append(step)
    return steps


def together(steps):
    """The outputs from the steps' gradients: dx in order, the others summed, and the start's share in dA."""
    dx, dprev_h, dprev_c, dA, *weights = zip(*steps, strict=True)
    start = (dprev_h[-1] + dprev_c[-1]) / dA[0].shape[1]
    return np.stack(dx[::-1], axis=1), sum(dA) + start[:, np.newaxis], *(sum(each) for each in weights)


def mistake(advice):
    """Declare a known mistake that is made of the parts above."""
    return attention_lstm_backward.mistake(advice, using=[walk, together])


@mistake("No gradient is carried from step t + 1 to step t: hand back its dprev_h, added to dh[:, t], and its dprev_c.")
def no_carry(dh, cache):
    return together(walk(dh, cache, 0, 0))


@mistake("The cell state's gradient is not carried: hand each step the dprev_c of the step after it.")
def no_carry_of_c(dh, cache):
    return together(walk(dh, cache, 1, 0))


@mistake("The hidden state's gradient is not carried: add to dh[:, t] the dprev_h of the step after it.")
def no_carry_of_h(dh, cache):
    return together(walk(dh, cache, 0, 1))


@mistake("Nothing flows back further than 15 steps: carry the gradients through the whole sequence.")
def truncated(dh, cache):
    near = dh.shape[1] - np.arange(dh.shape[1]) <= 15
    return together(walk(dh, cache, near, near))


@mistake("dA lacks the start: both states started from the mean of the cells, so each cell gets (dh0 + dc0) / L more.")
def start_left_out(dh, cache):
    steps = walk(dh, cache)
    dx, _, *weights = together(steps)
    return dx, sum(step[3] for step in steps), *weights


@mistake("dA lacks the cell state's start: c0 was the mean of the cells, too, so its gradient belongs to A.")
def c0_left_out(dh, cache):
    dx, dA, *weights = reference(dh, cache)
    dc0 = walk(dh, cache)[-1][2]
    return dx, dA - dc0[:, np.newaxis] / dA.shape[1], *weights


@mistake("dA lacks the hidden state's start: h0 was the mean of the cells, so its gradient belongs to A.")
def h0_left_out(dh, cache):
    dx, dA, *weights = reference(dh, cache)
    dh0 = walk(dh, cache)[-1][1]
    return dx, dA - dh0[:, np.newaxis] / dA.shape[1], *weights


@mistake("The start's gradient is given to each cell in full: a mean hands each of L cells one L-th of it.")
def start_not_shared(dh, cache):
    dx, dA, *weights = reference(dh, cache)
    _, dh0, dc0, *_ = walk(dh, cache)[-1]
    return dx, dA + (dh0 + dc0)[:, np.newaxis] * (1 - 1 / dA.shape[1]), *weights


@mistake("dA is that of one step: the cells are used at every step, so add up the steps' gradients.")
def dA_not_accumulated(dh, cache):
    steps = walk(dh, cache)
    dx, _, *weights = together(steps)
    _, dh0, dc0, dA, *_ = steps[-1]
    return dx, dA + (dh0 + dc0)[:, np.newaxis] / dA.shape[1], *weights


@mistake("The gradients of Wx, Wh, Wattn and b are those of one step; add them up over all time steps.")
def weights_not_accumulated(dh, cache):
    steps = walk(dh, cache)
    return *together(steps)[:2], *steps[-1][4:]


@mistake("The weights' gradients are averaged over time; add them up.")
def weights_averaged(dh, cache):
    dx, dA, *weights = reference(dh, cache)
    return dx, dA, *(gradient / dh.shape[1] for gradient in weights)


@mistake("dh is used at the last step only: every step adds its own dh[:, t] to what comes back from the later steps.")
def upstream_of_last_step_only(dh, cache):
    last = np.zeros_like(dh)
    last[:, -1] = dh[:, -1]
    return reference(last, cache)


@mistake("dx is in the order of the backward walk: reverse it, so that dx[:, t] belongs to step t.")
def dx_reversed(dh, cache):
    dx, *others = reference(dh, cache)
    return dx[:, ::-1], *others


@mistake("All steps use the cache of the last step: keep one cache per step and use cache[t].")
def one_cache_for_all(dh, cache):
    return reference(dh, [cache[-1]] * dh.shape[1])


@mistake("dWattn is zero, or was forgotten: add it up over the steps, as dWh.")
def dWattn_zero(dh, cache):
    *others, dWattn, db = reference(dh, cache)
    return *others, np.zeros_like(dWattn), db


@mistake("db keeps an axis and has shape (1, 4H); it has shape (4H,).")
def db_keeps_axis(dh, cache):
    *others, db = reference(dh, cache)
    return *others, db[np.newaxis]


@mistake("np.squeeze drops every axis of length 1, as with one example or one step: leave it out.")
def squeezed(dh, cache):
    dx, dA, *weights = reference(dh, cache)
    return np.squeeze(dx), np.squeeze(dA), *weights


@mistake("All gradients are zeros, placeholders it seems: fill them step by step with attention_lstm_step_backward.")
def placeholders(dh, cache):
    return tuple(np.zeros_like(gradient) for gradient in reference(dh, cache))
