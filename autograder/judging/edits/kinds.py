"""What an edit is about, in the words that a student reads after "look at"."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of edits; the value is what to look at."""

    ARGUMENTS = "the order of the arguments"
    ORDER = "the order of the values"
    CONSTANT = "a number in it"
    OPERATOR = "an operator"
    SIGN = "a sign"
    TERM = "what is added, subtracted or multiplied"
    AXIS = "the axis"
    SHAPE = "the shapes"
    TRANSPOSE = "what is transposed"
    INDEX = "the index"
    RANGE = "where the loop begins and ends, and its direction"
    FUNCTION = "which function is applied, if any"
    COMPARISON = "the comparison"
    ASSIGNMENT = "whether a value is added or takes the place of another"
    REPEATED = "what happens where one index comes up several times"
    PLACE = "where this statement stands: before or after others, inside or outside of the loop"
    SURPLUS = "whether it should be there"
    NAME = "a name"
    COPY = "whether it should be a copy"
    START = "the value that is started from"
    HANDED_ON = "what is handed on to the next step"
