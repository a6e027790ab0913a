"""The vanilla RNN over a whole sequence, backward."""

from collections.abc import Callable

import numpy as np

from autograder.spec import exercise

from .axes import AXES
from .rnn_step_backward import rnn_step_backward


@exercise(
    call="""
    h, cache = rnn_forward(x, h0, Wx, Wh, b)
    dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
    """,
    outputs={"dx": "N T D", "dh0": "N H", "dWx": "D H", "dWh": "H H", "db": "H"},
    sizes=dict(N=3, T=6, D=5, H=4),
    axes=AXES,
    rtol=1e-6,
)
def rnn_backward(x: "N T D", h0: "N H", Wx: "D H", Wh: "H H", b: "H", dh: "N T H"):
    """The gradients through time, from the gradient that each time step's own loss sends back."""


@rnn_backward.published
def values():
    rng = np.random.RandomState(231)
    N, D, T, H = 2, 3, 10, 5
    shapes = dict(x=(N, T, D), h0=(N, H), Wx=(D, H), Wh=(H, H), b=(H,), dh=(N, T, H))
    return {name: rng.randn(*shape) for name, shape in shapes.items()}


@rnn_backward.mistake(
    "No gradient is carried from step t + 1 to step t: add to dh[:, t] the dprev_h that step t + 1 sends back."
)
def no_carry(dh, cache):
    steps = [rnn_step_backward(dh[:, t], cache[t]) for t in range(dh.shape[1])]
    dx, dprev, dWx, dWh, db = zip(*steps, strict=True)
    return np.stack(dx, axis=1), dprev[0], sum(dWx), sum(dWh), sum(db)


@rnn_backward.mistake("The gradients of Wx, Wh and b are those of one step; add them up over all time steps.")
def weights_not_accumulated(dh, cache):
    dx, dstate = [], 0
    for t in reversed(range(dh.shape[1])):
        dx_t, dstate, dWx, dWh, db = rnn_step_backward(dh[:, t] + dstate, cache[t])
        dx.append(dx_t)
    return np.stack(dx[::-1], axis=1), dstate, dWx, dWh, db


@rnn_backward.mistake(
    "dh is used at the last step only: every step adds its own dh[:, t] to what comes back from the later steps."
)
def upstream_of_last_step_only(dh, cache):
    last = np.zeros_like(dh)
    last[:, -1] = dh[:, -1]
    return reference(last, cache)


@rnn_backward.mistake("The steps are walked from the first to the last; the backward pass starts at T - 1.")
def forward_in_time(dh, cache):
    dx, dstate, dWx, dWh, db = [], 0, 0, 0, 0
    for t in range(dh.shape[1]):
        dx_t, dstate, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dstate, cache[t])
        dx.append(dx_t)
        dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
    return np.stack(dx, axis=1), dstate, dWx, dWh, db


@rnn_backward.mistake("dx is in the order of the backward walk: reverse it, so that dx[:, t] belongs to step t.")
def dx_reversed(dh, cache):
    dx, *others = reference(dh, cache)
    return dx[:, ::-1], *others


@rnn_backward.mistake("dh0 is never assigned and stays zero: it is the dprev_h that step 0 sends back.")
def dh0_zero(dh, cache):
    dx, dh0, *others = reference(dh, cache)
    return dx, np.zeros_like(dh0), *others


@rnn_backward.mistake("dh0 is returned as None: it is the dprev_h that step 0 sends back.")
def dh0_none(dh, cache):
    dx, _, *others = reference(dh, cache)
    return dx, None, *others


@rnn_backward.mistake("dh0 has dh[:, 0] added to it: it is the dprev_h that step 0 sends back, and nothing else.")
def dh0_with_upstream(dh, cache):
    dx, dh0, *others = reference(dh, cache)
    return dx, dh0 + dh[:, 0], *others


@rnn_backward.mistake("Step 0 is left out: the walk must reach t = 0, as reversed(range(T)) does.")
def stops_before_first_step(dh, cache):
    N, T, _ = dh.shape
    dx = np.zeros((N, T, cache[0][0].shape[1]))
    dstate, dWx, dWh, db = 0, np.zeros_like(cache[0][2]), np.zeros_like(cache[0][3]), np.zeros(dh.shape[2])
    for t in range(T - 1, 0, -1):
        dx[:, t], dstate, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dstate, cache[t])
        dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
    return dx, dstate, dWx, dWh, db


@rnn_backward.mistake("Nothing flows back further than 10 steps: carry the gradient through the whole sequence.")
def truncated(dh, cache):
    dx, dstate, dWx, dWh, db = [], 0, 0, 0, 0
    for t in reversed(range(dh.shape[1])):
        carried = dstate if (dh.shape[1] - t) <= 10 else 0
        dx_t, dstate, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, cache[t])
        dx.append(dx_t)
        dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
    return np.stack(dx[::-1], axis=1), dstate, dWx, dWh, db


@rnn_backward.mistake("The weights' gradients are averaged over time; add them up.")
def weights_averaged(dh, cache):
    dx, dh0, *weights = reference(dh, cache)
    return dx, dh0, *(gradient / dh.shape[1] for gradient in weights)


@rnn_backward.mistake("db keeps an axis and has shape (1, H); it has shape (H,).")
def db_keeps_axis(dh, cache):
    *others, db = reference(dh, cache)
    return *others, db[np.newaxis]


@rnn_backward.mistake("np.squeeze drops axes of length 1, as with one example or one step: leave it out.")
def squeezed(dh, cache):
    dx, dh0, *weights = reference(dh, cache)
    return np.squeeze(dx), np.squeeze(dh0), *weights


@rnn_backward.mistake("All steps use the cache of the last step: keep one cache per step and use cache[t].")
def one_cache_for_all(dh, cache):
    return reference(dh, [cache[-1]] * dh.shape[1])


@rnn_backward.mistake("All gradients are zeros, placeholders it seems: fill them step by step with rnn_step_backward.")
def placeholders(dh, cache):
    return tuple(np.zeros_like(gradient) for gradient in reference(dh, cache))


def rewritten(step_cache, prev_h):
    """The cache of one step with another previous hidden state in it."""
    x, _, *others = step_cache
    return x, prev_h, *others


def aliased(advice: str) -> Callable:
    """Declare a mistake that shows in what the forward pass has kept."""
    return rnn_backward.mistake(advice, using=[rewritten])


@aliased(
    "Step 0 works with the last hidden state in the place of h0: if rnn_forward hands on h[:, t - 1], that is a view of "
    "h, for step 0 of its last column, and what is stored there later changes what the step's cache holds. Copy it, or "
    "start from h0 itself."
)
def first_state_overwritten(dh, cache):
    return reference(dh, [rewritten(cache[0], cache[-1][4]), *cache[1:]])


@aliased(
    "All steps work with the last hidden state as their previous one: if rnn_forward keeps the state in one array that "
    "each step changes, all caches hold that same array. Make a new array at every step, or copy it."
)
def one_array_for_all_states(dh, cache):
    return reference(dh, [rewritten(step, cache[-1][4]) for step in cache])
