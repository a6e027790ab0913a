"""True sentences about a scene: five captions a picture, in different words, lower case, without punctuation."""

from cs231n.scenes.things import plural

from . import words
from .scenes import pick
from .teller import SAY_COLOR, SAY_SIZE, Teller

RARE_SHARE = 0.02  # of the mentions of a thing, those with one rare word in them


def captions(scene, glyphs, rng):
    """List of CAPTIONS different sentences, each true of the scene."""
    return _Teller(scene, glyphs, rng).captions()


class _Teller(Teller):
    words = words
    ONCE = ("under", "over", "above", "sky")

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

    def bigger(self, more, less):
        return f"{self.the(more)} is bigger than {self.the(less)}"

    def alone(self, one, side):
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

    def two(self, first, second, one, other, to, back):
        ground = self.where(second)
        sentences = [
            f"{self.a(first)} {to} {self.a(second)} {self.time()}",
            f"{self.a(first)} {self.does(first)} {to} {self.a(second)} {self.time()}",
            f"{self.a(second)} {back} {self.a(first)} {self.time()}",
            f"there is {self.a(first)} {to} {self.a(second)}",
            f"{self.a(second)} {self.does(second)} {back} {self.a(first)}",
            f"{self.time()} {self.a(first)} {self.does(first)} {to} {self.a(second)}",
        ]
        if self.scene.relation == "above":
            return [
                *sentences,
                f"{self.a(second)} {self.where(second)} and {self.a(first)} in the sky",
                f"{self.a(first)} {to} {self.a(second)} {self.where(second)}",
            ]
        return [
            *sentences,
            f"{self.a(one)} and {self.a(other)} {ground} {self.time()}",
            f"{self.a(first)} {to} {self.a(second)} {ground}",
            f"{ground} {self.a(first)} {self.does(first)} {to} {self.a(second)}",
        ]

    def between(self, left, middle, right, one, other):
        return [
            f"{self.a(middle)} between {self.a(one)} and {self.a(other)} {self.time()}",
            f"{self.a(middle)} {self.does(middle)} between {self.a(left)} and {self.a(right)}",
            f"between {self.a(one)} and {self.a(other)} there is {self.a(middle)}",
            f"{self.a(left)} {self.a(middle)} and {self.a(right)} {self.where(middle)} {self.time()}",
            f"{self.a(left)} to the left of {self.a(middle)} {self.time()}",
            f"{self.a(right)} to the right of {self.a(middle)} {self.where(middle)}",
            f"{self.time()} {self.a(middle)} {self.does(middle)} between {self.a(one)} and {self.a(other)}",
        ]

    def alike(self, one, count):
        return [
            f"{self.many(one, count)} {self.where(one)} {self.time()}",
            f"there are {self.many(one, count)} {self.where(one)}",
            f"{self.many(one, count)} {self.does(one, many=True)} {self.where(one)}",
            f"{self.time()} {self.many(one, count)} {self.does(one, many=True)} {self.where(one)}",
            f"{self.many(one, count)} {self.does(one, many=True)} side by side {self.time()}",
            f"a picture of {self.many(one, count)} {self.time()}",
        ]

    def pair(self, pair, other, to, back):
        """Two of a kind, and another thing."""
        return [
            f"{self.many(pair, 2)} {to} {self.a(other)} {self.time()}",
            f"{self.a(other)} {back} {self.many(pair, 2)} {self.time()}",
            f"{self.many(pair, 2)} and {self.a(other)} {self.where(other)} {self.time()}",
            f"{self.a(other)} and {self.many(pair, 2)} {self.where(other)}",
            f"there are {self.many(pair, 2)} {to} {self.a(other)}",
            f"{self.many(pair, 2)} {self.does(pair, many=True)} {to} {self.a(other)} {self.where(other)}",
            f"{self.time()} {self.a(other)} {self.does(other)} {back} {self.many(pair, 2)}",
        ]
