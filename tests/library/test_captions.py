"""What a model says: ids behind <END>, captions in words, scores, pictures, and the live curve."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from cs231n import training_display
from cs231n.captions import (
    caption_images,
    plain,
    score,
    through_end,
    true_captions,
    weights_through_end,
    without_start,
)
from cs231n.gallery import gallery
from cs231n.training_display import LiveLoss, curve
from tests.support.house import data_folder

MODEL = SimpleNamespace(_null=0, _start=1, _end=2)


def test_what_stands_behind_the_first_end_is_free():
    ids = np.array([[3, 2, 4, 2], [3, 4, 5, 3], [2, 2, 2, 2]])
    assert through_end(ids, MODEL, 4).tolist() == [[3, 2, 0, 0], [3, 4, 5, 3], [2, 0, 0, 0]]


def test_columns_may_be_missing_where_all_have_ended():
    assert through_end(np.array([[3, 2], [2, 5]]), MODEL, 4).tolist() == [[3, 2, 0, 0], [2, 0, 0, 0]]
    assert through_end(np.array([[3, 2], [4, 5]]), MODEL, 4).shape == (2, 2)  # the second row should go on


def test_the_weights_behind_the_first_end_are_free_too():
    ids, weights = np.array([[3, 2, 4, 2], [3, 4, 5, 3]]), np.ones((2, 4, 5))
    assert weights_through_end(weights, ids, MODEL)[..., 0].tolist() == [[1, 1, 0, 0], [1, 1, 1, 1]]
    assert weights_through_end(weights[:1, :2].tolist(), ids[:1], MODEL)[..., 4].tolist() == [[1, 1, 0, 0]]
    for wrong in (weights[:1], np.ones((2, 5, 5)), weights[0], None):
        assert weights_through_end(wrong, ids, MODEL) is wrong


@pytest.mark.parametrize("first", [MODEL._start, MODEL._null])
def test_sentences_are_moved_up_where_all_begin_with_start(first):
    ids = np.array([[first, 3, 2, 0], [first, 4, 5, 2]])
    assert without_start(ids, MODEL).tolist() == [[3, 2, 0, 0], [4, 5, 2, 0]]
    ids[0, 0] = 3
    assert without_start(ids, MODEL) is ids


def test_lists_are_taken_for_arrays():
    assert through_end([[3, 2, 4, 2], (3, 4, 5, 3)], MODEL, 4).tolist() == [[3, 2, 0, 0], [3, 4, 5, 3]]
    assert without_start([[1, 3, 2], [1, 4, 5]], MODEL).tolist() == [[3, 2, 0], [4, 5, 0]]


@pytest.mark.parametrize("wrong", [None, [[1, 2], [3]], "a red dog", np.zeros(3), np.array([["a"]]), np.zeros((0, 4))])
def test_what_is_no_array_of_ids_passes_as_it_is(wrong):
    assert through_end(wrong, MODEL, 4) is wrong
    assert without_start(wrong, MODEL) is wrong


@pytest.fixture
def data(assignment) -> dict:
    from cs231n.coco_utils import load_coco_data

    return load_coco_data(data_folder(assignment))


class Parrot:
    """A model that says a true caption of the first images, and "a dog" of the others. It wants batches."""

    def __init__(self, data: dict, knows: int) -> None:
        self.data, self.knows, self.batches = data, knows, []

    def sample(self, features: np.ndarray, max_length: int) -> np.ndarray:
        self.batches.append(len(features))
        dog = [self.data["word_to_idx"][word] for word in ("a", "dog", "<END>")]
        ids = np.zeros((len(features), max_length), int)
        for row, image in zip(ids, features, strict=True):
            number = int(np.flatnonzero((self.data["val_features"] == image).all(axis=1))[0])
            first = int(np.flatnonzero(self.data["val_image_idxs"] == number)[0])
            said = self.data["val_captions"][first][1:] if number < self.knows else dog
            row[: len(said)] = said
        return ids


def test_scores_count_what_is_true(data):
    knowing, half = Parrot(data, 500), Parrot(data, 60)
    assert score(knowing, data, "val") == {"BLEU-4": pytest.approx(1.0), "exact": 1.0}
    assert knowing.batches == [100] * 5
    found = score(half, data, "val", 120)
    assert found["exact"] == pytest.approx(0.5, abs=0.05)
    assert 0 < found["BLEU-4"] < 1


def test_captions_come_in_words(data):
    assert caption_images(Parrot(data, 0), data, "val", np.array([5, 9])) == ["a dog", "a dog"]
    assert len(true_captions(data, "val", 7)) == 5
    assert not any("<" in caption for caption in true_captions(data, "val", 7) if "<UNK>" not in caption)
    assert plain("<START> a red dog <END>") == "a red dog"


def test_the_gallery_shows_each_picture_with_both_captions(data):
    figure = gallery(Parrot(data, 1), data, "val", [0, 1, 2, 3, 4])
    texts = [" ".join(axes.get_xlabel().split()) for axes in figure.axes[:5]]
    assert texts[0].startswith("✓ model: ") and f"true: {true_captions(data, 'val', 0)[0]}" in texts[0]
    assert texts[4] == f"model: a dog true: {true_captions(data, 'val', 4)[0]}"
    assert [len(axes.images) for axes in figure.axes] == [1] * 5 + [0] * 3
    said = figure.description.splitlines()
    assert len(said) == 5 and said[0].startswith("val 0: ✓ model: ")
    assert said[4] == f"val 4: model: a dog; true: {true_captions(data, 'val', 4)[0]}"


def solver(step: int) -> SimpleNamespace:
    losses = list(np.linspace(9, 1, 100)[:step])
    return SimpleNamespace(
        step=step, num_steps=100, epoch=step // 10, num_epochs=10, loss_history=losses, val_history=[]
    )


def test_a_terminal_sees_a_bar_and_the_time_left(capsys):
    live = LiveLoss()
    for step in range(1, 101):
        live(solver(step))
    first, *_, last = capsys.readouterr().err.split("\r")
    assert first.startswith("░░░") and "1%  epoch 0 of 10, loss 9.00, about" in first
    assert "100%  epoch 10 of 10, loss 1.97, done\n" in last


def test_the_curve_has_every_step_and_the_running_mean():
    figure = curve(solver(60))
    (axes,) = figure.axes
    assert figure.description == "The loss over 60 steps: 8.52 at first, 6.58 half-way, 4.72 at last."
    dots, line = axes.lines
    assert len(dots.get_xdata()) == 60
    assert line.get_xdata().tolist() == list(range(25, 61))
    assert line.get_ydata()[0] == pytest.approx(np.mean(solver(25).loss_history))


def test_slow_drawing_takes_a_tenth_of_the_time(monkeypatch):
    clock, drawn = [100.0], []

    def show(self, line, figure):
        drawn.append(clock[0])
        clock[0] += 2.0

    monkeypatch.setattr(training_display, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr(training_display, "_in_notebook", lambda: True)
    monkeypatch.setattr(LiveLoss, "_show", show)
    live = LiveLoss()
    for step in range(1, 101):
        live(solver(step))
        clock[0] += 0.5
    assert np.diff(drawn)[:-1] == pytest.approx([20.0] * (len(drawn) - 2))
    assert len(drawn) == 4  # the last because it is over
