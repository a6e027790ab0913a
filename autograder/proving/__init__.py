"""The proof of the grading: mutants of the reference must lose marks, correct variants must not, under any seed."""
