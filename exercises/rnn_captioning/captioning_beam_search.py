"""The most probable captions that a beam search finds, with the LSTM.

The models are planted, see `captioning_beam_inputs`: the best first word does not begin the best sentence.
"""

import numpy as np

from autograder.spec import exercise

from .axes import AXES
from .captioning_beam_inputs import beam_inputs
from .captioning_inputs import call, enough_units

SEARCH = """
from cs231n.captions import through_end
found, log_probs = captioning_beam_search(model, features, int(width), int(max_length))
captions = through_end(found, model, int(max_length))
"""


@exercise(
    call=call("lstm", SEARCH),
    outputs={"captions": "N T", "log_probs": "N"},
    sizes=dict(N=3, T=6, D=5, W=7, H=40, V=9),
    axes=AXES,
    rtol={"captions": 1e-8, "log_probs": 1e-6},  # a sure sentence's logarithm is near 0: rounding is large beside it
    least=dict(V=5, H=9),
    fit=enough_units,
    without=("long",),
    slow=True,
    prepare=beam_inputs,
)
def captioning_beam_search(
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
    """The best sentences that stay in the beam, and the logarithms of their probabilities."""


@captioning_beam_search.case("a beam of width 1, which is greedy decoding", at_home=True)
def greedy(inputs):
    return {"width": np.array(1)}


@captioning_beam_search.case("a beam of width 2")
def narrow(inputs):
    return {"width": np.array(2)}


@captioning_beam_search.case("a beam that is wider than the vocabulary", N=1, T=4)
def wide(inputs):
    return {"width": np.array(20)}


@captioning_beam_search.case("a long caption (T = 9)", N=2, T=9)
def long(inputs):
    return {}


@captioning_beam_search.case("a best sentence that does not end in time", at_home=True)
def endless(inputs):
    return {"endless": np.array(True)}


@captioning_beam_search.case("two words that are equally probable at every step", at_home=True)
def equals(inputs):
    return {"tied": np.array([4, 7])}


@captioning_beam_search.case("other ids for <NULL>, <START> and <END>")
def other_words(inputs):
    vectors = 4 * inputs["W_embed"]
    vectors[1] = -vectors[6]  # so that it shows if <START> is taken to be word 1
    return {"words": np.array([5, 6, 4]), "W_embed": vectors}


def first_beams(self, features, n):
    """The beams of image n before the first step: (log-probability, words, h, c)."""
    h = features[n : n + 1] @ self.params["W_proj"] + self.params["b_proj"]
    return [(0.0, [self._start], h, np.zeros_like(h))]


def continued(self, beam):
    """The states after a beam's last word, and the scores of all words there."""
    p, (_, words, h, c) = self.params, beam
    h, c, _ = lstm_step_forward(p["W_embed"][words[-1:]], h, c, p["Wx"], p["Wh"], p["b"])
    return h, c, (h @ p["W_vocab"] + p["b_vocab"])[0]


def logs(scores):
    """The logarithms of the words' probabilities."""
    return log_softmax(scores)  # the assignment's own, which is there when a mistake is run


def grown(self, beam, logs_of=logs):
    """A beam's continuations by each word, or the beam itself where it has ended."""
    total, words, *_ = beam
    if words[-1] == self._end:
        return [beam]
    h, c, scores = continued(self, beam)
    return [(total + log, [*words, word], h, c) for word, log in enumerate(logs_of(scores))]


def best_of(candidates, width):
    """The best beams, of equals the first."""
    return sorted(candidates, key=lambda beam: -beam[0])[:width]


def written(self, found, max_length):
    """The outputs for the beams that were chosen."""
    captions = np.full((len(found), max_length), self._null)
    for row, (_, words, *_) in zip(captions, found, strict=True):
        row[: len(words) - 1] = words[1:]
    return captions, np.array([beam[0] for beam in found])


def search(self, features, width, max_length, step=grown, keep=best_of, choose=lambda beams: beams[0]):
    """A beam search. step: the candidates that follow from a beam. keep: those that stay. choose: the one in the end."""
    found = []
    for n in range(len(features)):
        beams = first_beams(self, features, n)
        for _ in range(max_length):
            beams = keep([candidate for beam in beams for candidate in step(self, beam)], width)
        found.append(choose(beams))
    return written(self, found, max_length)


HELPERS = (first_beams, continued, logs, grown, best_of, written, search)


def mistake(advice):
    """Declare a known mistake that is made of the parts above."""
    return captioning_beam_search.mistake(advice, using=HELPERS)


@mistake(
    "What comes out is greedy decoding: keep the `width` best sentences, and begin with one empty sentence, not with copies."
)
def greedy_only(self, features, width=3, max_length=30):
    return search(self, features, 1, max_length)


@mistake("The scores are added up as they are: add the logarithms of the softmax's probabilities, log_softmax(scores).")
def scores_added(self, features, width=3, max_length=30):
    return search(self, features, width, max_length, lambda self, beam: grown(self, beam, lambda scores: scores))


@mistake("The probabilities are added up: a sentence's probability is a product, so add their logarithms.")
def probabilities_added(self, features, width=3, max_length=30):
    def probabilities(scores):
        return np.exp(log_softmax(scores))

    return search(self, features, width, max_length, lambda self, beam: grown(self, beam, probabilities))


@mistake("log_probs holds probabilities; return their logarithms.")
def probabilities_returned(self, features, width=3, max_length=30):
    captions, log_probs = reference(self, features, width, max_length)
    return captions, np.exp(log_probs)


@mistake("Only the last word's probability decides: add it to the log-probability of the sentence so far.")
def last_word_only(self, features, width=3, max_length=30):
    def forgetful(self, beam):
        return grown(self, (0.0, *beam[1:]) if beam[1][-1] != self._end else beam)

    return search(self, features, width, max_length, forgetful)


@mistake(
    "The log-probabilities are divided by the number of words: the sum itself decides, however long a sentence is."
)
def length_normalized(self, features, width=3, max_length=30):
    def mean(beam):
        return beam[0] / max(1, len(beam[1]) - 1)

    def keep(candidates, width):
        return sorted(candidates, key=lambda beam: -mean(beam))[:width]

    return search(self, features, width, max_length, grown, keep, lambda beams: (mean(beams[0]), *beams[0][1:]))


@mistake("Sentences that have ended go on: after <END> a sentence stays as it is.")
def ended_go_on(self, features, width=3, max_length=30):
    def always(self, beam):
        h, c, scores = continued(self, beam)
        return [(beam[0] + log, [*beam[1], word], h, c) for word, log in enumerate(log_softmax(scores))]

    return search(self, features, width, max_length, always)


@mistake("Sentences that have ended are dropped: they stay in the beam and compete with the others.")
def ended_dropped(self, features, width=3, max_length=30):
    found = []
    for n in range(len(features)):
        beams = first_beams(self, features, n)
        for _ in range(max_length):
            going = [beam for beam in beams if beam[1][-1] != self._end]
            beams = best_of([each for beam in going for each in grown(self, beam)], width) or beams
        found.append(beams[0])
    return written(self, found, max_length)


@mistake("The search stops when the first sentence ends: others may still become better; go on for max_length steps.")
def stops_at_first_end(self, features, width=3, max_length=30):
    found = []
    for n in range(len(features)):
        beams = first_beams(self, features, n)
        for _ in range(max_length):
            beams = best_of([each for beam in beams for each in grown(self, beam)], width)
            if any(beam[1][-1] == self._end for beam in beams):
                break
        found.append(beams[0])
    return written(self, found, max_length)


@mistake("A sentence that has ended is preferred: in the end the most probable one wins, ended or not.")
def ended_preferred(self, features, width=3, max_length=30):
    def choose(beams):
        return next((beam for beam in beams if beam[1][-1] == beams_end), beams[0])

    beams_end = self._end
    return search(self, features, width, max_length, grown, best_of, choose)


@mistake("The states do not move along with their sentences: keep h and c with the words, in one tuple for example.")
def states_stay(self, features, width=3, max_length=30):
    found = []
    for n in range(len(features)):
        beams = first_beams(self, features, n)
        for _ in range(max_length):
            lists = [grown(self, beam) for beam in beams]
            states = [continuations[0][2:] for continuations in lists]
            best = best_of([each for continuations in lists for each in continuations], width)
            beams = [(*beam[:2], *states[min(place, len(states) - 1)]) for place, beam in enumerate(best)]
        found.append(beams[0])
    return written(self, found, max_length)


@mistake("Each sentence is continued by its best word only, after the first step: all continuations compete.")
def one_continuation_each(self, features, width=3, max_length=30):
    def step(self, beam):
        candidates = grown(self, beam)
        return candidates if len(beam[1]) == 1 else best_of(candidates, 1)

    return search(self, features, width, max_length, step)


@mistake("The worst sentence of the beam is returned: the best one has the largest log-probability.")
def worst_returned(self, features, width=3, max_length=30):
    return search(self, features, width, max_length, grown, best_of, lambda beams: beams[-1])


@mistake(
    "Of equals the last stays: the one from the better sentence, and with the lower word id, should. Reversing what "
    "np.argsort gives reverses equals, too; sort the negative numbers, with kind='stable'."
)
def last_of_equals(self, features, width=3, max_length=30):
    def keep(candidates, width):
        return sorted(candidates, key=lambda beam: beam[0])[::-1][:width]

    return search(self, features, width, max_length, grown, keep)


@mistake("The first input is <NULL>; captions begin with <START>.")
def null_goes_first(self, features, width=3, max_length=30):
    found = []
    for n in range(len(features)):
        ((total, _, h, c),) = first_beams(self, features, n)
        beams = [(total, [self._null], h, c)]
        for _ in range(max_length):
            beams = best_of([each for beam in beams for each in grown(self, beam)], width)
        found.append(beams[0])
    return written(self, found, max_length)


@mistake("<START> is stored as the first word, and every other word comes one place too late: store only found words.")
def start_stored(self, features, width=3, max_length=30):
    captions, log_probs = reference(self, features, width, max_length)
    return np.column_stack([np.full(len(captions), self._start), captions[:, :-1]]), log_probs


@mistake("The cell state starts from h0; it starts from zeros.")
def c0_is_h0(self, features, width=3, max_length=30):
    found = []
    for n in range(len(features)):
        ((total, words, h, _),) = first_beams(self, features, n)
        beams = [(total, words, h, h)]
        for _ in range(max_length):
            beams = best_of([each for beam in beams for each in grown(self, beam)], width)
        found.append(beams[0])
    return written(self, found, max_length)


@mistake("The width is not used, and is always 3: keep as many sentences as `width` says.")
def always_three(self, features, width=3, max_length=30):
    return reference(self, features, 3, max_length)


@mistake("b_vocab is not added to the scores: they are h @ W_vocab + b_vocab.")
def no_b_vocab(self, features, width=3, max_length=30):
    params = {**self.params, "b_vocab": np.zeros_like(self.params["b_vocab"])}
    words = [self._null, self._start, self._end]
    return reference(type(self).from_params(params, words, self.cell_type), features, width, max_length)
