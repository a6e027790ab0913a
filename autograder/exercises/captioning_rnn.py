"""The captioning model with the vanilla RNN: its loss, its sampling, its training."""

import numpy as np

from ..spec import exercise
from .captioning_inputs import LOSS, SAMPLE, TRAINING, add_loss_cases, add_sample_cases, call, plant, with_words

GRADS = {
    "dW_proj": "D H", "db_proj": "H", "dW_embed": "V W", "dWx": "W H", "dWh": "H H", "db": "H",
    "dW_vocab": "H V", "db_vocab": "V",
}  # fmt: skip
SIZES = dict(N=3, T=7, D=5, W=6, H=4, V=8)


def states(inputs, words):
    """The hidden states (N, T, H) of a model that is fed these words (N, T)."""
    h, found = inputs["features"] @ inputs["W_proj"] + inputs["b_proj"], []
    for vectors in np.moveaxis(inputs["W_embed"][words], 1, 0):
        h = np.tanh(vectors @ inputs["Wx"] + h @ inputs["Wh"] + inputs["b"])
        found.append(h)
    return np.stack(found, axis=1)


@exercise(
    call=call("rnn", LOSS),
    outputs={"loss": "", **GRADS},
    sizes=SIZES,
    rtol={"loss": 1e-10, **dict.fromkeys(GRADS, 1e-6)},
    least=dict(T=2, V=4),
    prepare=with_words,
)
def captioning_rnn_loss(
    features: "N D",
    captions: "int N T < V",
    W_proj: "D H",
    b_proj: "H",
    W_embed: "V W",
    Wx: "W H",
    Wh: "H H",
    b: "H",
    W_vocab: "H V",
    b_vocab: "V",
):
    """The loss of some images' captions, and its gradients with respect to all eight parameters."""


@captioning_rnn_loss.published
def published_loss():
    return published_inputs(1)


def published_inputs(gates):
    """The course's own check: everything is linspace, and the vocabulary has no <START>."""
    N, T, D, W, H, V = 10, 13, 20, 30, 40, 3
    shapes = dict(W_proj=(D, H), b_proj=(H,), W_embed=(V, W), Wx=(W, gates * H), Wh=(H, gates * H), b=(gates * H,))
    shapes |= dict(W_vocab=(H, V), b_vocab=(V,))
    return {
        "words": np.array([0, -1, -1]),
        "features": np.linspace(-1.5, 0.3, N * D).reshape(N, D),
        "captions": (np.arange(N * T) % V).reshape(N, T),
        **{name: np.linspace(-1.4, 1.3, np.prod(shape)).reshape(shape) for name, shape in shapes.items()},
    }


add_loss_cases(captioning_rnn_loss)


@exercise(
    call=call("rnn", SAMPLE),
    outputs={"captions": "N T", "sentences": "N T"},
    sizes=dict(N=3, T=8, D=5, W=6, H=80, V=9),
    rtol=1e-8,
    least=dict(V=4),
    prepare=plant(states),
)
def captioning_rnn_sample(
    features: "N D",
    path: "int N T < V",
    W_proj: "D H",
    b_proj: "H",
    W_embed: "V W",
    Wx: "W H",
    Wh: "H H",
    b: "H",
    b_vocab: "V",
):
    """The captions that the model gives some images, the best word at every step; and they without a first <START>."""


add_sample_cases(captioning_rnn_sample)


@exercise(
    call=call("rnn", TRAINING),
    outputs={"losses": "S"},
    sizes=SIZES,
    rtol=1e-6,
    least=dict(T=2, V=4),
    prepare=with_words,
)
def captioning_rnn_training(
    features: "N D",
    captions: "int N T < V",
    W_proj: "D H",
    b_proj: "H",
    W_embed: "V W",
    Wx: "W H",
    Wh: "H H",
    b: "H",
    W_vocab: "H V",
    b_vocab: "V",
):
    """The losses of twenty steps of Adam on one minibatch."""
