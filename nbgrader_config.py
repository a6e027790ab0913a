"""The course's nbgrader configuration: `nbgrader` and Formgrader read this file from the course folder.

nbgrader_config.json beside it plugs the grader in even where this file has an error; leave that as it is.
"""

from autograder.faces.nbgrader import configure

c = get_config()  # noqa: F821  nbgrader provides it

c.CourseDirectory.course_id = "rnn_captioning"
c.Application.log_level = "WARN"  # a line for what needs you; nbgrader's own progress is --log-level=INFO
configure(c)

# Choices of your course, with their defaults:
# c.Assignment.language = ""               # of the students: "" for English, "zh_CN"; see docs/languages.md
# c.Sandbox.minimum = "container"          # the least acceptable level: "full", "container" or "process"
# c.Sandbox.memory = 2048                  # megabytes of memory for a submission
# c.GradeSubmission.seed = 20240229        # draws the hidden inputs; any number gives the same marks
# c.GradeSubmission.cell_limit = 10.0      # seconds for one cell
# c.GradeSubmission.call_limit = 4.0       # seconds for one call of a student's function
# c.GradeSubmission.submission_limit = 90.0
# c.GradeSubmission.run_demos = False      # run also the cells that no mark depends on: data, plots, visible checks
# c.GradeSubmission.advice = "full"        # what students see of a recognised mistake: "names", "hints" or "full"
# c.GradeSubmission.warnings_cost = False  # whether a test cell of your own that writes to stderr earns nothing
# c.GradeSubmission.show_tests = False     # whether feedback shows the code of your hidden tests
# c.GradeSubmission.jobs = 0               # processes of `nbgrader autograde`; 0: one a processor, 8 at most
# c.GradeSubmission.assignments = {}       # other choices for one assignment, by its name; see docs/several.md
# c.Watch.gradings_per_day = 10           # of one student by `watch`, 0 for no limit; see docs/watch.md
# c.LatePolicy.grace_hours = 0.0           # hours after the due date that cost nothing; see docs/late.md
# c.LatePolicy.per_day = 0.0               # percent of the points that every started day after them costs
# c.LatePolicy.most = 100.0                # percent of the points that lateness costs at most
