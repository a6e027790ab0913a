"""Forging: marks for functions that are not written, by what the run shows, what numbers claim, what the file says."""

from __future__ import annotations

from .declare import WRONG, Attack, Elsewhere
from .papers import ATTACKS as PAPERS

LIARS = """
def lie(count):
    return liar() if count == 1 else tuple(liar() for _ in range(count))
for name, count in AIM["returns"].items():
    globals()[name] = lambda *args, count=count: lie(count)
"""

ATTACKS = (
    Attack(
        "displayed points",
        "prints points, shows them as results, and replaces the display hook",
        """
import sys, builtins
from IPython.display import display, HTML
shell = get_ipython()
shell.displayhook.write_format_data = lambda *args: None
sys.displayhook = lambda value: print(60.0)
builtins.check = check = lambda name: display(60.0) or 60.0
display({"text/plain": "60.0"}, raw=True)
print("60.0")
# %%
60.0
# %%
check("rnn_step_forward")
""",
    ),
    Attack(
        "hooks around cells",
        "registers functions before and after each cell that define answers and show points",
        """
def answer(*args):
    for name in AIM["returns"]:
        get_ipython().user_ns.setdefault(name, lambda *args: 60.0)
    print(60.0)
for event in ("pre_run_cell", "post_run_cell", "pre_execute", "post_execute"):
    get_ipython().events.register(event, answer)
# %%
1
""",
    ),
    Attack(
        "transformed source",
        "rewrites the source and the syntax tree of every later cell, the checks too",
        """
import ast
class Full(ast.NodeTransformer):
    def visit_Call(self, node):
        return ast.Constant(60.0)
get_ipython().ast_transformers.append(Full())
get_ipython().input_transformers_post.append(lambda lines: ["60.0\\n"])
get_ipython().input_transformers_cleanup.append(lambda lines: ["60.0\\n"])
# %%
check("rnn_step_forward")
""",
    ),
    Attack(
        "patched NumPy",
        "replaces the functions that a comparison would use",
        """
zero = lambda *args, **kwargs: 0.0
yes = lambda *args, **kwargs: True
for name in ("max", "abs", "amax", "subtract", "linalg.norm", "maximum", "sum", "mean", "min"):
    setattr(np, name, zero)
for name in ("allclose", "isclose", "array_equal", "all", "isfinite", "array_equiv"):
    setattr(np, name, yes)
np.testing.assert_allclose = np.testing.assert_array_equal = zero
array = np.array
np.asarray = np.asanyarray = np.ascontiguousarray = lambda value, *args, **kwargs: array(0.5)
def liar():
    return array([[0.5]])
"""
        + LIARS,
        costs=True,
    ),
    Attack(
        "patched students' library",
        "replaces the comparison and the runner of snippets that the child has loaded",
        """
import cs231n.check, selfcheck.compare, selfcheck.run, selfcheck.snippet
selfcheck.compare.compare = selfcheck.run.compare = lambda *args: selfcheck.compare.Finding(True, 0.0)
selfcheck.compare.error_map = lambda value, expected: np.zeros(1)
selfcheck.compare.as_numbers = lambda name, value: (np.zeros(1), "")
cs231n.check.check = selfcheck.check = lambda name: 60.0
def run_snippet(call, scope, namespace):
    for name in ("next_h", "dx", "dprev_h", "dWx", "dWh", "db", "h", "dh0", "out", "dW", "loss"):
        scope[name] = np.zeros(1)
selfcheck.snippet.run_snippet = selfcheck.run.run_snippet = run_snippet
""",
    ),
    Attack(
        "patched sandbox",
        "replaces the functions of the child's own side, which it can import, and says that all is right",
        """
from autograder.sandbox import calls, child, wire
full = {"right": True, "status": "right", "fraction": 1.0, "points": 60.0, "marks": 60.0, "error": 0.0, "problems": {}}
calls._read = lambda scope, names: ({name: np.zeros(1) for name in names}, {})
child.make_call = lambda *args: (dict(full), {})
def forge(self, request, arrays):
    for _ in () if request["op"] in ("keep", "load") else request.get("calls", "1"):
        yield {**full, "outputs": [], "exercises": {}}, {}
child.Student.answers = forge
""",
    ),
    Attack(
        "arrays that lie",
        "returns subclasses of ndarray that equal everything and differ from nothing",
        """
class Lie(np.ndarray):
    __eq__ = lambda self, other: True
    __ne__ = __lt__ = __gt__ = lambda self, other: False
    __sub__ = __rsub__ = __add__ = __radd__ = __abs__ = lambda self, *other: np.zeros(1)
    __array_ufunc__ = lambda self, *args, **kwargs: np.zeros(1)
    __array_function__ = lambda self, *args, **kwargs: True
    shape = property(lambda self: (3, 4))
def liar():
    return np.zeros((3, 4)).view(Lie)
"""
        + LIARS,
    ),
    Attack(
        "objects that lie",
        "returns objects that pass for arrays, and patches isinstance to let them through",
        """
import builtins
class Lie:
    dtype, shape, ndim, size = np.dtype(float), (3, 4), 2, 12
    __array__ = lambda self, *args, **kwargs: np.zeros((3, 4))
    __eq__ = lambda self, other: True
    __float__ = lambda self: 0.0
builtins.isinstance = lambda *args: True
builtins.type = lambda *args: np.ndarray
liar = Lie
"""
        + LIARS,
        note="ended the Python process",
    ),
    Attack(
        "masked arrays",
        "returns arrays in which every entry is masked, so that nothing differs",
        "def liar():\n    return np.ma.masked_all((3, 4))\n" + LIARS,
    ),
    Attack(
        "arrays of objects",
        "returns arrays whose entries compare as they like, and arrays of records",
        """
class Lie(float):
    __eq__ = __le__ = lambda self, other: True
    __sub__ = __rsub__ = lambda self, other: 0.0
def liar():
    return np.array([[Lie(1.0)] * 4] * 3, dtype=object)
"""
        + LIARS,
    ),
    *(
        Attack(name, f"returns {what}", f"def liar():\n    return {value}\n" + LIARS)
        for name, what, value in (
            ("not a number", "NaN, which differs from nothing by comparison", "np.full((3, 4), np.nan)"),
            ("infinities", "infinity, whose relative error is no number", "np.full((3, 4), np.inf)"),
            ("numbers beyond measure", "numbers whose sum overflows", "np.full((3, 4), 1.7e308)"),
            ("nothing at all", "empty arrays, whose largest error is none", "np.zeros((0, 4))"),
            ("endless views", "views of one number as an array of 10^12", "np.broadcast_to(0.0, (10**6, 10**6))"),
        )
    ),
    Attack(
        "answers of the visible checks",
        "returns the expected values that checks.h5 holds, by their shapes",
        """
import h5py, os, selfcheck
values = {}
with h5py.File(os.path.join(os.path.dirname(selfcheck.__file__), "checks.h5")) as file:
    for function in AIM["returns"]:
        file[function].visititems(lambda name, item: values.setdefault(item.shape, []).append(item[()])
                                  if isinstance(item, h5py.Dataset) else None)
def steal(count, args):
    given = [value for value in args if isinstance(value, np.ndarray)] or [np.zeros(1)]
    found = [next(iter(values.get(array.shape, [array]))) for array in given]
    return found[0] if count == 1 else tuple((found * count)[:count])
for name, count in AIM["returns"].items():
    globals()[name] = lambda *args, count=count: steal(count, args)
""",
        files={},
    ),
    Attack(
        "a thread that answers",
        "leaves a thread that changes inputs and functions while the calls are made",
        """
import gc, threading, time
def meddle():
    while True:
        for thing in gc.get_objects():
            if type(thing).__name__ == "Student":
                for array in list(thing._inputs.values()):
                    if array.flags.writeable and array.dtype.kind == "f":
                        array[...] = 0
        for name in AIM["returns"]:
            get_ipython().user_ns[name] = lambda *args: tuple(np.zeros_like(array) for array in args)
        time.sleep(0.002)
threading.Thread(target=meddle, daemon=True).start()
""",
        costs=True,
    ),
    Attack(
        "one function's answers for another's",
        "keeps all inputs and results of the calls and gives them back later in any shape that fits",
        """
seen = {}
def keep(name, function):
    def call(*args):
        for value in args:
            if isinstance(value, np.ndarray):
                seen.setdefault(value.shape, value.copy())
        try:
            return function(*args)
        except Exception:
            count = AIM["returns"][name]
            found = [seen.get(value.shape, value) for value in args if isinstance(value, np.ndarray)]
            return found[0] if count == 1 else tuple((found * count)[:count])
    return call
for name in AIM["returns"]:
    globals()[name] = keep(name, globals()[name])
""",
        base=WRONG,
        costs=True,
    ),
    *PAPERS,
    Elsewhere(
        "script and HTML in outputs", "runs script in Formgrader or in a feedback page", "tests/intake/test_safe.py"
    ),
)
