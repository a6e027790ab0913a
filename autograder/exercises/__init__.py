"""Every exercise of the assignment, in the order of the notebooks."""

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
)
EXERCISES = {exercise.name: exercise for exercise in IN_ORDER}
