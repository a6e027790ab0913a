"""What the pictures of the data set show: scenes drawn by lot, those of val unlike all of train."""

import hashlib

from cs231n.scenes import layout
from cs231n.scenes.scene import Scene
from cs231n.scenes.things import CATALOGUE, SKY

SHARES = {  # of the scenes
    "alone": 0.30, "beside": 0.18, "behind": 0.15, "above": 0.13, "alike": 0.10,
    "between": 0.06, "pair left": 0.04, "pair right": 0.04,
}  # fmt: skip
TIMES = ("day", "day", "evening", "night")
SIZED = {"alone": 0.4, "beside": 0.15, "behind": 0.15, "above": 0.15}  # the share of things that are big or small
KEPT_FOR_VAL = 10  # one in so many pairs of things is never together in train
NEW_SHARE = 0.3  # of the scenes of val, those with such a pair
COUNTED = {  # come in twos and threes; so few that each such word is said often
    "apple", "ball", "balloon", "banana", "bird", "bucket", "camel", "car", "carrot", "cat", "crab", "dog", "dolphin",
    "duck", "fish", "flower", "kite", "penguin", "pig", "rabbit", "sailboat", "sheep", "tree", "turtle",
}  # fmt: skip
LARGEST = {"between": 50, "alike": 62, "pair left": 44, "pair right": 44, "beside": 74, "behind": 74, "above": 60}


def pick(rng, options):
    """One of the options, each equally likely."""
    return options[rng.randint(len(options), dtype="int64")]  # the default dtype differs between systems


def sample_scenes(count, rng, glyphs, taken=(), new_share=0):
    """List of `count` scenes that tell different things from each other and from those in `taken`.

    new_share: of the scenes, those with a pair of things that train never has together.
    """
    scenes, seen = [], {content(scene) for scene in taken}
    while len(scenes) < count:
        scene = draw_scene(rng, glyphs, new=rng.random_sample() < new_share)
        if content(scene) not in seen:
            seen.add(content(scene))
            scenes.append(scene)
    return scenes


def draw_scene(rng, glyphs, new=False):
    """A scene by lot, with a pair of things that train never has together (new), or without."""
    while True:
        scene = _attempt(rng, glyphs)
        if scene is not None and new == any(is_kept_for_val(*pair) for pair in pairs(scene)):
            return scene


def content(scene):
    """What can be told of a scene; two pictures of the same content differ by chance only."""
    things = tuple((placed.name, placed.size) for placed in scene.things)
    return scene.place, scene.time, scene.relation, things, column(scene)


def column(scene):
    """Where a thing that is alone stands: "left", "middle" or "right"; "" where there are several."""
    if scene.relation != "alone":
        return ""
    return min(layout.COLUMNS, key=lambda name: abs(layout.COLUMNS[name] - scene.things[0].x))


def is_kept_for_val(one, other):
    """Whether two words are a pair that train never has in one picture."""
    if one == other:
        return False
    digest = hashlib.sha256(" ".join(sorted((one, other))).encode()).digest()
    return digest[0] % KEPT_FOR_VAL == 0


def pairs(scene):
    """The pairs of words of different things in a scene, each sorted."""
    words = sorted({placed.thing.word for placed in scene.things})
    return [(one, other) for i, one in enumerate(words) for other in words[i + 1 :]]


def _attempt(rng, glyphs):
    """A scene, or None where the things have no room or no place."""
    relation = _drawn(rng, SHARES)
    first = _thing(rng, [thing for thing in CATALOGUE if _may(thing, relation, first=True)])
    place, time = pick(rng, first.places), pick(rng, TIMES)
    names = _names(rng, relation, first, place)
    if names is None or ("rainbow" in names and time == "night"):
        return None
    share = SIZED.get(relation, 0)
    wanted = [(name, pick(rng, ("small", "big")) if rng.random_sample() < share else "") for name in names]
    try:
        placed = layout.arrange(relation, wanted, glyphs, rng)
    except ValueError:
        return None
    return Scene(place, time, placed, relation, int(rng.randint(1 << 30, dtype="int64")))


def _may(thing, relation, first):
    """Whether a thing may be the first, or another, in a scene with this relation."""
    if thing.size > LARGEST.get(relation, 99):
        return False
    if relation == "alone":
        return True
    if relation == "alike":
        return thing.word in COUNTED
    if relation == ("pair left" if first else "pair right") and thing.word not in COUNTED:
        return False
    return (thing.on == SKY) == (first and relation == "above")


def _drawn(rng, shares):
    at = rng.random_sample() * sum(shares.values())
    for name, share in shares.items():
        at -= share
        if at < 0:
            return name
    return name


def _names(rng, relation, first, place):
    """Names of the things in a scene, or None where there are too few things in the place."""
    if relation == "alone":
        return [_name(rng, first)]
    if relation == "alike":
        return [_name(rng, first)] * (2 if rng.random_sample() < 0.65 else 3)
    there = [
        thing for thing in CATALOGUE if place in thing.places and thing is not first and _may(thing, relation, False)
    ]
    names = [_name(rng, first)]
    while len(names) < (3 if relation == "between" else 2):
        if not there:
            return None
        other = _thing(rng, there)
        there.remove(other)
        names.append(_name(rng, other))
    if relation == "pair left":
        return [names[0], *names]
    if relation == "pair right":
        return [*names, names[1]]
    return names


def _thing(rng, things):
    """One of the things; those that come in several colours more often."""
    return pick(rng, [thing for thing in things for _ in range(1 + (len(thing.names) > 1))])


def _name(rng, thing):
    return pick(rng, thing.names)
