"""A teacher's own sentences on answers that are wrong in the same way: `comments/NAME.toml` in the course folder.

The file is there to be read, edited and kept in git; it is never released. Each comment is a table of its own:

    [[comment]]
    exercise = "..."              # which exercise the answers are to
    group = "kwfzt"               # the group's name, as the command `groups` shows it
    sentence = "..."              # what all of its students read
    zh_CN = "..."                 # the same for students who read another language, where there is a translation
    date = 2026-11-28
    example = "..."               # whose code was looked at
    signature = [...]             # what the answers are known by; made by the command, not to be edited
"""

from __future__ import annotations

import datetime
import json
import os
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from autograder import signature as signatures
from autograder.errors import CommentsError
from autograder.judging.stops import signature_of_error
from autograder.signature import Signature, alike

FOLDER = "comments"
BEGIN = re.compile(r"^[ \t]*\[\[[ \t]*comment[ \t]*\]\]", re.MULTILINE)
REMARKS = re.compile(r"(\n[ \t]*(#[^\n]*)?)+\Z")  # and empty lines, at the end of a comment
LANGUAGE = re.compile(r"[a-z]{2,3}(_\w+)*")  # a key that is a translation
LONGEST = 10_000  # characters of a sentence
WIDTH = 12  # of the keys, so that what follows stands in one column
KEYS = ("exercise", "group", "sentence", "date", "example", "signature")
AT = re.compile(r" \(at line (\d+), column \d+\)$")


class HasSignature(Protocol):
    """A judged exercise: its record, or the judgement itself."""

    @property
    def signature(self) -> Signature:
        """What a wrong answer is known by."""


class HasError(Protocol):
    """An ordinary test that was run."""

    @property
    def error(self) -> str:
        """What it ended in."""


@dataclass(frozen=True)
class Comment:
    """One sentence, and who it is for. translations: by language. line: where it stands in the file, 0 in none."""

    exercise: str
    group: str
    sentence: str
    signature: Signature
    date: datetime.date
    example: str = ""
    translations: Mapping[str, str] = field(default_factory=dict)
    line: int = field(default=0, compare=False)

    def said(self, language: str) -> str:
        """The sentence in a language, "" for English, as far as there is a translation."""
        return self.translations.get(language, self.sentence)

    def is_for(self, exercise: str, signature: Signature) -> bool:
        """Whether an answer is one of those that it speaks of."""
        return bool(signature) and exercise == self.exercise and alike(self.signature, signature)

    def dump(self) -> str:
        """The comment as it stands in the file."""
        words = [("exercise", self.exercise), ("group", self.group), ("sentence", self.sentence)]
        words += self.translations.items()
        lines = [f"{name:<{WIDTH}}= {_quoted(text)}" for name, text in words]
        lines += [f"{'date':<{WIDTH}}= {self.date.isoformat()}", f"{'example':<{WIDTH}}= {_quoted(self.example)}"]
        rows = [f"    {json.dumps(trace)}," for trace in self.signature]
        return "\n".join(["[[comment]]", *lines, f"{'signature':<{WIDTH}}= [", *rows, "]", ""])


