"""What can go wrong on the way."""


class DownloadError(ValueError):
    """The data set could not be had; says why and what to do, in one sentence. Nothing was installed."""


class NoSpaceError(DownloadError):
    """The disk is too full; what has come stays."""
