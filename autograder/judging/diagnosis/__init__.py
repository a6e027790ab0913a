"""Name the mistakes in a submission, and only those that give exactly its values."""

from .advice import DETAILS, FULL, Advice
from .causes_of_chance import unsteady
from .diagnose import Diagnosis
from .trial import Trial, coarse_error

__all__ = ["DETAILS", "FULL", "Advice", "Diagnosis", "Trial", "coarse_error", "unsteady"]
