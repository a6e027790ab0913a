"""The captions of the small data set are true, its pictures show their scenes, and its features tell them apart."""

import io
import re
import urllib.request

import matplotlib.image
import numpy as np
import pytest

from shapes import dataset, draw, scenes, vocabulary

SPLITS = ("train", "val")
SIZE_WORDS = {"small": "small little tiny minute", "large": "large big huge giant"}
COLOR_WORDS = {
    "red": "red crimson scarlet",
    "orange": "orange amber",
    "yellow": "yellow golden",
    "green": "green emerald",
    "blue": "blue azure",
    "purple": "purple violet",
    "pink": "pink rosy",
    "gray": "gray silvery",
}
SIZE = {word: name for name, words in SIZE_WORDS.items() for word in words.split()}
COLOR = {word: name for name, words in COLOR_WORDS.items() for word in words.split()}
PLURAL = {"crosses": "cross"} | {f"{kind}s": kind for kind in scenes.KINDS if kind != "cross"}
MENTION = re.compile(rf"(?:({'|'.join(SIZE)}) )?({'|'.join(COLOR)}) ({'|'.join([*PLURAL, *scenes.KINDS])})\b")
LEAST_GAP = scenes.SIDE / 3


def left(a, b):
    return b.x - a.x > max(LEAST_GAP, abs(a.y - b.y))


def above(a, b):
    return b.y - a.y > max(LEAST_GAP, abs(a.x - b.x))


BETWEEN = {  # what a sentence with two mentions says, once the mentions are cut out
    r"(there is )?a @( is)? to the left of (a|another) @": left,
    r"(there is )?a @( is)? to the right of (a|another) @": lambda a, b: left(b, a),
    r"(there is )?a @( is)? above (a|another) @": above,
    r"(there is )?a @( is)? (below|under) (a|another) @": lambda a, b: above(b, a),
    r"a @ on the left and a @ on the right": lambda a, b: a.x < scenes.SIDE / 2 < b.x,
    r"a @ at the top and a @ at the bottom": lambda a, b: a.y < scenes.SIDE / 2 < b.y,
    r"a @ and a @ side by side": lambda a, b: left(a, b) or left(b, a),
    r"a @ and a @ one above the other": lambda a, b: above(a, b) or above(b, a),
    r"a @ and a @ on a (light|dark) background": lambda a, b: True,
    r"the @ is bigger than the @": lambda a, b: a.radius > 1.5 * b.radius,
    r"(there are )?two @ on a (light|dark) background": lambda a, b: True,
    r"two @ side by side": left,
    r"two @ one above the other": above,
    r"two @ one on the left and one on the right": lambda a, b: a.x < scenes.SIDE / 2 < b.x,
    r"two @ one at the top and one at the bottom": lambda a, b: a.y < scenes.SIDE / 2 < b.y,
}
PLACE = r"((?:in|at|on) the (?:top|bottom|left|right|center|middle)(?: left| right)?)"
ALONE = (
    rf"(?:there is )?a @ {PLACE}(?: corner)?(?: of the picture)?",
    rf"{PLACE}(?: corner)? there is a @",
    rf"the @ is {PLACE}(?: corner)?",
    r"(?:a picture of )?a @ on a (?:light|dark) background",
)


def is_true(caption, scene):
    """Whether a caption is a sentence we know and true of the scene, read by rules of this file alone."""
    background = re.search(r"(light|dark) background", caption)
    if background and background[1] != scene.background:
        return False
    pair = re.fullmatch(r"two (\w+) one (\w+) and one (\w+)", caption)
    if pair and pair[1] in PLURAL:
        said = {(pair[2], PLURAL[pair[1]]), (pair[3], PLURAL[pair[1]])}
        return said == {(shape.color, shape.kind) for shape in scene.shapes}
    mentions = MENTION.findall(caption)
    frame = re.sub(r"\ban\b", "a", MENTION.sub("@", caption))
    if len(scene.shapes) == 1:
        match = next(filter(None, (re.fullmatch(pattern, frame) for pattern in ALONE)), None)
        place = match and "".join(match.groups())
        return bool(match) and fits(mentions[0], scene.shapes[0]) and (not place or in_place(scene.shapes[0], place))
    claim = next((claim for pattern, claim in BETWEEN.items() if re.fullmatch(pattern, frame)), None)
    first, second = mentions[0], mentions[-1]  # "two red circles" mentions both at once
    orders = (scene.shapes, scene.shapes[::-1])
    return claim is not None and any(fits(first, a) and fits(second, b) and claim(a, b) for a, b in orders)


