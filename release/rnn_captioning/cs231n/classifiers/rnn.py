"""The captioning model: its vocabulary and parameters are given, its loss and its sampling are yours.

`CaptioningRNN.loss` and `.sample` call the functions that you write in the notebooks: `captioning_rnn_loss` and
`captioning_rnn_sample` for cell_type "rnn", `captioning_lstm_loss` and `captioning_lstm_sample` for "lstm",
`captioning_attention_loss` and `captioning_attention_sample` for "attention".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from .. import rnn_layers
from ..words import told

ATTENTION = "attention"  # an LSTM that looks at the cells of a grid of features
GATES = {"rnn": 1, "lstm": 4, ATTENTION: 4}  # blocks of H columns in Wx, Wh and b
SPECIAL = ("<NULL>", "<START>", "<END>")


class CaptioningRNN:
    """Captions an image: its features start a recurrent net, which reads word vectors and scores the next word.

    word_to_idx: the vocabulary, V words and their ids; must have <NULL>, may have <START> and <END>.
    input_dim: D, numbers in an image's features. wordvec_dim: W, of a word's vector. hidden_dim: H, of a hidden state.
    cell_type: "rnn", "lstm" or "attention". dtype: of the parameters, np.float32 to train and np.float64 to check
    gradients.

    params: the parameters by name, with G = 1 for the RNN and 4 for the others:
    W_proj (D, H), b_proj (H,); W_embed (V, W); Wx (W, G*H), Wh (H, G*H), b (G*H,); W_vocab (H, V), b_vocab (V,).
    With attention also Wattn (H, G*H); features are then (N, L, D), a vector for each of L cells of an image.
    Random ones are drawn from np.random.
    """

    def __init__(
        self,
        word_to_idx: Mapping[str, int],
        input_dim: int = 512,
        wordvec_dim: int = 128,
        hidden_dim: int = 128,
        cell_type: str = "rnn",
        dtype: type = np.float32,
    ) -> None:
        if cell_type not in GATES:
            said = 'There is no cell type {cell_type}: choose "rnn", "lstm" or "attention".'
            raise ValueError(told(said, cell_type=repr(cell_type)))
        self.cell_type, self.dtype = cell_type, dtype
        self.word_to_idx = word_to_idx
        self.idx_to_word = {index: word for word, index in word_to_idx.items()}
        self._null, self._start, self._end = word_to_idx["<NULL>"], word_to_idx.get("<START>"), word_to_idx.get("<END>")
        self.params = _parameters(input_dim, wordvec_dim, hidden_dim, len(word_to_idx), GATES[cell_type], dtype)
        if cell_type == ATTENTION:
            self.params["Wattn"] = _weights(hidden_dim, GATES[ATTENTION] * hidden_dim, dtype)

    @classmethod
    def from_params(cls, params: Mapping[str, np.ndarray], words: np.ndarray, cell_type: str = "rnn") -> CaptioningRNN:
        """A model with these parameters.

        params: all of them, of one dtype. words: the ids of <NULL>, <START> and <END>; -1 for a word that is not there.
        """
        (D, H), (V, W) = params["W_proj"].shape, params["W_embed"].shape
        special = {int(index): name for name, index in zip(SPECIAL, words, strict=True) if index >= 0}
        word_to_idx = {special.get(index, f"word{index}"): index for index in range(V)}
        model = cls(word_to_idx, D, W, H, cell_type, params["W_proj"].dtype.type)
        model.params = {name: params[name] for name in model.params}
        return model

    def astype(self, dtype: type) -> CaptioningRNN:
        """The same model with parameters of another type, such as np.float64."""
        words = [-1 if word is None else word for word in (self._null, self._start, self._end)]
        return self.from_params({name: w.astype(dtype) for name, w in self.params.items()}, words, self.cell_type)

    def loss(self, features: np.ndarray, captions: np.ndarray) -> tuple[float, dict[str, np.ndarray]]:
        """The loss of some captions and the gradients of all parameters, by your own function.

        features: (N, D), of one image each, with attention (N, L, D). captions: (N, T) word ids, <START> first.
        Returns the loss, a number, and grads, a dict with the names and shapes of `params`.
        """
        return self._yours("loss")(self, features, captions)

    def sample(self, features: np.ndarray, max_length: int = 30) -> np.ndarray:
        """Captions for some images, by your own function.

        features: (N, D), with attention (N, L, D). Returns (N, max_length) word ids; the first is the first word after
        <START>.
        """
        if self.cell_type == ATTENTION:
            return self.sample_and_look(features, max_length)[0]
        return self._yours("sample")(self, features, max_length)

    def sample_and_look(self, features: np.ndarray, max_length: int = 30) -> tuple[np.ndarray, np.ndarray]:
        """Captions as `sample` gives them, and where the model looked for each word; for cell_type "attention" only.

        features: (N, L, D). Returns (N, max_length) word ids and (N, max_length, L) weights of the cells.
        """
        if self.cell_type != ATTENTION:
            nowhere = 'A model of cell type {cell_type} looks nowhere: only one of "attention" does.'
            raise ValueError(told(nowhere, cell_type=repr(self.cell_type)))
        return self._yours("sample")(self, features, max_length)

    def _yours(self, method: str) -> Callable:
        return getattr(rnn_layers, f"captioning_{self.cell_type}_{method}")


def _parameters(D: int, W: int, H: int, V: int, gates: int, dtype: type) -> dict[str, np.ndarray]:
    """Random weights and zero biases, in the order in which they have always been drawn."""
    return {
        "W_embed": (np.random.randn(V, W) / 100).astype(dtype),
        "W_proj": _weights(D, H, dtype),
        "b_proj": np.zeros(H, dtype),
        "Wx": _weights(W, gates * H, dtype),
        "Wh": _weights(H, gates * H, dtype),
        "b": np.zeros(gates * H, dtype),
        "W_vocab": _weights(H, V, dtype),
        "b_vocab": np.zeros(V, dtype),
    }


def _weights(rows: int, columns: int, dtype: type) -> np.ndarray:
    """Random weights, small enough that no state is saturated at first."""
    return (np.random.randn(rows, columns) / np.sqrt(rows)).astype(dtype)
