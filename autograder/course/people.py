"""Who the students are: the names that the gradebook has beside their ids, which roster lists bring in."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping

CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
NEAR = 4  # names that a hint has


def full_name(first: str | None, last: str | None) -> str:
    """A person's name as it is said; "" where the gradebook has none.

    >>> full_name("Ada", "Lovelace"), full_name("小明", "王"), full_name(None, "Lovelace")
    ('Ada Lovelace', '王小明', 'Lovelace')
    """
    first, last = (first or "").strip(), (last or "").strip()
    if CHINESE.fullmatch(first) and CHINESE.fullmatch(last):
        return f"{last}{first}"
    return f"{first} {last}".strip()


def with_name(student: str, names: Mapping[str, str]) -> str:
    """A student's id, with the name behind it where there is one."""
    return f"{student} ({names[student]})" if names.get(student) else student


def near(unknown: Iterable[str], known: Iterable[str]) -> str:
    """A hint at the ids that are most like the unknown ones; "" where none is."""
    lower = {each.casefold(): each for each in known}
    found = [match for name in unknown for match in difflib.get_close_matches(name.casefold(), lower)]
    names = [lower[each] for each in dict.fromkeys(found)]
    return f"; near it: {', '.join(names[:NEAR])}" if names else ""
