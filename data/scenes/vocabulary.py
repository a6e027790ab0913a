"""Words and their numbers, as the COCO captioning files number them."""

from collections import Counter

import numpy as np

SPECIAL = ("<NULL>", "<START>", "<END>", "<UNK>")
NULL, START, END, UNK = range(4)
LENGTH = 17  # words of a row, <START> and <END> included
MIN_COUNT = 25  # rarer words of the train captions become <UNK>


def build_vocabulary(captions, min_count=MIN_COUNT):
    """List of words: the special ones, then those said at least min_count times, most frequent first."""
    counts = Counter(word for caption in captions for word in caption.split())
    known = [word for word, count in counts.items() if count >= min_count]
    return [*SPECIAL, *sorted(known, key=lambda word: (-counts[word], word))]


def encode(captions, words):
    """Rows <START> words <END> <NULL> ...: int32 array (len(captions), LENGTH). Other words become <UNK>.

    Raises ValueError when a caption is longer than a row.
    """
    number = {word: i for i, word in enumerate(words)}
    rows = np.full((len(captions), LENGTH), NULL, dtype=np.int32)
    for row, caption in zip(rows, captions, strict=True):
        ids = [START, *(number.get(word, UNK) for word in caption.split()), END]
        if len(ids) > LENGTH:
            raise ValueError(f"shorten this caption to {LENGTH - 2} words: {caption!r}")
        row[: len(ids)] = ids
    return rows
