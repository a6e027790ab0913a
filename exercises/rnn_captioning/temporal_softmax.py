"""The softmax loss over time, with a mask."""

import numpy as np

from autograder.spec import exercise

from .axes import AXES


@exercise(
    call="loss, dx = temporal_softmax_loss(x, y, mask)",
    outputs={"loss": "", "dx": "N T V"},
    sizes=dict(N=3, T=6, V=7),
    axes=AXES,
    rtol=1e-7,
)
def temporal_softmax_loss(x: "N T V", y: "int N T < V", mask: "bool N T"):
    """The cross-entropy summed over the unmasked steps and averaged over the N sequences, and its gradient."""


@temporal_softmax_loss.published
def values():
    rng = np.random.RandomState(231)
    N, T, V = 7, 8, 9
    return dict(x=rng.randn(N, T, V), y=rng.randint(V, size=(N, T)), mask=rng.rand(N, T) > 0.5)


@temporal_softmax_loss.case("every step masked")
def all_masked(inputs):
    return {"mask": np.zeros_like(inputs["mask"])}


@temporal_softmax_loss.case("no step masked")
def none_masked(inputs):
    return {"mask": np.ones_like(inputs["mask"])}


@temporal_softmax_loss.case("rows of scores around 1000 and -1000, where exp overflows or vanishes", at_home=True)
def large_scores(inputs):
    n, t, _ = np.ogrid[: inputs["x"].shape[0], : inputs["x"].shape[1], :1]
    return {"x": inputs["x"] + np.where((n + t) % 2, 1000.0, -1000.0)}


@temporal_softmax_loss.case(
    "scores far below the right one, where exp overflows if anything but the largest is taken off", at_home=True
)
def far_below(inputs):
    far = (np.arange(inputs["x"].shape[2]) - inputs["y"][..., np.newaxis]) % 2
    return {"x": inputs["x"] - 720.0 * far}  # no further, or the logarithm of a right probability is infinite


@temporal_softmax_loss.mistake("The mask is not applied to the loss: masked steps must not count.")
def loss_unmasked(x, y, mask, verbose=False):
    return reference(x, y, np.ones_like(mask))[0], reference(x, y, mask)[1]


@temporal_softmax_loss.mistake("The mask is not applied to the gradient: the rows of masked steps must be zero.")
def gradient_unmasked(x, y, mask, verbose=False):
    return reference(x, y, mask)[0], reference(x, y, np.ones_like(mask))[1]


@temporal_softmax_loss.mistake("The mask is not used: neither the loss nor the gradient may count masked steps.")
def nothing_masked(x, y, mask, verbose=False):
    return reference(x, y, np.ones_like(mask))


@temporal_softmax_loss.mistake("The mask is used the wrong way round: True marks the steps that count.")
def mask_inverted(x, y, mask, verbose=False):
    return reference(x, y, ~mask)


@temporal_softmax_loss.mistake("The loss and its gradient are not averaged: divide by the number of sequences N.")
def no_average(x, y, mask, verbose=False):
    loss, dx = reference(x, y, mask)
    return loss * x.shape[0], dx * x.shape[0]


@temporal_softmax_loss.mistake("The gradient is not averaged as the loss is: divide dx by N too.")
def gradient_not_averaged(x, y, mask, verbose=False):
    loss, dx = reference(x, y, mask)
    return loss, dx * x.shape[0]


@temporal_softmax_loss.mistake("The loss is not averaged as the gradient is: divide it by N too.")
def loss_not_averaged(x, y, mask, verbose=False):
    loss, dx = reference(x, y, mask)
    return loss * x.shape[0], dx


@temporal_softmax_loss.mistake(
    "The loss and dx are averaged over the time steps too: sum over time, average over the N sequences only."
)
def averaged_over_steps(x, y, mask, verbose=False):
    loss, dx = reference(x, y, mask)
    return loss / x.shape[1], dx / x.shape[1]


@temporal_softmax_loss.mistake(
    "The loss is divided by the number of unmasked steps; divide it, and dx, by the number of sequences N."
)
def averaged_over_unmasked(x, y, mask, verbose=False):
    loss, dx = reference(x, y, mask)
    scale = x.shape[0] / mask.sum()
    return loss * scale, dx * scale


@temporal_softmax_loss.mistake("The loss has the wrong sign: it is minus the log of the probability.")
def negative_loss(x, y, mask, verbose=False):
    loss, dx = reference(x, y, mask)
    return -loss, dx


@temporal_softmax_loss.mistake("The gradient is the probabilities alone: subtract 1 at each correct word.")
def probabilities_only(x, y, mask, verbose=False):
    N, T, V = x.shape
    loss, dx = reference(x, y, mask)
    return loss, dx + np.eye(V)[y] * mask[:, :, np.newaxis] / N


@temporal_softmax_loss.mistake("The loss is one number for each sequence: sum it to a single number.")
def one_loss_per_sequence(x, y, mask, verbose=False):
    N = x.shape[0]
    each = [reference(x[n : n + 1], y[n : n + 1], mask[n : n + 1])[0] / N for n in range(N)]
    return np.array(each), reference(x, y, mask)[1]


@temporal_softmax_loss.mistake("exp overflows for large scores: subtract each row's largest score first.")
def overflow(x, y, mask, verbose=False):
    N, T, V = x.shape
    p = np.exp(x) / np.exp(x).sum(axis=2, keepdims=True)
    loss = -np.sum(mask * np.log((p * np.eye(V)[y]).sum(axis=2))) / N
    return loss, (p - np.eye(V)[y]) * mask[:, :, np.newaxis] / N


@temporal_softmax_loss.mistake(
    "exp overflows in the gradient for large scores: subtract each row's largest score first."
)
def gradient_overflow(x, y, mask, verbose=False):
    N, T, V = x.shape
    p = np.exp(x) / np.exp(x).sum(axis=2, keepdims=True)
    return reference(x, y, mask)[0], (p - np.eye(V)[y]) * mask[:, :, np.newaxis] / N


@temporal_softmax_loss.mistake("The scores are shifted by the largest of all; shift each row by its own largest score.")
def one_shift_for_all(x, y, mask, verbose=False):
    N, T, V = x.shape
    p = np.exp(x - x.max())
    p /= p.sum(axis=2, keepdims=True)
    loss = -np.sum(mask * np.log((p * np.eye(V)[y]).sum(axis=2))) / N
    return loss, (p - np.eye(V)[y]) * mask[:, :, np.newaxis] / N