class Comments:
    """The comments on one assignment. path: of the file, which need not be there."""

    def __init__(self, path: Path, text: str = "") -> None:
        self.path, self._text = path, text
        self._begins = [found.start() for found in BEGIN.finditer(text)]
        self.all = tuple(self._read())

    @classmethod
    def of(cls, root: Path, assignment: str) -> Comments:
        """The comments in a course folder; raises CommentsError, with the line, where the file cannot be used."""
        path = root / FOLDER / f"{assignment}.toml"
        try:
            return cls(path, path.read_bytes().decode("utf-8-sig"))
        except FileNotFoundError:
            return cls(path)
        except UnicodeDecodeError as problem:
            line = path.read_bytes()[: problem.start].count(b"\n") + 1
            raise CommentsError(f"{path}, line {line}, is no text in UTF-8: save it as UTF-8") from None

    def on(self, exercise: str, signature: Signature) -> Comment | None:
        """The comment on an answer; None where there is none."""
        return next((each for each in self.all if each.is_for(exercise, signature)), None)

    def told(self, signatures: Mapping[str, Signature], language: str = "") -> dict[str, str]:
        """The sentences on one submission's answers, by exercise or test, in a student's language."""
        found = {name: self.on(name, signature) for name, signature in signatures.items()}
        return {name: comment.said(language) for name, comment in found.items() if comment}

    def put(self, comment: Comment) -> Comments:
        """The same with this comment, in the place of the one on the same answers."""
        old = self.on(comment.exercise, comment.signature)
        if old is None:
            before = self._text if not self._text.strip() else self._text.rstrip("\n") + "\n\n"
            return Comments(self.path, before + comment.dump())
        return self._with(old, comment.dump())

    def without(self, comment: Comment) -> Comments:
        """The same without this comment."""
        return self._with(comment, "")

    def anonymous(self) -> str:
        """All that is in the file but whose code was looked at, for a copy that leaves the course."""
        return "\n".join(replace(each, example="").dump() for each in self.all)

    def write(self) -> None:
        """Put the file in its place, as a whole or not at all."""
        path = self.path.resolve()  # a link stays one
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        try:
            part.write_text(self._text, encoding="utf-8", newline="\n")
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)

    def _with(self, comment: Comment, text: str) -> Comments:
        begin = self._begins[self.all.index(comment)]
        end = next((place for place in self._begins if place > begin), len(self._text))
        own = self._text[begin:end]
        after = own[len(REMARKS.sub("", own)) :]  # what stands above the next one belongs to that
        text = text.rstrip("\n") + after if text else after.lstrip("\n")
        return Comments(self.path, self._text[:begin] + text + self._text[end:])

    def _read(self) -> Iterator[Comment]:
        entries = self._entries()
        known: list[Comment] = []
        for number, entry in enumerate(entries):
            line = self._text.count("\n", 0, self._begins[number]) + 1
            comment = self._comment(entry, line)
            for other in known:
                if other.group == comment.group or other.is_for(comment.exercise, comment.signature):
                    said = f"line {line}, has a second comment on the answers that line {other.line} speaks of"
                    raise CommentsError(f"{self.path}, {said}: keep one of the two")
            known.append(comment)
            yield comment

    def _entries(self) -> list[Any]:
        try:
            content = tomllib.loads(self._text.replace("\r\n", "\n"))
        except tomllib.TOMLDecodeError as problem:
            found = AT.search(str(problem))
            last = self._text.count("\n") + 1
            said = AT.sub("", str(problem)).removesuffix(" (at end of document)")
            raise self._damaged(int(found[1]) if found else last, said) from None
        entries = content.pop("comment", [])
        if content or not isinstance(entries, list) or len(entries) != len(self._begins):
            raise self._damaged(1, "it is to hold nothing but comments, each of which begins with [[comment]]")
        return entries

    def _comment(self, entry: Any, line: int) -> Comment:
        try:
            texts = {name: str(value) for name, value in entry.items() if isinstance(value, str)}
            others = set(entry) - set(KEYS)
            if odd := [name for name in others if not (LANGUAGE.fullmatch(name) and name in texts)]:
                raise ValueError(f"{odd[0]} is no word of a comment")
            if lacking := [name for name in KEYS if name not in entry and name != "example"]:
                raise ValueError(f"{lacking[0]} is missing")
            if not isinstance(entry["date"], datetime.date):
                raise ValueError("date is no date: write it as 2026-11-28")
            signature = signatures.read(entry["signature"])
            told = {name: sentence_of(texts[name]) for name in entry if name in others}
            named = texts["exercise"], texts["group"], sentence_of(texts["sentence"])
            return Comment(*named, signature, entry["date"], texts.get("example", ""), told, line)
        except (KeyError, TypeError, ValueError) as problem:
            said = f"{problem.args[0]} is no text" if isinstance(problem, KeyError) else str(problem)
            raise self._damaged(line, said, "the comment that begins on ") from None

    def _damaged(self, line: int, said: str, what: str = "") -> CommentsError:
        step = "correct it, or put an earlier copy of the file back"
        return CommentsError(f"{self.path}, {what}line {line}, cannot be read: {said}; {step}")


def signatures_in(exercises: Mapping[str, HasSignature], tests: Mapping[str, HasError]) -> dict[str, Signature]:
    """What a submission's wrong answers are known by: those to exercises, or where there are none, how tests ended.

    A test beside exercises mostly fails for what they have told already.
    """
    found = {name: answer.signature for name, answer in exercises.items()}
    found |= {} if exercises else {name: signature_of_error(test.error) for name, test in tests.items()}
    return {name: signature for name, signature in found.items() if signature}


def sentence_of(text: str) -> str:
    """A teacher's sentence, which may be several lines; raises ValueError where it is none."""
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if not text:
        raise ValueError("the sentence is empty")
    if len(text) > LONGEST:
        raise ValueError(f"the sentence has {len(text):,} characters, and {LONGEST:,} are the most")
    if odd := [letter for letter in text if unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t"]:
        raise ValueError(f"the sentence has a character that cannot be shown (U+{ord(odd[0]):04X})")
    return text


def _quoted(text: str) -> str:
    """A text as TOML has it, whose strings are JSON's but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
