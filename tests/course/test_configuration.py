"""What plugs the grader into nbgrader, the command that writes it, and the strict reading of all configuration."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from autograder.cli import main
from autograder.course import configuration, reading
from autograder.course.configuration import GUARD, NAME, PARTS, insist_on_files, insist_on_parts, plugged_in
from autograder.errors import ConfigurationError
from autograder.faces.nbgrader import configure
from tests.support.house import ROOT

OURS = json.loads(PARTS.read_text())
INSTEAD = {  # of nbgrader's parts, ours
    "nbgrader.preprocessors.execute.Execute": "autograder.faces.nbgrader.grading.RunAndJudge",
    "nbgrader.preprocessors.saveautogrades.SaveAutoGrades": "autograder.faces.nbgrader.grading.SaveMarks",
    "nbgrader.preprocessors.latesubmissions.AssignLatePenalties": "autograder.faces.nbgrader.late.LatePenalties",
    "nbgrader.preprocessors.checkcellmetadata.CheckCellMetadata": "autograder.faces.nbgrader.metadata.CheckMetadata",
    "nbgrader.preprocessors.getgrades.GetGrades": "autograder.faces.nbgrader.feedback.FillFeedback",
}
BEFORE = {  # what we do besides, and before nbgrader's own
    "sanitize_preprocessors": [
        "autograder.faces.nbgrader.grading.AwaitMarks",
        "autograder.faces.nbgrader.release.DropShared",
    ],
    "GenerateAssignment": ["autograder.faces.nbgrader.release.CompleteRelease"],
}
MENDED = "nbgrader.preprocessors.deduplicateids.DeduplicateIds"  # the intake does it, and says so to the student


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course folder that is plugged in, and a user without settings."""
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "home"))
    monkeypatch.setattr("jupyter_core.paths.ENV_CONFIG_PATH", [str(tmp_path / "environment")])
    monkeypatch.setattr("jupyter_core.paths.SYSTEM_CONFIG_PATH", [str(tmp_path / "system")])
    folder = tmp_path / "course"
    (folder / "source" / "ps1").mkdir(parents=True)
    shutil.copy(PARTS, folder)
    monkeypatch.chdir(folder)
    return folder


def dotted(value: type | str) -> str:
    found = import_item(value) if isinstance(value, str) else value
    return f"{found.__module__}.{found.__qualname__}"


def in_their_places(theirs: list[type]) -> list[str]:
    """nbgrader's list with our parts in the places of those that they replace."""
    return [INSTEAD.get(name, name) for name in map(dotted, theirs) if name != MENDED]


def names(values: list[str]) -> list[str]:
    return [dotted(value) for value in values]


@pytest.mark.parametrize("which", ["sanitize_preprocessors", "autograde_preprocessors"])
def test_all_that_nbgrader_does_in_grading_is_done_in_its_order(which: str) -> None:
    theirs = in_their_places(getattr(Autograde(), which))
    assert names(OURS["Autograde"][which]) == [*BEFORE.get(which, []), *theirs]


def test_all_that_nbgrader_does_for_a_release_and_for_feedback_is_done_in_its_order() -> None:
    releasing = [dotted(part) for part in GenerateAssignment().preprocessors]
    assert names(OURS["GenerateAssignment"]["preprocessors"]) == [*BEFORE["GenerateAssignment"], *releasing]
    assert names(OURS["GenerateFeedback"]["preprocessors"]) == in_their_places(GenerateFeedback().preprocessors)


def test_each_replacement_is_of_the_kind_that_it_replaces() -> None:
    for theirs, ours in INSTEAD.items():
        if not theirs.endswith("Execute"):  # ours runs nothing of nbconvert's
            assert issubclass(import_item(ours), import_item(theirs))


def test_the_projects_own_course_is_plugged_in() -> None:
    assert (ROOT / GUARD).read_bytes() == PARTS.read_bytes()
    insist_on_files(ROOT)


# The command


def test_setup_writes_one_file_and_may_be_repeated(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / GUARD).unlink()
    for _ in range(2):
        assert main(["setup"]) == 0
        assert [path.name for path in root.iterdir() if path.is_file()] == [GUARD]
        assert (root / GUARD).read_bytes() == PARTS.read_bytes()
        assert "plugs the grader in" in capsys.readouterr().out


