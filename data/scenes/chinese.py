"""True sentences in Chinese about a scene: five captions a picture, written word by word with spaces between."""

import numpy as np

from cs231n.scenes.chinese import COLORS
from cs231n.scenes.things import SKY, WATER

from . import chinese_words as words
from .grammar import BIGGER, CAPTIONS, CLOSE, COMPARED, MAX_WORDS, SAY_COLOR, SAY_SIZE, gap, size
from .scenes import column, pick

RARE_SHARE = 0.01  # of the mentions of a thing, those with one rare word in them
MIN_COUNT = 14  # rarer words of the train captions become <UNK>: more words than in English depend on what is counted
BIG = "大"


def captions(scene, glyphs, rng):
    """List of CAPTIONS different sentences, each true of the scene."""
    teller = TELLERS[scene.relation](scene, glyphs, rng)
    found = dict.fromkeys(filter(_reads_well, teller.sentences()))
    order = np.argsort(rng.random_sample(len(found)))
    sentences = list(found)
    return [sentences[i] for i in order[:CAPTIONS]]


def _reads_well(sentence):
    said = sentence.split()
    return len(said) <= MAX_WORDS and said.count("天空") < 2 and said.count("上空") < 2


class _Teller:
    """The words for one scene, drawn anew each time they are asked for."""

    def __init__(self, scene, glyphs, rng):
        self.scene, self.glyphs, self.rng = scene, glyphs, rng
        self.things = scene.things

    def a(self, placed):
        """Such as 一只 大 狗."""
        return self.many(placed, 1)

    def many(self, placed, count):
        """Such as 两只 大 狗."""
        return f"{words.counted(placed.thing, count)} {self.phrase(placed)}"

    def phrase(self, placed):
        """Color, size and word: 红色 的 大 汽车."""
        thing, said = placed.thing, []
        rare = self.rng.random_sample() < RARE_SHARE
        sized = bool(placed.size) and thing.word not in words.PERSONS and self.rng.random_sample() < SAY_SIZE
        if thing.colors and self.rng.random_sample() < SAY_COLOR:
            said += [COLORS[placed.name.split()[0]], "的"]
        noun = words.noun(thing, rare and not sized)
        if sized and said:
            said.append(words.SIZES[placed.size][0])
        elif sized and noun.startswith(BIG):  # nobody says 大 大象
            said.append(words.SIZES[placed.size][1])
        elif sized:
            said.append(pick(self.rng, words.RARE_SIZES[placed.size] if rare else words.SIZES[placed.size]))
        return " ".join([*said, noun])

    def plain(self, placed):
        """The same without a size, which would not suit a comparison."""
        return f"{words.counted(placed.thing, 1)} {words.noun(placed.thing, rare=False)}"

    def does(self, placed, where=""):
        return words.does(placed.thing, where or self.where(placed))

    def place(self):
        return pick(self.rng, words.PLACES[self.scene.place])

    def where(self, placed):
        """Where a thing is: on the ground, in the water, or over it."""
        if placed.thing.on == SKY:
            return pick(self.rng, words.OVER[self.scene.place])
        if placed.thing.on == WATER and placed.thing.word not in words.AFLOAT:
            return pick(self.rng, words.IN_WATER)
        return self.place()

    def time(self):
        return pick(self.rng, words.TIMES[self.scene.time])


class _Alone(_Teller):
    def sentences(self):
        one = self.things[0]
        side = pick(self.rng, words.COLUMNS[column(self.scene)])
        return [
            f"{self.time()} {self.where(one)} 有 {self.a(one)}",
            f"{self.time()} {self.a(one)} {self.does(one)}",
            f"{self.where(one)} 有 {self.a(one)}",
            f"{self.time()} 画面 {side} 有 {self.a(one)}",
            f"{self.a(one)} 在 画面 {side}",
            f"{self.a(one)} {self.does(one)}",
            f"{self.time()} {self.where(one)} 的 {self.a(one)}",
            f"{self.time()} 有 {self.a(one)} 在 画面 {side}",
            f"图中 {self.time()} {self.where(one)} 有 {self.a(one)}",
        ]


