"""One time step of the LSTM, backward."""

import numpy as np

from autograder.spec import exercise

from .axes import AXES
from .step_inputs import lstm_step


@exercise(
    call="""
    next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
    dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
    """,
    outputs={"dx": "N D", "dprev_h": "N H", "dprev_c": "N H", "dWx": "D 4H", "dWh": "H 4H", "db": "4H"},
    sizes=dict(N=3, D=5, H=4),
    axes=AXES,
    rtol=1e-7,
    prepare=lstm_step,
)
def lstm_step_backward(
    x: "N D", prev_h: "N H", prev_c: "N H", Wx: "D 4H", Wh: "H 4H", b: "4H", dnext_h: "N H", dnext_c: "N H"
):
    """The gradients of one step with respect to its six inputs, from the gradients of its two outputs."""


@lstm_step_backward.published
def backward_values():
    rng = np.random.RandomState(231)
    N, D, H = 4, 5, 6
    shapes = dict(x=(N, D), prev_h=(N, H), prev_c=(N, H), Wx=(D, 4 * H), Wh=(H, 4 * H), b=(4 * H,))
    shapes |= dict(dnext_h=(N, H), dnext_c=(N, H))
    return {name: rng.randn(*shape) for name, shape in shapes.items()}


@lstm_step_backward.case("no gradient but that of the cell state")
def through_c_only(inputs):
    return {"dnext_h": np.zeros_like(inputs["dnext_h"])}


@lstm_step_backward.case("no gradient but that of the hidden state")
def through_h_only(inputs):
    return {"dnext_c": np.zeros_like(inputs["dnext_c"])}


@lstm_step_backward.mistake(
    "next_c receives a gradient from two sides: dnext_c, and through next_h, dnext_h * o * (1 - tanh(next_c)**2). "
    "The second is missing in dprev_c."
)
def dprev_c_without_h(dnext_h, dnext_c, cache):
    dx, dprev_h, dprev_c, *weights = reference(dnext_h, dnext_c, cache)
    return dx, dprev_h, reference(np.zeros_like(dnext_h), dnext_c, cache)[2], *weights


@lstm_step_backward.mistake(
    "The path through next_h is missing: next_c receives dnext_c + dnext_h * o * (1 - tanh(next_c)**2)."
)
def c_without_h(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c = cache
    dao = dnext_h * tanh_c * o * (1 - o)
    blocks = [dnext_c * g * i * (1 - i), dnext_c * prev_c * f * (1 - f), dao, dnext_c * i * (1 - g**2)]
    da = np.concatenate(blocks, axis=1)
    return da @ Wx.T, da @ Wh.T, dnext_c * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)


@lstm_step_backward.mistake("The gradient dnext_c is not used: next_c receives it beside what comes through next_h.")
def no_dnext_c(dnext_h, dnext_c, cache):
    return reference(dnext_h, np.zeros_like(dnext_c), cache)


@lstm_step_backward.mistake("The gradient dnext_h is not used: it reaches the output gate, and next_c through tanh.")
def no_dnext_h(dnext_h, dnext_c, cache):
    return reference(np.zeros_like(dnext_h), dnext_c, cache)


@lstm_step_backward.mistake(
    "The slope of tanh is missing on the way from next_h to next_c: multiply dnext_h by 1 - tanh(next_c)**2, too."
)
def no_slope_of_c(dnext_h, dnext_c, cache):
    o, tanh_c = cache[7], cache[9]
    return reference(dnext_h, dnext_c + dnext_h * o * tanh_c**2, cache)


@lstm_step_backward.mistake("The output gate is missing on the way from next_h to next_c: multiply dnext_h by o, too.")
def no_output_gate(dnext_h, dnext_c, cache):
    o, tanh_c = cache[7], cache[9]
    return reference(dnext_h, dnext_c + dnext_h * (1 - o) * (1 - tanh_c**2), cache)


@lstm_step_backward.mistake(
    "tanh is applied once more on the way from next_h to next_c: the slope is 1 - tanh(next_c)**2, of the tanh itself."
)
def slope_of_squashed_c(dnext_h, dnext_c, cache):
    o, tanh_c = cache[7], cache[9]
    return reference(dnext_h, dnext_c + dnext_h * o * (tanh_c**2 - np.tanh(tanh_c) ** 2), cache)


@lstm_step_backward.mistake("tanh is applied once more to the block g, which is a tanh already: its slope is 1 - g**2.")
def slope_of_squashed_g(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c = cache
    dc = dnext_c + dnext_h * o * (1 - tanh_c**2)
    dao = dnext_h * tanh_c * o * (1 - o)
    dag = dc * i * (1 - np.tanh(g) ** 2)
    da = np.concatenate([dc * g * i * (1 - i), dc * prev_c * f * (1 - f), dao, dag], axis=1)
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)


