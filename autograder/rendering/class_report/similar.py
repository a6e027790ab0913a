"""Pairs of submissions that are alike where others differ: places to look at, found by winnowed fingerprints.

Every longer function becomes a list of words in which names, comments and layout do not count, and of all runs of some
words every few keep one fingerprint (Schleimer, Wilkerson, Aiken: Winnowing, 2003). What the course's own solution
has, or many others, is usual and does not count. Two submissions are named where most of what is left is the same.
"""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from .functions import shape

RUN, WINDOW = 10, 4  # words in a fingerprint; of so many neighbours one is kept
LONG = 60  # words: shorter functions are written alike by everyone
USUAL, FEW = 0.05, 3  # the share of a class, but at least so many, that makes a fingerprint usual
ALIKE, LEAST = 0.7, 15  # the share of unusual fingerprints that two have in common, and how many these must be

Fingerprints = dict[int, set[str]]  # the functions that a fingerprint is in


@dataclass(frozen=True)
class Pair:
    """Two students whose code is alike: the share of their unusual fingerprints in common, and in which functions."""

    first: str
    second: str
    share: float
    common: int
    functions: tuple[str, ...]


def similar(functions: Mapping[str, Mapping[str, str]], usual: Iterable[str]) -> list[Pair]:
    """The pairs that are alike, most first.

    functions: each student's functions by name. usual: code that everyone may have, such as the course's solution.
    """
    prints = {student: fingerprints(code) for student, code in functions.items()}
    known = set().union(*(_prints(code) for code in usual))
    counts = Counter(print_ for found in prints.values() for print_ in found)
    most = max(FEW, USUAL * len(prints))
    rare = {print_ for print_, count in counts.items() if count <= most and print_ not in known}
    unusual = {student: found.keys() & rare for student, found in prints.items()}
    pairs = []
    for (first, second), common in _shared(unusual).items():
        share = len(common) / min(len(unusual[first]), len(unusual[second]))
        if share >= ALIKE and len(common) >= LEAST:
            where = {name for print_ in common for name in prints[first][print_] & prints[second][print_]}
            pairs.append(Pair(first, second, share, len(common), tuple(sorted(where))))
    return sorted(pairs, key=lambda pair: (-pair.share, -pair.common, pair.first))


def fingerprints(functions: Mapping[str, str]) -> Fingerprints:
    """The fingerprints of a submission's longer functions."""
    found: Fingerprints = defaultdict(set)
    for name, code in functions.items():
        for print_ in _prints(code):
            found[print_].add(name)
    return found


@lru_cache(maxsize=4096)
def _prints(code: str) -> frozenset[int]:
    try:
        words = shape(code)
    except (SyntaxError, ValueError, RecursionError, IndexError):
        return frozenset()
    return winnow(words) if len(words) >= LONG else frozenset()


def winnow(words: Sequence[str]) -> frozenset[int]:
    """The least of every few neighbouring hashes of runs of words."""
    hashes = [zlib.crc32(" ".join(words[i : i + RUN]).encode()) for i in range(len(words) - RUN + 1)]
    return frozenset(min(hashes[i : i + WINDOW]) for i in range(max(1, len(hashes) - WINDOW + 1)) if hashes)


def _shared(unusual: Mapping[str, Iterable[int]]) -> dict[tuple[str, str], set[int]]:
    """For pairs of students the fingerprints that both have; each fingerprint is in few submissions."""
    owners: dict[int, list[str]] = defaultdict(list)
    for student in sorted(unusual):
        for print_ in unusual[student]:
            owners[print_].append(student)
    shared: dict[tuple[str, str], set[int]] = defaultdict(set)
    for print_, students in owners.items():
        for pair in combinations(students, 2):
            shared[pair].add(print_)
    return shared
