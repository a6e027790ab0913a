"""Lets `python -m autograder` run the command line."""

import sys

from .supported import insist

if __name__ == "__main__":
    insist()  # type: ignore[no-untyped-call]
    from .cli import main

    sys.exit(main())
