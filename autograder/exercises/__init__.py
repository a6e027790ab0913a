"""Every exercise of the assignment, in the order of the notebooks."""

from .captioning_loss import captioning_lstm_loss, captioning_rnn_loss, captioning_rnn_training
from .captioning_sample import captioning_lstm_sample, captioning_rnn_sample
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
)
EXERCISES = {exercise.name: exercise for exercise in IN_ORDER}
