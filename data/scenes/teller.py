"""What a picture's captions have in common in all languages: who is told of, how often, and which captions are kept."""

import numpy as np

from cs231n.scenes.scene import extent
from cs231n.scenes.things import SKY, WATER

from .scenes import column, pick

CAPTIONS = 5  # a picture
MAX_WORDS = 15
SAY_SIZE = 0.8  # the share of the mentions of a thing of unusual size that say so
SAY_COLOR = 0.85
CLOSE = 12  # pixels between things that are next to each other
BIGGER = 1.5  # times as large: then it may be said
COMPARED = 0.3  # of the scenes with things so different in size, those where it may be said


class Teller:
    """The sentences on one scene in a language; its words are drawn anew each time they are asked for.

    words: the module with the language's words. ONCE: words that no caption has twice. A language has `alone`, `two`,
    `between`, `alike` and `pair`, lists of true sentences on things that stand so, and `bigger`, one that compares.
    """

    words = None
    ONCE = ()

    def __init__(self, scene, glyphs, rng):
        self.scene, self.glyphs, self.rng = scene, glyphs, rng
        self.things = scene.things

    def captions(self):
        """List of CAPTIONS different sentences, each true of the scene."""
        found = list(dict.fromkeys(filter(self._reads_well, self.sentences())))
        order = np.argsort(self.rng.random_sample(len(found)))
        return [found[i] for i in order[:CAPTIONS]]

    def sentences(self):
        """True sentences on the scene, more than are kept."""
        return TOLD[self.scene.relation](self)

    def where(self, placed):
        """Where a thing is: on the ground, in the water, or over it."""
        if placed.thing.on == SKY:
            return pick(self.rng, self.words.OVER[self.scene.place])
        if placed.thing.on == WATER and not self.afloat(placed):
            return pick(self.rng, self.words.IN_WATER)
        return pick(self.rng, self.words.PLACES[self.scene.place])

    def time(self):
        """When the scene is."""
        return pick(self.rng, self.words.TIMES[self.scene.time])

    def afloat(self, placed):
        """Whether a thing is said to be on the water rather than in it."""
        return False

    def comparable(self, more, less):
        """Whether it may be said that one thing is bigger than the other."""
        return self._size(more) > BIGGER * self._size(less)

    def _reads_well(self, sentence):
        said = sentence.split()
        return len(said) <= MAX_WORDS and all(said.count(word) < 2 for word in self.ONCE)

    def _alone(self):
        side = pick(self.rng, self.words.COLUMNS[column(self.scene)])
        return self.alone(self.things[0], side)

    def _two(self):
        to, back = (pick(self.rng, options) for options in self._towards())
        sentences = self.two(*self.things, *self._in_any_order(*self.things), to, back)
        more, less = sorted(self.things, key=self._size, reverse=True)
        if self.comparable(more, less) and self.rng.random_sample() < COMPARED:
            sentences.append(self.bigger(more, less))
        return sentences

    def _between(self):
        left, middle, right = self.things
        return self.between(left, middle, right, *self._in_any_order(left, right))

    def _alike(self):
        return self.alike(self.things[0], len(self.things))

    def _pair(self):
        to, back = self.words.RELATIONS["beside"]
        pair, _, other = self.things
        if self.scene.relation == "pair right":
            other, pair, _ = self.things
            to, back = back, to
        return self.pair(pair, other, pick(self.rng, to), pick(self.rng, back))

    def _towards(self):
        """The words for how the first thing stands to the second, and the second to the first."""
        to, back = self.words.RELATIONS[self.scene.relation]
        if self.scene.relation == "beside" and self._gap() <= CLOSE:
            return (*to, *self.words.NEAR), (*back, *self.words.NEAR)
        return to, back

    def _in_any_order(self, one, other):
        return (one, other) if self.rng.random_sample() < 0.5 else (other, one)

    def _size(self, placed):
        """How many pixels a thing's box has."""
        width, height = extent(placed, self.glyphs[placed.name])
        return width * height

    def _gap(self):
        """How many pixels are between two things that stand side by side."""
        first, second = self.things
        widths = [extent(placed, self.glyphs[placed.name])[0] for placed in self.things]
        return second.x - first.x - sum(widths) // 2


TOLD = {
    "alone": Teller._alone,
    "beside": Teller._two,
    "behind": Teller._two,
    "above": Teller._two,
    "between": Teller._between,
    "alike": Teller._alike,
    "pair left": Teller._pair,
    "pair right": Teller._pair,
}
