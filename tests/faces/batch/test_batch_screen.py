"""What the batch command shows: a bar in a terminal, plain lines elsewhere, and names that cannot steer either."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import termios
import time
from collections.abc import Callable

import pytest

from autograder import terminal
from autograder.faces.batch import screen
from autograder.faces.batch.messages import GradedSubmission, Points, Survey
from autograder.record import Status

HOSTILE = "eve\x1b[2J\r\nadam\u202e"


def shown(action: Callable[[], None]) -> str:
    """All that the action writes to a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    with os.fdopen(theirs, "w", encoding="utf-8") as stream:
        with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
            action()
        stream.flush()
        said = b""
        while select.select([ours], [], [], 0.1)[0]:
            said += os.read(ours, 1 << 16)
    os.close(ours)
    return said.decode()


def outcome(student: str = "anna", line: str = "") -> GradedSubmission:
    return GradedSubmission(student, Status.GRADED, (line,) if line else ())


def test_a_terminal_shows_a_bar_with_rate_and_estimate_and_whole_lines():
    def run() -> None:
        with screen.Progress(3) as progress:
            for line in ("", "eve, 1_rnn_layers: repaired. A note.", ""):
                progress.advance(outcome("eve", line))
                time.sleep(0.11)  # as often as the bar is drawn

    said = shown(run)
    assert "3 of 3 |" in said
    assert "/s, about 00:00 left" in said
    assert "\reve, 1_rnn_layers: repaired. A note.\r\n" in said
    assert "\x1b" not in said  # no colours, no moves
    assert all(len(line) <= 80 for piece in said.splitlines() for line in piece.split("\r"))


def test_elsewhere_there_are_plain_lines_now_and_then(capsys, monkeypatch):
    with screen.Progress(400) as progress:
        progress.advance(outcome("eve", "eve: not graded. A note."))
        monkeypatch.setattr(screen, "PLAIN_EVERY", 0.0)
        progress.advance(outcome())
    said = capsys.readouterr()
    assert said.out == "eve: not graded. A note.\n"
    (line,) = said.err.splitlines()
    assert line.startswith("2 of 400, ")
    assert "a second, about " in line and line.endswith(" left")


def test_names_and_notes_cannot_steer_the_terminal():
    def run() -> None:
        with screen.Progress(1, {"ada": HOSTILE}) as progress:
            progress.advance(outcome(HOSTILE, f"{HOSTILE}, 1_rnn_layers: repaired. {HOSTILE}"))
            progress.advance(outcome("ada", "ada, 1_rnn_layers: repaired."))
        steps = screen.next_steps("marks", "feedback", {HOSTILE: Status.UNREADABLE}, names={HOSTILE: "Evi\x1b[0m"})
        terminal.say(steps)

    said = shown(run)
    assert said.count("eve?[2J??adam?") == 4
    assert "ada (eve?[2J??adam?), 1_rnn_layers: repaired." in said and "eve?[2J??adam? (Evi?[0m)." in said
    assert "\x1b" not in said and "\u202e" not in said


def survey(**changes) -> Survey:
    values = {"statuses": {}, "todo": [], "before": 0, "outdated": 0, "gone": [], "patience": 1.0}
    return Survey(**{**values, **changes})


@pytest.mark.parametrize(
    ("found", "force", "expected"),
    [
        (survey(todo=["a"]), False, "it: 1 submission, 0 done already; grading 1 with 1 worker."),
        (survey(statuses={"a": Status.GRADED}), False, "it: 1 submission, 1 done already; nothing to grade."),
        (
            survey(statuses={"a": Status.GRADED}, todo=["b", "c"], before=1),
            False,
            "it: 3 submissions, 1 done already, 1 changed since graded; grading 2 with 2 workers.",
        ),
        (survey(todo=["b", "c"], before=1), True, "it: 2 submissions, 1 graded before; grading 2 with 2 workers."),
    ],
)
def test_the_first_line_says_what_is_there_and_what_will_be_done(found: Survey, force: bool, expected: str):
    assert screen.opening("it", found, len(found.todo), "again", force) == expected


def test_outdated_and_gone_ones_get_a_line_each():
    found = survey(statuses={"a": Status.GRADED}, outdated=1, gone=[f"s{n}" for n in range(10)])
    _, outdated, gone = screen.opening("it", found, 2, "grade again", False).splitlines()
    assert outdated.startswith("1 of the done were graded by an earlier version")
    assert outdated.endswith("`grade again` grades them again.")
    assert gone.endswith("stay as they are: s0, s1, s2, s3, s4, s5, s6, s7 and 2 more.")


def test_those_whom_watch_has_graded_are_told_of():
    found = survey(todo=["a", "b"], redrawn=1)
    _, told = screen.opening("it", found, 1, "again", False).splitlines()
    assert told.startswith("1 of these have marks by `watch`; they are graded once more")


def test_the_summary_counts_statuses_and_points():
    statuses = {"a": Status.GRADED, "b": Status.GRADED, "c": Status.UNREADABLE, "d": Status.NOT_GRADED}
    assert screen.summary(statuses, Points(2, 60.0, 41.256, 41.0), 4, 8.0).splitlines() == [
        "2 graded, 1 unreadable, 1 not graded",
        "Points of the 2 with marks: mean 41.26, median 41, of 60.",
        "4 submissions in 8 s, 2.00 s each.",
    ]
    assert screen.summary({"c": Status.UNREADABLE}, None, 0, 0.1) == "1 unreadable"


def test_stopping_a_forced_run_says_that_the_rest_keeps_what_it_had():
    assert "the same command goes on" in screen.stopped(1, 2, False)
    assert "keep what they had" in screen.stopped(1, 2, True)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.1234, "0.123 s"), (59, "59 s"), (90, "2 min"), (3600, "60 min"), (36000, "10.0 h")]
)
def test_durations_are_said_as_people_do(seconds: float, said: str):
    assert screen.duration(seconds) == said
