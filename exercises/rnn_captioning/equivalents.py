"""Mutants that give the reference's values in other words, each with the reason; the proof checks that they do."""

from __future__ import annotations

from autograder.spec import Equivalent

PRINTS = "Only what is printed changes; outputs stay."
TWO_EMPTY = "Two empty lists change places."
OVERWRITTEN = "The loop writes every entry of captions, so what it is filled with before is never read."
SHAPE_ONLY = "zeros_like reads the shape and the kind of numbers, which are the same at every step."
ONE_NUMBER = "The loss has no axis that np.squeeze could drop."
FOUR_BLOCKS = "db has one axis, whose size 4H is never 1."

EQUIVALENTS = (
    Equivalent("rnn_forward", "states, caches = ([], [])", "caches, states = ([], [])", TWO_EMPTY),
    Equivalent(
        "rnn_forward",
        "return (np.stack(states, axis=1), tuple(caches))",
        "return (np.stack(states, axis=1), caches)",
        "The cache is a list, not a tuple; the backward pass only indexes it.",
    ),
    Equivalent(
        "word_embedding_backward",
        "dW = np.zeros(table_shape, dtype=dout.dtype)",
        "dW = np.zeros(table_shape)",
        "float64 instead of dout's own kind of numbers: more digits, the same values.",
    ),
    Equivalent("temporal_softmax_loss", "N, T = y.shape", "N, T = mask.shape", "mask and y have one shape."),
    Equivalent("temporal_softmax_loss", "if verbose:", "if not verbose:", PRINTS),
    Equivalent("temporal_softmax_loss", "if verbose:", "pass", PRINTS),
    Equivalent("temporal_softmax_loss", "print('dx: ', dx.shape)", "pass", PRINTS),
    Equivalent("temporal_softmax_loss", "print('dx: ', dx.shape)", "'dx: '", PRINTS),
    Equivalent("temporal_softmax_loss", "print('dx: ', dx.shape)", "print(dx.shape, 'dx: ')", PRINTS),
    Equivalent("temporal_softmax_loss", "return (loss, dx)", "return (np.squeeze(loss), dx)", ONE_NUMBER),
    *(
        Equivalent(f"captioning_{cell}_loss", "return (loss, grads)", "return (np.squeeze(loss), grads)", ONE_NUMBER)
        for cell in ("rnn", "lstm")
    ),
    *(
        Equivalent(
            f"captioning_{cell}_sample",
            "captions = np.full((len(features), max_length), self._null)",
            f"captions = np.full((len(features), max_length), self.{word})",
            OVERWRITTEN,
        )
        for cell in ("rnn", "lstm")
        for word in ("_start", "_end")
    ),
    Equivalent("lstm_forward", "states, cache = ([], [])", "cache, states = ([], [])", TWO_EMPTY),
    Equivalent(
        "lstm_step_backward",
        "return (da @ Wx.T, da @ Wh.T, dprev_c, x.T @ da, prev_h.T @ da, da.sum(axis=0))",
        "return (da @ Wx.T, da @ Wh.T, dprev_c, x.T @ da, prev_h.T @ da, np.squeeze(da.sum(axis=0)))",
        FOUR_BLOCKS,
    ),
    Equivalent(
        "lstm_backward",
        "return (np.stack(dx[::-1], axis=1), dprev_h, dWx, dWh, db)",
        "return (np.stack(dx[::-1], axis=1), dprev_h, dWx, dWh, np.squeeze(db))",
        FOUR_BLOCKS,
    ),
    Equivalent("lstm_backward", "dx, weights = ([], [])", "weights, dx = ([], [])", TWO_EMPTY),
    Equivalent(
        "lstm_backward",
        "dprev_h, dprev_c = (np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0]))",
        "dprev_c, dprev_h = (np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0]))",
        "Two arrays of zeros change places.",
    ),
    *(
        Equivalent(
            "lstm_backward",
            "dprev_h, dprev_c = (np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0]))",
            f"dprev_h, dprev_c = (np.zeros_like(dh[:, {first}]), np.zeros_like(dh[:, {second}]))",
            SHAPE_ONLY,
        )
        for first, second in ((-1, 0), (0, -1))
    ),
)
