"""Grade all submissions of a course folder, several at once: nbgrader's own converter in each of some processes.

The main process only hands out names and shows what comes back: it reads nothing that a student wrote, and it imports
neither nbgrader nor the exercises. What grades is a `Grader`, one in each worker; `LocalPool` runs them here.
"""