@lstm_step_backward.mistake("The block g has the sigmoid's slope, g * (1 - g); it was made with tanh: 1 - g**2.")
def sigmoid_slope_for_g(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c = cache
    dc = dnext_c + dnext_h * o * (1 - tanh_c**2)
    dao = dnext_h * tanh_c * o * (1 - o)
    da = np.concatenate([dc * g * i * (1 - i), dc * prev_c * f * (1 - f), dao, dc * i * g * (1 - g)], axis=1)
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)


@lstm_step_backward.mistake("The gates i, f and o have tanh's slope; they were made with the sigmoid: i * (1 - i).")
def tanh_slope_for_gates(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c = cache
    dc = dnext_c + dnext_h * o * (1 - tanh_c**2)
    dao = dnext_h * tanh_c * (1 - o**2)
    da = np.concatenate([dc * g * (1 - i**2), dc * prev_c * (1 - f**2), dao, dc * i * (1 - g**2)], axis=1)
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)


@lstm_step_backward.mistake(
    "The slopes of the gates are missing: multiply by i * (1 - i), f * (1 - f), o * (1 - o), 1 - g**2."
)
def no_slopes(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c = cache
    dc = dnext_c + dnext_h * o * (1 - tanh_c**2)
    da = np.concatenate([dc * g, dc * prev_c, dnext_h * tanh_c, dc * i], axis=1)
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)


@lstm_step_backward.mistake("The blocks are put together as i, o, f, g: their order is i, f, o, g, as in Wx.")
def blocks_iofg(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c = cache
    dc = dnext_c + dnext_h * o * (1 - tanh_c**2)
    dao = dnext_h * tanh_c * o * (1 - o)
    da = np.concatenate([dc * g * i * (1 - i), dao, dc * prev_c * f * (1 - f), dc * i * (1 - g**2)], axis=1)
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)


@lstm_step_backward.mistake("The forget gate's gradient is made with next_c; f was multiplied by prev_c.")
def f_with_next_c(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c = cache
    dc = dnext_c + dnext_h * o * (1 - tanh_c**2)
    daf = dc * (f * prev_c + i * g) * f * (1 - f)
    da = np.concatenate([dc * g * i * (1 - i), daf, dnext_h * tanh_c * o * (1 - o), dc * i * (1 - g**2)], axis=1)
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)


@lstm_step_backward.mistake("dprev_c is the gradient of next_c itself; prev_c was multiplied by the forget gate f.")
def dprev_c_without_f(dnext_h, dnext_c, cache):
    dx, dprev_h, dprev_c, *weights = reference(dnext_h, dnext_c, cache)
    return dx, dprev_h, dprev_c / cache[6], *weights


@lstm_step_backward.mistake("dprev_c is dnext_c unchanged: multiply the whole gradient of next_c by the forget gate f.")
def dprev_c_untouched(dnext_h, dnext_c, cache):
    dx, dprev_h, dprev_c, *weights = reference(dnext_h, dnext_c, cache)
    return dx, dprev_h, dnext_c, *weights


@lstm_step_backward.mistake("db keeps the summed axis and has shape (1, 4H): sum over axis 0 without keepdims.")
def db_keeps_axis(dnext_h, dnext_c, cache):
    *others, db = reference(dnext_h, dnext_c, cache)
    return *others, db[np.newaxis]


@lstm_step_backward.mistake("db is summed to one number: sum over the examples only, axis=0.")
def db_scalar(dnext_h, dnext_c, cache):
    *others, db = reference(dnext_h, dnext_c, cache)
    return *others, db.sum()


@lstm_step_backward.mistake("dWh is made with the next hidden state; Wh was multiplied by prev_h.")
def dWh_of_next_h(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c = cache
    dWh = reference(dnext_h, dnext_c, (x, o * tanh_c, *cache[2:]))[4]
    dx, dprev_h, dprev_c, dWx, _, db = reference(dnext_h, dnext_c, cache)
    return dx, dprev_h, dprev_c, dWx, dWh, db


@lstm_step_backward.mistake("dprev_h and dprev_c are returned in the wrong order: dx, dprev_h, dprev_c, dWx, dWh, db.")
def dprev_swapped(dnext_h, dnext_c, cache):
    dx, dprev_h, dprev_c, *weights = reference(dnext_h, dnext_c, cache)
    return dx, dprev_c, dprev_h, *weights


@lstm_step_backward.mistake("All gradients are zeros, placeholders it seems: compute them from the cache.")
def placeholders(dnext_h, dnext_c, cache):
    return tuple(np.zeros_like(gradient) for gradient in reference(dnext_h, dnext_c, cache))


@lstm_step_backward.mistake("np.squeeze drops axes of length 1, as with one example: leave it out.")
def squeezed_gradients(dnext_h, dnext_c, cache):
    dx, dprev_h, dprev_c, *weights = reference(dnext_h, dnext_c, cache)
    return np.squeeze(dx), np.squeeze(dprev_h), np.squeeze(dprev_c), *weights
