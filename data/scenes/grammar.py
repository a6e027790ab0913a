"""True sentences about a scene: five captions a picture, in different words.

A caption has at most MAX_WORDS words, lower case, without punctuation.
"""

import numpy as np

from cs231n.scenes.scene import extent
from cs231n.scenes.things import SKY, WATER, plural

from . import words
from .scenes import column, pick

CAPTIONS = 5  # a picture
MAX_WORDS = 15
SAY_SIZE = 0.8  # the share of the mentions of a thing of unusual size that say so
SAY_COLOR = 0.85
RARE_SHARE = 0.02  # of the mentions of a thing, those with one rare word in them
CLOSE = 12  # pixels between things that are next to each other
BIGGER = 1.5  # times as large: then it may be said
COMPARED = 0.3  # of the scenes with things so different in size, those where it may be said


def captions(scene, glyphs, rng):
    """List of CAPTIONS different sentences, each true of the scene."""
    teller = TELLERS[scene.relation](scene, glyphs, rng)
    found = dict.fromkeys(filter(_reads_well, teller.sentences()))
    order = np.argsort(rng.random_sample(len(found)))
    sentences = list(found)
    return [sentences[i] for i in order[:CAPTIONS]]


def size(placed, glyphs):
    """How many pixels a thing's box has."""
    width, height = extent(placed, glyphs[placed.name])
    return width * height


def gap(things, glyphs):
    """How many pixels are between two things that stand side by side."""
    first, second = things
    return second.x - first.x - sum(extent(placed, glyphs[placed.name])[0] for placed in things) // 2


def _reads_well(sentence):
    said = sentence.split()
    return len(said) <= MAX_WORDS and all(said.count(word) < 2 for word in ("under", "over", "above", "sky"))


class _Teller:
    """The words for one scene, drawn anew each time they are asked for."""

    def __init__(self, scene, glyphs, rng):
        self.scene, self.glyphs, self.rng = scene, glyphs, rng
        self.things = scene.things

    def a(self, placed):
        """Such as "a big dog"."""
        phrase = self.phrase(placed)
        return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"

    def the(self, placed):
        return f"the {self.phrase(placed)}"

    def many(self, placed, count):
        """Such as "two big dogs"."""
        return f"{words.NUMBERS[count]} {self.phrase(placed, many=True)}"

    def phrase(self, placed, many=False):
        thing, said = placed.thing, []
        rare = self.rng.random_sample() < RARE_SHARE
        if placed.size and self.rng.random_sample() < SAY_SIZE:
            said.append(pick(self.rng, words.RARE_SIZES[placed.size] if rare else words.SIZES[placed.size]))
            rare = False
        if thing.colors and self.rng.random_sample() < SAY_COLOR:
            said.append(placed.name.split()[0])
        noun = words.RARE[thing.word] if rare and thing.word in words.RARE else thing.word
        return " ".join([*said, plural(noun) if many else noun])

    def does(self, placed, many=False):
        """Such as "stands"."""
        verb = words.verb(placed.thing)
        if verb == "is":
            return "are" if many else "is"
        return verb if many else words.third_person(verb)

    def place(self):
        """Where the scene is, such as "on the grass"."""
        return pick(self.rng, words.PLACES[self.scene.place])

    def where(self, placed):
        """Where a thing is: on the ground, in the water, or over it."""
        if placed.thing.on == SKY:
            return pick(self.rng, words.OVER[self.scene.place])
        if placed.thing.on == WATER:
            return pick(self.rng, words.IN_WATER)
        return self.place()

    def time(self):
        return pick(self.rng, words.TIMES[self.scene.time])

    def size(self, placed):
        return size(placed, self.glyphs)


class _Alone(_Teller):
    def sentences(self):
        one = self.things[0]
        side = pick(self.rng, words.COLUMNS[column(self.scene)])
        return [
            f"{self.a(one)} {self.where(one)} {self.time()}",
            f"{self.a(one)} {self.does(one)} {self.where(one)} {self.time()}",
            f"there is {self.a(one)} {self.where(one)}",
            f"there is {self.a(one)} {side} {self.time()}",
            f"{self.a(one)} {self.does(one)} {side}",
            f"{self.time()} {self.a(one)} {self.does(one)} {self.where(one)}",
            f"{self.a(one)} {self.where(one)}",
            f"{self.the(one)} {self.does(one)} {side} {self.time()}",
            f"a picture of {self.a(one)} {self.where(one)} {self.time()}",
        ]


