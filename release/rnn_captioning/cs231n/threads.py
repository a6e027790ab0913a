"""One thread for NumPy's matrix products.

NumPy takes a thread for each core. The products of this course are small, so that the threads mostly wait for each
other, and beside a busy process (a browser is enough) a step of training takes ten to thirty times as long.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext

CHOSEN = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")  # who sets one has chosen a number


def one_thread() -> AbstractContextManager:
    """Lets NumPy compute with one thread inside a `with` block; afterwards it has as many as before.

    Results stay the same. Nothing changes where the environment sets the number of threads (one of `CHOSEN`), and
    where threadpoolctl is not installed: that costs time, and must not keep anybody from training.
    """
    if any(os.environ.get(name) for name in CHOSEN):
        return nullcontext()
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        return nullcontext()
    return threadpool_limits(limits=1, user_api="blas")
