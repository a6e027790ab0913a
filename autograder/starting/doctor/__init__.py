"""Look at everything that a semester needs, a line for each: `python -m autograder doctor`."""
