"""For COURSE/nbgrader_config.py of a new course; `python -m autograder setup` writes the json file beside it."""

from autograder.faces.nbgrader import configure

c = get_config()  # noqa: F821  nbgrader provides it

c.CourseDirectory.course_id = "line_fitting"  # the name of the hub's service
configure(c)
