"""Sample submissions for the demo: each file holds what it changes of the reference solution."""
