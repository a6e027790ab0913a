"""The mistakes that were found in real submissions of this assignment, and what a student with one is told.

Numbers are told by a known mistake; test_proof.py plants each of them alone and finds it named. What stops code has a
sentence of its own there, and a wrong callee is what tests/judging/test_fair_marks.py is about.
"""

import pytest

from tests.rnn_captioning.test_proof import STOPPED
from tests.support.house import EXERCISES

NAMED = {
    "squeeze drops an axis of length 1": {
        "rnn_step_forward": "squeezed", "rnn_forward": "squeezed", "word_embedding_forward": "squeezed",
        "rnn_step_backward": "squeezed_gradients", "lstm_step_backward": "squeezed_gradients",
        "lstm_step_forward": "squeezed", "lstm_backward": "squeezed",
    },
    "a bias gradient of shape (1, H)": {
        "rnn_step_backward": "db_keeps_axis", "rnn_backward": "db_keeps_axis", "lstm_step_backward": "db_keeps_axis",
        "captioning_rnn_loss": "db_proj_keeps_axis",
    },
    "nothing carried from the step after": {"rnn_backward": "no_carry", "lstm_backward": "no_carry"},
    "weights' gradients not added up over time": {
        "rnn_backward": "weights_not_accumulated", "lstm_backward": "weights_not_accumulated",
    },
    "gradients that were never computed": {
        "rnn_step_backward": "placeholders", "rnn_backward": "placeholders", "lstm_step_backward": "placeholders",
        "captioning_lstm_loss": "placeholders",
    },
    "dh0 never assigned": {"rnn_backward": "dh0_zero", "lstm_backward": "dh0_none"},
    "an activation forgotten": {
        "rnn_step_forward": "no_tanh", "lstm_step_forward": "g_without_tanh",
    },
    "no activations at all": {"lstm_step_forward": "no_activations"},
    "a special case for one step": {"rnn_forward": "one_step_special", "lstm_forward": "one_step_special"},
    "another order of the gates": {"lstm_step_forward": "order_ifgo", "lstm_step_backward": "blocks_iofg"},
    "the slope of a value that is squashed already": {
        "rnn_step_backward": "slope_of_squashed", "lstm_step_backward": "slope_of_squashed_g",
    },
    "the sigmoid's slope for the tanh block": {"lstm_step_backward": "sigmoid_slope_for_g"},
    "the slope of the upstream gradient": {"rnn_step_backward": "slope_of_upstream"},
    "dprev_c without the path through the hidden state": {"lstm_step_backward": "dprev_c_without_h"},
    "db summed to one number": {"rnn_step_backward": "db_scalar", "lstm_step_backward": "db_scalar"},
    "upstream gradients not used": {"rnn_step_backward": "no_upstream", "lstm_step_backward": "no_dnext_h"},
    "a shape unpacked into arguments": {
        "rnn_forward": "zeros_of_many_arguments", "word_embedding_backward": "zeros_of_many_arguments",
    },
    "wrong transposes": {
        "rnn_step_backward": "dWx_transposed", "rnn_step_forward": "transposed_Wh",
        "captioning_rnn_loss": "dW_proj_transposed",
    },
    "gradients cut off after ten steps": {"rnn_backward": "truncated", "lstm_backward": "truncated"},
    "<START> stored as the first word": {
        "captioning_rnn_sample": "start_stored", "captioning_lstm_sample": "start_stored",
    },
    "words never fed back": {"captioning_rnn_sample": "not_fed_back"},
    "the first column left at <NULL>": {"captioning_rnn_sample": "first_column_left"},
    "<NULL> or zeros as the first input": {
        "captioning_rnn_sample": "null_goes_first", "captioning_lstm_sample": "zeros_go_first",
    },
    "hidden and cell state swapped": {"lstm_forward": "h_and_c_swapped", "captioning_lstm_sample": "h_and_c_swapped"},
    "a cell state that starts from h0": {"lstm_forward": "c0_is_h0", "captioning_lstm_sample": "c0_is_h0"},
    "words scored outside the loop": {"captioning_rnn_sample": "scored_once"},
    "W_proj's gradient made with h0": {"captioning_rnn_loss": "dW_proj_of_h0"},
    "b_proj in the place of its gradient": {"captioning_rnn_loss": "db_proj_is_b_proj"},
    "sampling that was not written": {"captioning_rnn_sample": "placeholder"},
    "parameters without gradients": {"captioning_rnn_loss": "no_gradients_of_projection"},
}  # fmt: skip
TOLD = {
    "an undefined name", "an unfinished loop", "a cell that does not parse", "a value that is not in the cache",
    "np.zeros(*shape)", "a gradient that is never assigned",
}  # fmt: skip


@pytest.mark.parametrize("what", NAMED)
def test_a_real_mistake_has_a_name(what):
    for exercise, name in NAMED[what].items():
        assert name in {mistake.name for mistake in EXERCISES[exercise].mistakes}


def test_code_that_stops_is_told_why():
    assert set(STOPPED) >= TOLD
