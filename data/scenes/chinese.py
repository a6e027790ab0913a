"""True sentences in Chinese about a scene: five captions a picture, written word by word with spaces between."""

from cs231n.scenes.chinese import COLORS

from . import chinese_words as words
from .scenes import pick
from .teller import SAY_COLOR, SAY_SIZE, Teller

RARE_SHARE = 0.01  # of the mentions of a thing, those with one rare word in them
MIN_COUNT = 14  # rarer words of the train captions become <UNK>: more words than in English depend on what is counted
BIG = "大"


def captions(scene, glyphs, rng):
    """List of CAPTIONS different sentences, each true of the scene."""
    return _Teller(scene, glyphs, rng).captions()


class _Teller(Teller):
    words = words
    ONCE = ("天空", "上空")

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

    def afloat(self, placed):
        return placed.thing.word in words.AFLOAT

    def comparable(self, more, less):
        odd = {more.thing.word, less.thing.word} & set(words.NOT_COMPARED)
        return super().comparable(more, less) and not odd

    def bigger(self, more, less):
        return f"{self.plain(more)} 比 {self.plain(less)} 大"

    def alone(self, one, side):
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

    def two(self, first, second, one, other, to, back):
        sentences = [
            f"{self.time()} {self.a(first)} 在 {self.a(second)} 的 {to}",
            f"{self.time()} {self.a(second)} 的 {to} 有 {self.a(first)}",
            f"{self.a(first)} {self.does(first, f'{self.a(second)} 的 {to}')}",
            f"{self.time()} {self.a(second)} 在 {self.a(first)} 的 {back}",
            f"{self.a(first)} 的 {back} 有 {self.a(second)}",
            f"{self.time()} {self.a(second)} {self.does(second, f'{self.a(first)} 的 {back}')}",
        ]
        if self.scene.relation == "above":
            return [
                *sentences,
                f"{self.where(second)} 有 {self.a(second)} 天空 中 有 {self.a(first)}",
                f"{self.where(second)} {self.a(second)} 的 {to} 有 {self.a(first)}",
            ]
        return [
            *sentences,
            f"{self.time()} {self.where(one)} 有 {self.a(one)} 和 {self.a(other)}",
            f"{self.where(first)} {self.a(first)} 在 {self.a(second)} 的 {to}",
            f"{self.where(one)} 有 {self.a(one)} 和 {self.a(other)}",
        ]

    def between(self, left, middle, right, one, other):
        return [
            f"{self.time()} {self.a(middle)} 在 {self.a(one)} 和 {self.a(other)} 之间",
            f"{self.a(middle)} {self.does(middle, f'{self.a(left)} 和 {self.a(right)} 之间')}",
            f"{self.a(one)} 和 {self.a(other)} 之间 有 {self.a(middle)}",
            f"{self.time()} {self.where(left)} 有 {self.a(left)} {self.a(middle)} 和 {self.a(right)}",
            f"{self.time()} {self.a(left)} 在 {self.a(middle)} 的 左边",
            f"{self.where(right)} {self.a(right)} 在 {self.a(middle)} 的 右边",
            f"{self.time()} {self.a(one)} 和 {self.a(other)} 之间 有 {self.a(middle)}",
        ]

    def alike(self, one, count):
        return [
            f"{self.time()} {self.where(one)} 有 {self.many(one, count)}",
            f"{self.where(one)} 有 {self.many(one, count)}",
            f"{self.many(one, count)} {self.does(one)}",
            f"{self.time()} {self.many(one, count)} {self.does(one)}",
            f"{self.time()} {self.many(one, count)} 排成 一排",
            f"图中 {self.time()} 有 {self.many(one, count)}",
        ]

    def pair(self, pair, other, to, back):
        """Two of a kind, and another thing."""
        return [
            f"{self.time()} {self.many(pair, 2)} 在 {self.a(other)} 的 {to}",
            f"{self.time()} {self.a(other)} 在 {self.many(pair, 2)} 的 {back}",
            f"{self.time()} {self.where(pair)} 有 {self.many(pair, 2)} 和 {self.a(other)}",
            f"{self.where(other)} 有 {self.a(other)} 和 {self.many(pair, 2)}",
            f"{self.a(other)} 的 {to} 有 {self.many(pair, 2)}",
            f"{self.many(pair, 2)} {self.does(pair, f'{self.a(other)} 的 {to}')}",
            f"{self.time()} {self.a(other)} {self.does(other, f'{self.many(pair, 2)} 的 {back}')}",
        ]
