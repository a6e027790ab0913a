"""Name the mistakes in a submission, and only those that give exactly its values."""

from .advice import DETAILS, FULL, Advice
from .diagnose import Diagnosis
from .trial import Trial, coarse_error

__all__ = ["DETAILS", "FULL", "Advice", "Diagnosis", "Trial", "coarse_error"]
