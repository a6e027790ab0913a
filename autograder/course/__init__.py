"""A course folder as nbgrader has it: its configuration, its settings for grading, its gradebook's marks."""
