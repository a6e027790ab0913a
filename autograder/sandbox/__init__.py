"""Run a submission in a process of its own: inputs go in, plain arrays come out, answers never enter.

The parent's side is session.py; zygote.py, child.py and shell.py run on the other side of the boundary and
import nothing of the exercises or the reference.
"""
