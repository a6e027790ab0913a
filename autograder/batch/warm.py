"""Imported by the server that workers are forked from: what they all need, in memory that they share.

A worker's garbage collection would write to each page of it, and make it the worker's own.
"""

import gc

from .. import warm  # noqa: F401  first: nbgrader, in less time
from ..plugin import setup  # noqa: F401  which configurations ask for
from . import worker  # noqa: F401  imported for its effect, as above

gc.collect()
gc.freeze()
