"""The grader's proof: mutants of the reference must lose marks, correct variants must not, over many seeds."""
