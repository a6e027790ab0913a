"""NumPy's number of threads while a model is trained, and afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parents[2] / "source" / "rnn_captioning"
SHOW = """
from threadpoolctl import threadpool_info, threadpool_limits
import numpy as np
from cs231n.threads import one_thread
def blas(): return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
threadpool_limits(3, user_api="blas")
"""


def said(code: str, **variables: str) -> str:
    """What a fresh Python prints; the tests' own may have been started with one thread."""
    chosen = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    environment = {name: value for name, value in os.environ.items() if name not in chosen}
    environment |= {"PYTHONPATH": str(LIBRARY), **variables}
    command = [sys.executable, "-c", SHOW + code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.skipif(sys.platform == "darwin", reason="Accelerate has no number of threads")
def test_one_thread_within_and_as_many_as_before_after_an_interruption():
    code = """
try:
    with one_thread():
        print(*blas())
        raise KeyboardInterrupt
except KeyboardInterrupt:
    print(*blas())
"""
    assert said(code).split() == ["1", "3"]


@pytest.mark.skipif(sys.platform == "darwin", reason="Accelerate has no number of threads")
def test_a_number_that_the_environment_sets_is_kept():
    assert said("with one_thread(): print(*blas())", OPENBLAS_NUM_THREADS="4") == "3"


def test_without_threadpoolctl_nothing_is_limited_and_nothing_fails():
    code = "import sys\nsys.modules['threadpoolctl'] = None\nwith one_thread(): print(float(np.ones((9, 9)).sum()))"
    assert said(code) == "81.0"
