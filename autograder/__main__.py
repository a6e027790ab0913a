"""Lets `python -m autograder` run the command line."""

import os
import sys

from .supported import insist


def import_nothing_from_here() -> None:
    """Have no module be found in the current folder, where `-m` looks first: it may be a submission's.

    Also for the processes that are started from here. A clone that was not installed is itself found that way.
    """
    clone = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if os.path.realpath(os.getcwd()) != os.path.realpath(clone) and sys.path[:1] == [os.getcwd()]:
        del sys.path[0]
        os.environ["PYTHONSAFEPATH"] = "1"


if __name__ == "__main__":
    insist()  # type: ignore[no-untyped-call]
    import_nothing_from_here()
    from .cli import main

    sys.exit(main())
