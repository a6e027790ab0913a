"""What the losses of the captioning model have in common, whichever network is in it."""

import numpy as np

from autograder.spec import FLOAT32

from .captioning_inputs import END, NULL, START
from .common import Common

words = Common()  # which words go in, which are expected, and which of them count
returned = Common()  # how the loss and its gradients are given back


@words.case("captions of different lengths")
def different_lengths(inputs):
    captions = np.maximum(inputs["captions"], END)
    captions[0, -1:], captions[-1, 3:] = NULL, NULL
    return {"captions": captions}


@words.case("a vocabulary without <START> and <END>")
def no_start(inputs):
    return {"words": np.array([NULL, -1, -1])}


@words.case("another id for <NULL>", at_home=True)
def other_null(inputs):
    return {"words": np.array([4, START, END])}


@words.case("a float32 model", limit=FLOAT32)
def float32(inputs):
    loud = {"W_vocab": 3 * inputs["W_vocab"]}  # so that a wrong loss is far from the right one, also at a coarse limit
    single = {name: array.astype(np.float32) for name, array in (inputs | loud).items() if array.dtype.kind == "f"}
    return {**single, **different_lengths(inputs)}


@words.mistake("The mask is missing: steps whose right word is <NULL> must not count.")
def unmasked(self, features, captions):
    words_out = captions[:, 1:]
    return whole_pass(self, features, captions[:, :-1], words_out, np.ones_like(words_out))


@words.mistake(
    "The mask is made from the words that go in; it belongs to the words that are expected, captions[:, 1:]."
)
def mask_of_inputs(self, features, captions):
    words_in = captions[:, :-1]
    return whole_pass(self, features, words_in, captions[:, 1:], words_in != self._null)


@words.mistake("<NULL> is taken to be word 0: its id is self._null.")
def null_is_zero(self, features, captions):
    words_out = captions[:, 1:]
    return whole_pass(self, features, captions[:, :-1], words_out, words_out != 0)


@words.mistake("Each step is asked for the word that went in; it should predict the next one, captions[:, 1:].")
def predicts_its_input(self, features, captions):
    words = captions[:, :-1]
    return whole_pass(self, features, words, words, words != self._null)


@words.mistake(
    "The words go in without the first: feed captions[:, :-1], which begins with <START>, and expect captions[:, 1:]."
)
def fed_what_it_should_say(self, features, captions):
    words = captions[:, 1:]
    return whole_pass(self, features, words, words, words != self._null)


@returned.mistake(
    "grads has no gradient under its parameter's name: it is empty, or has names of its own. "
    "Use the names in self.params, such as grads['W_proj']."
)
def other_names(self, features, captions):
    loss, grads = reference(self, features, captions)
    return loss, {f"d{name}": gradient for name, gradient in grads.items()}


@returned.mistake("The loss is averaged over the words; it is summed over time and averaged over the captions.")
def averaged_over_words(self, features, captions):
    loss, grads = reference(self, features, captions)
    share = len(captions) / max(1, np.count_nonzero(captions[:, 1:] != self._null))
    return loss * share, {name: gradient * share for name, gradient in grads.items()}


@returned.mistake("The loss is right and all gradients are zeros, placeholders it seems: run the backward passes.")
def placeholders(self, features, captions):
    loss, grads = reference(self, features, captions)
    return loss, {name: np.zeros_like(gradient) for name, gradient in grads.items()}
