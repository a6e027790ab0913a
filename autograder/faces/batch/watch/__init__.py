"""Grade what comes in, while it comes in: `python -m autograder watch`.

The main process looks at folders (`arrivals`), keeps account of who was graded how often (`book`), and hands out work
(`attendance`); as for a class at once, it reads nothing that a student wrote but names, sizes and times. What it asks a
`Clerk`, one in each worker, is to bring a submission in from the exchange, to grade it, and to give its pages back.
"""
