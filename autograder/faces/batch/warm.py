"""Imported by the server that workers are forked from: what they all need, in memory that they share.

A worker's garbage collection would write to each page of it, and make it the worker's own. Of a worker's time it takes
3 % where it looks after each 700 new objects, as Python has it.
"""

import gc

from sqlalchemy.orm import configure_mappers

from autograder.course import configuration, warm  # noqa: F401  warm first: nbgrader, in less time
from autograder.options import LOOKS_EVERY

from . import worker  # noqa: F401  imported for its effect, as above

configuration.import_parts()
configure_mappers()  # of nbgrader's gradebook, which each worker would do at its first look
gc.collect()
gc.freeze()
gc.set_threshold(LOOKS_EVERY)
