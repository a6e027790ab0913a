"""Captions sampled from the captioning model, with the vanilla RNN and with the LSTM.

The models say captions that were planted into their parameters, see `plant`.
"""

from collections.abc import Callable

import numpy as np

from autograder.spec import exercise

from .axes import AXES
from .captioning_inputs import call, enough_units, plant
from .captioning_samples import ends
from .captioning_steps import HELPERS, lstm_cell, rnn_cell

SAMPLE = """
from cs231n.captions import through_end, without_start
sampled = captioning_{cell}_sample(model, features, int(max_length))
captions = through_end(sampled, model, int(max_length))
captions_without_start = without_start(captions, model)
"""
COMMON = dict(
    outputs={"captions": "N T", "captions_without_start": "N T"},
    sizes=dict(N=3, T=8, D=5, W=6, H=64, V=9),
    axes=AXES,
    rtol=1e-8,
    least=dict(V=4, H=8),
    fit=enough_units,
    slow=True,
)


@exercise(call=call("rnn", SAMPLE), prepare=plant(rnn_cell), **COMMON)
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
    """The captions that the model gives some images, and the same without a first <START>."""


@exercise(call=call("lstm", SAMPLE), prepare=plant(lstm_cell), **COMMON)
def captioning_lstm_sample(
    features: "N D",
    path: "int N T < V",
    W_proj: "D H",
    b_proj: "H",
    W_embed: "V W",
    Wx: "W 4H",
    Wh: "H 4H",
    b: "4H",
    b_vocab: "V",
):
    """The captions that the model gives some images, and the same without a first <START>."""


BOTH = (captioning_rnn_sample, captioning_lstm_sample)


ends.declare(BOTH)


@captioning_rnn_sample.case("a float32 model")
@captioning_lstm_sample.case("a float32 model")
def float32(inputs):
    return {name: array.astype(np.float32) for name, array in inputs.items() if array.dtype.kind == "f"}


def mistake(advice: str) -> Callable:
    """Declare a known mistake of sampling with either cell."""
    return lambda function: [exercise.mistake(advice, using=HELPERS)(function) for exercise in BOTH]


@mistake("<START> is stored as the first word, and everything else comes one place too late: store only sampled words.")
def start_stored(self, features, max_length=30):
    captions = reference(self, features, max_length)
    return np.column_stack([np.full(len(captions), self._start), captions[:, :-1]])


@mistake("The first column is left at <NULL>, and everything else comes one place too late: begin at captions[:, 0].")
def first_column_left(self, features, max_length=30):
    captions = reference(self, features, max_length)
    return np.column_stack([np.full(len(captions), self._null), captions[:, :-1]])


@mistake("The words are not fed back: the input of each step is the word sampled at the step before.")
def not_fed_back(self, features, max_length=30):
    h, c, start = first_state(self, features)
    vectors = self.params["W_embed"][start]
    return go_on(self, h, c, start, max_length, lambda self, _, h, c: step(self, vectors, h, c))


@mistake("The first input is <NULL>; captions begin with <START>.")
def null_goes_first(self, features, max_length=30):
    h, c, _ = first_state(self, features)
    return go_on(self, h, c, np.full(len(features), self._null), max_length)


@mistake("The first input is a vector of zeros; it is the vector of <START>.")
def zeros_go_first(self, features, max_length=30):
    h, c, word = first_state(self, features)
    h, c, word = step(self, np.zeros_like(self.params["W_embed"][word]), h, c)
    return np.column_stack([word, go_on(self, h, c, word, max_length - 1)])


@mistake("<START> is taken to be word 1: its id is self._start.")
def start_is_one(self, features, max_length=30):
    h, c, word = first_state(self, features)
    return go_on(self, h, c, np.ones_like(word), max_length)


@mistake(
    "The hidden state is not handed on: each step starts from the image again. Start the next one from its result."
)
def state_not_handed_on(self, features, max_length=30):
    h0, c0, word = first_state(self, features)
    return go_on(self, h0, c0, word, max_length, lambda self, vectors, *_: step(self, vectors, h0, c0))


