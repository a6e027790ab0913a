"""Show a grading: verdict tables, maps of wrong entries, the feedback page, the report on a class."""
