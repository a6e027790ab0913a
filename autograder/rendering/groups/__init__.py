"""Answers of a class that are wrong in the same way, and what a teacher says of them once."""
