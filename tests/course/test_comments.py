"""The file with a teacher's comments: it is read as it was written, what is there stays, what is wrong is named."""

from __future__ import annotations

import datetime
import os
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course.comments import LONGEST, Comment, Comments, sentence_of
from autograder.errors import CommentsError
from autograder.judging.stops import signature_of_error
from autograder.sandbox.allowance import SECRETS
from autograder.signature import Kind, Trace

DAY = datetime.date(2026, 11, 28)
ODD = [
    "Add it up.",
    "</p><script>alert('x')</script> & <b>",
    r"$\sum_n x_n$ and `np.add.at`, 100 % {name} {}",
    "先把 `b` 加上再返回。\n然后检查形状。",
    'quotes " and \'\'\' and """ and \\ and \\u0041 and # no remark',
    "[[comment]]\nexercise = 'forged'",
    "x" * LONGEST,
    "del \x7f".strip("\x7f") + "e",
    "🦉 \u200d e\u0301",
]


def signature(size: float) -> tuple[Trace, ...]:
    return (
        Trace("typical", "dx", Kind.NUMBERS, "3 5", size, 1e-5, (0.1, -0.2, 0.3)),
        Trace("one step", "", Kind.STOPPED, "ValueError, 12ab"),
    )


def comment(group: str = "kwfzt", size: float = 1.0, sentence: str = ODD[0], **more) -> Comment:
    return Comment("step", group, sentence, signature(size), DAY, **{"example": "ada", **more})


@pytest.fixture
def written(tmp_path: Path):
    def write(*comments: Comment) -> Comments:
        found = Comments.of(tmp_path, "a b, 课")
        for each in comments:
            found = found.put(each)
        found.write()
        return Comments.of(tmp_path, "a b, 课")

    return write


@pytest.mark.parametrize("sentence", ODD)
def test_whatever_a_teacher_says_is_read_as_it_was_written(written, sentence: str) -> None:
    first = comment(sentence=sentence, translations={"zh_CN": sentence}, example='o\'neil, "x" ../学生')
    found = written(first, comment("bcdfg", 2.0))
    assert found.all == (first, comment("bcdfg", 2.0))
    assert found.on("step", signature(1.0 + 1e-6)).said("zh_CN") == sentence
    assert found.path.name == "a b, 课.toml" and not list(found.path.parent.glob(".*"))


def test_no_file_is_no_comment(tmp_path: Path) -> None:
    assert Comments.of(tmp_path, "none").all == () and not list(tmp_path.iterdir())


def test_a_comment_is_for_answers_like_it_and_for_no_others(written) -> None:
    found = written(comment())
    assert found.on("step", signature(1.0)) and not found.on("other", signature(1.0))
    assert not found.on("step", signature(1.01)) and not found.on("step", ())
    assert not found.on("step", signature(1.0)[:1])
    assert found.told({"step": signature(1.0), "other": signature(1.0)}, "fr") == {"step": ODD[0]}


def test_what_people_have_written_around_the_comments_stays(written) -> None:
    found = written(comment(), comment("bcdfg", 2.0), comment("hjkmn", 3.0))
    text = found.path.read_text()
    second, third = (text.index(f'"{name}"') for name in ("bcdfg", "hjkmn"))
    text = text[: text.rindex("[[", 0, second)] + "# on the second\n" + text[text.rindex("[[", 0, second) :]
    found.path.write_text("# mine\n\n" + text + "\n# the end\n")
    assert third > second
    again = written(comment(sentence="Another one."))
    kept = again.path.read_text()
    assert [each.sentence for each in again.all] == ["Another one.", ODD[0], ODD[0]]
    assert kept.startswith("# mine\n\n[[comment]]") and "# on the second\n[[comment]]" in kept and "# the end" in kept
    less = again.without(again.all[1])
    less.write()
    assert [each.group for each in Comments.of(again.path.parents[1], again.path.stem).all] == ["kwfzt", "hjkmn"]
    nothing = less.without(less.all[0]).without(less.without(less.all[0]).all[0])
    assert nothing.all == () and "# mine" in nothing._text


