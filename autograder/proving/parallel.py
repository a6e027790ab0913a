"""Share work among several processes, or do it in this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import Any


def spread(
    work: Callable[..., Any], given: tuple[Any, ...], items: Sequence[Any], size: int, processes: int
) -> Iterator[tuple[int, list[Any], Any]]:
    """Do `work(*given, chunk)` for chunks of the items; yields each chunk's first index, the chunk and the result.

    size: items in a chunk. processes: with 1 the work is done here, in order; otherwise results come as they are ready,
    and work, given and items must be picklable.
    """
    chunks = {first: list(items[first : first + size]) for first in range(0, len(items), size)}
    if processes == 1:
        yield from ((first, chunk, work(*given, chunk)) for first, chunk in chunks.items())
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        futures = {pool.submit(work, *given, chunk): (first, chunk) for first, chunk in chunks.items()}
        for future in as_completed(futures):
            yield *futures[future], future.result()
