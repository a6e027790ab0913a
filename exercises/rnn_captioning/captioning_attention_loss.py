"""The loss of the captioning model with attention, and its gradients."""

import numpy as np

from autograder.spec import exercise

from .axes import AXES
from .captioning_inputs import call, with_words
from .captioning_losses import returned, words

LOSS = """
loss, grads = captioning_{cell}_loss(model, features, captions)
dW_proj, db_proj, dW_embed = grads.get("W_proj"), grads.get("b_proj"), grads.get("W_embed")
dWx, dWh, dWattn, db = grads.get("Wx"), grads.get("Wh"), grads.get("Wattn"), grads.get("b")
dW_vocab, db_vocab = grads.get("W_vocab"), grads.get("b_vocab")
"""
OUTPUTS = {
    "loss": "", "dW_proj": "D H", "db_proj": "H", "dW_embed": "V W", "dWx": "W 4H", "dWh": "H 4H", "dWattn": "H 4H",
    "db": "4H", "dW_vocab": "H V", "db_vocab": "V",
}  # fmt: skip


@exercise(
    call=call("attention", LOSS),
    outputs=OUTPUTS,
    sizes=dict(N=3, T=7, L=9, D=5, W=6, H=4, V=8),
    axes=AXES,
    rtol={name: 1e-10 if name == "loss" else 1e-6 for name in OUTPUTS},
    least=dict(T=2, V=4),
    prepare=with_words,
    slow=True,
)
def captioning_attention_loss(
    features: "N L D",
    captions: "int N T < V",
    W_proj: "D H",
    b_proj: "H",
    W_embed: "V W",
    Wx: "W 4H",
    Wh: "H 4H",
    Wattn: "H 4H",
    b: "4H",
    W_vocab: "H V",
    b_vocab: "V",
):
    """The loss of some images' captions, and its gradients with respect to all nine parameters."""


def whole_pass(self, features, words_in, words_out, mask):
    """Loss and gradients, whichever words go in and are expected."""
    p, grads = self.params, {}
    A, proj_cache = temporal_affine_forward(features, p["W_proj"], p["b_proj"])
    vectors, embed_cache = word_embedding_forward(words_in, p["W_embed"])
    h, _, cache = attention_lstm_forward(vectors, A, p["Wx"], p["Wh"], p["Wattn"], p["b"])
    scores, affine_cache = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    loss, dscores = temporal_softmax_loss(scores, words_out, mask)
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, affine_cache)
    dvectors, dA, grads["Wx"], grads["Wh"], grads["Wattn"], grads["b"] = attention_lstm_backward(dh, cache)
    grads["W_embed"] = word_embedding_backward(dvectors, embed_cache)
    _, grads["W_proj"], grads["b_proj"] = temporal_affine_backward(dA, proj_cache)
    return loss, grads


def cells_gradient(self, features, captions):
    """The gradient of the cells, of shape (N, L, H)."""
    p, words_out = self.params, captions[:, 1:]
    A = features @ p["W_proj"] + p["b_proj"]
    h, _, cache = attention_lstm_forward(p["W_embed"][captions[:, :-1]], A, p["Wx"], p["Wh"], p["Wattn"], p["b"])
    _, dscores = temporal_softmax_loss(h @ p["W_vocab"] + p["b_vocab"], words_out, words_out != self._null)
    return attention_lstm_backward(dscores @ p["W_vocab"].T, cache)[1]


def mistake(advice):
    """Declare a known mistake that is made of the passes above."""
    return captioning_attention_loss.mistake(advice, using=[whole_pass, cells_gradient])


words.declare([captioning_attention_loss], using=[whole_pass])


@mistake("b_proj is not added: the cells are features @ W_proj + b_proj.")
def no_b_proj(self, features, captions):
    params = {**self.params, "b_proj": np.zeros_like(self.params["b_proj"])}
    return reference(type(self).from_params(params, [self._null, -1, -1], self.cell_type), features, captions)


@mistake(
    "The cells are averaged before the attention, so there is nothing to choose from: project each cell by itself."
)
def cells_averaged(self, features, captions):
    return reference(self, np.broadcast_to(features.mean(axis=1, keepdims=True), features.shape).copy(), captions)


@mistake("The features are not used: the cells are features @ W_proj + b_proj.")
def image_not_used(self, features, captions):
    return reference(self, np.zeros_like(features), captions)


@mistake("b_proj's gradient is summed over the examples only; it went into every cell, so sum over the cells, too.")
def db_proj_keeps_cells(self, features, captions):
    loss, grads = reference(self, features, captions)
    return loss, {**grads, "b_proj": cells_gradient(self, features, captions).sum(axis=0)}


@mistake("b_proj's gradient is averaged over the cells; it went into every cell, so sum over them.")
def db_proj_averaged(self, features, captions):
    loss, grads = reference(self, features, captions)
    return loss, {**grads, "b_proj": grads["b_proj"] / features.shape[1]}


@mistake("W_proj's gradient is made with the mean of the cells' features: each cell's features meet its own gradient.")
def dW_proj_of_mean(self, features, captions):
    loss, grads = reference(self, features, captions)
    dA = cells_gradient(self, features, captions)
    return loss, {**grads, "W_proj": features.mean(axis=1).T @ dA.sum(axis=1)}


@mistake("grads lacks Wattn: the weights of what is seen are learned, too.")
def no_gradient_of_Wattn(self, features, captions):
    loss, grads = reference(self, features, captions)
    return loss, {name: gradient for name, gradient in grads.items() if name != "Wattn"}


@mistake("grads lacks W_proj and b_proj: the cells depend on them.")
def no_gradients_of_projection(self, features, captions):
    loss, grads = reference(self, features, captions)
    return loss, {name: gradient for name, gradient in grads.items() if "proj" not in name}


@mistake("grads lacks W_embed: the word vectors are learned, too.")
def no_gradient_of_embedding(self, features, captions):
    loss, grads = reference(self, features, captions)
    return loss, {name: gradient for name, gradient in grads.items() if name != "W_embed"}


@mistake("Wh's and Wattn's gradients are swapped: mind the order in which attention_lstm_backward returns them.")
def dWh_and_dWattn_swapped(self, features, captions):
    loss, grads = reference(self, features, captions)
    return loss, {**grads, "Wh": grads["Wattn"], "Wattn": grads["Wh"]}


returned.declare([captioning_attention_loss])
