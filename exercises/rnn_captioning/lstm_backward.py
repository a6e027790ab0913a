"""The LSTM over a whole sequence, backward."""

from collections.abc import Callable

import numpy as np

from autograder.spec import exercise

from .axes import AXES


@exercise(
    call="""
    h, cache = lstm_forward(x, h0, Wx, Wh, b)
    dx, dh0, dWx, dWh, db = lstm_backward(dh, cache)
    """,
    outputs={"dx": "N T D", "dh0": "N H", "dWx": "D 4H", "dWh": "H 4H", "db": "4H"},
    sizes=dict(N=3, T=6, D=5, H=4),
    axes=AXES,
    rtol={"dx": 1e-8, "dh0": 1e-8, "dWx": 1e-8, "dWh": 1e-6, "db": 1e-8},
)
def lstm_backward(x: "N T D", h0: "N H", Wx: "D 4H", Wh: "H 4H", b: "4H", dh: "N T H"):
    """The gradients through time, from the gradient that each time step's own loss sends back."""


@lstm_backward.published
def values():
    rng = np.random.RandomState(231)
    N, D, T, H = 2, 3, 10, 6
    shapes = dict(x=(N, T, D), h0=(N, H), Wx=(D, 4 * H), Wh=(H, 4 * H), b=(4 * H,), dh=(N, T, H))
    return {name: rng.randn(*shape) for name, shape in shapes.items()}


@lstm_backward.mistake(
    "No gradient is carried from step t + 1 to step t: hand back its dprev_h, added to dh[:, t], and its dprev_c."
)
def no_carry(dh, cache):
    steps = [lstm_step_backward(dh[:, t], np.zeros_like(dh[:, t]), cache[t]) for t in range(dh.shape[1])]
    dx, dprev_h, dprev_c, dWx, dWh, db = zip(*steps, strict=True)
    return np.stack(dx, axis=1), dprev_h[0], sum(dWx), sum(dWh), sum(db)


@lstm_backward.mistake("The cell state's gradient is not carried: hand each step the dprev_c of the step after it.")
def no_carry_of_c(dh, cache):
    dx, dprev_h, dprev_c, dWx, dWh, db = [], np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0]), 0, 0, 0
    for t in reversed(range(dh.shape[1])):
        dx_t, dprev_h, dprev_c, dWx_t, dWh_t, db_t = lstm_step_backward(
            dh[:, t] + dprev_h, np.zeros_like(dprev_c), cache[t]
        )
        dx.append(dx_t)
        dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
    return np.stack(dx[::-1], axis=1), dprev_h, dWx, dWh, db


@lstm_backward.mistake("The hidden state's gradient is not carried: add to dh[:, t] the dprev_h of the step after it.")
def no_carry_of_h(dh, cache):
    dx, dprev_h, dprev_c, dWx, dWh, db = [], np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0]), 0, 0, 0
    for t in reversed(range(dh.shape[1])):
        dx_t, dprev_h, dprev_c, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t], dprev_c, cache[t])
        dx.append(dx_t)
        dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
    return np.stack(dx[::-1], axis=1), dprev_h, dWx, dWh, db


@lstm_backward.mistake("The gradients of Wx, Wh and b are those of one step; add them up over all time steps.")
def weights_not_accumulated(dh, cache):
    dx, dprev_h, dprev_c = [], np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in reversed(range(dh.shape[1])):
        dx_t, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dh[:, t] + dprev_h, dprev_c, cache[t])
        dx.append(dx_t)
    return np.stack(dx[::-1], axis=1), dprev_h, dWx, dWh, db


@lstm_backward.mistake(
    "dh is used at the last step only: every step adds its own dh[:, t] to what comes back from the later steps."
)
def upstream_of_last_step_only(dh, cache):
    last = np.zeros_like(dh)
    last[:, -1] = dh[:, -1]
    return reference(last, cache)


@lstm_backward.mistake("dx is in the order of the backward walk: reverse it, so that dx[:, t] belongs to step t.")
def dx_reversed(dh, cache):
    dx, *others = reference(dh, cache)
    return dx[:, ::-1], *others


@lstm_backward.mistake("dh0 is never assigned and stays zero: it is the dprev_h that step 0 sends back.")
def dh0_zero(dh, cache):
    dx, dh0, *others = reference(dh, cache)
    return dx, np.zeros_like(dh0), *others


