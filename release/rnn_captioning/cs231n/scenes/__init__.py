"""Little scenes: what can be seen in them, where it stands, and their pictures."""
