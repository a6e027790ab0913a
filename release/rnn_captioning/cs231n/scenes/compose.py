"""Scenes of your own: `compose("dog", "left of", "tree", place="beach", night=True)`."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TypeVar

import numpy as np

from ..coco_files import scene_file
from ..words import Text, here, joined, sentences, told
from . import layout
from .draw import draw
from .glyphs import FILE, read_glyphs
from .scene import Glyphs, Placed, Scene
from .things import BY_NAME, CATALOGUE, PLACES, SKY, TIMES, plural

Meaning = TypeVar("Meaning")
ARTICLES = ("a", "an", "the")
NUMBERS = {"two": 2, "three": 3}
SIZES = {"small": "small", "little": "small", "big": "big", "large": "big"}
RELATIONS = (
    "left of", "right of", "next to", "behind", "in front of", "above", "below", "between", "and",
)  # fmt: skip
UNKNOWN = {
    "place": "There is no place {word}.",
    "time of day": "There is no time of day {word}.",
    "relation": "There is no relation {word}.",
    "thing": "There is no thing {word}.",
}


def compose(*words: str, place: str = "meadow", time: str = "day", night: bool = False, seed: int = 0) -> np.ndarray:
    """Draw a scene of your own.

    words: a thing; or a thing, a relation and another thing; or a thing, "between" and two things. Such as "dog",
    "big dog", "two dogs", "red car". The relations are those of RELATIONS. place: one of PLACES. time: one of TIMES;
    night=True is short for time="night". seed: another number gives other positions and another background.

    Returns the picture, (128, 128, 3) uint8. Raises ValueError with what there is, where a word is not known.
    """
    place, time = _known(place, PLACES, "place"), _known("night" if night else time, TIMES, "time of day")
    relation, wanted = _read(words)
    pictures = read_glyphs(scene_file(FILE))
    placed = _arranged(relation, wanted, pictures, np.random.RandomState(seed))
    return draw(Scene(place, time, placed, relation, seed), pictures)


def _arranged(relation: str, wanted: layout.Wanted, glyphs: Glyphs, rng: np.random.RandomState) -> tuple[Placed, ...]:
    """The things in their places; all of them small where there is no room otherwise."""
    try:
        return layout.arrange(relation, wanted, glyphs, rng)
    except ValueError:
        return layout.arrange(relation, [(name, "small") for name, _ in wanted], glyphs, rng)


def _read(words: tuple[str, ...]) -> tuple[str, layout.Wanted]:
    """The layout's relation and the things for it, in its order."""
    if not words:
        raise ValueError(told('Say what to draw: compose("dog") or compose("dog", "left of", "tree").'))
    first = _things(words[0])
    if len(words) == 1:
        return ("alone" if len(first) == 1 else "alike"), first
    relation, others = _known(words[1], RELATIONS, "relation"), [_things(word) for word in words[2:]]
    if len(others) != (2 if relation == "between" else 1):
        raise ValueError(_usage(relation))
    if relation == "between":
        return "between", [*others[0], *first, *others[1]]
    return _two(relation, first, others[0])


def _two(relation: str, first: layout.Wanted, second: layout.Wanted) -> tuple[str, layout.Wanted]:
    if relation in ("in front of", "below"):
        relation, first, second = {"in front of": "behind", "below": "above"}[relation], second, first
    if relation in ("behind", "above"):
        if len(first) + len(second) > 2:
            single = '"{relation}" is drawn for single things: leave out the number.'
            raise ValueError(told(single, relation=relation))
        flying_ones = [name for name, _ in (*first, *second) if BY_NAME[name].on == SKY]
        if relation == "behind" and flying_ones:
            in_sky = 'The {thing} is in the sky: say "above", "below" or "left of".'
            raise ValueError(told(in_sky, thing=flying_ones[0]))
        if relation == "above" and BY_NAME[first[0][0]].on != SKY:
            flying = joined(thing.word for thing in CATALOGUE if thing.on == SKY)
            raise ValueError(told("The {thing} cannot fly. What can: {things}.", thing=first[0][0], things=flying))
        return relation, [*first, *second]
    return "beside", [*second, *first] if relation == "right of" else [*first, *second]


def _things(text: str) -> layout.Wanted:
    """Such as "two big dogs": the name and the size of each."""
    words = [word for word in str(text).lower().split() if word not in ARTICLES]
    count, words = _taken(words, NUMBERS, 1)
    size, words = _taken(words, SIZES, "")
    return [(_name(" ".join(words)), size)] * count


def _taken(words: list[str], meanings: Mapping[str, Meaning], otherwise: Meaning) -> tuple[Meaning, list[str]]:
    """What the first word means, and the words after it; `otherwise`, and all words, where it means nothing here."""
    return (meanings[words[0]], words[1:]) if words and words[0] in meanings else (otherwise, words)


def _name(text: str) -> str:
    """The name of a thing in the catalogue, also from a plural; of one in colours the first if none is said."""
    for thing in CATALOGUE:
        for name in thing.names:
            if text in (name, plural(name)):
                return name
        if text in (thing.word, plural(thing.word)):
            return thing.names[0]
    return _known(text, sorted(BY_NAME), "thing")


def _known(word: str, words: tuple[str, ...] | list[str], kind: str) -> str:
    if word in words:
        return word
    near = difflib.get_close_matches(str(word), words, n=1)
    said = [
        Text(UNKNOWN[kind], word=repr(word)),
        *(Text("Do you mean {word}?", word=repr(one)) for one in near),
        Text("Choose one of {words}.", words=joined(words)),
    ]
    raise ValueError(here().tell(sentences(said)))


def _usage(relation: str) -> str:
    if relation == "between":
        return told('Say it with two things: compose("dog", "between", "tree", "house").')
    return told('Say it with one other thing: compose("dog", "{relation}", "tree").', relation=relation)
