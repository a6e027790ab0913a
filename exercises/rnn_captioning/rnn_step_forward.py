"""One time step of the vanilla RNN, forward."""

from collections.abc import Callable

import numpy as np

from autograder.spec import exercise

from .axes import AXES
from .step_inputs import rnn_step


@exercise(
    call="next_h, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)",
    outputs={"next_h": "N H"},
    sizes=dict(N=3, D=5, H=4),
    axes=AXES,
    rtol=1e-8,
    prepare=rnn_step,
)
def rnn_step_forward(x: "N D", prev_h: "N H", Wx: "D H", Wh: "H H", b: "H"):
    """The next hidden state, tanh(x Wx + prev_h Wh + b)."""


@rnn_step_forward.published
def forward_values():
    N, D, H = 3, 10, 4
    return dict(
        x=np.linspace(-0.4, 0.7, num=N * D).reshape(N, D),
        prev_h=np.linspace(-0.2, 0.5, num=N * H).reshape(N, H),
        Wx=np.linspace(-0.1, 0.9, num=D * H).reshape(D, H),
        Wh=np.linspace(-0.3, 0.7, num=H * H).reshape(H, H),
        b=np.linspace(-0.2, 0.4, num=H),
    )


def keep(x, prev_h, Wx, Wh, next_h):
    """The hidden state with the cache that goes with it."""
    return next_h, (x, prev_h, Wx, Wh, next_h)


def mistake(advice: str) -> Callable:
    """Declare a known mistake, with a cache as right code has it."""
    return rnn_step_forward.mistake(advice, using=[keep])


@mistake("The squashing is missing: apply np.tanh to the sum before you return it.")
def no_tanh(x, prev_h, Wx, Wh, b):
    return keep(x, prev_h, Wx, Wh, x @ Wx + prev_h @ Wh + b)


@mistake("The bias is missing: add b to the sum inside tanh.")
def no_bias(x, prev_h, Wx, Wh, b):
    return keep(x, prev_h, Wx, Wh, np.tanh(x @ Wx + prev_h @ Wh))


@mistake("The bias is subtracted; add it.")
def minus_bias(x, prev_h, Wx, Wh, b):
    return keep(x, prev_h, Wx, Wh, np.tanh(x @ Wx + prev_h @ Wh - b))


@mistake("The bias is added after tanh; add it to the sum that tanh is applied to.")
def bias_outside(x, prev_h, Wx, Wh, b):
    return keep(x, prev_h, Wx, Wh, np.tanh(x @ Wx + prev_h @ Wh) + b)


@mistake("The previous hidden state is not used: add prev_h times Wh.")
def no_memory(x, prev_h, Wx, Wh, b):
    return keep(x, prev_h, Wx, Wh, np.tanh(x @ Wx + b))


@mistake("The input is not used: add x times Wx.")
def no_input(x, prev_h, Wx, Wh, b):
    return keep(x, prev_h, Wx, Wh, np.tanh(prev_h @ Wh + b))


@mistake("Wh is transposed: each row of prev_h is one example, so prev_h multiplies Wh as it is.")
def transposed_Wh(x, prev_h, Wx, Wh, b):
    return keep(x, prev_h, Wx, Wh, np.tanh(x @ Wx + prev_h @ Wh.T + b))


@mistake("The squashing is a sigmoid; the vanilla RNN uses tanh.")
def sigmoid(x, prev_h, Wx, Wh, b):
    return keep(x, prev_h, Wx, Wh, 1 / (1 + np.exp(-(x @ Wx + prev_h @ Wh + b))))


@mistake("tanh is applied to each product by itself; add the products first, then apply tanh once.")
def tanh_of_each(x, prev_h, Wx, Wh, b):
    return keep(x, prev_h, Wx, Wh, np.tanh(x @ Wx) + np.tanh(prev_h @ Wh + b))


@mistake("tanh is applied twice: apply it once, to the sum.")
def tanh_twice(x, prev_h, Wx, Wh, b):
    return keep(x, prev_h, Wx, Wh, np.tanh(np.tanh(x @ Wx + prev_h @ Wh + b)))


@mistake("np.squeeze drops the axis of examples when N is 1 (and of H when H is 1): leave it out.")
def squeezed(x, prev_h, Wx, Wh, b):
    return keep(x, prev_h, Wx, Wh, np.squeeze(np.tanh(x @ Wx + prev_h @ Wh + b)))
