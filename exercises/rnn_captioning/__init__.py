"""Recurrent image captioning: every exercise in the order of the notebooks, and what else the grader must know."""

from autograder.assignment import Assignment
from autograder.spec import Proof

from . import pytorch, training  # noqa: F401  training declares how one is replayed
from .attention_backward import attention_backward
from .attention_forward import attention_forward
from .attention_lstm_backward import attention_lstm_backward
from .attention_lstm_forward import attention_lstm_forward
from .attention_lstm_step_backward import attention_lstm_step_backward
from .attention_lstm_step_forward import attention_lstm_step_forward
from .captioning_attention_loss import captioning_attention_loss
from .captioning_attention_sample import captioning_attention_sample
from .captioning_beam_search import captioning_beam_search
from .captioning_loss import captioning_lstm_loss, captioning_rnn_loss, captioning_rnn_training
from .captioning_sample import captioning_lstm_sample, captioning_rnn_sample
from .clip_gradients import clip_gradients
from .equivalents import EQUIVALENTS
from .lstm_backward import lstm_backward
from .lstm_forward import lstm_forward
from .lstm_step_backward import lstm_step_backward
from .lstm_step_forward import lstm_step_forward
from .rnn_backward import rnn_backward
from .rnn_forward import rnn_forward
from .rnn_step_backward import rnn_step_backward
from .rnn_step_forward import rnn_step_forward
from .temporal_softmax import temporal_softmax_loss
from .word_embedding import word_embedding_backward, word_embedding_forward

IN_ORDER = (
    rnn_step_forward,
    rnn_step_backward,
    rnn_forward,
    rnn_backward,
    word_embedding_forward,
    word_embedding_backward,
    temporal_softmax_loss,
    captioning_rnn_loss,
    captioning_rnn_training,
    captioning_rnn_sample,
    lstm_step_forward,
    lstm_step_backward,
    lstm_forward,
    lstm_backward,
    captioning_lstm_loss,
    captioning_lstm_sample,
    attention_forward,
    attention_backward,
    attention_lstm_step_forward,
    attention_lstm_step_backward,
    attention_lstm_forward,
    attention_lstm_backward,
    captioning_attention_loss,
    captioning_attention_sample,
    captioning_beam_search,
    clip_gradients,
)

assignment = Assignment(
    exercises=IN_ORDER,
    library="cs231n",
    data={"COCO_CAPTIONING_DIR": "data/coco_captioning"},
    proof=Proof(
        equivalents=EQUIVALENTS,
        helpers={"sigmoid": "lstm_step_forward"},
        look_alikes={"sigmoid": ["np.tanh"]},
        siblings=[["_null", "_start", "_end"]],
        tables=["W[x]", "p['W_embed'][word]", "p['W_embed'][words[-1:]]"],
        second_opinions={"PyTorch": pytorch.outputs},
    ),
)
