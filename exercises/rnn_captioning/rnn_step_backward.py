"""One time step of the vanilla RNN, backward."""

import numpy as np

from autograder.spec import exercise

from .axes import AXES
from .step_inputs import rnn_step


@exercise(
    call="""
    next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)
    dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
    """,
    outputs={"dx": "N D", "dprev_h": "N H", "dWx": "D H", "dWh": "H H", "db": "H"},
    sizes=dict(N=3, D=5, H=4),
    axes=AXES,
    rtol=1e-8,
    prepare=rnn_step,
)
def rnn_step_backward(x: "N D", prev_h: "N H", Wx: "D H", Wh: "H H", b: "H", dnext_h: "N H"):
    """The gradients of one step with respect to its five inputs, from the gradient of its output."""


@rnn_step_backward.published
def backward_values():
    rng = np.random.RandomState(231)
    N, D, H = 4, 5, 6
    shapes = dict(x=(N, D), prev_h=(N, H), Wx=(D, H), Wh=(H, H), b=(H,), dnext_h=(N, H))
    return {name: rng.randn(*shape) for name, shape in shapes.items()}


@rnn_step_backward.mistake("The slope of tanh is missing: multiply dnext_h by 1 - next_h**2 before anything else.")
def no_slope(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    return dnext_h @ Wx.T, dnext_h @ Wh.T, x.T @ dnext_h, prev_h.T @ dnext_h, dnext_h.sum(axis=0)


@rnn_step_backward.mistake("tanh is applied to next_h, which is a tanh already: the slope of tanh is 1 - next_h**2.")
def slope_of_squashed(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - np.tanh(next_h) ** 2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


@rnn_step_backward.mistake("The slope of tanh is 1 - next_h**2; 1 - next_h lacks the square.")
def slope_without_square(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


@rnn_step_backward.mistake("The slope is the sigmoid's, next_h * (1 - next_h); the slope of tanh is 1 - next_h**2.")
def slope_of_sigmoid(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * next_h * (1 - next_h)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


@rnn_step_backward.mistake(
    "The slope is taken at dnext_h: tanh's slope depends on the hidden state next_h, and multiplies dnext_h."
)
def slope_of_upstream(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = 1 - dnext_h**2
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


@rnn_step_backward.mistake("The slope is taken at dnext_h; tanh's slope depends on the hidden state: 1 - next_h**2.")
def slope_at_upstream(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - dnext_h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


@rnn_step_backward.mistake("The upstream gradient dnext_h is not used: multiply the slope of tanh by it.")
def no_upstream(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = 1 - next_h**2
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


@rnn_step_backward.mistake("The slope has the wrong sign: it is 1 - next_h**2, never negative.")
def slope_negated(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (next_h**2 - 1)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


@rnn_step_backward.mistake("dprev_h multiplies by Wh as it is; on the way back Wh is transposed.")
def dprev_h_without_transpose(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    return reference(dnext_h, (x, prev_h, Wx, Wh.T, next_h))


@rnn_step_backward.mistake("dWh is transposed: as in Wh, its rows belong to prev_h and its columns to the new state.")
def dWh_transposed(dnext_h, cache):
    dx, dprev_h, dWx, dWh, db = reference(dnext_h, cache)
    return dx, dprev_h, dWx, dWh.T, db


@rnn_step_backward.mistake("dWx is transposed: as in Wx, its rows belong to x and its columns to the new state.")
def dWx_transposed(dnext_h, cache):
    dx, dprev_h, dWx, dWh, db = reference(dnext_h, cache)
    return dx, dprev_h, dWx.T, dWh, db


@rnn_step_backward.mistake("dWh is made with next_h; Wh was multiplied by prev_h, so its gradient is made with prev_h.")
def dWh_of_next_h(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    return reference(dnext_h, (x, next_h, Wx, Wh, next_h))


@rnn_step_backward.mistake("db keeps the summed axis and has shape (1, H): sum over axis 0 without keepdims.")
def db_keeps_axis(dnext_h, cache):
    *others, db = reference(dnext_h, cache)
    return *others, db[np.newaxis]


@rnn_step_backward.mistake("db is summed to one number: sum over the examples only, axis=0.")
def db_scalar(dnext_h, cache):
    *others, db = reference(dnext_h, cache)
    return *others, db.sum()


@rnn_step_backward.mistake("db is not summed: every example used the same bias, so sum over the examples, axis 0.")
def db_unsummed(dnext_h, cache):
    *others, db = reference(dnext_h, cache)
    return *others, dnext_h * (1 - cache[-1] ** 2)


@rnn_step_backward.mistake("db is a mean over the examples; every example used the same bias, so db is the sum.")
def db_mean(dnext_h, cache):
    *others, db = reference(dnext_h, cache)
    return *others, db / len(dnext_h)


@rnn_step_backward.mistake("db is the sum of dnext_h itself: multiply by the slope of tanh before you sum.")
def db_before_slope(dnext_h, cache):
    *others, db = reference(dnext_h, cache)
    return *others, dnext_h.sum(axis=0)


@rnn_step_backward.mistake("dx and dprev_h are returned in the wrong order: dx comes first.")
def dx_and_dprev_h_swapped(dnext_h, cache):
    dx, dprev_h, *weights = reference(dnext_h, cache)
    return dprev_h, dx, *weights


@rnn_step_backward.mistake("All gradients are zeros, placeholders it seems: compute them from dnext_h and the cache.")
def placeholders(dnext_h, cache):
    return tuple(np.zeros_like(gradient) for gradient in reference(dnext_h, cache))


@rnn_step_backward.mistake("np.squeeze drops axes of length 1, as with one example: leave it out.")
def squeezed_gradients(dnext_h, cache):
    dx, dprev_h, *weights = reference(dnext_h, cache)
    return np.squeeze(dx), np.squeeze(dprev_h), *weights
