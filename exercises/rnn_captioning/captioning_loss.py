"""The loss of the captioning model and its gradients, with the vanilla RNN and with the LSTM, and a short training."""

from collections.abc import Callable

import numpy as np

from autograder.spec import exercise

from .axes import AXES
from .captioning_inputs import END, NULL, START, call, published, with_words
from .captioning_losses import returned, words

LOSS = """
loss, grads = captioning_{cell}_loss(model, features, captions)
dW_proj, db_proj, dW_embed = grads.get("W_proj"), grads.get("b_proj"), grads.get("W_embed")
dWx, dWh, db = grads.get("Wx"), grads.get("Wh"), grads.get("b")
dW_vocab, db_vocab = grads.get("W_vocab"), grads.get("b_vocab")
"""
TRAINING = """
from cs231n.captioning_solver import adam_losses
losses = adam_losses(captioning_rnn_loss, model, features, captions)
"""
OTHERS = {"dW_proj": "D H", "db_proj": "H", "dW_embed": "V W", "dW_vocab": "H V", "db_vocab": "V"}
RNN = {"loss": "", **OTHERS, "dWx": "W H", "dWh": "H H", "db": "H"}
LSTM = {"loss": "", **OTHERS, "dWx": "W 4H", "dWh": "H 4H", "db": "4H"}
COMMON = dict(
    sizes=dict(N=3, T=7, D=5, W=6, H=4, V=8),
    axes=AXES,
    rtol={name: 1e-10 if name == "loss" else 1e-6 for name in RNN},
    least=dict(T=2, V=4),
    prepare=with_words,
    slow=True,
)


@exercise(call=call("rnn", LOSS), outputs=RNN, **COMMON)
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


@exercise(call=call("lstm", LOSS), outputs=LSTM, **COMMON)
def captioning_lstm_loss(
    features: "N D",
    captions: "int N T < V",
    W_proj: "D H",
    b_proj: "H",
    W_embed: "V W",
    Wx: "W 4H",
    Wh: "H 4H",
    b: "4H",
    W_vocab: "H V",
    b_vocab: "V",
):
    """The loss of some images' captions, and its gradients with respect to all eight parameters."""


@exercise(
    call=call("rnn", TRAINING),
    outputs={"losses": "S"},
    function="captioning_rnn_loss",
    without=("strided", "one_step", "long", "one_D", "one_W", "one_H"),  # the loss has these, and a training takes long
    **COMMON | dict(rtol=1e-6),
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


BOTH = (captioning_rnn_loss, captioning_lstm_loss)


@captioning_rnn_loss.published
def rnn_values():
    return published("rnn")


@captioning_lstm_loss.published
def lstm_values():
    return published("lstm")


@captioning_rnn_training.published
def training_values():
    rng = np.random.RandomState(231)
    N, T, D, W, H, V = 4, 9, 6, 7, 10, 12
    shapes = dict(features=(N, D), W_proj=(D, H), b_proj=(H,), W_embed=(V, W), Wx=(W, H), Wh=(H, H), b=(H,))
    shapes |= dict(W_vocab=(H, V), b_vocab=(V,))
    return {
        "words": np.array([NULL, START, END]),
        "captions": rng.randint(V, size=(N, T)),
        **{name: rng.randn(*shape) / np.sqrt(shape[0]) for name, shape in shapes.items()},
    }


def mistake(advice: str) -> Callable:
    """Declare a known mistake of the loss with either cell."""
    return lambda function: [exercise.mistake(advice, using=[whole_pass])(function) for exercise in BOTH]


def whole_pass(self, features, words_in, words_out, mask):
    """Loss and gradients, whichever words go in and are expected."""
    p = self.params
    forward, backward = (lstm_forward, lstm_backward) if self.cell_type == "lstm" else (rnn_forward, rnn_backward)
    h0 = features @ p["W_proj"] + p["b_proj"]
    vectors, embed_cache = word_embedding_forward(words_in, p["W_embed"])
    h, cache = forward(vectors, h0, p["Wx"], p["Wh"], p["b"])
    scores, affine_cache = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    loss, dscores = temporal_softmax_loss(scores, words_out, mask)
    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, affine_cache)
    dvectors, dh0, grads["Wx"], grads["Wh"], grads["b"] = backward(dh, cache)
    grads["W_embed"] = word_embedding_backward(dvectors, embed_cache)
    grads["W_proj"], grads["b_proj"] = features.T @ dh0, dh0.sum(axis=0)
    return loss, grads


words.declare(BOTH, using=[whole_pass])


@mistake("Input and expected words are swapped: captions[:, :-1] goes in, captions[:, 1:] is expected.")
def in_and_out_swapped(self, features, captions):
    words_out = captions[:, :-1]
    return whole_pass(self, features, captions[:, 1:], words_out, words_out != self._null)


@mistake("b_proj is not added: the first hidden state is features @ W_proj + b_proj.")
def no_b_proj(self, features, captions):
    params = {**self.params, "b_proj": np.zeros_like(self.params["b_proj"])}
    return reference(type(self).from_params(params, [self._null, -1, -1], self.cell_type), features, captions)


@mistake("The features are not used: the first hidden state is features @ W_proj + b_proj.")
def image_not_used(self, features, captions):
    return reference(self, np.zeros_like(features), captions)


@mistake("W_proj's gradient is made with h0; it is made with dh0: features.T @ dh0.")
def dW_proj_of_h0(self, features, captions):
    loss, grads = reference(self, features, captions)
    h0 = features @ self.params["W_proj"] + self.params["b_proj"]
    return loss, {**grads, "W_proj": features.T @ h0}


@mistake("b_proj's gradient is b_proj itself: it is the sum of dh0 over the examples.")
def db_proj_is_b_proj(self, features, captions):
    loss, grads = reference(self, features, captions)
    return loss, {**grads, "b_proj": self.params["b_proj"]}


@mistake("b_proj's gradient keeps an axis: sum dh0 over axis 0 without keepdims.")
def db_proj_keeps_axis(self, features, captions):
    loss, grads = reference(self, features, captions)
    return loss, {**grads, "b_proj": grads["b_proj"][np.newaxis]}


@mistake("W_proj's gradient is transposed: it has W_proj's shape, (D, H), as features.T @ dh0 has.")
def dW_proj_transposed(self, features, captions):
    loss, grads = reference(self, features, captions)
    return loss, {**grads, "W_proj": grads["W_proj"].T}


@mistake("grads lacks W_proj and b_proj: the hidden state that a caption starts from depends on them.")
def no_gradients_of_projection(self, features, captions):
    loss, grads = reference(self, features, captions)
    return loss, {name: gradient for name, gradient in grads.items() if "proj" not in name}


@mistake("grads lacks W_embed: the word vectors are learned, too.")
def no_gradient_of_embedding(self, features, captions):
    loss, grads = reference(self, features, captions)
    return loss, {name: gradient for name, gradient in grads.items() if name != "W_embed"}


returned.declare(BOTH)


@captioning_rnn_training.mistake("The loss changes the parameters: leave self.params as it is, the solver updates it.")
def updates_parameters(self, features, captions):
    loss, grads = reference(self, features, captions)
    self.params = {name: w - 5e-3 * grads[name] for name, w in self.params.items()}
    return loss, grads


@captioning_rnn_training.mistake("The gradients of earlier calls are added: start with an empty grads each time.")
def gradients_of_all_calls(self, features, captions):
    loss, grads = reference(self, features, captions)
    before = getattr(self, "grads", {})
    self.grads = {name: gradient + before.get(name, 0) for name, gradient in grads.items()}
    return loss, self.grads
