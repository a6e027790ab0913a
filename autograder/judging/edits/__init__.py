"""The one catalogue of small edits of a function.

`mutations` make right functions wrong: the proof plants them. The same edits, and those in `values`, `names` and
`statements` that undo what students do, are tried on a wrong function of a student's to find the line that is wrong.
"""
