"""Imports nbgrader in less than half of its time: a process of our own that needs nbgrader imports this first.

The command `nbgrader` cannot gain by it, as it has imported everything before any configuration is read.
"""

from __future__ import annotations

import gc
import sys

GRAMMAR = "rfc3987_syntax"


def _import_nbgrader() -> None:
    """Import nbgrader without a grammar that nobody asks for, and without looking for garbage where there is none.

    jsonschema checks international addresses if it finds a certain package, which takes more than a second to make its
    grammar. A notebook holds none, so here jsonschema finds no such package; whoever imports it later does.
    """
    collects, asked = gc.isenabled(), GRAMMAR in sys.modules
    gc.disable()
    if not asked:
        sys.modules[GRAMMAR] = None  # type: ignore[assignment]  # Python's own way to say that a module cannot be imported
    try:
        import nbgrader.apps.autogradeapp  # noqa: F401
    finally:
        if not asked:
            del sys.modules[GRAMMAR]
        if collects:
            gc.enable()
    gc.freeze()  # what is imported stays: collections need not go through it, and forks share its memory


_import_nbgrader()
