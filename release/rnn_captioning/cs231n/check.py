"""`check` by the name that the course has always had for it."""

from IPython import get_ipython

from .fonts import use_chinese
from .validating import limit_cells
from .words import here

try:
    from selfcheck import check  # beside the notebooks, as in a release
except ModuleNotFoundError as absent:
    try:
        from autograder.selfcheck import check  # in the course's own folder
    except ModuleNotFoundError:
        raise absent from None  # what a student lacks is selfcheck

__all__ = ["check"]

limit_cells(get_ipython())  # every notebook imports this module first
if here().name.startswith("zh"):
    use_chinese()
