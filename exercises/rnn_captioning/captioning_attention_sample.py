"""Captions sampled from the captioning model with attention, and where it looked for each word."""

import numpy as np

from autograder.spec import Arrays, exercise

from .axes import AXES
from .captioning_inputs import call, enough_units, first_vectors, plant
from .captioning_samples import ends
from .captioning_steps import attention_cell, cells

SAMPLE = """
from cs231n.captions import through_end, weights_through_end, without_start
sampled, looked = captioning_{cell}_sample(model, features, int(max_length))
captions = through_end(sampled, model, int(max_length))
captions_without_start = without_start(captions, model)
weights = weights_through_end(looked, captions_without_start, model)
"""


def from_cells(inputs: Arrays) -> tuple[np.ndarray, np.ndarray]:
    """Both states start from the mean of the cells."""
    return (cells(inputs).mean(axis=1),) * 2


def wrong_starts(cell, inputs: Arrays) -> list[np.ndarray]:
    """The hidden states (N, H) after a first step from a wrong word, wrong cells or wrong states."""
    (h, c), zeros = from_cells(inputs), np.zeros_like(from_cells(inputs)[0])
    begin, others = first_vectors(inputs)
    right = cell(inputs, begin, h, c)
    no_bias = {**inputs, "b_proj": np.zeros_like(inputs["b_proj"])}
    tried = [
        *(cell(inputs, vectors, h, c)[0] for vectors in others),
        *(cell(inputs, begin, *states)[0] for states in ((zeros, c), (h, zeros), (zeros, zeros))),
        cell(no_bias, begin, *from_cells(no_bias))[0],
        right[1],
    ]
    return [states for states in tried if not np.allclose(states, right[0])]


