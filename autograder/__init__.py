"""The engine: grades the assignments of an nbgrader course, whatever they are about."""
