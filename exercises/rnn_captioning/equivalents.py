"""Mutants that give the reference's values in other words, each with the reason; the proof checks that they do."""

from __future__ import annotations

from autograder.spec import Equivalent

PRINTS = "Only what is printed changes; outputs stay."
TWO_EMPTY = "Two empty lists change places."
OVERWRITTEN = "The loop writes every entry of captions, so what it is filled with before is never read."
SHAPE_ONLY = "zeros_like reads the shape and the kind of numbers, which are the same at every step."
ONE_NUMBER = "The loss has no axis that np.squeeze could drop."
FOUR_BLOCKS = "db has one axis, whose size 4H is never 1."
ONE_ENTRY = "The axis has one entry, which is the first and the last."
ZEROS = "Two arrays of zeros change places."
ONE_BY_ONE = "The images do not depend on each other, so their order is free."
COUNTED = "Only the number of steps matters, and not what they are called."
BEHIND_END = "A sentence that has ended is compared up to its <END>, and one that has not has max_length words."

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
        ZEROS,
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
    Equivalent(
        "attention_forward",
        "weights = np.exp(scores - scores.max(axis=1, keepdims=True))",
        "weights = -np.exp(scores - scores.max(axis=1, keepdims=True))",
        "The weights are divided by their sum, which has the same sign.",
    ),
    Equivalent(
        "attention_lstm_step_backward",
        "D = dboth.shape[1] - dprev_h.shape[1]",
        "D = dboth.shape[1] - dprev_c.shape[1]",
        "Both states have H columns.",
    ),
    Equivalent(
        "attention_lstm_step_backward",
        "return (dboth[:, :D], dprev_h + asked_h, dprev_c, dA, dW[:D], dWh, dW[D:], db)",
        "return (dboth[:, :D], dprev_h + asked_h, dprev_c, dA, dW[:D], dWh, dW[D:], np.squeeze(db))",
        FOUR_BLOCKS,
    ),
    *(
        Equivalent("attention_lstm_forward", "states, maps, cache = ([], [], [])", after, TWO_EMPTY)
        for after in ("maps, states, cache = ([], [], [])", "states, cache, maps = ([], [], [])")
    ),
    Equivalent("attention_lstm_backward", "dx, shared = ([], [])", "shared, dx = ([], [])", TWO_EMPTY),
    Equivalent(
        "attention_lstm_backward",
        "dprev_h, dprev_c = (np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0]))",
        "dprev_c, dprev_h = (np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0]))",
        ZEROS,
    ),
    *(
        Equivalent(
            "attention_lstm_backward",
            "dprev_h, dprev_c = (np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0]))",
            f"dprev_h, dprev_c = (np.zeros_like(dh[:, {first}]), np.zeros_like(dh[:, {second}]))",
            SHAPE_ONLY,
        )
        for first, second in ((-1, 0), (0, -1))
    ),
    Equivalent(
        "attention_lstm_backward",
        "return (np.stack(dx[::-1], axis=1), dA, dWx, dWh, dWattn, db)",
        "return (np.stack(dx[::-1], axis=1), dA, dWx, dWh, dWattn, np.squeeze(db))",
        FOUR_BLOCKS,
    ),
    Equivalent("captioning_attention_loss", "return (loss, grads)", "return (np.squeeze(loss), grads)", ONE_NUMBER),
    *(
        Equivalent(
            f"captioning_{how}",
            "captions = np.full((len(features), max_length), self._null)",
            f"captions = np.full((len(features), max_length), self.{word})",
            why,
        )
        for how, why in (("attention_sample", OVERWRITTEN), ("beam_search", BEHIND_END))
        for word in ("_start", "_end")
    ),
    Equivalent(
        "captioning_attention_sample",
        "weights = np.zeros((len(features), max_length, features.shape[1]))",
        "weights = np.ones((len(features), max_length, features.shape[1]))",
        OVERWRITTEN.replace("captions", "weights"),
    ),
    Equivalent(
        "captioning_beam_search",
        "log_probs = np.zeros(len(features))",
        "log_probs = np.ones(len(features))",
        OVERWRITTEN.replace("captions", "log_probs"),
    ),
    Equivalent(
        "captioning_beam_search",
        "for n in range(len(features)):",
        "for n in reversed(range(len(features))):",
        ONE_BY_ONE,
    ),
    Equivalent(
        "captioning_beam_search", "for _ in range(max_length):", "for _ in reversed(range(max_length)):", COUNTED
    ),
    Equivalent(
        "captioning_beam_search",
        "beams = [(0.0, [self._start], first[[n]], np.zeros_like(first[[n]]))]",
        "beams = [(0.0, [self._start], first[[n]], np.zeros_like(first))]",
        "Several equal rows of zeros instead of one: all rows of the states stay equal, and the first is read.",
    ),
    Equivalent(
        "captioning_beam_search",
        "continue",
        "pass",
        "A sentence that has ended stays, and goes on as well, which makes it worse. So whatever is pushed out of the beam "
        "by that is worse than the sentence itself.",
    ),
    Equivalent(
        "captioning_beam_search",
        "logs = log_softmax(h @ p['W_vocab'] + p['b_vocab'])[0]",
        "logs = log_softmax(h @ p['W_vocab'] + p['b_vocab'])[-1]",
        ONE_ENTRY,
    ),
    Equivalent("clip_gradients", "if norm <= max_norm:", "if norm < max_norm:", "At max_norm itself the factor is 1."),
    *(
        Equivalent("clip_gradients", f"return ({clipped}, norm)", f"return ({clipped}, np.squeeze(norm))", ONE_NUMBER)
        for clipped in ("dict(grads)", "{name: gradient * (max_norm / norm) for name, gradient in grads.items()}")
    ),
)
