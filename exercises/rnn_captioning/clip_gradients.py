"""Gradients that are shortened to a largest global norm."""

import numpy as np

from autograder.spec import FLOAT32, Arrays, exercise

from .axes import AXES

CALL = """
grads = dict(Wx=Wx, Wh=Wh, b=b)
clipped, norm = clip_gradients(grads, float(max_norm))
clipped_Wx, clipped_Wh, clipped_b = clipped.get("Wx"), clipped.get("Wh"), clipped.get("b")
taken = [clipped.pop(name, None) for name in list(clipped)]
own_Wx, own_Wh, own_b = grads.get("Wx"), grads.get("Wh"), grads.get("b")
"""
NAMES = ("Wx", "Wh", "b")
SHARE = 0.4  # of the gradients' norm that is let through, where a case says nothing else


def global_norm(inputs: Arrays) -> float:
    """The length of all gradients together."""
    return float(np.sqrt(sum((inputs[name].astype(np.float64) ** 2).sum() for name in NAMES)))


def prepare(inputs: Arrays) -> Arrays:
    """With a largest norm that clips, of a size that no sum of the entries has by chance."""
    return {"max_norm": np.array(SHARE * global_norm(inputs)), **inputs}


@exercise(
    call=CALL,
    outputs={
        "clipped_Wx": "D H", "clipped_Wh": "H H", "clipped_b": "H", "norm": "",
        "own_Wx": "D H", "own_Wh": "H H", "own_b": "H",
    },
    sizes=dict(D=5, H=4),
    axes=AXES,
    rtol=1e-5,  # who adds 1e-6 to the norm before dividing by it, as PyTorch does, is right
    prepare=prepare,
)  # fmt: skip
def clip_gradients(Wx: "D H", Wh: "H H", b: "H"):
    """Three gradients clipped by their global norm, the norm before, and the gradients that were handed in."""


@clip_gradients.case("a norm below the largest one", at_home=True)
def below(inputs):
    return {"max_norm": np.array(3 * global_norm(inputs))}


@clip_gradients.case("gradients of zeros", at_home=True)
def zeros(inputs):
    return {**{name: np.zeros_like(inputs[name]) for name in NAMES}, "max_norm": np.array(1 + abs(inputs["b"][0]))}


@clip_gradients.case("a norm that is just the largest one")
def just(inputs):
    """Forty whole numbers whose squares sum to a square, so that nothing is rounded: 39 times 1, and 19."""
    unit = float(1 + int(1e6 * np.abs(inputs["b"][0])))
    whole = {name: unit * np.sign(inputs[name]) for name in NAMES}
    whole["b"][-1] *= 19
    return {**whole, "max_norm": np.array(20 * unit)}


@clip_gradients.case("a million times the largest norm", at_home=True)
def exploded(inputs):
    return {**{name: 1e6 * inputs[name] for name in NAMES}, "max_norm": np.array(global_norm(inputs))}


@clip_gradients.case("one gradient far larger than the others")
def one_large(inputs):
    return {"b": 30 * inputs["b"]}


@clip_gradients.case("float32 gradients", limit=FLOAT32)
def float32(inputs):
    return {name: inputs[name].astype(np.float32) for name in NAMES}


def norm_of(grads):
    """The global norm."""
    return np.sqrt(sum((gradient**2).sum() for gradient in grads.values()))


def scaled(grads, factor):
    """All gradients times a number."""
    return {name: gradient * factor for name, gradient in grads.items()}


def mistake(advice):
    """Declare a known mistake that is made of the parts above."""
    return clip_gradients.mistake(advice, using=[norm_of, scaled])


@mistake("Each gradient is clipped by its own norm, which changes the step's direction: take one norm of all together.")
def each_by_itself(grads, max_norm):
    clipped = {name: g * min(1.0, max_norm / max(np.sqrt((g**2).sum()), 1e-300)) for name, g in grads.items()}
    return clipped, norm_of(grads)


@mistake("Each entry is clipped by itself, which changes the step's direction: multiply all by one factor.")
def each_entry(grads, max_norm):
    return {name: np.clip(g, -max_norm, max_norm) for name, g in grads.items()}, norm_of(grads)


@mistake("The square root is missing: the norm is the root of the sum of the squares.")
def no_root(grads, max_norm):
    norm = norm_of(grads) ** 2
    return scaled(grads, max_norm / norm if norm > max_norm else 1), norm


@mistake("The norms of the gradients are added up: add up the squares of all entries, and then take the root.")
def norms_added(grads, max_norm):
    norm = sum(np.sqrt((g**2).sum()) for g in grads.values())
    return scaled(grads, max_norm / norm if norm > max_norm else 1), norm


@mistake("The norm is the largest of the gradients' norms; it is that of all entries together.")
def largest_norm(grads, max_norm):
    norm = max(np.sqrt((g**2).sum()) for g in grads.values())
    return scaled(grads, max_norm / norm if norm > max_norm else 1), norm


@mistake("The norm is the sum of the entries' sizes; it is the root of the sum of their squares.")
def sum_of_sizes(grads, max_norm):
    norm = sum(np.abs(g).sum() for g in grads.values())
    return scaled(grads, max_norm / norm if norm > max_norm else 1), norm


@mistake("The squares are averaged: the norm is the root of their sum.")
def root_of_mean(grads, max_norm):
    norm = norm_of(grads) / np.sqrt(sum(g.size for g in grads.values()))
    return scaled(grads, max_norm / norm if norm > max_norm else 1), norm


@mistake("Small gradients are made larger: change them only where the norm is larger than max_norm.")
def always_scaled(grads, max_norm):
    norm = norm_of(grads)
    return scaled(grads, max_norm / norm if norm > 0 else 1), norm


@mistake(
    "All gradients are divided by their norm, also when it is zero, which gives nan: change only what is too large."
)
def divided_by_zero(grads, max_norm):
    norm = norm_of(grads)
    return scaled(grads, np.float64(max_norm) / norm), norm


@mistake("The gradients are divided by their norm, so it is 1: multiply by max_norm / norm.")
def norm_one(grads, max_norm):
    norm = norm_of(grads)
    return scaled(grads, 1 / norm if norm > max_norm else 1), norm


@mistake("Gradients that are too large are replaced by zeros: shorten them, and keep their direction.")
def dropped(grads, max_norm):
    norm = norm_of(grads)
    return scaled(grads, 0 if norm > max_norm else 1), norm


@mistake("Nothing is clipped: where the norm is larger than max_norm, multiply by max_norm / norm.")
def not_clipped(grads, max_norm):
    return dict(grads), norm_of(grads)


@mistake("The norm after clipping is returned; return the one before.")
def norm_after(grads, max_norm):
    clipped, norm = reference(grads, max_norm)
    return clipped, min(norm, max_norm)


@mistake(
    "The gradients that were handed in are changed: make new arrays, `gradient * factor` and not `gradient *= factor`."
)
def in_place(grads, max_norm):
    norm = norm_of(grads)
    if norm > max_norm:
        for gradient in grads.values():
            gradient *= max_norm / norm
    return dict(grads), norm


@mistake("Where nothing is clipped, the dict that was handed in is returned: return a new one, dict(grads).")
def same_dict_below(grads, max_norm):
    clipped, norm = reference(grads, max_norm)
    return clipped if norm > max_norm else grads, norm


@mistake("The dict that was handed in is changed: put the clipped gradients into a new one.")
def same_dict(grads, max_norm):
    clipped, norm = reference(grads, max_norm)
    grads.update(clipped)
    return grads, norm
