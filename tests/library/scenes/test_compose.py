"""Scenes of one's own: every thing, relation, place and time can be drawn; what cannot is said."""

import re
from functools import cache

import numpy as np
import pytest

from cs231n.scenes import compose as composing
from cs231n.scenes.compose import compose
from cs231n.scenes.things import BY_NAME, CATALOGUE, PLACES, TIMES

pytestmark = pytest.mark.usefixtures("data_set")


@cache
def drawn(name, **settings):
    """One picture, for all that look at it and change nothing."""
    return compose(name, **settings)


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_every_thing_can_be_drawn(name):
    empty, picture = (drawn(word, seed=3) for word in ("mouse", name))
    assert picture.shape == (128, 128, 3) and picture.dtype == np.uint8
    assert name == "mouse" or (picture != empty).any(axis=2).mean() > 0.01


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("time", TIMES)
def test_every_place_at_every_time_looks_different(place, time):
    here = drawn("ball", place=place, time=time)
    others = [drawn("ball", place=p, time=t) for p in PLACES for t in TIMES if (p, t) != (place, time)]
    assert all(np.abs(here.astype(int) - other).mean() > 4 for other in others)


@pytest.mark.parametrize(
    ("words", "relation", "wanted"),
    [
        (("dog",), "alone", [("dog", "")]),
        (("a big dog",), "alone", [("dog", "big")]),
        (("Two little dogs",), "alike", [("dog", "small")] * 2),
        (("three mice",), "alike", [("mouse", "")] * 3),
        (("dog", "left of", "tree"), "beside", [("dog", ""), ("tree", "")]),
        (("dog", "right of", "two trees"), "beside", [("tree", ""), ("tree", ""), ("dog", "")]),
        (("dog", "in front of", "house"), "behind", [("house", ""), ("dog", "")]),
        (("dog", "below", "kite"), "above", [("kite", ""), ("dog", "")]),
        (("cat", "between", "car", "green car"), "between", [("red car", ""), ("cat", ""), ("green car", "")]),
    ],
)
def test_words_are_read(words, relation, wanted):
    assert composing._read(words) == (relation, wanted)


@pytest.mark.slow
@pytest.mark.parametrize("first", [thing.names[0] for thing in CATALOGUE][::6])
@pytest.mark.parametrize("second", [thing.names[0] for thing in CATALOGUE][::9])
@pytest.mark.parametrize("relation", ["left of", "right of", "and"])
def test_any_two_things_find_room(first, second, relation):
    assert compose(first, relation, second, place="beach", night=True).shape == (128, 128, 3)


def test_a_seed_is_a_picture():
    assert np.array_equal(compose("dog", seed=5), compose("dog", seed=5))
    assert not np.array_equal(compose("dog", seed=5), compose("dog", seed=6))


@pytest.mark.parametrize(
    ("words", "settings", "sentence"),
    [
        ((), {}, "Say what to draw"),
        (("",), {}, "There is no thing ''"),
        ((3,), {}, "There is no thing '3'"),
        (("dog",), {"place": None}, "There is no place None"),
        (("dgo",), {}, "Do you mean 'dog'?"),
        (("dog", "near", "tree"), {}, "There is no relation 'near'"),
        (("dog", "left of"), {}, 'compose("dog", "left of", "tree")'),
        (("dog", "between", "tree"), {}, 'compose("dog", "between", "tree", "house")'),
        (("dog", "above", "cat"), {}, "The dog cannot fly. What can: bird"),
        (("two dogs", "behind", "cat"), {}, "leave out the number"),
        (("kite", "behind", "cat"), {}, 'The kite is in the sky: say "above"'),
        (("three castles",), {}, "There is no room to draw"),
        (("dog",), {"place": "moon"}, "There is no place 'moon'"),
        (("dog",), {"time": "noon"}, "There is no time of day 'noon'"),
    ],
)
def test_what_cannot_be_drawn_is_said(words, settings, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        compose(*words, **settings)


def test_a_data_set_without_glyphs_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("COCO_CAPTIONING_DIR", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"scene_glyphs\.json is missing .*: only the scenes have it"):
        compose("dog")


@pytest.mark.parametrize(
    "content", ["", "{}", "[1]", '{"dog": 3}', '{"dog": "data:,"}', '{"dog": "data:;base64,iVBORw0KGgo="}', "\udcff"]
)
def test_damaged_glyphs_are_named(monkeypatch, tmp_path, content):
    monkeypatch.setenv("COCO_CAPTIONING_DIR", str(tmp_path))
    (tmp_path / "scene_glyphs.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(ValueError, match=r"scene_glyphs\.json is damaged .*: get the data set again"):
        compose("dog")
