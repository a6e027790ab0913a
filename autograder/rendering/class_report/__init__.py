"""The report on a class: what `python -m autograder report` shows an instructor, as one page and as tables."""
