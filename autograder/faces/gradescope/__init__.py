"""The Gradescope face: a package to upload, and the grading of one submission in Gradescope's container."""

from __future__ import annotations

# when students see a test, in the words of results.json
VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")
VISIBILITY = "after_due_date"  # unless the course says otherwise