def fits(mention, shape):
    size, color, kind = mention
    return (
        SIZE.get(size, shape.size) == shape.size
        and COLOR[color] == shape.color
        and PLURAL.get(kind, kind) == shape.kind
    )


def in_place(shape, place):
    third = scenes.SIDE / 3
    row = "top" if shape.y < third else "bottom" if shape.y > 2 * third else ""
    column = "left" if shape.x < third else "right" if shape.x > 2 * third else ""
    said = set(place.split()[2:])
    return said == ({row, column} - {""}) if row or column else said <= {"center", "middle"}


@pytest.mark.parametrize("split", SPLITS)
def test_captions_are_true_and_different(told, split):
    for scene, five in zip(told[0][split], told[1][split], strict=True):
        assert len(set(five)) == 5
        for caption in five:
            assert is_true(caption, scene), (caption, scene)


def test_false_captions_are_noticed(told):
    """The rules of this file do notice: captions of another picture are mostly false."""
    pictures, said = told[0]["val"], told[1]["val"]
    moved = [is_true(caption, scene) for scene, five in zip(pictures, said[1:], strict=False) for caption in five]
    assert np.mean(moved) < 0.05


@pytest.mark.parametrize("split", SPLITS)
def test_committed_captions_are_the_ones_told(told, committed, split):
    words = committed["vocab"]["idx_to_word"]
    for i, row in enumerate(committed[f"{split}_captions"]):
        caption = told[1][split][i // 5][i % 5].split()
        expected = [word if word in words else "<UNK>" for word in caption]
        assert [words[k] for k in row if k > vocabulary.END or k == vocabulary.UNK] == expected
        assert committed[f"{split}_image_idxs"][i] == i // 5


def test_val_scenes_are_new(told):
    train, val = (set(told[0][split]) for split in SPLITS)
    assert len(train) == dataset.SIZES["train"] and len(val) == dataset.SIZES["val"]
    assert not train & val


def test_pictures_open_and_show_the_scene(told, committed):
    for scene, uri in zip(told[0]["val"], committed["val_urls"], strict=True):
        with urllib.request.urlopen(uri) as response:
            pixels = matplotlib.image.imread(io.BytesIO(response.read()), format="png")
        pixels = np.rint(pixels[..., :3] * 255).astype(int)
        assert pixels.shape == (scenes.SIDE, scenes.SIDE, 3)
        assert ("light" if pixels[0, 0].sum() > 384 else "dark") == scene.background
        border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
        assert (border == pixels[0, 0]).all()  # no shape is cut off
        for shape in scene.shapes:
            distance = {name: np.abs(pixels[shape.y, shape.x] - rgb).sum() for name, rgb in scenes.COLORS.items()}
            assert min(distance, key=distance.get) == shape.color


@pytest.mark.parametrize("kind", scenes.KINDS)
def test_shapes_have_their_size_and_stand_upright(kind):
    shape = scenes.Shape(kind, "red", "large", (200, 40, 40), 24, 64, 64)
    picture = draw.render(scenes.Scene((shape,), "single", "light", (255, 255, 255)))
    drawn = (picture != 255).any(axis=2)
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    assert np.array_equal(drawn, drawn[:, ::-1])  # every kind is symmetric, left to right
    for span in (rows, columns):
        assert 40 <= len(span) <= 56 and abs(span.mean() - 63.5) <= 4


def labels(scene):
    """The first shape's colour and kind, and the place of a lone shape or the layout of two."""
    first = scene.shapes[0]
    place = (first.x * 3 // scenes.SIDE, first.y * 3 // scenes.SIDE) if scene.layout == "single" else scene.layout
    return {"color": first.color, "kind": first.kind, "place": place}


# Measured 0.94, 0.96 and 1.00 on 300 pictures; guessing gives about 1/8, 1/6 and 1/4.
@pytest.mark.parametrize(("what", "least"), [("color", 0.88), ("kind", 0.9), ("place", 0.97)])
def test_features_tell_what_captions_say(told, committed, what, least):
    """A ridge regression from the reduced features, fitted on train, names it right in val."""
    truth = {split: [labels(scene)[what] for scene in told[0][split]] for split in SPLITS}
    names = sorted(set(truth["train"]), key=str)
    onehot = np.array([[name == label for name in names] for label in truth["train"]], dtype=float)
    x = committed["train_fc7_pca"].astype(float)
    weights = np.linalg.solve(x.T @ x + 0.05 * len(x) * np.eye(x.shape[1]), x.T @ (onehot - onehot.mean(axis=0)))
    guess = (committed["val_fc7_pca"] @ weights + onehot.mean(axis=0)).argmax(axis=1)
    assert np.mean([names[k] == label for k, label in zip(guess, truth["val"], strict=True)]) >= least
