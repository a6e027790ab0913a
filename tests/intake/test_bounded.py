"""JSON that would fill the grader's memory is not read; odd values that JSON allows are."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.intake import bounded
from autograder.intake.bounded import VALUES_LIMIT, TooManyError, read_json
from autograder.intake.files import read_files
from autograder.record import Status
from tests.support.intake import ANSWER, NAME, Intake, place, said, status

DEEP: Any = json.loads("[" * 900 + "]" * 900)
MEMORY = """
import resource, sys
from pathlib import Path
from autograder.intake.submission import read_submission
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
read_submission(Path(sys.argv[1]), Path(sys.argv[2]))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10)
"""


def values(count: int) -> bytes:
    """A notebook with so many empty objects."""
    return b'{"cells": [' + b"{}," * count + b"{}]}"


def test_too_many_values_are_not_read(hand_in: Intake) -> None:
    notebook = hand_in(values(VALUES_LIMIT))
    assert status(notebook) is Status.UNREADABLE
    assert said(notebook) == f"{NAME} holds more than 1,000,000 values, so it was not read."


def test_commas_in_texts_are_no_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "VALUES_LIMIT", 10)
    monkeypatch.setattr(bounded, "CHUNK", 7)
    text = ',[{"\\,\u00e9\U0001f600' * 9
    assert read_json(json.dumps([text, "\\\\", text]).encode()) == [text, "\\\\", text]
    for encoding in ("utf-8", "utf-16", "utf-32-le", "utf-8-sig"):
        with pytest.raises(TooManyError):
            read_json(json.dumps([[text] * 6, {}, [], "x"], ensure_ascii=False).encode(encoding))


@pytest.mark.slow
def test_what_is_read_takes_bounded_memory(hand_in: Intake, tmp_path: Path) -> None:
    contents = {
        "objects": values(30_000_000 // 3),
        "most objects": values(VALUES_LIMIT // 2 - 9),
        "lists": b'{"cells": ' + b"[" * 900 + b"[]," * 20_000 + b"[]" + b"]" * 900 + b"}",
        "letters": b'{"cells": [{"cell_type": "raw", "source": "' + "\U0001f600x".encode() * 9_000_000 + b'"}]}',
    }
    for name, content in contents.items():
        (tmp_path / NAME).write_bytes(content)
        command = [sys.executable, "-c", MEMORY, str(tmp_path / NAME), str(hand_in.release)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        assert int(done.stdout) < 500, name


@pytest.mark.slow
@pytest.mark.parametrize(
    "odd",
    [DEEP, "9" * 5000, [1, None, {"a": DEEP}], "\ud800", float("nan"), float("-inf"), 1e308, {"grade_id": DEEP}, True],
    ids=["deep", "digits", "list", "half", "nan", "inf", "large", "object", "true"],
)
@pytest.mark.parametrize("where", ["metadata", "nbgrader", "attachments", "alt", "picture", "id", "outputs", "top"])
def test_odd_values_anywhere(hand_in: Intake, solved: Any, odd: Any, where: str) -> None:
    content = json.loads(json.dumps(solved))  # a NotebookNode would itself stumble over some
    answer, first = content["cells"][place(solved, ANSWER)], content["cells"][0]
    if where == "nbgrader":
        answer["metadata"]["nbgrader"]["points"] = first["metadata"]["nbgrader"] = odd
    elif where == "alt":
        answer["metadata"]["alt"] = odd
    elif where == "picture":
        answer["attachments"] = {"a": {"image/png": odd, "x": odd}, "b": odd}
    elif where == "top":
        content["metadata"] = content["nbformat"] = odd
    else:
        answer[where] = first[where] = odd
    text = json.dumps(content)
    if odd == "9" * 5000:
        text = text.replace(json.dumps(odd), odd)  # as a number
    notebook = hand_in(text)
    assert status(notebook) in (Status.GRADED, Status.REPAIRED)


@pytest.mark.parametrize("odd", [DEEP, {"a": DEEP}, None, 3, [DEEP, "x"], ["x", 7, None, ["y"]]])
def test_odd_sources(hand_in: Intake, solved: Any, odd: Any) -> None:
    content = json.loads(json.dumps(solved))
    content["cells"][0]["source"] = odd
    assert status(hand_in(json.dumps(content))) in (Status.GRADED, Status.REPAIRED)


def test_a_key_that_is_there_twice(hand_in: Intake, solved: Any) -> None:
    text = json.dumps(solved)
    assert status(hand_in('{"cells": 3, ' + text[1:])) is Status.GRADED


def test_notebooks_beside_it_are_read_with_the_same_bounds(tmp_path: Path) -> None:
    (tmp_path / "many.ipynb").write_bytes(values(VALUES_LIMIT))
    (tmp_path / "deep.ipynb").write_text('{"cells": ' + "[" * 100_000 + "}")
    assert {name: content.size for name, content in read_files(tmp_path).contents.items()} == {
        "deep.ipynb": 0,
        "many.ipynb": 0,
    }
