"""Fitting a line by gradient descent: a small assignment, declared from beginning to end."""

import numpy as np

from autograder.assignment import Assignment
from autograder.spec import Equivalent, Proof, exercise


@exercise(call="Y = predict(X, W, b)", outputs={"Y": "N K"}, sizes=dict(N=5, D=3, K=2), rtol=1e-9)
def predict(X: "N D", W: "D K", b: "K"):
    """What the lines predict: the inputs times the weights, plus the biases."""


@predict.published
def small_numbers():
    return dict(X=np.array([[1.0, 2.0], [3.0, 4.0]]), W=np.array([[0.5], [-1.0]]), b=np.array([2.0]))


@predict.case("weights that are all zero")
def zero_weights(inputs):
    return {"W": np.zeros_like(inputs["W"])}


@predict.mistake("The bias is missing: add b to every prediction.")
def no_bias(X, W, b):
    return X @ W


@exercise(
    call="loss, dW, db = squared_loss(X, targets, W, b)",
    outputs={"loss": "", "dW": "D K", "db": "K"},
    sizes=dict(N=5, D=3, K=2),
    rtol=1e-8,
)
def squared_loss(X: "N D", targets: "N K", W: "D K", b: "K"):
    """The squared errors, averaged over the examples, and their gradients with respect to weights and biases."""


@squared_loss.mistake("The loss is a sum over the examples; it is their mean, so divide by N, in the gradients too.")
def not_averaged(X, targets, W, b):
    loss, dW, db = reference(X, targets, W, b)  # the right function goes by this name
    return len(X) * loss, len(X) * dW, len(X) * db


@squared_loss.mistake("The gradients lack the factor 2 of the square's derivative.")
def factor_two(X, targets, W, b):
    loss, dW, db = reference(X, targets, W, b)
    return loss, dW / 2, db / 2


AS_MANY = Equivalent(
    "squared_loss",
    "N, error = (len(X), predict(X, W, b) - targets)",
    "N, error = (len(targets), predict(X, W, b) - targets)",
    "There are as many targets as inputs.",
)
assignment = Assignment(exercises=(predict, squared_loss), proof=Proof(equivalents=(AS_MANY,)))
