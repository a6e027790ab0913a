"""Values that are right except in some places, which were never filled, or except where a size is 1."""

from __future__ import annotations

import numpy as np

from autograder.selfcheck.language import Text, counted, joined, ors, pair

from .track import Cause, Step, Track

ROW, COLUMN = (Text("row"), Text("rows")), (Text("column"), Text("columns"))
ENTRY, BLOCK = (Text("entry"), Text("entries")), (Text("block"), Text("blocks"))


def partly_zeros(track: Track) -> Cause | None:
    """Right where it was filled, zero elsewhere."""
    if not track.shaped or any(step.value.all() for step in track.wrong):
        return None
    for axis, letter in enumerate(track.axes):
        blocks = int(letter[:-1] or 1)
        for count in (blocks, 0) if blocks > 1 else (0,):  # whole blocks of an axis such as 4H, then single entries
            found = [places for step in track.wrong if len(places := _unfilled(step, axis, count))]
            if len(found) == len(track.wrong):
                lengths = [count or step.exact.shape[axis] for step in track.wrong]
                where = _places(found, lengths, _unit(track, axis, bool(count)))
                return "partly_zeros", Text(
                    "It is zero for {where}, and right elsewhere: fill it there, too.", where=where
                )
    return None


def only_where_one(track: Track) -> Cause | None:
    """Right except in the cases where some axis has length 1."""
    letters = [letter for letter in track.letters() if all(_is_one(step, letter) == step.wrong for step in track.steps)]
    if not letters:
        return None
    one = letters[0] if len(letters) == 1 else "size"
    said = "It is right unless {sizes} is 1: look for a special case, np.squeeze, or a lost axis."
    return f"only_where_{one}_is_1", Text(said, sizes=ors(letters))


def _is_one(step: Step, letter: str) -> bool:
    return step.case.sizes[letter] == 1


def _unfilled(step: Step, axis: int, blocks: int) -> np.ndarray:
    """The places along an axis (or its blocks) that are zero and should not be; none if anything else is wrong."""
    value, exact = (np.moveaxis(array, axis, 0) for array in (step.value, step.exact))
    if blocks:
        value, exact = (array.reshape(blocks, -1) for array in (value, exact))
    value, exact = (array.reshape(len(array), -1) for array in (value, exact))
    empty = np.any(exact, axis=1) & ~np.any(value, axis=1)
    filled = np.where(empty[:, np.newaxis], 0.0, exact)
    rebuilt = np.moveaxis(filled.reshape(np.moveaxis(step.exact, axis, 0).shape), 0, axis)
    return np.flatnonzero(empty) if step.is_value(rebuilt) else np.array([])


def _places(found: list[np.ndarray], lengths: list[int], unit: tuple[str, str]) -> str:
    """These entries along an axis in words, as far as they follow one rule in all cases."""
    places, (one, many) = [list(entries) for entries in found], unit
    if all(entries == places[0] for entries in places) and len(places[0]) <= 3:
        numbers = joined(map(str, places[0]))
        said = pair("{thing} {numbers} (counted from 0)", "{things} {numbers} (counted from 0)")
        return counted(*said, len(places[0]), thing=one, things=many, numbers=numbers)
    if all(entries == [length - 1] for entries, length in zip(places, lengths, strict=True)):
        return Text("the last {thing}", thing=one)
    if all(entries == [*range(1, length)] for entries, length in zip(places, lengths, strict=True)):
        return Text("all {things} but the first", things=many)
    if all(entries == [*range(length - 1)] for entries, length in zip(places, lengths, strict=True)):
        return Text("all {things} but the last", things=many)
    return Text("some {things}", things=many)


def _unit(track: Track, axis: int, in_blocks: bool) -> tuple[str, str]:
    """What one entry along an axis is called, and several."""
    if in_blocks:
        return BLOCK
    unnamed = (ROW, COLUMN)[axis] if len(track.axes) == 2 else ENTRY
    return track.called.get(track.axes[axis], unnamed)
