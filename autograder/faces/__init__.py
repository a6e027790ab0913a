"""The ways to the engine and from it: nbgrader, the batch command, pytest, Gradescope, exports, the handout.

None of them imports another.
"""