def test_setup_takes_a_course_elsewhere_but_no_other_folder(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / GUARD).unlink()
    monkeypatch.chdir(tmp_path)
    assert main(["setup"]) == 2
    assert "is no course folder" in capsys.readouterr().err
    assert main(["setup", "--course", str(root)]) == 0
    assert (root / GUARD).is_file() and not (tmp_path / GUARD).exists()


def older() -> dict[str, dict[str, object]]:
    """The file as another version might have written it: of other classes, with a section more and a list less."""
    parts = json.loads(PARTS.read_text().replace("autograder.faces.nbgrader", "autograder.plugin"))
    del parts["ExportApp"]
    return {**parts, "Sectional": {"part": "autograder.plugin.parts.Part"}}


def test_setup_renews_what_an_older_version_wrote(root: Path) -> None:
    (root / GUARD).write_text(json.dumps(older()))
    with pytest.raises(ConfigurationError, match="another version of the grader: run `python -m autograder setup`"):
        insist_on_files(root)
    assert main(["setup"]) == 0
    insist_on_files(root)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"CourseDirectory": {"course_id": "mine"}}, "CourseDirectory.course_id"),
        ({**OURS, "LatePolicy": {"per_day": 10}}, "LatePolicy.per_day"),
        ({"Autograde": {"create_student": False}}, "Autograde.create_student"),
        ({"Autograde": {"exporter_class": "mine.Exporter"}}, "Autograde.exporter_class"),
        ({**older(), "Exchange": {"root": "/srv/autograder.x"}}, "Exchange.root"),
    ],
)
def test_setup_leaves_other_peoples_settings_alone(
    settings: dict[str, object], named: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / GUARD).write_text(json.dumps(settings))
    assert main(["setup"]) == 2
    said = capsys.readouterr().err
    assert str(root / GUARD) in said and f"({named})" in said and f"move them to {NAME}.py" in said
    assert json.loads((root / GUARD).read_text()) == settings


def test_setup_does_not_replace_what_cannot_be_read(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / GUARD).write_text("{\n<<<<<<< HEAD\n")
    assert main(["setup"]) == 2
    assert "line 2, cannot be read" in (said := capsys.readouterr().err)
    assert "remove the file and run `python -m autograder setup`" in said


def test_setup_says_that_it_cannot_write(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / GUARD).unlink()
    (root / GUARD).symlink_to(root / "nowhere" / GUARD)
    assert main(["setup"]) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.slow
