"""The page of a submission that waits for another day."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from autograder.assignment import Assignment
from autograder.rendering.feedback import deferred_page

UNTIL = "2026-03-02 00:00 CET"


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (1, "Not graded yet: 1 submission of yours has been graded today, and more are not graded in a day."),
        (10, "Not graded yet: 10 submissions of yours have been graded today, and more are not graded in a day."),
    ],
)
def test_it_says_why_and_until_when(assignment: Assignment, limit: int, said: str) -> None:
    page = BeautifulSoup(deferred_page(assignment.tongue, "1_<b>layers", limit, UNTIL), "html.parser")
    assert page.html["lang"] == "en"
    assert page.title.string == page.h1.string == "1_<b>layers"
    why, kept = (each.get_text() for each in page.find_all("p"))
    assert why == said
    assert f"It is graded from {UNTIL} on, unless you hand in another one by then" in kept


def test_it_is_in_the_students_language(assignment: Assignment) -> None:
    page = BeautifulSoup(deferred_page(assignment.told_in("zh_CN").tongue, "x", 10, UNTIL), "html.parser")
    assert page.html["lang"] == "zh-CN"
    assert "你今天已有 10 份提交评过分" in page.get_text() and UNTIL in page.get_text()
