"""Pictures of one's own: how they are read, and what is said of each word."""

import re

import numpy as np
import pytest
from PIL import Image

from cs231n.classifiers.rnn import CaptioningRNN
from cs231n.coco_utils import load_coco_data
from cs231n.own_pictures import as_pixels, caption_picture, picture_features, said, word_probabilities
from cs231n.scenes.compose import compose

pytestmark = pytest.mark.usefixtures("data_set")

WORDS = {"<NULL>": 0, "<START>": 1, "<END>": 2, "dog": 3, "cat": 4}


@pytest.fixture
def model(written):
    """Makes models."""

    def make(columns=512, cell_type="rnn"):
        np.random.seed(0)
        return CaptioningRNN(WORDS, input_dim=columns, wordvec_dim=5, hidden_dim=7, cell_type=cell_type)

    return make


@pytest.mark.parametrize("columns", [512, 4096])
def test_a_stored_picture_has_its_stored_features(columns):
    data = load_coco_data(pca_features=columns == 512)
    for image in (0, 7):
        found = picture_features(data["val_urls"][image], columns)
        assert found.shape == (1, columns) and found.dtype == np.float32
        assert np.array_equal(found[0], data["val_features"][image])


def test_every_way_to_give_a_picture(tmp_path):
    picture = compose("dog", "left of", "tree")
    assert np.array_equal(as_pixels(picture), picture)
    assert np.array_equal(as_pixels(picture / 255), picture)
    Image.fromarray(picture).save(tmp_path / "scene.png")
    assert np.array_equal(as_pixels(tmp_path / "scene.png"), picture)
    assert np.array_equal(as_pixels(str(tmp_path / "scene.png")), picture)
    assert np.array_equal(as_pixels((tmp_path / "scene.png").as_uri()), picture)
    wide = np.concatenate([picture[:, :20] * 0, picture, picture[:, :20] * 0], axis=1)
    assert np.array_equal(as_pixels(wide), picture)
    assert as_pixels(np.zeros((300, 200), np.uint8)).shape == (128, 128, 3)
    Image.new("CMYK", (300, 500)).save(tmp_path / "print.jpg")
    assert as_pixels(tmp_path / "print.jpg").shape == (128, 128, 3)


def test_what_is_no_picture_is_said(tmp_path, capsys):
    (tmp_path / "notes.png").write_text("no picture")
    for picture in (tmp_path / "missing.png", tmp_path / "notes.png", "data:,"):
        with pytest.raises(ValueError, match="There is no picture there; the line above says why"):
            as_pixels(picture)
        assert capsys.readouterr().out.startswith("No picture from ")
    for shape in ((5,), (4, 4, 5), (0, 5, 3), (2, 2, 2, 3)):
        with pytest.raises(ValueError, match=rf"A picture has shape \(height, width, 3\), not {re.escape(str(shape))}"):
            as_pixels(np.zeros(shape))
    assert as_pixels(np.full((4, 4, 4), np.nan)).shape == (128, 128, 3)


@pytest.mark.parametrize("cell_type", ["rnn", "lstm"])
def test_probabilities_are_those_of_the_scores(model, cell_type):
    """They sum to one over all words that could come next, whatever came before."""
    network = model(6, cell_type).astype(np.float64)
    features = np.random.RandomState(1).randn(1, 6)
    for before in ([1], [1, 3], [1, 4, 3]):
        found = [
            word_probabilities(network, features, np.array([*before, word]))[-1] for word in WORDS.values() if word
        ]
        assert 0 < sum(found) < 1
        total = sum(found) + _null_share(network, features, before)
        assert total == pytest.approx(1, abs=1e-6)
    assert word_probabilities(network, features, np.array([1])).shape == (0,)


def _null_share(network, features, before):
    """The probability of <NULL>, of which the loss counts nothing unless it is told that no word is <NULL>."""
    null, network._null = network._null, -1
    try:
        return word_probabilities(network, features, np.array([*before, null]))[-1]
    finally:
        network._null = null


def test_padding_is_no_word_that_was_said(model, monkeypatch):
    network = model(6)
    monkeypatch.setattr(CaptioningRNN, "sample", lambda self, features, max_length: [[3, 0, 4, 2, 3, 0, 1]])
    assert said(network, np.zeros((1, 6))) == [3, 4, 2]


@pytest.mark.parametrize("wrong", [None, 3, [3, 2], [[9, 2]], [["dog"]], [[0.5]], [[np.nan]]])
def test_what_are_no_captions_leads_to_the_check(model, monkeypatch, wrong):
    network = model(6, "lstm")
    monkeypatch.setattr(CaptioningRNN, "sample", lambda self, features, max_length: wrong)
    with pytest.raises(
        ValueError, match=r'sample gave no word ids of shape \(1, 16\)\. See what check\("captioning_lstm_s'
    ):
        said(network, np.zeros((1, 6)))


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -3.0])
def test_a_loss_that_gives_no_probabilities_leads_to_the_check(model, monkeypatch, wrong):
    network = model(6)
    monkeypatch.setattr(CaptioningRNN, "loss", lambda self, features, captions: (wrong, {}))
    with pytest.raises(ValueError, match=r'model\.loss is no sum of .* See what check\("captioning_rnn_loss"\) says'):
        word_probabilities(network, np.zeros((1, 6)), np.array([1, 3, 2]))


def test_other_features_than_the_data_set_has_are_said():
    with pytest.raises(ValueError, match=r"A picture has 512 features or 4096, not 6\."):
        picture_features(compose("dog"), 6)


@pytest.mark.parametrize("columns", [512, 4096])
def test_the_figure_shows_the_words_and_how_sure_they_are(model, columns):
    figure = caption_picture(model(columns), compose("dog", place="beach", night=True))
    picture, bars = figure.axes
    assert picture.images and len(bars.patches) == len(bars.get_xticklabels()) >= 1
    assert all(0 <= bar.get_height() <= 1 for bar in bars.patches)
    assert figure.description.startswith(f"The model says: {bars.get_title() or '(nothing)'}. ")
    assert figure.description.count("%") == len(bars.patches)
