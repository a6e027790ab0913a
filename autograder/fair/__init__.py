"""A bug costs its own points once: exercises are judged again with what they depend on put right."""

from .fairness import Fairness

__all__ = ["Fairness"]
