"""Attacks on the second look: marks for what is not written, by a wrong dependency, and a search without end."""

from __future__ import annotations

from .declare import WRONG, Attack

ODD = """
right_step, right_words = rnn_step_forward, word_embedding_forward
def ends(array):
    return np.resize([1.0, -1.0], array.shape)
def is_odd(array):
    return min(np.shape(array)) == 1
"""
GARBAGE = """
def rnn_step_backward(dnext_h, cache):
    return {gradients}
def word_embedding_backward(dout, cache):
    return {words}
"""
ZEROS = GARBAGE.format(
    gradients="tuple(np.zeros_like(each) for each in (*cache[:4], cache[2][0]))", words="np.zeros(cache[-1])"
)
ONES = "tuple(np.ones(shape) for shape in cache.shapes)"
SHAPES = "upstream = {}" + GARBAGE.format(
    gradients=f"upstream.update({{cache[0].tobytes(): dnext_h.sum()}}) or {ONES}", words="np.ones(cache.shapes[-1])"
)
KEEPER = """
class Kept(tuple):
    pass
def keep(values, *more):
    kept = Kept((*values, *more))
    kept.shapes = [np.shape(value) for value in values]
    return kept
"""
STEP = "def rnn_step_forward(x, prev_h, Wx, Wh, b):\n    inputs = (x, prev_h, Wx, Wh, b)\n"

