"""The command line: what it says of itself, and how it ends."""

from __future__ import annotations

from argparse import Namespace

import pytest

from autograder import cli
from autograder.errors import AutograderError, ConfigurationError, SandboxError


def test_the_help_names_every_command_with_a_word_on_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    said = capsys.readouterr().out
    assert cli.DESCRIPTION in " ".join(said.split())
    for command in (
        "build",
        "demo",
        "grade",
        "setup",
        "marks",
        "extend",
        "report",
        "groups",
        "comment",
        "sandbox",
        "prove",
        "pytest",
        "gradescope",
        "handout",
    ):
        assert f"\n    {command} " in said or f"\n    {command}\n" in said


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (ConfigurationError("nbgrader_config.py, line 3: no"), "error: nbgrader_config.py, line 3: no\n"),
        (SandboxError("it is gone"), "error: the grader failed: it is gone\n"),
    ],
)
def test_an_error_is_one_sentence_and_no_trace(
    problem: AutograderError, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(options: Namespace) -> int:
        raise problem

    parser = cli.parser()
    monkeypatch.setattr(parser, "parse_args", lambda arguments: Namespace(run=fail))
    monkeypatch.setattr(cli, "parser", lambda: parser)
    assert cli.main(["marks"]) == problem.exit_code != 0
    assert capsys.readouterr().err == said