def test_a_file_saved_on_another_system_is_read(written) -> None:
    found = written(comment())
    found.path.write_bytes(b"\xef\xbb\xbf" + found.path.read_bytes().replace(b"\n", b"\r\n"))
    assert written(comment("bcdfg", 2.0)).all == (comment(), comment("bcdfg", 2.0))


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('"Add it up."', '"Add it up.', 4, "cannot be read"),
        ('"Add it up."', '""', 1, "the sentence is empty"),
        ('"Add it up."', '"' + "x" * (LONGEST + 1) + '"', 1, "are the most"),
        ('"Add it up."', r'"a\u001b[31m"', 1, "cannot be shown"),
        ('"Add it up."', "3", 1, "sentence is no text"),
        ("sentence", "sentense", 1, "sentense"),
        ("2026-11-28", '"28.11."', 1, "write it as 2026-11-28"),
        ("2026-11-28", "2026-13-28", 5, "cannot be read"),
        ('"typical", "dx"', '"typical"', 1, "a trace has"),
        ("0.1, -0.2", "nan, -0.2", 1, "finite"),
        ("[[comment]]", "[comment]", 1, "[[comment]]"),
        ("[[comment]]", "title = 3\n[[comment]]", 1, "nothing but comments"),
        ("[[comment]]", "x" * 10, 1, "cannot be read"),
    ],
)
def test_a_damaged_file_is_named_with_its_line(written, old: str, new: str, line: int, said: str) -> None:
    found = written(comment())
    found.path.write_text(found.path.read_text().replace(old, new, 1))
    with pytest.raises(CommentsError, match=f"line {line}\\b") as problem:
        written()
    assert said in str(problem.value) and str(found.path) in str(problem.value) and "\n" not in str(problem.value)


def test_a_file_that_is_no_text_or_no_file_is_named(written, tmp_path: Path) -> None:
    path = written(comment()).path
    path.write_bytes(b"# caf\n# caf\xe9\n")
    with pytest.raises(CommentsError, match="line 2, is no text in UTF-8"):
        written()
    path.unlink()
    path.mkdir()
    with pytest.raises(IsADirectoryError):  # which commands say as they say it of every file
        written()


def test_two_comments_on_the_same_answers_are_named_with_both_lines(written) -> None:
    found = written(comment())
    for other in (comment("bcdfg", 1.0 + 1e-7), comment("kwfzt", 5.0)):
        text = comment().dump()
        found.path.write_text(text + "\n" + other.dump())
        with pytest.raises(CommentsError, match=f"line {text.count(chr(10)) + 2}, .* line 1 "):
            written()


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_writing_follows_a_link_and_leaves_the_old_file_where_it_fails(written, tmp_path: Path, monkeypatch) -> None:
    found = written(comment())
    real = tmp_path / "elsewhere.toml"
    found.path.rename(real)
    found.path.symlink_to(real)
    written(comment("bcdfg", 2.0))
    assert found.path.is_symlink() and len(tomllib.loads(real.read_text())["comment"]) == 2
    before = real.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        written(comment("hjkmn", 3.0))
    assert real.read_bytes() == before and not list(tmp_path.glob(".*")) and not list(tmp_path.glob("*/.*"))


@pytest.mark.parametrize("text", ["", "  \n ", "a\x00b", "\x1b[31m", "x" * (LONGEST + 1), "\udc80"])
def test_what_is_no_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="the sentence"):
        sentence_of(text)


def test_the_file_is_among_the_secrets_of_a_course() -> None:
    assert "comments" in SECRETS


def test_a_test_of_an_ordinary_assignment_can_have_a_comment(written) -> None:
    ended = signature_of_error("AssertionError: 4 is not 9")
    found = written(replace(comment(), exercise="test_square", signature=ended))
    assert found.told({"test_square": signature_of_error("AssertionError: 4 is not 9")}) == {"test_square": ODD[0]}
