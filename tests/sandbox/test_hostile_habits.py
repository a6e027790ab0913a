"""Code that loops, exits, floods or breaks things costs the exercise or cell that it is in, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import nullcontext
from textwrap import indent

import nbformat
import pytest

from autograder.assignment import Assignment
from autograder.engine import Engine, Graded
from autograder.errors import SandboxError
from autograder.sandbox.runner import Limits
from tests.support.little_time import little_time

pytestmark = pytest.mark.slow  # many small tests, and the loops among them wait for their limits

NOTEBOOK = "1_rnn_layers"
EXERCISE = "word_embedding_backward"  # no other exercise calls it
SHORT = Limits(cell=1.5, call=0.8, exercise=1.6, submission=60.0)
SHORTER = Limits(cell=0.8, call=0.4, exercise=0.8, submission=60.0)  # for what never ends
ENDLESS = "did not finish in time"
BOUND = 25.0  # seconds: far under the submission's limit, far over what an idle machine needs

FUNCTIONS = {  # what the body of the exercise's function does, and what the student is told
    "infinite loop": ("while True: pass", ENDLESS),
    "loop that swallows KeyboardInterrupt": (
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        ENDLESS,
    ),
    "a loop in C": ("sum(iter(int, 1))", ENDLESS),
    "sleep": ("import time; time.sleep(3600)", ENDLESS),
    "stops itself": ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", "Operation not permitted"),
    "sys.exit": ("import sys; sys.exit(0)", "SystemExit: 0"),
    "exit": ("exit()", ""),
    "raise SystemExit": ("raise SystemExit('bye')", "SystemExit: bye"),
    "raise KeyboardInterrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "raise GeneratorExit": ("raise GeneratorExit('odd')", "GeneratorExit: odd"),
    "os._exit": ("import os; os._exit(0)", "process ended"),
    "os.abort": ("import os; os.abort()", "process ended"),
    "kills itself": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "Operation not permitted"),
    "forks": ("import os; os.fork()", "Operation not permitted"),
    "runs a command": ("import subprocess; subprocess.run('ls', shell=True)", "Operation not permitted"),
    "segmentation fault": ("import ctypes; ctypes.string_at(0)", "process ended"),
    "closes every file": ("import os; os.closerange(0, 200)", "process ended"),
    "input": ("return float(input('dW? '))", "nobody is there"),
    "breakpoint": ("breakpoint()\nreturn None", ""),
    "flood over the limit": ("import os\nwhile True: os.write(1, b'x' * (1 << 20))", "File too large"),
    "closes stdout twice": ("import os; os.close(1); os.close(1)", "Bad file descriptor"),
    "recursion": (f"return {EXERCISE}(dout, cache)", "RecursionError"),
    "recursion without a limit": (
        f"import sys; sys.setrecursionlimit(10**9)\nreturn {EXERCISE}(dout, cache)",
        "",
    ),
    "memory at once": ("import numpy as np; return np.ones(10**10)", "MemoryError"),
    "memory in steps": ("import numpy as np\nkept = []\nwhile True: kept.append(np.empty(25 << 20))", "MemoryError"),
    "huge message": ("raise ValueError('x' * 50_000_000)", "ValueError: xxx"),
    "message that fails": (
        "class Odd(Exception):\n    def __str__(self): raise Odd\nraise Odd",
        "Odd",
    ),
    "half a character": ("raise ValueError('\\ud800')", "ValueError"),
    "None": ("return None", "returned None"),
    "huge array": ("import numpy as np; return np.zeros(20 << 20)", "far too large"),
    "endless view": ("import numpy as np; return np.broadcast_to(0.0, (10**6, 10**6))", "far too large"),
    "array of objects": ("import numpy as np; return np.array([{}, []], dtype=object)", "real numbers are expected"),
    "string": ("return 'dW'", "is of type str; a plain NumPy array of real numbers is expected"),
    "complex": ("import numpy as np; return np.ones((3, 4)) * 1j", "real numbers are expected"),
    "dates": ("import numpy as np; return np.array(['2024-02-29'], dtype='M8[D]')", "real numbers are expected"),
    "records": ("import numpy as np; return np.zeros(3, dtype=[('a', float)])", "real numbers are expected"),
    "generator": ("return (row for row in dout)", "is of type generator"),
    "function": ("return print", "is of type builtin_function_or_method"),
    "ragged list": ("return [[1.0], [1.0, 2.0]]", "cannot be read as an array"),
    "subclass": ("import numpy as np; return np.ones((3, 4)).view(np.matrix)", "is of type matrix"),
    "masked": ("import numpy as np; return np.ma.zeros((3, 4))", "is of type MaskedArray"),
    "object with __array__": (
        "class Odd:\n    def __array__(self, *_, **__): raise SystemExit\nreturn Odd()",
        "is of type Odd",
    ),
    "__array__ in a list that raises": (
        "class Odd:\n    def __array__(self, *_, **__): raise RuntimeError\nreturn [Odd()]",
        "cannot be read as an array",
    ),
    "__array__ in a list that exits": (
        "class Odd:\n    def __array__(self, *_, **__): raise SystemExit\nreturn [Odd()]",
        "SystemExit",
    ),
    "__array__ in a list that loops": (
        "class Odd:\n    def __array__(self, *_, **__):\n        while True: pass\nreturn [Odd()]",
        ENDLESS,
    ),
    "empty array": ("import numpy as np; return np.zeros((0, 3))", "shape (0, 3)"),
    "nan": ("import numpy as np; return np.full((1, 1), np.nan)", ""),
}

HARMLESS = {  # put in front of a right function: costs nothing
    "flood of prints": "for _ in range(20_000): print('x' * 50)",
    "flood on the descriptor": "import os\nfor _ in range(500): os.write(1, b'x' * 65536)",
    "stdout elsewhere": "import os; os.dup2(os.open('/dev/null', os.O_WRONLY), 1)",
    "warnings": "import warnings; warnings.warn('careful')",
    "odd return of stderr": "import sys; print('careful', file=sys.stderr)",
    "a thread": "import threading; threading.Event().wait(0); threading.Thread(target=print).start()",
}

CELLS = {  # a cell of the notebook, and what its outputs say; no exercise depends on it
    "infinite loop": ("while True: pass", ENDLESS),
    "loop that swallows everything": (
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        ENDLESS,
    ),
    "sys.exit": ("import sys; sys.exit(3)", "SystemExit"),
    "exit": ("exit()", ""),
    "raise SystemExit": ("raise SystemExit", "SystemExit"),
    "os._exit": ("import os; os._exit(0)", "process ended in this cell"),
    "kills itself": ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", "Operation not permitted"),
    "a command": ("!ls", "cannot start other programs"),
    "a command's output": ("names = !ls\nlen(names)", "cannot start other programs"),
    "installs a package": ("%pip install something", "cannot start other programs"),
    "closes every file": ("import os; os.closerange(0, 200)", "process ended in this cell"),
    "input": ("name = input('Your name? ')", "nobody is there"),
    "breakpoint": ("breakpoint()", ""),
    "debug": ("%debug", ""),
    "does not parse": ("def f(:\n", "SyntaxError"),
    "null character": ("a = 1\x00", ""),
    "unknown magic": ("%no_such_magic", "not found"),
    "huge message": ("raise ValueError('x' * 50_000_000)", "ValueError"),
    "message that fails": ("class Odd(Exception):\n    def __str__(self): raise Odd\nraise Odd", "Odd"),
    "half a character": ("print('\\ud800'); display({'text/plain': '\\udfff'}, raw=True)", ""),
    "__repr__ that raises": ("class Odd:\n    def __repr__(self): raise RuntimeError('odd')\nOdd()", "odd"),
    "__repr__ that exits": ("class Odd:\n    def __repr__(self): raise SystemExit\nOdd()", ""),
    "flood of prints": ("while True: print('x' * 1000)", "the rest of this output was cut"),
    "flood of pictures": (
        "import matplotlib.pyplot as plt\nwhile True:\n    plt.figure()\n    plt.plot([1, 2])\n    plt.show()",
        ENDLESS,
    ),
    "huge display": ("from IPython.display import HTML\nHTML('x' * 40_000_000)", ""),
    "huge metadata": ("display({'text/plain': ''}, metadata={'a': 'x' * 40_000_000}, raw=True)", "too large"),
    "deep display": ("a = 1\nfor _ in range(600): a = [a]\ndisplay({'application/json': a}, raw=True)", ""),
    "no JSON": ("display({'application/json': object()}, raw=True)", "too strange"),
    "working folder deleted": ("import os, shutil; shutil.rmtree(os.getcwd())", ""),
    "folder deleted, then dead": ("import os, shutil; shutil.rmtree(os.getcwd(), True); os._exit(0)", "process ended"),
    "threads left running": (
        "import threading\ndef spin():\n    while True: pass\nthreading.Thread(target=spin).start()",
        "",
    ),
    "warnings are errors": ("import warnings; warnings.simplefilter('error')", ""),
    "numpy raises": ("np.seterr(all='raise')", ""),
    "stdout replaced": ("import sys; sys.stdout = sys.stderr = None", ""),
    "builtins spoilt": ("import builtins; builtins.len = builtins.str = builtins.print = None", ""),
    "numpy spoilt": ("np.max = np.random = None", ""),
    "names shadowed": ("x = list = len = str = 5", ""),
}


@pytest.fixture(scope="module")
def strict(assignment: Assignment) -> Iterator[Engine]:
    with Engine(assignment, limits=SHORT) as running:
        yield running


def grade(engine: Engine, *sources: str, endless: bool = False) -> tuple[Graded, list[nbformat.NotebookNode], float]:
    """The marks of a notebook with these cells, the run cells, and the seconds that it took."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    start = time.monotonic()
    with little_time(engine, SHORTER) if endless else nullcontext():
        graded = engine.grade(notebook, NOTEBOOK)
    nbformat.validate(nbformat.from_dict(notebook))
    nbformat.writes(notebook).encode()
    return graded, notebook.cells, time.monotonic() - start


