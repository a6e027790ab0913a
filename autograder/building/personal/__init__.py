"""Releases with numbers of each student's own: what differs from the release, a folder for each student."""
