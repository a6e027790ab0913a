"""What the tests of the students' library share."""

from __future__ import annotations

import pytest

from autograder.assignment import Assignment
from tests.support.house import data_folder


@pytest.fixture
def data_set(assignment: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library finds the data set as it does for students."""
    (variable,) = assignment.data
    monkeypatch.setenv(variable, str(data_folder(assignment)))


@pytest.fixture
def written(assignment: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference's functions stand in the place of a student's."""
    from cs231n import rnn_layers
    from cs231n.classifiers.rnn import CaptioningRNN

    reference = assignment.reference()
    monkeypatch.setattr(CaptioningRNN, "_yours", lambda self, what: reference[f"captioning_{self.cell_type}_{what}"])
    for name in ("rnn_forward", "lstm_forward"):
        monkeypatch.setattr(rnn_layers, name, reference[name], raising=False)
