"""Say what is wrong with a submission's values: only mistakes that give exactly these values are named."""

from .advice import DETAILS, FULL, Advice
from .diagnose import Diagnosis
from .trial import Trial, coarse_error

__all__ = ["DETAILS", "FULL", "Advice", "Diagnosis", "Trial", "coarse_error"]