class _Two(_Teller):
    """Two different things; the words for how they stand to each other are those of RELATIONS."""

    def sentences(self):
        first, second = self.things
        to, back = (pick(self.rng, options) for options in self.towards())
        one, other = (first, second) if self.rng.random_sample() < 0.5 else (second, first)
        ground = self.where(second)
        sentences = [
            f"{self.a(first)} {to} {self.a(second)} {self.time()}",
            f"{self.a(first)} {self.does(first)} {to} {self.a(second)} {self.time()}",
            f"{self.a(second)} {back} {self.a(first)} {self.time()}",
            f"there is {self.a(first)} {to} {self.a(second)}",
            f"{self.a(second)} {self.does(second)} {back} {self.a(first)}",
            f"{self.time()} {self.a(first)} {self.does(first)} {to} {self.a(second)}",
        ]
        if self.scene.relation != "above":
            sentences += [
                f"{self.a(one)} and {self.a(other)} {ground} {self.time()}",
                f"{self.a(first)} {to} {self.a(second)} {ground}",
                f"{ground} {self.a(first)} {self.does(first)} {to} {self.a(second)}",
            ]
        else:
            sentences += [
                f"{self.a(second)} {self.where(second)} and {self.a(first)} in the sky",
                f"{self.a(first)} {to} {self.a(second)} {self.where(second)}",
            ]
        more, less = sorted((first, second), key=self.size, reverse=True)
        if self.size(more) > BIGGER * self.size(less) and self.rng.random_sample() < COMPARED:
            sentences.append(f"{self.the(more)} is bigger than {self.the(less)}")
        return sentences

    def towards(self):
        """The words for how the first stands to the second, and the second to the first."""
        to, back = words.RELATIONS[self.scene.relation]
        if self.scene.relation == "beside" and gap(self.things, self.glyphs) <= CLOSE:
            return (*to, *words.NEAR), (*back, *words.NEAR)
        return to, back


class _Between(_Teller):
    def sentences(self):
        left, middle, right = self.things
        one, other = (left, right) if self.rng.random_sample() < 0.5 else (right, left)
        return [
            f"{self.a(middle)} between {self.a(one)} and {self.a(other)} {self.time()}",
            f"{self.a(middle)} {self.does(middle)} between {self.a(left)} and {self.a(right)}",
            f"between {self.a(one)} and {self.a(other)} there is {self.a(middle)}",
            f"{self.a(left)} {self.a(middle)} and {self.a(right)} {self.where(middle)} {self.time()}",
            f"{self.a(left)} to the left of {self.a(middle)} {self.time()}",
            f"{self.a(right)} to the right of {self.a(middle)} {self.where(middle)}",
            f"{self.time()} {self.a(middle)} {self.does(middle)} between {self.a(one)} and {self.a(other)}",
        ]


class _Alike(_Teller):
    def sentences(self):
        one, count = self.things[0], len(self.things)
        return [
            f"{self.many(one, count)} {self.where(one)} {self.time()}",
            f"there are {self.many(one, count)} {self.where(one)}",
            f"{self.many(one, count)} {self.does(one, many=True)} {self.where(one)}",
            f"{self.time()} {self.many(one, count)} {self.does(one, many=True)} {self.where(one)}",
            f"{self.many(one, count)} {self.does(one, many=True)} side by side {self.time()}",
            f"a picture of {self.many(one, count)} {self.time()}",
        ]


class _Pair(_Teller):
    """Two of a kind, and another thing."""

    def sentences(self):
        left = self.scene.relation == "pair left"
        pair, other = (self.things[0], self.things[2]) if left else (self.things[1], self.things[0])
        to, back = words.RELATIONS["beside"] if left else reversed(words.RELATIONS["beside"])
        to, back = pick(self.rng, to), pick(self.rng, back)
        return [
            f"{self.many(pair, 2)} {to} {self.a(other)} {self.time()}",
            f"{self.a(other)} {back} {self.many(pair, 2)} {self.time()}",
            f"{self.many(pair, 2)} and {self.a(other)} {self.where(other)} {self.time()}",
            f"{self.a(other)} and {self.many(pair, 2)} {self.where(other)}",
            f"there are {self.many(pair, 2)} {to} {self.a(other)}",
            f"{self.many(pair, 2)} {self.does(pair, many=True)} {to} {self.a(other)} {self.where(other)}",
            f"{self.time()} {self.a(other)} {self.does(other)} {back} {self.many(pair, 2)}",
        ]


TELLERS = {
    "alone": _Alone,
    "beside": _Two,
    "behind": _Two,
    "above": _Two,
    "between": _Between,
    "alike": _Alike,
    "pair left": _Pair,
    "pair right": _Pair,
}