def marks(graded: Graded) -> dict[str, float]:
    return {name: judgement.fraction for name, judgement in graded.judgements.items()}


def assert_next_is_right(engine: Engine, reference_code: str) -> None:
    assert set(marks(grade(engine, reference_code)[0]).values()) == {1.0}


def text_of(cell: nbformat.NotebookNode) -> str:
    return "\n".join(str(dict(output)) for output in cell.outputs)


@pytest.mark.parametrize("habit", FUNCTIONS)
def test_a_function_costs_its_own_exercise(strict: Engine, reference_code: str, habit: str) -> None:
    body, said = FUNCTIONS[habit]
    function = f"def {EXERCISE}(dout, cache):\n{indent(body, '    ')}"
    graded, _, seconds = grade(strict, reference_code, function, endless=said == ENDLESS)
    assert {name for name, fraction in marks(graded).items() if fraction != 1.0} == {EXERCISE}
    verdicts = graded.judgements[EXERCISE].verdicts
    assert graded.judgements[EXERCISE].fraction == 0.0
    assert all(verdict.sentence and len(verdict.sentence) < 1100 for verdict in verdicts)
    assert said in verdicts[0].sentence
    assert seconds < BOUND
    assert_next_is_right(strict, reference_code)


@pytest.mark.parametrize("habit", HARMLESS)
def test_a_right_function_with_odd_habits_keeps_its_marks(engine: Engine, reference_code: str, habit: str) -> None:
    head = f"right = {EXERCISE}\ndef {EXERCISE}(dout, cache):\n"
    function = head + indent(HARMLESS[habit] + "\nreturn right(dout, cache)", "    ")
    graded, _, seconds = grade(engine, reference_code, function)
    assert set(marks(graded).values()) == {1.0}
    assert seconds < BOUND


