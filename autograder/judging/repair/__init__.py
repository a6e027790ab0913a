"""The line that is wrong, by proof: small edits of the student's own function, one of which makes every case right."""

from .line import Line
from .repairs import Repairs
from .written import Written

__all__ = ["Line", "Repairs", "Written"]
