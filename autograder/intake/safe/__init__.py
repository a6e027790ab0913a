"""What a submission shows, made safe to look at: no script, no request to the network, nothing outside its place."""

from .attached import NOT_THERE, with_simple_names
from .outputs import SafeOutputs, safe_output
from .pictures import joined, safe_pictures
from .text import as_written, is_as_written, safe_name, safe_text

__all__ = [
    "NOT_THERE",
    "SafeOutputs",
    "as_written",
    "is_as_written",
    "joined",
    "safe_name",
    "safe_output",
    "safe_pictures",
    "safe_text",
    "with_simple_names",
]
