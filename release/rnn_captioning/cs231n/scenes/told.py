"""What a caption names, in English or in Chinese, held against what is in the picture."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass

import numpy as np

from ..coco_files import read_text, scene_file, taking_apart
from . import chinese
from .things import BY_NAME, CATALOGUE, SIDE, plural

PLACE_WORDS = {
    "meadow": "meadow grass field",
    "beach": "beach sand sea",  # "by the sea"
    "road": "road street city",
    "sea": "sea water waves",
    "snow": "snow snowy landscape",
    "desert": "desert dunes",
}
TIME_WORDS = {
    "day": "sunny day sunshine",
    "evening": "evening sunset",
    "night": "night stars moonlight",
}
PLACES = [*PLACE_WORDS.items(), *chinese.PLACE_WORDS.items()]
TIMES = [*TIME_WORDS.items(), *chinese.TIME_WORDS.items()]
SKY_COLORS = {"blue": "day", "red": "evening"}  # "under a blue sky"
NOUNS = {form: thing for thing in CATALOGUE for form in (thing.word, plural(thing.word))} | chinese.THINGS
COLORS = {word: color for color, word in chinese.COLORS.items()}
NEAR = 3  # words before a thing's, among which its color is: 红色 的 大 汽车


@dataclass(frozen=True)
class Told:
    """What is in a picture.

    names: of its things, such as "red car". boxes: (things, 4), the left and upper edge, width and height of each, in
    pixels. new_pair: whether it shows things together that no picture of train does.
    """

    place: str
    time: str
    names: tuple[str, ...]
    boxes: np.ndarray
    new_pair: bool


@dataclass(frozen=True)
class Right:
    """Whether what a caption names is in the picture; None where it names nothing of the kind."""

    things: bool | None
    place: bool | None
    time: bool | None

    @property
    def all(self) -> bool:
        """Whether nothing that is named is wrong."""
        return False not in (self.things, self.place, self.time)


def load_told(split: str) -> list[Told]:
    """What is in each picture of a split, from the data set's instances file.

    Raises FileNotFoundError where this data set has none, as that of the COCO photographs; ValueError where it is
    damaged.
    """
    path = scene_file(f"instances_{split}2014.json")
    text = read_text(path)
    with taking_apart(path):
        content = json.loads(text)
        names = {each["id"]: each["name"] for each in content["categories"]}
        things: dict[int, list] = {each["id"]: [] for each in content["images"]}
        for each in content["annotations"]:
            things[each["image_id"]].append((names[each["category_id"]], each["bbox"]))
        return [_told(image, things[image["id"]]) for image in content["images"]]


def _told(image: dict, things: list) -> Told:
    names, boxes = zip(*things, strict=True)
    return Told(image["place"], image["time"], names, np.array(boxes), image["new_pair"])


def word_boxes(told: Told) -> dict[str, list[tuple[float, ...]]]:
    """For each word that can name a thing of the picture, the boxes of those things: the left, upper, right and lower
    edge of each, as shares of the picture's side."""
    found: dict[str, list[tuple[float, ...]]] = {}
    for name, (left, top, width, height) in zip(told.names, told.boxes, strict=True):
        edges = tuple(float(each) / SIDE for each in (left, top, left + width, top + height))
        thing = BY_NAME[name]
        for word in (thing.word, plural(thing.word), chinese.NOUNS[thing.word]):
            found.setdefault(word, []).append(edges)
    return found


def judge(caption: str, told: Told) -> Right:
    """Whether the things, the place and the time that a caption names are right; how things stand is not looked at."""
    words = caption.split()
    return Right(_things(words, told), _place(words, told), _time(words, told))


def _things(words: list[str], told: Told) -> bool | None:
    named = [(words[max(0, i - NEAR) : i], word) for i, word in enumerate(words) if word in NOUNS]
    return all(_is_there(before, word, told) for before, word in named) if named else None


def _is_there(before: list[str], word: str, told: Told) -> bool:
    """before: the words in front of it, the nearest last."""
    thing = NOUNS[word]
    color = before[-1] if before and before[-1] in thing.colors else _chinese_color(before)
    if color in thing.colors:
        return f"{color} {thing.word}" in told.names
    return any(BY_NAME[name] is thing for name in told.names)


def _chinese_color(before: list[str]) -> str:
    """The color among the words before a thing's, back to the number: those before it are about another thing."""
    for word in reversed(before):
        if word in COLORS:
            return COLORS[word]
        if word[-1:] in chinese.CLASSIFIERS or word in NOUNS:
            break
    return ""


def _place(words: list[str], told: Told) -> bool | None:
    found = [{place for place, said in PLACES if word in said.split()} for word in words]
    named = [places for places in found if places]
    return all(told.place in places for places in named) if named else None


def _time(words: list[str], told: Told) -> bool | None:
    named = [time for word in words for time, said in TIMES if word in said.split()]
    named += [SKY_COLORS[color] for color, word in itertools.pairwise(words) if (color in SKY_COLORS and word == "sky")]
    return all(time == told.time for time in named) if named else None
