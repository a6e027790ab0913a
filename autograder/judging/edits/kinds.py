"""What an edit is about, in the words that a student reads after "look at"."""

from __future__ import annotations

from enum import Enum

from autograder.selfcheck.language import Text


class Kind(Enum):
    """The kinds of edits; the value is what to look at."""

    _value_: Text

    ARGUMENTS = Text("the order of the arguments")
    ORDER = Text("the order of the values")
    CONSTANT = Text("a number in it")
    OPERATOR = Text("an operator")
    SIGN = Text("a sign")
    TERM = Text("what is added, subtracted or multiplied")
    AXIS = Text("the axis")
    SHAPE = Text("the shapes")
    TRANSPOSE = Text("what is transposed")
    INDEX = Text("the index")
    RANGE = Text("where the loop begins and ends, and its direction")
    FUNCTION = Text("which function is applied, if any")
    COMPARISON = Text("the comparison")
    ASSIGNMENT = Text("whether a value is added or takes the place of another")
    REPEATED = Text("what happens where one index comes up several times")
    PLACE = Text("where this statement stands: before or after others, inside or outside of the loop")
    SURPLUS = Text("whether it should be there")
    NAME = Text("a name")
    COPY = Text("whether it should be a copy")
    START = Text("the value that is started from")
    HANDED_ON = Text("what is handed on to the next step")
