"""The probe: it reads what is there, and nothing else."""

import numpy as np
import pytest

from cs231n import probe
from cs231n.probe import guessed, hidden_states, plot_remembered, read_off


def test_it_reads_what_is_in_the_states_and_guesses_what_is_not():
    rng = np.random.RandomState(0)
    labels = rng.choice(["sea", "snow", "road"], 900)
    states = rng.randn(900, 12)
    states[:, 0] += labels == "sea"
    blind = read_off(states[:600, 1:], labels[:600], states[600:, 1:], labels[600:])
    states[:, :3] += 6 * (labels[:, None] == np.unique(labels))
    assert read_off(states[:600], labels[:600], states[600:], labels[600:]) > 0.98
    assert blind < 0.5


@pytest.mark.parametrize("cell_type", ["rnn", "lstm"])
def test_states_are_those_of_the_layers(assignment, written, cell_type):
    from cs231n.classifiers.rnn import CaptioningRNN

    np.random.seed(0)
    words = {"<NULL>": 0, "<START>": 1, "<END>": 2, "dog": 3}
    model = CaptioningRNN(words, input_dim=4, wordvec_dim=5, hidden_dim=6, cell_type=cell_type)
    features, captions = np.random.randn(2, 4), np.array([[1, 3, 2], [1, 2, 0]])
    states = hidden_states(model, features, captions)
    assert states.shape == (2, 4, 6)
    assert np.allclose(states[:, 0], features @ model.params["W_proj"] + model.params["b_proj"])
    step = assignment.reference()[f"{cell_type}_step_forward"]
    p = model.params
    first = [p["W_embed"][captions[:, 0]], states[:, 0], *([np.zeros((2, 6))] if cell_type == "lstm" else [])]
    assert np.allclose(step(*first, p["Wx"], p["Wh"], p["b"])[0], states[:, 1])


def test_captions_that_have_told_are_not_asked(committed, data_set):
    words = committed["vocab"]["idx_to_word"]
    told = probe.load_told("val")
    for row, image in zip(committed["val_captions"][:200], committed["val_image_idxs"][:200], strict=True):
        count = probe._named_after(row, told[image], "place", {"idx_to_word": words})
        said = [words[i] for i in row[1:] if i > 2]
        assert probe.judge(" ".join(said[: count - 1]), told[image]).place is None
        assert count == len(said) + 1 or probe.judge(" ".join(said[:count]), told[image]).place


def test_guessing_is_right_as_often_as_the_commonest_answer(told, data_set):
    times = [scene.time for scene in told[0]["val"]]
    assert guessed("time") == times.count("day") / len(times)
    assert guessed("place") < guessed("time")


def test_lines_differ_without_colour_too():
    shares = {"vanilla RNN": {0: 1.0, 3: 0.7}, "LSTM": {0: 1.0, 3: 0.95}}
    figure = plot_remembered(shares, "place", guess=0.2)
    (axes,) = figure.axes
    assert [line.split(":")[0] for line in figure.description.splitlines()[1:]] == list(shares)
    first, second, _ = axes.get_lines()
    assert first.get_linestyle() != second.get_linestyle() and first.get_marker() != second.get_marker()
    assert axes.get_xlabel() == "words read so far" and axes.get_ylabel() == "place read rightly"
