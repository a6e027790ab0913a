"""The page of a submission that waits for its grading until a student may be graded again."""

from __future__ import annotations

from html import escape

from autograder.selfcheck.language import Language, Text, counted

PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>body {{ font: 1rem/1.5 sans-serif; max-width: 45rem; margin: 3rem auto; padding: 0 1rem; }}</style>
</head>
<body>
<h1>{title}</h1>
<p><b>{what}</b></p>
<p>{kept}</p>
</body>
</html>
"""
ONE = "Not graded yet: {count} submission of yours has been graded today, and more are not graded in a day."
SEVERAL = "Not graded yet: {count} submissions of yours have been graded today, and more are not graded in a day."
KEPT = (
    "Nothing is lost. This submission is kept, with the time at which you handed it in. It is graded from {until} on,"
    " unless you hand in another one by then: the last one counts."
)


def deferred_page(language: Language, notebook: str, limit: int, until: str) -> str:
    """The page as HTML. limit: gradings in a day. until: a time with its zone."""
    said = {"what": counted(ONE, SEVERAL, limit), "kept": Text(KEPT, until=until)}
    told = {name: escape(language.tell(text)) for name, text in said.items()}
    return PAGE.format(lang=language.name.replace("_", "-") or "en", title=escape(notebook), **told)
