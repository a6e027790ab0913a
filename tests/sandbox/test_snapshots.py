"""Names and folder are put back as they were at a check cell; what the notebook has let go is not held."""

from __future__ import annotations

import gc
import os
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.sandbox.messages import END
from autograder.sandbox.snapshots import LARGE, Snapshots
from tests.support import as_in_sandbox  # noqa: F401


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(source: str, names: dict[str, Any]) -> None:
    names["__name__"] = "__main__"
    exec(source, names)


def taken(above: str, below: str) -> tuple[Snapshots, dict[str, Any]]:
    """Snapshots of an exercise between these cells, and of the end."""
    snapshots, names = Snapshots(), dict[str, Any]()
    run(above, names)
    snapshots.keep("one", names)
    run(below, names)
    snapshots.finish(names)
    return snapshots, names


def test_names_go_back_and_forth_in_the_same_dictionary():
    snapshots, names = taken("a, b = 1, 2\ndef f(): return a, later", "a, later, sum = 3, 4, 5\ndel b")
    f = names["f"]
    snapshots.put_back("one", names)
    assert (f(), names["b"], "sum" in names) == ((1, 4), 2, False)
    snapshots.put_back(END, names)
    assert (f(), "b" in names, names["sum"]) == ((3, 4), False, 5)


def test_the_end_stays_what_it_was_before_the_first_call():
    snapshots, names = taken("a = 1", "a = 2")
    snapshots.put_back("one", names)
    names["a"] = 7  # a call sets a global
    snapshots.finish(names)
    snapshots.put_back("one", names)
    assert names["a"] == 7  # the calls of one exercise come one after the other, as at home
    snapshots.put_back("without a snapshot", names)
    assert names["a"] == 2
    snapshots.put_back("one", names)
    assert names["a"] == 1


def test_the_folder_goes_back_too(folder: Path):
    (folder / "below").mkdir()
    snapshots, names = taken("", "import os\nos.chdir('below')")
    snapshots.put_back("one", names)
    assert Path.cwd() == folder
    snapshots.put_back(END, names)
    os.chdir(folder)
    (folder / "below").rmdir()
    snapshots.put_back("one", names)
    snapshots.put_back(END, names)
    assert Path.cwd() == folder


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the file is closed by its end
def test_large_arrays_and_open_files_are_not_kept_alive(folder: Path):
    names: dict[str, Any] = {"large": np.zeros(LARGE), "small": np.zeros(3), "file": open(folder / "text", "w")}  # noqa: SIM115
    names["file"].write("written when it is closed")
    gone = weakref.ref(names["large"])
    snapshots = Snapshots()
    snapshots.keep("one", names)
    small = names["small"]
    names.update(dict.fromkeys(names, 0))
    gc.collect()
    assert gone() is None
    assert (folder / "text").read_text()
    snapshots.finish(names)
    snapshots.put_back("one", names)
    assert (names["small"] is small, names["large"], names["file"]) == (True, 0, 0)


def test_names_that_are_no_texts_are_left_alone():
    class Odd:
        __hash__ = object.__hash__

        def __eq__(self, other: object) -> bool:
            raise RuntimeError

    snapshots, names = taken("a = 1", "a = 2")
    names[Odd()] = 1  # type: ignore[index]
    snapshots.put_back("one", names)
    assert names["a"] == 1


FUNCTION = "def f(): return g()\ndef g(): return [EPS for _ in range(2)]\nEPS, other = 1, 2"
DIFFERENT = {
    "nothing": ("", False),
    "another name": ("other, x = 3, 4", False),
    "an attribute's name": ("real = 3", False),
    "the function": ("def f(): pass", True),
    "a function that it calls": ("def g(): pass", True),
    "a value": ("EPS = 1e-3", True),
    "deleted": ("del g", True),
    "an equal value": ("EPS = 0.5 * 2", True),
    "bound to itself": ("f, g = f, g", False),
}


@pytest.mark.parametrize(("below", "differ"), DIFFERENT.values(), ids=DIFFERENT)
def test_only_what_the_functions_use_makes_a_difference(below: str, differ: bool):
    snapshots, _ = taken(FUNCTION, below)
    assert snapshots.differ("one", END, ["f"]) is differ
    assert snapshots.differ(END, "one", ["f"]) is differ
    assert not snapshots.differ("one", "one", ["f"])


WRAPPERS = {
    "partial": "f = functools.partial(lambda y: g(y), 1)",
    "vectorize": "f = np.vectorize(lambda y: g(y))",
    "a decorator": "def d(h):\n    def inner(): return h()\n    return inner\n@d\ndef f(): return g()",
    "a cache": "@functools.lru_cache\ndef f(): return g()",
    "a default": "def f(act=lambda y: g(y)): return act(1)",
    "a method": "class C:\n    def m(self): return g()\nc = C()\nf = c.m",
    "a static method": "class C:\n    @staticmethod\n    def m(): return g()\ndef f(): return C.m()",
    "an object": "class C:\n    def __call__(self): return g()\nf = C()",
    "an inherited method": "class B:\n    def m(self): return g()\nclass C(B): pass\ndef f(): return C().m()",
    "a comprehension": "def f(): return [g(y) for y in range(3)]",
    "a function in a function": "def f():\n    def inner(): return g()\n    return inner()",
    "an object that lets nobody look": "class C:\n    __module__ = ''\n    def __call__(self): return g()\n"
    "    def __getattr__(self, name): raise ValueError\nf = C()",
}


@pytest.mark.parametrize("above", WRAPPERS.values(), ids=WRAPPERS)
def test_what_is_wrapped_is_found(above: str):
    snapshots, _ = taken(f"import functools\nimport numpy as np\ndef g(y=0): return 1\n{above}", "def g(): return 2")
    assert snapshots.differ("one", END, ["f"])
