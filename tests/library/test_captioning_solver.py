"""Training: the published arguments, the losses, checkpoints, and what is said of wrong gradients."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from cs231n import threads
from cs231n.captioning_solver import CaptioningSolver, adam_losses, update
from cs231n.classifiers.rnn import CaptioningRNN

WORDS = {"<NULL>": 0, "<START>": 1, "<END>": 2, "red": 3, "star": 4}
FAST = dict(update_rule="adam", batch_size=4, optim_config={"learning_rate": 1e-2}, verbose=False)


@pytest.fixture
def data() -> dict:
    rng = np.random.default_rng(0)
    captions = np.array([[1, 3, 4, 2], [1, 4, 3, 2], [1, 4, 2, 0], [1, 3, 2, 0]] * 3)
    images, features = np.arange(12) % 4, rng.standard_normal((4, 6)).astype(np.float32)
    splits = {}
    for split in ("train", "val"):
        splits |= {f"{split}_captions": captions, f"{split}_image_idxs": images, f"{split}_features": features}
        splits[f"{split}_urls"] = np.array(["data:"] * 4)
    return {**splits, "idx_to_word": list(WORDS), "word_to_idx": WORDS}


@pytest.fixture
def model(written):
    """Makes models."""

    def make(seed: int = 0, **settings) -> CaptioningRNN:
        np.random.seed(seed)
        return CaptioningRNN(WORDS, input_dim=6, wordvec_dim=5, hidden_dim=16, **settings)

    return make


@pytest.mark.parametrize("cell_type", ["rnn", "lstm"])
def test_a_model_learns_four_captions_by_heart(model, data, cell_type):
    solver = CaptioningSolver(model(cell_type=cell_type), data, num_epochs=60, val_images=4, **FAST)
    solver.train()
    assert len(solver.loss_history) == solver.num_steps == 60 * 3
    assert solver.loss_history[0] > 3
    assert np.mean(solver.loss_history[-5:]) < 0.1
    assert (solver.epoch, len(solver.val_history)) == (60, 60)
    said = solver.model.sample(data["val_features"], max_length=3)
    ended = np.cumsum(said == 2, axis=1) - (said == 2) > 0
    assert np.array_equal(np.where(ended, 0, said), data["val_captions"][:4, 1:])


def test_a_model_with_attention_learns_four_captions_by_heart_and_says_where_it_looks(model, data):
    cells = {f"{split}_features": data[f"{split}_features"].reshape(4, 2, 3) for split in ("train", "val")}
    np.random.seed(0)
    attentive = CaptioningRNN(WORDS, input_dim=3, wordvec_dim=5, hidden_dim=16, cell_type="attention")
    solver = CaptioningSolver(attentive, {**data, **cells}, num_epochs=60, val_images=4, **FAST)
    solver.train()
    assert np.mean(solver.loss_history[-5:]) < 0.1
    captions, weights = attentive.sample_and_look(cells["val_features"], max_length=3)
    assert np.array_equal(captions, attentive.sample(cells["val_features"], max_length=3))
    assert weights.shape == (4, 3, 2) and np.allclose(weights.sum(axis=2), 1)
    assert attentive.astype(np.float64).params["Wattn"].dtype == np.float64
    with pytest.raises(ValueError, match="looks nowhere"):
        model(cell_type="lstm").sample_and_look(data["val_features"])


def test_it_prints_as_the_course_does(model, data, capsys):
    CaptioningSolver(model(), data, **{**FAST, "verbose": True}, num_epochs=2, print_every=4).train()
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("(Iteration 1 / 6) loss: ")
    assert second.startswith("(Iteration 5 / 6) loss: ")


def test_the_learning_rate_decays_after_each_epoch(model, data):
    solver = CaptioningSolver(model(), data, num_epochs=3, lr_decay=0.5, **FAST)
    solver.train()
    assert {config["learning_rate"] for config in solver.optim_configs.values()} == {1e-2 / 8}


def test_unknown_rules_and_arguments_are_refused(model, data):
    with pytest.raises(ValueError, match="choose one of sgd, sgd_momentum, rmsprop, adam"):
        CaptioningSolver(model(), data, update_rule="adagrad")
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        CaptioningSolver(model(), data, learning_rate=1)


def test_a_training_that_was_stopped_goes_on_as_if_nothing_had_happened(model, data, tmp_path: Path):
    whole = CaptioningSolver(model(), data, num_epochs=6, val_images=2, **FAST)
    whole.train()

    class StoppedError(Exception):
        pass

    def stop(solver: CaptioningSolver) -> None:
        if solver.step == 10:  # in the middle of the fourth epoch
            raise StoppedError

    file = tmp_path / "run.npz"
    first = CaptioningSolver(model(), data, num_epochs=6, val_images=2, checkpoint=file, watch=stop, **FAST)
    with pytest.raises(StoppedError):
        first.train()
    np.random.seed(99)
    again = CaptioningSolver(model(seed=7), data, num_epochs=6, val_images=2, checkpoint=file, **FAST)
    assert again.epoch == 3
    again.train()
    assert again.loss_history == whole.loss_history
    assert again.val_history == whole.val_history
    assert all(np.array_equal(w, whole.model.params[name]) for name, w in again.model.params.items())
    assert [path.name for path in tmp_path.iterdir()] == ["run.npz"]


@pytest.mark.parametrize("content", [b"", b"no checkpoint", None])
def test_a_file_that_is_no_checkpoint_is_told_from_one(model, data, tmp_path: Path, content):
    file = tmp_path / "run.npz"
    if content is None:  # of a larger model
        np.savez(file, **{"params/W_embed": np.zeros((9, 9))})
    else:
        file.write_bytes(content)
    with pytest.raises(ValueError, match=r"run\.npz is no checkpoint of this model .* remove it to train anew"):
        CaptioningSolver(model(), data, checkpoint=file, **FAST)


def test_an_interrupted_training_goes_on_when_called_again(model, data):
    calls = iter([None, KeyboardInterrupt, *[None] * 20])

    def watch(solver: CaptioningSolver) -> None:
        if problem := next(calls):
            raise problem

    solver = CaptioningSolver(model(), data, num_epochs=2, watch=watch, **FAST)
    with pytest.raises(KeyboardInterrupt):
        solver.train()
    solver.train()
    assert solver.step == 6


def test_a_training_is_short_while_nbgrader_validates_and_says_so(model, data, monkeypatch, capsys):
    whole = CaptioningSolver(model(), data, num_epochs=20, **FAST)
    whole.train()
    assert capsys.readouterr().out == ""
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")
    short = CaptioningSolver(model(), data, num_epochs=20, **FAST)
    short.train()
    assert 0 < short.step <= 10 < short.num_steps == 60
    assert short.loss_history == whole.loss_history[: short.step]
    said = f"Trained only {short.step} of 60 steps, because nbgrader is validating this notebook.\n"
    assert capsys.readouterr().out == said


def test_few_steps_are_taken_as_they_are_while_nbgrader_validates(model, data, monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")
    solver = CaptioningSolver(model(), data, num_epochs=2, **FAST)
    solver.train()
    assert solver.step == solver.num_steps == 6
    assert capsys.readouterr().out == ""


def test_threads_change_no_loss_and_come_back_after_an_interruption(model, data, monkeypatch):
    threadpoolctl = pytest.importorskip("threadpoolctl")
    for name in threads.CHOSEN:
        monkeypatch.delenv(name, raising=False)

    def number() -> set[int]:
        return {pool["num_threads"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"}

    def interrupt(solver: CaptioningSolver) -> None:
        within.append(number())
        if solver.step == 3:
            raise KeyboardInterrupt

    within: list[set[int]] = []
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        before = number()
        solver = CaptioningSolver(model(), data, num_epochs=2, watch=interrupt, **FAST)
        with pytest.raises(KeyboardInterrupt):
            solver.train()
        assert number() == before
        monkeypatch.setattr("cs231n.captioning_solver.one_thread", contextlib.nullcontext)
        free = CaptioningSolver(model(), data, num_epochs=1, **FAST)
        free.train()
    assert all(each <= {1} for each in within)
    assert solver.loss_history == free.loss_history


def test_gradients_that_do_not_fit_are_named():
    rule, params = SimpleNamespace, {"W": np.zeros((2, 3)), "b": np.zeros(3)}
    with pytest.raises(ValueError, match="loss gave no gradient for b: put it into grads"):
        update(rule, params, {"W": np.zeros((2, 3))}, {"W": {}, "b": {}})
    with pytest.raises(ValueError, match=r"grads\['b'\] has shape \(1, 3\), b has shape \(3,\)"):
        update(rule, params, {"W": np.zeros((2, 3)), "b": np.zeros((1, 3))}, {"W": {}, "b": {}})


def test_losses_of_twenty_steps_fall(model, assignment):
    rng = np.random.default_rng(0)
    losses = adam_losses(
        assignment.reference()["captioning_rnn_loss"],
        model(),
        rng.standard_normal((3, 6)),
        rng.integers(5, size=(3, 6)),
    )
    assert losses.shape == (20,)
    assert losses[-1] < losses[0] - 0.5
