"""BLEU: how many of a caption's word sequences stand in captions that people wrote.

Source: Papineni, Roukos, Ward and Zhu 2002, "BLEU: a method for automatic evaluation of machine translation".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

Words = Sequence[str]


def corpus_bleu(captions: Sequence[Words], references: Sequence[Iterable[Words]], longest: int = 4) -> float:
    """BLEU of a whole set of captions, between 0 and 1.

    captions: each a list of words. references: for each caption, the right ones, as many as there are.
    longest: of the word sequences that are counted; 4 is usual, and called BLEU-4.

    It is the geometric mean of the precisions for sequences of 1 to `longest` words, times a penalty where the captions
    are shorter than the references. There is no smoothing: a precision of zero makes the whole zero.

    >>> corpus_bleu([["a", "red", "star"]], [[["a", "red", "star"], ["one", "star"]]], longest=2)
    1.0
    """
    found, possible = np.zeros(longest), np.zeros(longest)
    length = wanted = 0
    for caption, known in zip(captions, references, strict=True):
        known = list(known)
        length += len(caption)
        wanted += min((len(reference) for reference in known), key=lambda n: (abs(n - len(caption)), n))
        for n in range(1, longest + 1):
            have = _sequences(caption, n)
            most = Counter()
            for reference in known:
                most |= _sequences(reference, n)  # the largest count of each sequence
            found[n - 1] += sum((have & most).values())
            possible[n - 1] += sum(have.values())
    if not found.all():
        return 0.0
    brevity = min(0.0, 1 - wanted / length)
    return float(np.exp(brevity + np.log(found / possible).mean()))


def _sequences(words: Words, n: int) -> Counter:
    return Counter(tuple(words[start : start + n]) for start in range(len(words) - n + 1))
