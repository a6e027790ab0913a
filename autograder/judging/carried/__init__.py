"""A mistake costs its own points once: what depends on it is judged again with the dependency put right.

In the literature: error carried forward, or follow-through marks.
"""

from .discretion import discreet
from .fairness import Fairness, says_nothing

__all__ = ["Fairness", "discreet", "says_nothing"]
