"""Other languages than English: where their catalogues lie, and the texts of notebooks in them."""

from .cells import messages, translated
from .files import language, languages

__all__ = ["language", "languages", "messages", "translated"]
