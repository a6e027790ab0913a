"""Name the mistakes in a submission, and only those that give exactly its values."""

from .advice import DETAILS, FULL, Advice, explained
from .causes_of_chance import unsteady
from .diagnose import INPUTS_CHANGED, Diagnosis
from .trial import Trial, coarse_error, message

__all__ = [
    "DETAILS",
    "FULL",
    "INPUTS_CHANGED",
    "Advice",
    "Diagnosis",
    "Trial",
    "coarse_error",
    "explained",
    "message",
    "unsteady",
]
