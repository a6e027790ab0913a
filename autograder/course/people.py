"""Who the students are: the names that the gradebook has beside their ids, which roster lists bring in."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from autograder.selfcheck.language import WIDE
from autograder.terminal import one_line

NEAR = 4  # names that a hint has


def full_name(first: str | None, last: str | None) -> str:
    """A person's name as it is said, safe to show; "" where the gradebook has none.

    In wide letters, as of Chinese, the family name comes first, without a space.

    >>> full_name("Ada", "Lovelace"), full_name("小明", "王"), full_name(None, "Lovelace")
    ('Ada Lovelace', '王小明', 'Lovelace')
    """
    given, family = (one_line(" ".join((name or "").split())) for name in (first, last))
    wide = bool(given and family and WIDE.match(given) and WIDE.match(family))
    return f"{family}{given}" if wide else f"{given} {family}".strip()


def with_name(student: str, names: Mapping[str, str]) -> str:
    """A student's id, with the name behind it where there is one."""
    return f"{student} ({names[student]})" if names.get(student) else student


def near(unknown: Iterable[str], known: Iterable[str]) -> str:
    """A hint at the ids that are most like the unknown ones; "" where none is."""
    lower = {each.casefold(): each for each in known}
    found = [match for name in unknown for match in difflib.get_close_matches(name.casefold(), lower)]
    names = [lower[each] for each in dict.fromkeys(found)]
    return f"; near it: {', '.join(names[:NEAR])}" if names else ""
