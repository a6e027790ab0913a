"""Make a course folder that works, from an assignment of another one: `python -m autograder new`."""
