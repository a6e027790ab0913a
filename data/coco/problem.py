"""What can go wrong on the way.

    DownloadError           the data set could not be had
    └── NoSpaceError        the disk is too full

The command catches these and nothing else; any other exception is a defect and shows its trace.
"""

from __future__ import annotations


class DownloadError(Exception):
    """The data set could not be had; says why and what to do, in one sentence. Nothing was installed."""


class NoSpaceError(DownloadError):
    """The disk is too full; what has come stays."""
