"""What reaches a terminal: nothing that steers it, and every letter as it was."""

from __future__ import annotations

import io
import logging
import subprocess
import sys

import pytest

from autograder.intake.safe import safe_name
from autograder.terminal import keep_safe, lines, one_line, say
from tests.support.house import ROOT

HOSTILE = {
    "escape": "\x1b[2J\x1b]0;title\x07",
    "C1": "\x9b31m\x90\x9d",
    "carriage return": "no\ryes",
    "backspace": "10\b\b20",
    "delete": "\x7f",
    "another order": "\u202e\u2066\u2069\u200e\u200f\u061c",
    "invisible": "\u2060\ufeff\u00ad\U000e0041",
    "breaks": "\n\v\f\x1c\x85\u2028\u2029",
    "no text": "\udcff",
}
HARMLESS = (
    "Zo\xeb \xc5ngstr\xf6m",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "\u738b\u5c0f\u660e",
    "\U0001f469\u200d\U0001f4bb \U0001f44d\U0001f3fd \u2764\ufe0f \U0001fae8",
    "e\u0301 \u00a0\u202f[x] y",
)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_steers_becomes_a_question_mark(text: str):
    for safe in (one_line(text), safe_name(text)):
        assert "?" in safe and len(safe) == len(text)
        assert not [letter for letter in safe if letter != "?" and letter in text and not letter.isprintable()]
    assert one_line(one_line(text)) == one_line(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_letters_of_all_languages_and_pictures_stay(text: str):
    assert one_line(text) == safe_name(text) == text


def test_lines_stay_lines():
    assert lines("a\nb\x1bc\r\n") == "a\nb?c?\n"


def test_a_log_is_safe_with_its_arguments_and_traces():
    shown = io.StringIO()
    log = logging.getLogger("hostile")
    log.propagate = False
    log.addHandler(logging.StreamHandler(shown))
    keep_safe(log)
    keep_safe(logging.LoggerAdapter(log))
    assert len(log.filters) == 1
    log.error("%s came late", "\x1b[2Jada")
    try:
        raise ValueError("\x9b31m")
    except ValueError:
        log.exception("a trace")
    said = shown.getvalue()
    assert "?[2Jada came late\n" in said and "ValueError: ?31m" in said
    assert not set("\x1b\x9b") & set(said)


def test_what_the_terminal_cannot_write_does_not_end_a_command():
    code = "from autograder.terminal import never_fail, say; never_fail(); say('Zo\\xeb \\U0001f44d \\udcff')"
    command = [sys.executable, "-X", "utf8=0", "-c", code]
    env = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=env, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, b"Zo\\xeb \\U0001f44d ?\n"), done.stderr


def test_say_writes_where_it_is_told(capsys: pytest.CaptureFixture[str]):
    say("a\x1b\nb", sys.stderr)
    assert capsys.readouterr() == ("", "a?\nb\n")
