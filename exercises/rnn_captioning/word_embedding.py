"""Word vectors, forward and backward."""

import numpy as np

from autograder.spec import exercise

from .axes import AXES

DIGITS = 2.0**20


@exercise(
    call="out, cache = word_embedding_forward(x, W)",
    outputs={"out": "N T D"},
    sizes=dict(N=3, T=6, V=7, D=4),
    axes=AXES,
    rtol=1e-8,
)
def word_embedding_forward(x: "int N T < V", W: "V D"):
    """The vector of each word: row x[n, t] of W."""


@word_embedding_forward.published
def forward_values():
    V, D = 5, 3
    return dict(x=np.asarray([[0, 3, 1, 2], [2, 1, 0, 3]]), W=np.linspace(0, 1, num=V * D).reshape(V, D))


@word_embedding_forward.case("the same word everywhere")
def one_word(inputs):
    return {"x": np.full_like(inputs["x"], 2)}


@word_embedding_forward.mistake("The words index the columns of W; the vector of word v is row v.")
def columns(x, W):
    return np.moveaxis(W[:, x % W.shape[1]], 0, -1), (x, W.shape)


@word_embedding_forward.mistake("Each word gets the row before its own: word ids start at 0, so nothing is subtracted.")
def off_by_one(x, W):
    return W[x - 1], (x, W.shape)


@word_embedding_forward.mistake("These are the one-hot vectors: multiply them by W.")
def one_hot_only(x, W):
    return np.eye(W.shape[0])[x], (x, W.shape)


@word_embedding_forward.mistake("The vectors are in one list of N * T rows; out has shape (N, T, D).")
def flattened(x, W):
    return W[x.ravel()], (x, W.shape)


@word_embedding_forward.mistake("Only the first sentence is looked up; x holds N of them.")
def first_sentence(x, W):
    return W[x[0]], (x, W.shape)


@word_embedding_forward.mistake("np.squeeze drops the axes of length 1 (one sentence, one word): leave it out.")
def squeezed(x, W):
    return np.squeeze(W[x]), (x, W.shape)


def exactly_added(inputs):
    """Gradients with so few digits that their sums are exact in any order: the limit leaves no room for rounding."""
    return {**inputs, "dout": np.round(inputs["dout"] * DIGITS) / DIGITS}


@exercise(
    call="""
    out, cache = word_embedding_forward(x, W)
    dW = word_embedding_backward(dout, cache)
    """,
    outputs={"dW": "V D"},
    sizes=dict(N=3, T=6, V=7, D=4),
    axes=AXES,
    rtol=1e-11,
    prepare=exactly_added,
)
def word_embedding_backward(x: "int N T < V", W: "V D", dout: "N T D"):
    """The gradient of the word vectors: each row collects from every place where its word stands."""


@word_embedding_backward.published
def backward_values():
    rng = np.random.RandomState(231)
    N, T, V, D = 50, 3, 5, 6
    return dict(x=rng.randint(V, size=(N, T)), W=rng.randn(V, D), dout=rng.randn(N, T, D))


@word_embedding_backward.case("the same word everywhere")
def repeated_word(inputs):
    return {"x": np.full_like(inputs["x"], 2)}


@word_embedding_backward.mistake(
    "A word that stands in several places keeps one gradient only: NumPy's dW[x] += dout adds once for each word. "
    "Look at np.add.at."
)
def repeats_added_once(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    dW[x] += dout
    return dW


@word_embedding_backward.mistake("The gradients of a repeated word are averaged; add them up.")
def repeats_averaged(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    return dW / np.maximum(1, np.bincount(x.ravel(), minlength=shape[0]))[:, np.newaxis]


@word_embedding_backward.mistake("dW starts from ones (or other values); start from zeros.")
def starts_from_ones(dout, cache):
    x, shape = cache
    dW = np.ones(shape)
    np.add.at(dW, x, dout)
    return dW


@word_embedding_backward.mistake("The words are counted, not their gradients added: add dout, not 1.")
def counts_words(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, 1)
    return dW


@word_embedding_backward.mistake("Only the first sentence is used; the gradient sums over all of them.")
def first_sentence_only(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x[0], dout[0])
    return dW


@word_embedding_backward.mistake("dW is divided by the number of sentences; it is the plain sum.")
def divided_by_N(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    return dW / x.shape[0]


@word_embedding_backward.mistake(
    "dW is all zeros, a placeholder it seems: add each vector of dout to the row of its word."
)
def placeholder(dout, cache):
    return np.zeros(cache[1])


@word_embedding_backward.mistake("np.zeros takes the shape as one tuple: np.zeros((V, D)), not np.zeros(V, D).")
def zeros_of_many_arguments(dout, cache):
    x, shape = cache
    dW = np.zeros(*shape)
    np.add.at(dW, x, dout)
    return dW
