"""True sentences about a scene: five captions a picture, in different words.

A caption has at most MAX_WORDS words, lower case, without punctuation.
"""

import numpy as np

from .scenes import MIDDLE, pick

CAPTIONS = 5  # a picture
MAX_WORDS = 15
RARE_SHARE = 0.012  # of the mentions of a shape, those with one rare word in them
SIZES = {"small": ("small", "little"), "large": ("large", "big")}
RARE = {  # synonyms too rare for the vocabulary, so that <UNK> occurs
    "red": ("crimson", "scarlet"),
    "orange": ("amber",),
    "yellow": ("golden",),
    "green": ("emerald",),
    "blue": ("azure",),
    "purple": ("violet",),
    "pink": ("rosy",),
    "gray": ("silvery",),
    "small": ("tiny", "minute"),
    "large": ("huge", "giant"),
}
TOWARDS = {  # where the first shape of a layout is, seen from the second; and the other way round
    "row": (("to the left of",), ("to the right of",)),
    "column": (("above",), ("below", "under")),
}
ENDS = {"row": ("on the left", "on the right"), "column": ("at the top", "at the bottom")}
TOGETHER = {"row": "side by side", "column": "one above the other"}


def captions(scene, rng):
    """List of CAPTIONS different sentences, each true of the scene."""
    sentences = list(dict.fromkeys(_sentences(scene, rng)))
    order = np.argsort(rng.random_sample(len(sentences)))
    return [sentences[i] for i in order[:CAPTIONS]]


def _sentences(scene, rng):
    if scene.layout == "single":
        return _about_one(scene, rng)
    first, second = scene.shapes
    alike = (first.kind, first.color) == (second.kind, second.color)
    return _about_twins(scene, rng) if alike else _about_two(scene, rng)


def _about_one(scene, rng):
    shape = scene.shapes[0]
    background = f"on a {scene.background} background"
    return [
        f"{_a(shape, rng)} {_place(shape, rng)}",
        f"there is {_a(shape, rng)} {_place(shape, rng)}",
        f"{_place(shape, rng)} there is {_a(shape, rng)}",
        f"{_the(shape, rng)} is {_place(shape, rng)}",
        f"{_a(shape, rng)} {_place(shape, rng)} of the picture",
        f"a picture of {_a(shape, rng)} {background}",
        f"{_a(shape, rng)} {background}",
    ]


def _about_two(scene, rng):
    first, second = scene.shapes
    ahead, behind = (pick(rng, words) for words in TOWARDS[scene.layout])
    here, there = ENDS[scene.layout]
    one, other = (first, second) if rng.random_sample() < 0.5 else (second, first)
    sentences = [
        f"{_a(first, rng)} is {ahead} {_a(second, rng)}",
        f"{_a(second, rng)} is {behind} {_a(first, rng)}",
        f"there is {_a(first, rng)} {ahead} {_a(second, rng)}",
        f"{_a(second, rng)} {behind} {_a(first, rng)}",
        f"{_a(first, rng)} {here} and {_a(second, rng)} {there}",
        f"{_a(one, rng)} and {_a(other, rng)} {TOGETHER[scene.layout]}",
        f"{_a(one, rng)} and {_a(other, rng)} on a {scene.background} background",
    ]
    if first.size != second.size:
        more, less = (first, second) if first.radius > second.radius else (second, first)
        sentences.append(f"the {more.color} {more.kind} is bigger than the {less.color} {less.kind}")
    if first.kind == second.kind:
        sentences.append(f"two {_plural(first.kind)} one {one.color} and one {other.color}")
    return sentences


def _about_twins(scene, rng):
    shape = scene.shapes[0]
    ahead, behind = (pick(rng, words) for words in TOWARDS[scene.layout])
    here, there = ENDS[scene.layout]
    background = f"on a {scene.background} background"
    return [
        f"two {_phrase(shape, rng, plural=True)} {TOGETHER[scene.layout]}",
        f"there are two {_phrase(shape, rng, plural=True)} {background}",
        f"two {_phrase(shape, rng, plural=True)} {background}",
        f"two {_phrase(shape, rng, plural=True)} one {here} and one {there}",
        f"{_a(shape, rng)} is {ahead} another {shape.color} {shape.kind}",
        f"{_a(shape, rng)} {behind} another {shape.color} {shape.kind}",
    ]


def _a(shape, rng):
    phrase = _phrase(shape, rng)
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"


def _the(shape, rng):
    return f"the {_phrase(shape, rng)}"


def _phrase(shape, rng, plural=False):
    """The words for a shape, such as "small red circle" or "red circle"."""
    size, color = pick(rng, SIZES[shape.size]), shape.color
    with_size = rng.random_sample() < 0.6
    if rng.random_sample() < RARE_SHARE:
        if with_size and rng.random_sample() < 0.4:
            size = pick(rng, RARE[shape.size])
        else:
            color = pick(rng, RARE[shape.color])
    kind = _plural(shape.kind) if plural else shape.kind
    return f"{size} {color} {kind}" if with_size else f"{color} {kind}"


def _plural(kind):
    return kind + ("es" if kind.endswith("s") else "s")


def _place(shape, rng):
    """Where a shape is in the picture, such as "in the top left"."""
    row = _third(shape.y, "top", "bottom")
    column = _third(shape.x, "left", "right")
    if row and column:
        return f"in the {row} {column}" + pick(rng, ("", " corner"))
    if row:
        return f"at the {row}"
    if column:
        return f"on the {column}"
    return pick(rng, ("in the center", "in the middle"))


def _third(position, low, high):
    if abs(position - MIDDLE) <= 8:
        return ""
    return low if position < MIDDLE else high
