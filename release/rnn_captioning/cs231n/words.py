"""Sentences in the language of the release: `told` says one in it, `counted` one that depends on a number."""

try:  # beside the notebooks, as in a release
    from selfcheck.language import Text, columns, counted, here, joined, ors, padded, sentences, told
except ModuleNotFoundError:  # in the course's own folder
    from autograder.selfcheck.language import Text, columns, counted, here, joined, ors, padded, sentences, told

__all__ = ["Text", "columns", "counted", "here", "joined", "ors", "padded", "sentences", "told"]