def prepare(inputs: Arrays) -> Arrays:
    """Planted captions, with gates that what is seen does not saturate, and few words, as H is small.

    H is small because a step's weights are handed over whenever a sampling asks for the right step.
    """
    N, T = inputs["path"].shape
    ends = np.array([max(1, (T - 2) // (row + 2)) for row in range(N)])
    quiet = {"Wattn": inputs["Wattn"] / len(inputs["Wattn"]) ** 0.5}
    return plant(attention_cell, from_cells, wrong_starts)({"ends": ends, **inputs, **quiet})


@exercise(
    call=call("attention", SAMPLE),
    outputs={"captions": "N T", "captions_without_start": "N T", "weights": "N T L"},
    sizes=dict(N=3, T=8, L=7, D=5, W=6, H=48, V=9),
    axes=AXES,
    rtol=1e-8,
    least=dict(V=4, H=9),
    fit=enough_units,
    slow=True,
    prepare=prepare,
)
def captioning_attention_sample(
    features: "N L D",
    path: "int N T < V",
    W_proj: "D H",
    b_proj: "H",
    W_embed: "V W",
    Wx: "W 4H",
    Wh: "H 4H",
    Wattn: "H 4H",
    b: "4H",
    b_vocab: "V",
):
    """The captions that the model gives some images, the same without a first <START>, and where it looked."""


ends.declare([captioning_attention_sample], not_at_home=["no_end"])  # each costs much of checks.h5


def start(self, features):
    """The cells, the states that captions start from, and <START> for each."""
    A = features @ self.params["W_proj"] + self.params["b_proj"]
    return A, A.mean(axis=1), A.mean(axis=1), np.full(len(features), self._start)


def step(self, vectors, h, c, A):
    """One step from the words' vectors: the next states, the weights, and the best words."""
    p = self.params
    h, c, weights, _ = attention_lstm_step_forward(vectors, h, c, A, p["Wx"], p["Wh"], p["Wattn"], p["b"])
    return h, c, weights, np.argmax(h @ p["W_vocab"] + p["b_vocab"], axis=1)


def go_on(self, A, h, c, word, max_length, taken=step):
    """The captions and weights that follow from some states and words, with other steps where a mistake takes them."""
    captions, maps = np.zeros((len(word), max_length), dtype=int), np.zeros((len(word), max_length, A.shape[1]))
    for t in range(max_length):
        h, c, maps[:, t], word = taken(self, self.params["W_embed"][word], h, c, A)
        captions[:, t] = word
    return captions, maps


def mistake(advice):
    """Declare a known mistake that is made of the steps above."""
    return captioning_attention_sample.mistake(advice, using=[start, step, go_on])


@mistake(
    "<START> is stored as the first word, and every other word comes one place too late: store only sampled words."
)
def start_stored(self, features, max_length=30):
    captions, weights = reference(self, features, max_length)
    return np.column_stack([np.full(len(captions), self._start), captions[:, :-1]]), weights


@mistake("The words are not fed back: the input of each step is the word sampled at the step before.")
def not_fed_back(self, features, max_length=30):
    A, h, c, word = start(self, features)
    vectors = self.params["W_embed"][word]
    return go_on(self, A, h, c, word, max_length, lambda self, _, h, c, A: step(self, vectors, h, c, A))


@mistake("The first input is <NULL>; captions begin with <START>.")
def null_goes_first(self, features, max_length=30):
    A, h, c, word = start(self, features)
    return go_on(self, A, h, c, np.full_like(word, self._null), max_length)


@mistake("<START> is taken to be word 1: its id is self._start.")
def start_is_one(self, features, max_length=30):
    A, h, c, word = start(self, features)
    return go_on(self, A, h, c, np.ones_like(word), max_length)


@mistake("Both states start from zeros; they start from the mean of the cells.")
def starts_from_zeros(self, features, max_length=30):
    A, h, c, word = start(self, features)
    return go_on(self, A, np.zeros_like(h), np.zeros_like(c), word, max_length)


@mistake("The cell state starts from zeros, as in part 3; here it starts from the mean of the cells, like h.")
def c0_zeros(self, features, max_length=30):
    A, h, c, word = start(self, features)
    return go_on(self, A, h, np.zeros_like(c), word, max_length)


@mistake("The hidden state starts from zeros; it starts from the mean of the cells, like c.")
def h0_zeros(self, features, max_length=30):
    A, h, c, word = start(self, features)
    return go_on(self, A, np.zeros_like(h), c, word, max_length)


@mistake("b_proj is not added: the cells are features @ W_proj + b_proj.")
def no_b_proj(self, features, max_length=30):
    params = {**self.params, "b_proj": np.zeros_like(self.params["b_proj"])}
    words = [self._null, self._start, self._end]
    return reference(type(self).from_params(params, words, self.cell_type), features, max_length)


@mistake("The states are not handed on: each step starts from the mean of the cells again.")
def states_not_handed_on(self, features, max_length=30):
    A, h0, c0, word = start(self, features)
    return go_on(self, A, h0, c0, word, max_length, lambda self, vectors, *_: step(self, vectors, h0, c0, A))


@mistake("The cell state starts again at every step: hand it on, as the hidden state.")
def cell_state_restarts(self, features, max_length=30):
    A, h, c0, word = start(self, features)
    return go_on(self, A, h, c0, word, max_length, lambda self, vectors, h, *_: step(self, vectors, h, c0, A))


@mistake("Hidden and cell state are swapped: attention_lstm_step_forward takes and returns the hidden state first.")
def h_and_c_swapped(self, features, max_length=30):
    def taken(self, vectors, h, c, A):
        p = self.params
        c, h, weights, _ = attention_lstm_step_forward(vectors, h, c, A, p["Wx"], p["Wh"], p["Wattn"], p["b"])
        return h, c, weights, np.argmax(h @ p["W_vocab"] + p["b_vocab"], axis=1)

    return go_on(self, *start(self, features), max_length, taken)


@mistake("The weights come one place too late: weights[:, t] belongs to the word captions[:, t].")
def weights_too_late(self, features, max_length=30):
    captions, weights = reference(self, features, max_length)
    return captions, np.concatenate([np.zeros_like(weights[:, :1]), weights[:, :-1]], axis=1)


@mistake("weights holds those of the last step for all words: store those of each step.")
def weights_of_last_step(self, features, max_length=30):
    captions, weights = reference(self, features, max_length)
    return captions, np.repeat(weights[:, -1:], weights.shape[1], axis=1)


@mistake("weights holds those of the first step for all words: every step looks again.")
def weights_of_first_step(self, features, max_length=30):
    captions, weights = reference(self, features, max_length)
    return captions, np.repeat(weights[:, :1], weights.shape[1], axis=1)


@mistake("All weights are zeros: store what attention_lstm_step_forward returns as its third value.")
def weights_zero(self, features, max_length=30):
    captions, weights = reference(self, features, max_length)
    return captions, np.zeros_like(weights)


@mistake("The time axis of weights comes first; weights has shape (N, max_length, L).")
def weights_time_first(self, features, max_length=30):
    captions, weights = reference(self, features, max_length)
    return captions, weights.transpose(1, 0, 2)


@mistake("b_vocab is not added to the scores: they are h @ W_vocab + b_vocab.")
def no_b_vocab(self, features, max_length=30):
    params = {**self.params, "b_vocab": np.zeros_like(self.params["b_vocab"])}
    words = [self._null, self._start, self._end]
    return reference(type(self).from_params(params, words, self.cell_type), features, max_length)


@mistake("All captions stop when the first of them ends: go on until max_length, or until every row has its <END>.")
def stops_at_first_end(self, features, max_length=30):
    captions, weights = reference(self, features, max_length)
    ended = np.flatnonzero((captions == self._end).any(axis=0))
    captions[:, ended[0] + 1 if len(ended) else max_length :] = self._null
    return captions, weights


@mistake("All captions are <NULL>: nothing was sampled, or nothing was stored.")
def placeholder(self, features, max_length=30):
    captions, weights = reference(self, features, max_length)
    return np.full_like(captions, self._null), np.zeros_like(weights)