@mistake("The image is not used: the first hidden state is features @ W_proj + b_proj, not zeros.")
def image_not_used(self, features, max_length=30):
    h, c, word = first_state(self, features)
    return go_on(self, np.zeros_like(h), c, word, max_length)


@mistake("b_proj is not added: the first hidden state is features @ W_proj + b_proj.")
def no_b_proj(self, features, max_length=30):
    h, c, word = first_state(self, features)
    return go_on(self, h - self.params["b_proj"], c, word, max_length)


@mistake("The scores are taken once, outside the loop: each step has scores of its own.")
def scored_once(self, features, max_length=30):
    return np.repeat(reference(self, features, 1), max_length, axis=1)


@mistake("The best word of all images together is taken: take the best of each, np.argmax(scores, axis=1).")
def one_word_for_all(self, features, max_length=30):
    def taken(self, vectors, h, c):
        h, c, _ = step(self, vectors, h, c)
        best = np.argmax(h @ self.params["W_vocab"] + self.params["b_vocab"]) % len(self.params["b_vocab"])
        return h, c, np.full(len(features), best)

    return go_on(self, *first_state(self, features), max_length, taken)


@mistake("The best score is taken for a word: np.argmax tells which word has it, np.max how large it is.")
def max_for_argmax(self, features, max_length=30):
    def taken(self, vectors, h, c):
        h, c, _ = step(self, vectors, h, c)
        return h, c, np.max(h @ self.params["W_vocab"] + self.params["b_vocab"], axis=1).astype(int)

    return go_on(self, *first_state(self, features), max_length, taken)


@mistake("The last column is left at <NULL>: sample max_length words, range(max_length) ends at max_length - 1.")
def last_column_left(self, features, max_length=30):
    captions = reference(self, features, max_length)
    return np.column_stack([captions[:, :-1], np.full(len(captions), self._null)])


@mistake("b_vocab is not added to the scores: they are h @ W_vocab + b_vocab.")
def no_b_vocab(self, features, max_length=30):
    params = {**self.params, "b_vocab": np.zeros_like(self.params["b_vocab"])}
    words = [self._null, self._start, self._end]
    return reference(type(self).from_params(params, words, self.cell_type), features, max_length)


@mistake("All captions stop when the first of them ends: go on until max_length, or until every row has its <END>.")
def stops_at_first_end(self, features, max_length=30):
    captions = reference(self, features, max_length)
    ended = np.flatnonzero((captions == self._end).any(axis=0))
    captions[:, ended[0] + 1 if len(ended) else max_length :] = self._null
    return captions


@mistake("<END> itself is not stored: it is a word like the others, and the last one.")
def end_not_stored(self, features, max_length=30):
    captions = reference(self, features, max_length)
    return np.where(np.cumsum(captions == self._end, axis=1) > 0, self._null, captions)


@mistake("The captions are transposed: captions has shape (N, max_length).")
def transposed(self, features, max_length=30):
    return reference(self, features, max_length).T


@mistake("All captions are <NULL>: nothing was sampled, or nothing was stored.")
def placeholder(self, features, max_length=30):
    return np.full((len(features), max_length), self._null)


@captioning_lstm_sample.mistake("The cell state starts from h0; it starts from zeros.", using=HELPERS)
def c0_is_h0(self, features, max_length=30):
    h, c, word = first_state(self, features)
    return go_on(self, h, h, word, max_length)


@captioning_lstm_sample.mistake(
    "The cell state starts again from zeros at every step: hand it on, as the hidden state.", using=HELPERS
)
def cell_state_reset(self, features, max_length=30):
    h, c0, word = first_state(self, features)
    return go_on(self, h, c0, word, max_length, lambda self, vectors, h, _: step(self, vectors, h, c0))


@captioning_lstm_sample.mistake(
    "Hidden and cell state are swapped: lstm_step_forward takes and returns the hidden state first.",
    using=HELPERS,
)
def h_and_c_swapped(self, features, max_length=30):
    def taken(self, vectors, h, c):
        p = self.params
        c, h, _ = lstm_step_forward(vectors, h, c, p["Wx"], p["Wh"], p["b"])
        return h, c, np.argmax(h @ p["W_vocab"] + p["b_vocab"], axis=1)

    return go_on(self, *first_state(self, features), max_length, taken)
