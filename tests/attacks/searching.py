"""Attacks on the search for the line that is wrong, which runs edits of a submission's own code when all is judged."""

from __future__ import annotations

from .declare import WRONG, Attack

ATTACKS = (
    Attack(
        "forged measurements",
        "finds what tries the edits and has it answer that each is right, with numbers of all kinds",
        """
import sys
for module in list(sys.modules.values()):
    if hasattr(module, "measured"):
        module.measured = lambda snippet, sources, names, inputs, weights: (
            np.resize([0.0, np.inf, 1e308, -1.0], (len(sources), len(weights), 2)), -10**9
        )
np.vdot = lambda *values: 0.0
def rnn_step_backward(dnext_h, cache):
    return tuple(np.ones_like(each) for each in cache)
""",
        base=WRONG,
        costs=True,
    ),
    Attack(
        "edits that never end",
        "loops without end, through every interrupt, as soon as one of its numbers is another",
        """
def rnn_step_backward(dnext_h, cache):
    left = 1
    while left != 0:
        try:
            left = left - 1
        except BaseException:
            left = 1
    return tuple(np.ones_like(each) for each in cache)
""",
        base=WRONG,
        costs=True,
    ),
    Attack(
        "a function without end",
        "writes a function of thousands of names and one of a hundred brackets, of which there are endless edits",
        f"""
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    total = {" + ".join(f"x.sum() * {n}" for n in range(900))}
    deep = {"(" * 80}1{" + 1)" * 80}
    return prev_h * 0 + total + deep, (x, prev_h, Wx, Wh, b)
def rnn_step_backward(dnext_h, cache):
    {"; ".join(f"a{n} = {n}" for n in range(1200))}
    return tuple(np.ones_like(each) for each in cache)
""",
        base=WRONG,
        costs=True,
    ),
)
