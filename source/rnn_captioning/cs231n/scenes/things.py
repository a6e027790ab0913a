"""What there is to see: the things, the places, the times of day.

A thing stands on the ground, in the water or in the sky, and only where people would expect it: no whale in a meadow.
"""

from __future__ import annotations

from dataclasses import dataclass

SIDE = 128  # pixels along each side of a picture
PLACES = ("meadow", "beach", "road", "sea", "snow", "desert")
TIMES = ("day", "evening", "night")
GROUND, WATER, SKY = "ground", "water", "sky"


@dataclass(frozen=True)
class Thing:
    """A kind of thing: its word, how many pixels it is long or high, what it is on, and the places where it occurs.

    colors: those that it comes in, where it comes in several; its word then begins with one of them.
    """

    word: str
    size: int
    on: str
    places: tuple[str, ...]
    colors: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What a picture of it can be named: "dog", or "red car", "blue car", ..."""
        return tuple(f"{color} {self.word}" for color in self.colors) or (self.word,)


def _things(on: str, places: str, **sizes: int) -> list[Thing]:
    return [Thing(word.replace("_", " "), size, on, tuple(places.split())) for word, size in sizes.items()]


CATALOGUE = (
    *_things(GROUND, "meadow beach road snow", dog=38, cat=34),
    *_things(GROUND, "meadow road", cow=48, pig=38, sheep=40),
    *_things(GROUND, "meadow beach road desert", horse=50),
    *_things(GROUND, "meadow snow", rabbit=32, deer=50),
    *_things(GROUND, "meadow desert", elephant=64, giraffe=74, tiger=46, mouse=26),
    *_things(GROUND, "desert beach", camel=54, turtle=32),
    *_things(GROUND, "meadow", duck=32, mushroom=30, sunflower=40),
    *_things(GROUND, "snow beach", penguin=38),
    *_things(GROUND, "beach", crab=30, bucket=28),
    *_things(WATER, "sea", whale=62, dolphin=44, fish=34, octopus=38, shark=48, sailboat=58, ship=70, canoe=50),
    *_things(SKY, "meadow road", bird=28, butterfly=28),
    *_things(SKY, "meadow road desert", bat=34),
    *_things(SKY, "meadow beach road sea snow desert", airplane=50, helicopter=48),
    *_things(SKY, "meadow beach sea", kite=42, rainbow=58, cloud=46),
    *_things(GROUND, "meadow beach road snow desert", dancer=50, runner=48),
    *_things(GROUND, "meadow road", cyclist=50, bicycle=44, tractor=54),
    *_things(GROUND, "snow", snowman=48),
    *_things(GROUND, "road", bus=62, truck=60),
    *_things(GROUND, "road desert", motorcycle=46),
    *_things(GROUND, "meadow road", tree=68, church=66),
    *_things(GROUND, "beach desert", palm=68),
    *_things(GROUND, "snow meadow", pine=68, house=62, castle=74),
    *_things(GROUND, "desert", cactus=46),
    *_things(GROUND, "meadow beach snow desert", tent=52),
    *_things(GROUND, "meadow beach", apple=26, watermelon=30, banana=30, cake=32, pineapple=34),
    *_things(GROUND, "beach desert", umbrella=52),
    *_things(GROUND, "meadow snow", carrot=30),
    *_things(GROUND, "meadow beach road", ball=26),
    Thing("car", 50, GROUND, ("road", "snow", "desert"), ("red", "blue", "green", "yellow")),
    Thing("flower", 34, GROUND, ("meadow",), ("pink", "red", "yellow", "purple")),
    Thing("balloon", 38, SKY, PLACES, ("red", "blue", "green", "purple")),
)
BY_NAME = {name: thing for thing in CATALOGUE for name in thing.names}
PLURALS = {
    "bus": "buses", "church": "churches", "deer": "deer", "fish": "fish", "mouse": "mice", "sheep": "sheep",
    "snowman": "snowmen",
}  # fmt: skip


def plural(noun: str) -> str:
    """Such as "mice"."""
    if noun in PLURALS:
        return PLURALS[noun]
    if noun.endswith(("s", "x", "ch")):
        return f"{noun}es"
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
