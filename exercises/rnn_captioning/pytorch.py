"""The same outputs by PyTorch's own cells, losses and derivatives in float64."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.spec import Arrays

PARAMETERS = ("W_proj", "b_proj", "W_embed", "Wx", "Wh", "b", "W_vocab", "b_vocab")
PASS = ("x", "h0", "Wx", "Wh", "b")
ATTENTIVE = ("x", "A", "Wx", "Wh", "Wattn", "b")


def outputs(exercise: str, inputs: Arrays) -> Arrays | None:
    """An exercise's outputs by PyTorch; None for one that PyTorch cannot give. Raises ImportError without PyTorch."""
    import torch  # noqa: F401  an optional library

    others = {
        "temporal_softmax_loss": _scores,
        "attention_backward": _attention,
        "attention_lstm_backward": _attentive_sequence,
        "captioning_attention_loss": _attentive_model,
    }
    if exercise in others:
        return others[exercise](inputs)
    cell = "lstm" if "lstm" in exercise else "rnn"
    if exercise == f"{cell}_backward":
        return _sequence(cell, inputs)
    if exercise == f"captioning_{cell}_loss":
        return _model(cell, inputs)
    return None


def _sequence(cell: str, inputs: Arrays) -> Arrays:
    given = _leaves(inputs, PASS)
    h = _states(cell, *given.values())
    (h * _tensor(inputs["dh"])).sum().backward()
    return _gradients(given)


def _attention(inputs: Arrays) -> Arrays:
    given = _leaves(inputs, ("prev_h", "A"))
    (_seen(*given.values()) * _tensor(inputs["dattn"])).sum().backward()
    return _gradients(given)


def _attentive_sequence(inputs: Arrays) -> Arrays:
    given = _leaves(inputs, ATTENTIVE)
    (_attentive_states(*given.values()) * _tensor(inputs["dh"])).sum().backward()
    return _gradients(given)


def _model(cell: str, inputs: Arrays) -> Arrays:
    p = _leaves(inputs, PARAMETERS)
    h0 = _tensor(inputs["features"]) @ p["W_proj"] + p["b_proj"]
    return _loss(p, _states(cell, _vectors(p, inputs), h0, p["Wx"], p["Wh"], p["b"]), inputs)


def _attentive_model(inputs: Arrays) -> Arrays:
    p = _leaves(inputs, (*PARAMETERS, "Wattn"))
    A = _tensor(inputs["features"]) @ p["W_proj"] + p["b_proj"]
    return _loss(p, _attentive_states(_vectors(p, inputs), A, p["Wx"], p["Wh"], p["Wattn"], p["b"]), inputs)


def _vectors(p: Mapping[str, Any], inputs: Arrays) -> Any:
    """The vectors of the words that go in."""
    from torch.nn import functional

    return functional.embedding(_tensor(inputs["captions"])[:, :-1], p["W_embed"])


def _loss(p: Mapping[str, Any], states: Any, inputs: Arrays) -> Arrays:
    """The captions' loss for some hidden states, and its gradients."""
    from torch.nn import functional

    captions, null = _tensor(inputs["captions"]), int(inputs["words"][0])
    scores = states @ p["W_vocab"] + p["b_vocab"]
    right = captions[:, 1:].flatten()
    summed = functional.cross_entropy(scores.flatten(0, 1), right, ignore_index=null, reduction="sum")
    loss = summed / len(captions)
    loss.backward()
    return {"loss": loss.detach().numpy(), **_gradients(p)}


def _scores(inputs: Arrays) -> Arrays:
    from torch.nn import functional

    given, y = _leaves(inputs, ("x",)), _tensor(inputs["y"])
    each = functional.cross_entropy(given["x"].flatten(0, 1), y.flatten(), reduction="none")
    loss = each[_tensor(inputs["mask"]).flatten()].sum() / len(y)
    loss.backward()
    return {"loss": loss.detach().numpy(), **_gradients(given)}


def _states(cell: str, x: Any, h: Any, Wx: Any, Wh: Any, b: Any) -> Any:
    """The hidden states (N, T, H) by PyTorch's cells, which want weights by rows and the gates as i, f, g, o."""
    import torch

    if cell == "lstm":
        gates = [weights.chunk(4, -1) for weights in (Wx, Wh, b)]
        Wx, Wh, b = (torch.cat([i, f, g, o], -1) for i, f, o, g in gates)
    weights, c, states = (Wx.T, Wh.T, b, torch.zeros_like(b)), torch.zeros_like(h), []
    for t in range(x.shape[1]):
        if cell == "lstm":
            h, c = torch.lstm_cell(x[:, t], (h, c), *weights)
        else:
            h = torch.rnn_tanh_cell(x[:, t], h, *weights)
        states.append(h)
    return torch.stack(states, 1)


def _seen(h: Any, A: Any) -> Any:
    """What is seen (N, H), by PyTorch's own attention: one question, and the cells as keys and values."""
    from torch.nn import functional

    return functional.scaled_dot_product_attention(h[:, None], A, A)[:, 0]


def _attentive_states(x: Any, A: Any, Wx: Any, Wh: Any, Wattn: Any, b: Any) -> Any:
    """The hidden states (N, T, H) of an LSTM that looks at the cells before each step."""
    import torch

    h, c, states = A.mean(1), A.mean(1), []
    for t in range(x.shape[1]):
        i, f, o, g = (x[:, t] @ Wx + h @ Wh + _seen(h, A) @ Wattn + b).chunk(4, -1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        states.append(h)
    return torch.stack(states, 1)


def _leaves(inputs: Arrays, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _tensor(inputs[name]).requires_grad_() for name in names}


def _tensor(array: np.ndarray) -> Any:
    """A tensor of these values, real ones in float64."""
    import torch

    return torch.tensor(array.astype(np.float64) if array.dtype.kind == "f" else array)


def _gradients(leaves: Mapping[str, Any]) -> Arrays:
    return {f"d{name}": leaf.grad.numpy() for name, leaf in leaves.items()}
