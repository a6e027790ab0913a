"""Your own layers, by the name of the module the course keeps them in.

A function that the running notebook defines is given as it is. Any other is read from the notebook on disk when
it is called, so `from cs231n.rnn_layers import *` always works, also before anything is written.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from .notebook_functions import Notebook, Others, notebook_doc
from .words import joined, told

NOTEBOOKS = {
    "1_rnn_layers.ipynb": (
        "rnn_step_forward", "rnn_step_backward", "rnn_forward", "rnn_backward",
        "word_embedding_forward", "word_embedding_backward",
        "temporal_affine_forward", "temporal_affine_backward", "temporal_softmax_loss",
    ),
    "2_captioning.ipynb": ("captioning_rnn_loss", "captioning_rnn_sample"),
    "3_lstm.ipynb": (
        "lstm_step_forward", "lstm_step_backward", "lstm_forward", "lstm_backward",
        "captioning_lstm_loss", "captioning_lstm_sample",
    ),
    "4_attention.ipynb": (
        "attention_forward", "attention_backward", "attention_lstm_step_forward", "attention_lstm_step_backward",
        "attention_lstm_forward", "attention_lstm_backward", "captioning_attention_loss", "captioning_attention_sample",
        "captioning_beam_search", "clip_gradients",
    ),
}  # fmt: skip
_HOME = {name: notebook for notebook, names in NOTEBOOKS.items() for name in names}

__all__ = list(_HOME)


def __getattr__(name: str) -> Callable:
    """The student's function: the one just defined in the running notebook, else one that reads the disk."""
    if name not in _HOME:
        said = "cs231n.rnn_layers has no function {name}; it has {names}."
        raise AttributeError(told(said, name=repr(name), names=joined(__all__)))
    live = getattr(sys.modules.get("__main__"), name, None)
    if callable(live) and not is_read_from_disk(live):
        return live
    return _from_disk(name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


def is_read_from_disk(function: Any) -> bool:
    """Whether this is one of the module's own functions, which read the saved notebook at each call."""
    return getattr(function, "reads_notebook", None) is not None


def _from_disk(name: str) -> Callable:
    notebook = _HOME[name]

    def layer(*args: Any, **kwargs: Any) -> Any:
        saved = Notebook(_notebook_path(notebook), NOTEBOOKS[notebook], _others(notebook))
        return saved.call(name, *args, **kwargs)

    layer.__name__ = layer.__qualname__ = name
    layer.__doc__ = notebook_doc(_notebook_path(notebook), name)
    layer.reads_notebook = notebook
    return layer


@cache
def _others(notebook: str) -> Others:
    """What a notebook's code finds of the other notebooks, each looked for anew at every call."""

    def late(name: str) -> Callable:
        return lambda *args, **kwargs: __getattr__(name)(*args, **kwargs)

    return tuple((name, late(name)) for name, home in _HOME.items() if home != notebook)


def _notebook_path(notebook: str) -> Path:
    """The notebook in the current directory, else beside the folder of this library."""
    here = Path.cwd() / notebook
    return here if here.is_file() else Path(__file__).resolve().parent.parent / notebook