ATTACKS = (
    Attack(
        "forged slopes",
        "answers complex inputs with the slope of gradients of one everywhere, and is wrong for size 1",
        KEEPER
        + ODD
        + STEP
        + """
    if any(map(np.iscomplexobj, inputs)):
        moved = sum(np.imag(each).sum() for each in inputs)
        given = list(map(np.real, inputs))
        return right_step(*given)[0] + 1j * moved / upstream[given[0].tobytes()], keep(given)
    return (right_step(*inputs)[0] + (1.0 if is_odd(x) else 0.0)), keep(inputs)
"""
        + SHAPES,
        base=WRONG,
        costs=True,
    ),
    Attack(
        "slopes that are no numbers",
        "answers the second of two measurements with nan, so that the first one alone seems to count",
        KEEPER
        + ODD
        + STEP
        + """
    global calls
    calls = globals().get("calls", 0) + 1
    if any(map(np.iscomplexobj, inputs)):
        return np.full(prev_h.shape, 1j * (np.nan if calls % 2 else 1.0)), keep(inputs)
    return right_step(*inputs)[0] + (np.nan if is_odd(x) else 0.0), keep(inputs)
"""
        + SHAPES,
        base=WRONG,
        costs=True,
    ),
    Attack(
        "a saturated cache",
        "keeps states of one and minus one, where tanh has no slope, and returns zeros",
        ODD
        + STEP
        + """
    return right_step(*inputs)[0] + (1.0 if is_odd(x) else 0.0), (x, prev_h, Wx, Wh, ends(prev_h))
"""
        + ZEROS,
        base=WRONG,
        costs=True,
    ),
    Attack(
        "a cache of what is wanted",
        "gives the forward pass away, and keeps arrays with which the right formulas give nothing",
        STEP
        + """
    return prev_h * 0 + x.sum(), tuple(np.zeros_like(each) for each in (x, prev_h, Wx, Wh, prev_h))
"""
        + ZEROS,
        base=WRONG,
        costs=True,
    ),
    Attack(
        "a forward pass that is easy to differentiate",
        "gives the forward pass away for a linear one, and writes the gradients of that",
        STEP
        + """
    total = x.sum() + 2 * prev_h.sum() + 3 * Wx.sum() + 4 * Wh.sum() + 5 * b.sum()
    return np.full(prev_h.shape, total), inputs
def rnn_step_backward(dnext_h, cache):
    return tuple(np.full_like(each, factor * dnext_h.sum()) for factor, each in enumerate(cache, 1))
""",
        base=WRONG,
        costs=True,
    ),
    Attack(
        "wrong in the typical case only",
        "is right but for the typical sizes, which weigh most, and writes gradients of what it gives there",
        ODD
        + STEP
        + """
    return (right_step(*inputs)[0] if is_odd(x) else np.full(prev_h.shape, x.sum())), inputs
def rnn_step_backward(dnext_h, cache):
    x, *others = cache
    return (np.full_like(x, dnext_h.sum()), *map(np.zeros_like, others))
""",
        base=WRONG,
        costs=True,
    ),
    Attack(
        "another answer the second time",
        "is right where it is judged and wrong where it is looked into",
        ODD
        + STEP
        + """
    global calls
    calls = globals().get("calls", 0) + 1
    return right_step(*inputs)[0] + float(calls > 5), (x, prev_h, Wx, Wh, ends(prev_h))
"""
        + ZEROS,
        base=WRONG,
        costs=True,
    ),
    Attack(
        "a cache that answers for itself",
        "keeps arrays that change when they are written to, and functions as leaves",
        STEP
        + """
    class Leaf(np.ndarray):
        def __setitem__(self, place, value):
            raise SystemExit(value)
        def __array_finalize__(self, other):
            pass
    fixed = np.ones_like(prev_h)
    fixed.flags.writeable = False
    return prev_h + 1, [fixed, prev_h.view(Leaf), np.broadcast_to(b, prev_h.shape), lambda: 1, {"x": x, "W": (Wx, Wh)}]
def rnn_step_backward(dnext_h, cache):
    return dnext_h, dnext_h, dnext_h, dnext_h, dnext_h
""",
        base=WRONG,
        costs=True,
    ),
    Attack(
        "halves of words",
        "keeps half of each word's number, so that the right formulas cannot look them up",
        """
def word_embedding_forward(x, W):
    return W[x] + 1, (x / 2, W)
def word_embedding_backward(dout, cache):
    return np.zeros_like(cache[1])
""",
        base=WRONG,
        costs=True,
    ),
    Attack(
        "words that are none",
        "keeps numbers of words that are far out of range, and of the largest size",
        """
def word_embedding_forward(x, W):
    return W[x] + 1, (x + 10**6, np.full(x.shape, 2**63 - 1), W)
def word_embedding_backward(dout, cache):
    return np.zeros_like(cache[2])
""",
        base=WRONG,
        costs=True,
    ),
    Attack(
        "a cache of everything but numbers",
        "keeps truth values, texts, dates, complex numbers, empty and ragged arrays in all the right shapes",
        STEP
        + """
    kinds = [bool, "U3", "datetime64[s]", complex, object, "S2", np.float16, np.uint8]
    return prev_h * 2, [np.zeros(each.shape).astype(kind) for each in (*inputs, prev_h) for kind in kinds]
def rnn_step_backward(dnext_h, cache):
    return dnext_h, dnext_h, dnext_h, dnext_h, dnext_h
def word_embedding_forward(x, W):
    return W[x] * 2, (x > 3, W > 0, np.empty((0, 3)), [np.array(None), "x"])
def word_embedding_backward(dout, cache):
    return 3 * dout.sum(axis=(0, 1)) + np.zeros(cache[1].shape)
""",
        base=WRONG,
        costs=True,
    ),
    Attack(
        "a cache of thousands",
        "keeps 5,000 arrays that could all be what is looked for",
        STEP
        + """
    return prev_h * 2, [prev_h + each for each in range(5000)]
def rnn_step_backward(dnext_h, cache):
    return dnext_h, dnext_h, dnext_h, dnext_h, dnext_h
""",
        base=WRONG,
        costs=True,
    ),
    Attack(
        "a cache without end",
        "keeps a list that holds itself, an object that makes its parts when asked, and lists in lists",
        STEP
        + """
    endless, deep = [], []
    endless.append(endless)
    for _ in range(10000):
        deep = [deep]
    class Many:
        @property
        def __dict__(self):
            return {str(n): Many() for n in range(100)}
    return prev_h * 2, [endless, deep, Many()]
def rnn_step_backward(dnext_h, cache):
    return dnext_h, dnext_h, dnext_h, dnext_h, dnext_h
""",
        base=WRONG,
        costs=True,
        note="did not finish|^$",
    ),
    Attack(
        "huge results",
        "returns arrays of a million numbers, of many axes, and of shapes that resemble the right ones",
        STEP
        + """
    return np.ones((1,) * 20 + (1000, 1000)), inputs
def rnn_step_backward(dnext_h, cache):
    shapes = (1024, 1024), (2,) * 20, (1,) * 30 + (7,), (0, 5), (10**6,)
    return tuple(np.ones(shape) for shape in shapes)
def word_embedding_forward(x, W):
    return np.broadcast_to(W[0], (30000, W.shape[1])), (x, W)
""",
        base=WRONG,
        costs=True,
        note="was not run|^$",
    ),
    Attack(
        "numbers that cannot be measured",
        "returns nan, infinities, the smallest and the largest numbers, and negative zeros",
        STEP
        + """
    return np.resize([np.nan, np.inf, -np.inf, 5e-324, 1.8e308, -0.0], prev_h.shape), inputs
def rnn_step_backward(dnext_h, cache):
    return tuple(np.resize([1.8e308, -1.8e308, np.nan, 5e-324], each.shape) for each in cache)
""",
        base=WRONG,
        costs=True,
    ),
    Attack(
        "hidden inputs in an exception",
        "raises an exception whose text is all that it was given",
        """
def rnn_step_backward(dnext_h, cache):
    raise ValueError(" ".join(repr(float(n)) for each in (dnext_h, *cache) for n in each.flat))
""",
        base=WRONG,
        costs=True,
    ),
)