@pytest.mark.parametrize("habit", CELLS)
def test_a_cell_costs_itself(strict: Engine, reference_code: str, habit: str) -> None:
    source, said = CELLS[habit]
    graded, cells, seconds = grade(strict, reference_code, source, "'the next ' + 'cell'", endless=said == ENDLESS)
    assert marks(graded) == dict.fromkeys(graded.judgements, 1.0)
    assert said in text_of(cells[1])
    assert len(text_of(cells[1])) < 12 << 20
    assert seconds < BOUND
    assert_next_is_right(strict, reference_code)


@pytest.mark.parametrize("habit", ["raise SystemExit", "os._exit", "loop that swallows KeyboardInterrupt"])
def test_other_exercises_of_a_notebook_that_dies_often_keep_their_marks(
    strict: Engine, released: nbformat.NotebookNode, reference_code: str, habit: str
) -> None:
    body = indent(FUNCTIONS[habit][0], "    ")
    bad = ("word_embedding_backward", "temporal_softmax_loss", "rnn_step_backward")
    functions = [f"def {name}(*args):\n{body}" for name in bad]
    graded, _, seconds = grade(strict, reference_code, *functions, endless=FUNCTIONS[habit][1] == ENDLESS)
    lost = {name for name, fraction in marks(graded).items() if fraction == 0.0}
    assert lost == set(bad)  # and not rnn_backward, which calls one of them
    assert {fraction for name, fraction in marks(graded).items() if name not in lost} == {1.0}
    assert seconds < BOUND


def test_a_notebook_whose_time_is_used_up_says_so(strict: Engine, reference_code: str) -> None:
    with little_time(strict, Limits(cell=0.5, call=0.5, exercise=0.5, submission=1.5)):
        graded, cells, seconds = grade(strict, reference_code, *["while True: pass"] * 8)
    assert seconds < 10
    assert "the time for this submission was used up" in text_of(cells[-1])
    assert all("the time for" in verdict.sentence for verdict in graded.judgements[EXERCISE].verdicts)


def test_a_killed_zygote_is_replaced_for_the_next_submission(assignment: Assignment, reference_code: str) -> None:
    """Only the lowest level lets a submission do that."""
    with Engine(assignment, limits=SHORT, level="process") as engine:
        with pytest.raises(SandboxError, match="grading process"):
            grade(engine, reference_code, "import os, signal; os.kill(os.getppid(), signal.SIGKILL); os._exit(0)")
        assert_next_is_right(engine, reference_code)