class _Two(_Teller):
    """Two different things; the words for how they stand to each other are those of RELATIONS."""

    def sentences(self):
        first, second = self.things
        to, back = (pick(self.rng, options) for options in self.towards())
        one, other = (first, second) if self.rng.random_sample() < 0.5 else (second, first)
        sentences = [
            f"{self.time()} {self.a(first)} 在 {self.a(second)} 的 {to}",
            f"{self.time()} {self.a(second)} 的 {to} 有 {self.a(first)}",
            f"{self.a(first)} {self.does(first, f'{self.a(second)} 的 {to}')}",
            f"{self.time()} {self.a(second)} 在 {self.a(first)} 的 {back}",
            f"{self.a(first)} 的 {back} 有 {self.a(second)}",
            f"{self.time()} {self.a(second)} {self.does(second, f'{self.a(first)} 的 {back}')}",
        ]
        if self.scene.relation == "above":
            sentences += [
                f"{self.where(second)} 有 {self.a(second)} 天空 中 有 {self.a(first)}",
                f"{self.where(second)} {self.a(second)} 的 {to} 有 {self.a(first)}",
            ]
        else:
            sentences += [
                f"{self.time()} {self.where(one)} 有 {self.a(one)} 和 {self.a(other)}",
                f"{self.where(first)} {self.a(first)} 在 {self.a(second)} 的 {to}",
                f"{self.where(one)} 有 {self.a(one)} 和 {self.a(other)}",
            ]
        more, less = sorted((first, second), key=self.size, reverse=True)
        odd = {more.thing.word, less.thing.word} & set(words.NOT_COMPARED)
        if self.size(more) > BIGGER * self.size(less) and not odd and self.rng.random_sample() < COMPARED:
            sentences.append(f"{self.plain(more)} 比 {self.plain(less)} 大")
        return sentences

    def towards(self):
        """The words for where the first is, seen from the second, and the second from the first."""
        to, back = words.RELATIONS[self.scene.relation]
        if self.scene.relation == "beside" and gap(self.things, self.glyphs) <= CLOSE:
            return (*to, *words.NEAR), (*back, *words.NEAR)
        return to, back

    def size(self, placed):
        return size(placed, self.glyphs)


class _Between(_Teller):
    def sentences(self):
        left, middle, right = self.things
        one, other = (left, right) if self.rng.random_sample() < 0.5 else (right, left)
        return [
            f"{self.time()} {self.a(middle)} 在 {self.a(one)} 和 {self.a(other)} 之间",
            f"{self.a(middle)} {self.does(middle, f'{self.a(left)} 和 {self.a(right)} 之间')}",
            f"{self.a(one)} 和 {self.a(other)} 之间 有 {self.a(middle)}",
            f"{self.time()} {self.where(left)} 有 {self.a(left)} {self.a(middle)} 和 {self.a(right)}",
            f"{self.time()} {self.a(left)} 在 {self.a(middle)} 的 左边",
            f"{self.where(right)} {self.a(right)} 在 {self.a(middle)} 的 右边",
            f"{self.time()} {self.a(one)} 和 {self.a(other)} 之间 有 {self.a(middle)}",
        ]


class _Alike(_Teller):
    def sentences(self):
        one, count = self.things[0], len(self.things)
        return [
            f"{self.time()} {self.where(one)} 有 {self.many(one, count)}",
            f"{self.where(one)} 有 {self.many(one, count)}",
            f"{self.many(one, count)} {self.does(one)}",
            f"{self.time()} {self.many(one, count)} {self.does(one)}",
            f"{self.time()} {self.many(one, count)} 排成 一排",
            f"图中 {self.time()} 有 {self.many(one, count)}",
        ]


class _Pair(_Teller):
    """Two of a kind, and another thing."""

    def sentences(self):
        left = self.scene.relation == "pair left"
        pair, other = (self.things[0], self.things[2]) if left else (self.things[1], self.things[0])
        to, back = words.RELATIONS["beside"] if left else reversed(words.RELATIONS["beside"])
        to, back = pick(self.rng, to), pick(self.rng, back)
        return [
            f"{self.time()} {self.many(pair, 2)} 在 {self.a(other)} 的 {to}",
            f"{self.time()} {self.a(other)} 在 {self.many(pair, 2)} 的 {back}",
            f"{self.time()} {self.where(pair)} 有 {self.many(pair, 2)} 和 {self.a(other)}",
            f"{self.where(other)} 有 {self.a(other)} 和 {self.many(pair, 2)}",
            f"{self.a(other)} 的 {to} 有 {self.many(pair, 2)}",
            f"{self.many(pair, 2)} {self.does(pair, f'{self.a(other)} 的 {to}')}",
            f"{self.time()} {self.a(other)} {self.does(other, f'{self.many(pair, 2)} 的 {back}')}",
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