@lstm_backward.mistake("dh0 is returned as None: it is the dprev_h that step 0 sends back.")
def dh0_none(dh, cache):
    dx, _, *others = reference(dh, cache)
    return dx, None, *others


@lstm_backward.mistake("dh0 has dh[:, 0] added to it: it is the dprev_h that step 0 sends back, and nothing else.")
def dh0_with_upstream(dh, cache):
    dx, dh0, *others = reference(dh, cache)
    return dx, dh0 + dh[:, 0], *others


@lstm_backward.mistake("Nothing flows back further than 15 steps: carry the gradients through the whole sequence.")
def truncated(dh, cache):
    dx, dprev_h, dprev_c, dWx, dWh, db = [], np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0]), 0, 0, 0
    for t in reversed(range(dh.shape[1])):
        keep = dh.shape[1] - t <= 15
        dx_t, dprev_h, dprev_c, dWx_t, dWh_t, db_t = lstm_step_backward(
            dh[:, t] + keep * dprev_h, keep * dprev_c, cache[t]
        )
        dx.append(dx_t)
        dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
    return np.stack(dx[::-1], axis=1), dprev_h, dWx, dWh, db


@lstm_backward.mistake("The weights' gradients are averaged over time; add them up.")
def weights_averaged(dh, cache):
    dx, dh0, *weights = reference(dh, cache)
    return dx, dh0, *(gradient / dh.shape[1] for gradient in weights)


@lstm_backward.mistake("db keeps an axis and has shape (1, 4H); it has shape (4H,).")
def db_keeps_axis(dh, cache):
    *others, db = reference(dh, cache)
    return *others, db[np.newaxis]


@lstm_backward.mistake("np.squeeze drops axes of length 1, as with one example or one step: leave it out.")
def squeezed(dh, cache):
    dx, dh0, *weights = reference(dh, cache)
    return np.squeeze(dx), np.squeeze(dh0), *weights


@lstm_backward.mistake("All steps use the cache of the last step: keep one cache per step and use cache[t].")
def one_cache_for_all(dh, cache):
    return reference(dh, [cache[-1]] * dh.shape[1])


@lstm_backward.mistake(
    "All gradients are zeros, placeholders it seems: fill them step by step with lstm_step_backward."
)
def placeholders(dh, cache):
    return tuple(np.zeros_like(gradient) for gradient in reference(dh, cache))


def rewritten(step_cache, prev_h, prev_c=None):
    """The cache of one step with other previous states in it."""
    x, _, own_c, *others = step_cache
    return x, prev_h, own_c if prev_c is None else prev_c, *others


def last_states(cache):
    """The hidden state and the cell state after the last step."""
    _, _, prev_c, _, _, i, f, o, g, tanh_c = cache[-1]
    return o * tanh_c, f * prev_c + i * g


def aliased(advice: str) -> Callable:
    """Declare a mistake that shows in what the forward pass has kept."""
    return lstm_backward.mistake(advice, using=[rewritten, last_states])


@aliased(
    "Step 0 works with the last hidden state in the place of h0: if lstm_forward hands on h[:, t - 1], that is a view of "
    "h, for step 0 of its last column, and what is stored there later changes what the step's cache holds. Copy it, or "
    "start from h0 itself."
)
def first_state_overwritten(dh, cache):
    return reference(dh, [rewritten(cache[0], last_states(cache)[0]), *cache[1:]])


@aliased(
    "Step 0 works with the last hidden state and the last cell state in the place of the first ones: if lstm_forward "
    "hands on h[:, t - 1] and c[:, t - 1], these are views, for step 0 of the last columns, and what is stored there "
    "later changes what the step's cache holds. Copy them, or start from h0 and zeros themselves."
)
def first_states_overwritten(dh, cache):
    return reference(dh, [rewritten(cache[0], *last_states(cache)), *cache[1:]])


@aliased(
    "Step 0 works with the last cell state in the place of zeros: if lstm_forward hands on c[:, t - 1], that is a view of "
    "c, for step 0 of its last column, and what is stored there later changes what the step's cache holds. Copy it, or "
    "start from zeros themselves."
)
def first_cell_state_overwritten(dh, cache):
    return reference(dh, [rewritten(cache[0], cache[0][1], last_states(cache)[1]), *cache[1:]])