def test_setup_plugs_into_a_course_that_nbgrader_made(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-m", "nbgrader", "quickstart", "made"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    made = tmp_path / "made"
    before = (made / f"{NAME}.py").read_bytes()
    assert main(["setup", "--course", str(made)]) == 0
    assert (made / f"{NAME}.py").read_bytes() == before
    monkeypatch.chdir(made)
    insist_on_files(made)  # nothing of what nbgrader writes is taken for a slip


# The instructor's own file


def test_configure_plugs_in_whatever_was_set_before_and_tells_what_that_was() -> None:
    c = Config()
    c.Autograde.exporter_class = "nbconvert.exporters.NotebookExporter"
    c.Autograde.create_student = False
    configure(c)
    assert {section: c[section] for section in OURS if section != "Autograde"} == {
        section: values for section, values in OURS.items() if section != "Autograde"
    }
    assert c.Autograde == {**OURS["Autograde"], "create_student": False}
    assert c.Overruled.choices == ["Autograde.exporter_class"]
    configure(fresh := Config())
    assert "Overruled" not in fresh


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "is missing"),
        ("{}", "does not plug the grader in"),
        (json.dumps(older()), "does not plug the grader in"),
        ("{", "cannot be read"),
    ],
)
def test_configure_warns_once_where_it_is_alone(
    content: str | None, words: str, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (root / GUARD).unlink() if content is None else (root / GUARD).write_text(content)
    (root / f"{NAME}.py").write_text("from autograder.faces.nbgrader import configure\nconfigure(c)\n")
    with caplog.at_level(logging.WARNING, "traitlets"):
        for _ in range(3):
            reading.read(root / f"{NAME}.py")
    assert [words in line and "run `python -m autograder setup`" in line for line in caplog.messages] == [True]


def test_configure_says_nothing_where_all_is_well(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    (root / f"{NAME}.py").write_text("from autograder.faces.nbgrader import configure\nconfigure(c)\n")
    reading.read(root / f"{NAME}.py")
    assert caplog.messages == []


# Strict reading


def test_all_places_that_nbgrader_reads_are_read_the_course_folders_last(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path / "first"))
    folders = [tmp_path / name for name in ("system", "environment", "home", "first", "here")] + [root]
    for folder in folders:
        folder.mkdir(exist_ok=True)
        for name in (f"{NAME}.py", f"{NAME}.json", "jupyter_config.py"):
            (folder / name).touch()
    monkeypatch.chdir(tmp_path / "here")
    found = [path.relative_to(tmp_path) for path in reading.files(root)]
    assert {str(path.parent) for path in found if path.name == "jupyter_config.py"} == {
        "system",
        "environment",
        "home",
        "first",
    }
    own = [path for path in found if path.stem == NAME]
    assert {str(path.parent) for path in own[:8]} == {"system", "environment", "home", "first"}
    assert [str(path) for path in own[8:]] == [
        f"here/{NAME}.py",
        f"here/{NAME}.json",
        f"course/{NAME}.py",
        f"course/{NAME}.json",
    ]


def test_a_file_named_on_the_command_line_counts_and_a_folder_that_is_not_asked_does_not(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbgrader.apps import NbGrader

    (tmp_path / "mine.py").write_text("c.LatePolcy.per_day = 1\n")
    (tmp_path / f"{NAME}.py").write_text("c.Sandbx.minimum = 'full'\n")
    monkeypatch.chdir(tmp_path)
    app = NbGrader(config_file=str(tmp_path / "mine.py"))
    with pytest.raises(ConfigurationError, match=r"mine\.py, line 1: there is no section c\.LatePolcy"):
        insist_on_files(root, app)
    app = NbGrader()
    app.load_cwd_config = False
    insist_on_files(root, app)
    app.load_cwd_config = True
    with pytest.raises(ConfigurationError, match=r"nbgrader_config\.py, line 1: there is no section c\.Sandbx"):
        insist_on_files(root, app)


FINE = {
    "other programs' sections": "c.ServerApp.port = 8888; c.LabApp.x = 1; c.JupyterLabApp.y = 2; c.MyOwn.z = 3",
    "nbgrader's former names": "c.TransferApp.timezone = 'UTC'; c.BaseApp.x = 1; c.BaseNbGraderApp.course_id = 'a'",
    "nbgrader's former choices": "c.NbGrader.course_id = 'a'; c.NbGrader.db_url = 'sqlite:///x'",
    "a section that is only looked at": "c.LatePolcy",
    "a choice that is only looked at": "c.Autograde.exporter_class",
    "what the grader needs anyway": f"c.Autograde.exporter_class = {OURS['Autograde']['exporter_class']!r}",
    "a class instead of its name": "from autograder.faces.nbgrader.reader import SubmissionReader\n"
    "c.Autograde.exporter_class = SubmissionReader",
    "a policy of one's own": "from nbgrader.plugins import LateSubmissionPlugin\nfrom traitlets import Float\n"
    "class MyLatePolicy(LateSubmissionPlugin):\n    rate = Float(1.0).tag(config=True)\n"
    "c.AssignLatePenalties.plugin_class = MyLatePolicy\nc.MyLatePolicy.rate = 2.0",
    "lists that grow": "c.CourseDirectory.ignore.append('*.tmp'); c.ClearSolutions.code_stub = {'python': '...'}",
}


@pytest.mark.parametrize("case", FINE)
def test_what_is_fine_is_no_error(case: str, root: Path) -> None:
    (root / f"{NAME}.py").write_text(FINE[case])
    insist_on_files(root)


WRONG = {
    "a policy of one's own with a slip": (
        FINE["a policy of one's own"].replace("c.MyLatePolicy.rate = 2.0", "c.MyLatePolicy.rate = 'x'"),
        "c.MyLatePolicy.rate: ",
    ),
    "a policy that is not there": ("c.AssignLatePenalties.plugin_class = 'mine.Policy'", "plugin_class: "),
    "a list that grows": (
        "c.Autograde.autograde_preprocessors.append('nbgrader.preprocessors.Execute')",
        "c.Autograde.autograde_preprocessors cannot be set",
    ),
    "an exporter of feedback": ("c.GenerateFeedback.exporter_class = 'x.Y'", "c.GenerateFeedback.exporter_class"),
    "capitals": ("c.Gradesubmission.seed = 1", "did you mean c.GradeSubmission?"),
    "no section at all": ("c.per_day = 10", "c.per_day is no section: a section begins with a capital letter"),
    "a slip without a near name": ("c.Sandbox.walls = 4", "c.Sandbox has no choice 'walls': it has folders, "),
    "a pattern that is none": (
        "c.IgnorePattern.enabled = True\nc.IgnorePattern.pattern = '('",
        "c.IgnorePattern.pattern is no regular expression",
    ),
    "a limit of nbgrader's": ("c.Execute.timeout = 'soon'", "'soon' is no number of seconds"),
    "an infinite limit": (
        "c.GradeSubmission.cell_limit = float('inf')",
        "c.GradeSubmission.cell_limit: it is no finite",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_with_the_line(case: str, root: Path) -> None:
    text, words = WRONG[case]
    (root / f"{NAME}.py").write_text(f"# c.Sandbox.walls, c.per_day and the like\n{text}\n")
    with pytest.raises(ConfigurationError) as caught:
        insist_on_files(root)
    assert words in str(caught.value)
    last = len(text.splitlines()) + 1
    assert str(caught.value).startswith(f"{root / NAME}.py, line {last}: ")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"Autograde": 5}', "c.Autograde is no section"),
        ("5", "it is no JSON object"),
        ('{\n"Sandbx": {"memory": 5}}', "line 2: there is no section c.Sandbx: did you mean c.Sandbox?"),
        ('{"LatePolicy": {\n\n"per_day": "ten"}}', "line 3: c.LatePolicy.per_day: "),
        (json.dumps({"Autograde": {"exporter_class": "x.Y"}}), "line 1: c.Autograde.exporter_class cannot be set"),
    ],
)
def test_a_json_file_is_read_as_strictly(content: str, words: str, root: Path) -> None:
    (root / GUARD).write_text(content)
    with pytest.raises(ConfigurationError) as caught:
        insist_on_files(root)
    assert words in str(caught.value) and str(root / GUARD) in str(caught.value)


def test_settings_beside_the_graders_own_may_stand_in_its_file(root: Path) -> None:
    (root / GUARD).write_text(json.dumps({**OURS, "version": 1, "LatePolicy": {"per_day": 10}}))
    insist_on_files(root)


# What the converter is made of


def converter(root: Path, change: Callable[[Config], None]) -> Autograde:
    config = plugged_in()
    change(config)
    return Autograde(coursedir=CourseDirectory(root=str(root)), config=config)


def test_a_converter_of_our_parts_passes(root: Path) -> None:
    insist_on_parts(converter(root, lambda config: None))


@pytest.mark.parametrize("choice", OURS["Autograde"])
def test_a_converter_with_one_other_part_does_not(choice: str, root: Path) -> None:
    with pytest.raises(ConfigurationError, match=rf"c\.Autograde\.{choice}"):
        insist_on_parts(converter(root, lambda config: config.Autograde.pop(choice)))


def test_a_part_that_is_put_in_by_a_program_is_seen_too(root: Path) -> None:
    made = converter(root, lambda config: None)
    made.autograde_preprocessors = made.autograde_preprocessors[1:]
    with pytest.raises(ConfigurationError, match=r"c\.Autograde\.autograde_preprocessors"):
        insist_on_parts(made)


def test_a_course_that_has_nothing_of_ours_is_nbgraders_own(root: Path) -> None:
    (root / GUARD).unlink()
    coursedir = CourseDirectory(root=str(root))
    assert not configuration.is_ours(coursedir, Config())
    assert configuration.is_ours(coursedir, plugged_in())
    (root / f"{NAME}.py").write_text("from autograder.faces.nbgrader import configure\nx = (\n")
    assert configuration.is_ours(coursedir, Config())
