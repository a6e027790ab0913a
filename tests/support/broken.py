"""Ways to break a course's configuration: each breaks a folder, and returns the words that the reader must find."""

from __future__ import annotations

import json
from collections.abc import Callable

from autograder.course.configuration import PARTS
from tests.support.breakable import EXERCISES, JSON, NAME, PY, STOCK, Folder


def line_of(text: str, words: str) -> int:
    return [words in line for line in text.splitlines()].index(True) + 1


def appended(text: str, *words: str) -> Callable[[Folder], list[str]]:
    """A case in which the instructor's own file ends with `text`; the place must be told, and these words."""

    def break_it(folder: Folder) -> list[str]:
        folder.append(text)
        lines = (folder.root / PY).read_text().splitlines()
        return [f"{folder.root / PY}, line {len(lines)}", *words]

    return break_it


def in_first_line(text: str, *words: str) -> Callable[[Folder], list[str]]:
    def break_it(folder: Folder) -> list[str]:
        folder.prepend(text)
        return [f"{folder.root / PY}, line 1", *words]

    return break_it


def before_configure(text: str, *words: str) -> Callable[[Folder], list[str]]:
    def break_it(folder: Folder) -> list[str]:
        config = (folder.root / PY).read_text().replace("configure(c)", f"{text}\nconfigure(c)")
        folder.write(PY, config)
        return [f"{folder.root / PY}, line {line_of(config, text)}", *words]

    return break_it


def guard(text: str, *words: str) -> Callable[[Folder], list[str]]:
    """A case in which the file that plugs the grader in is another one."""

    def break_it(folder: Folder) -> list[str]:
        folder.write(JSON, text)
        return [str(folder.root / JSON), *words]

    return break_it


def with_exercises(init: str, *words: str, **files: str) -> Callable[[Folder], list[str]]:
    def break_it(folder: Folder) -> list[str]:
        folder.write(f"exercises/{NAME}/__init__.py", init)
        for name, text in files.items():
            folder.write(f"{name}/{NAME}/p1.py", text)
        return [*words]

    return break_it


def renamed(folder: Folder) -> list[str]:
    folder.write(f"exercises/{NAME}/__init__.py", EXERCISES)
    (folder.root / "source" / NAME).rename(folder.root / "source" / "ps2")
    return [f"no assignment '{NAME}'; it has ps2"]


def setting(name: str, value: object, *words: str) -> Callable[[Folder], list[str]]:
    """A case in which the sandbox cannot start with what the settings open to an assignment."""

    def break_it(folder: Folder) -> list[str]:
        folder.append(f"c.GradeSubmission.assignments = {{{NAME!r}: {{{name!r}: {value!r}}}}}")
        return [f"the setting `{name}` names", *words]

    return break_it


def without_exercises(folder: Folder) -> list[str]:
    """The exercises have another name than the source, whose checks would be run as tests."""
    folder.write("exercises/old/__init__.py", EXERCISES)
    return [str(folder.root / "exercises" / "old"), "give both folders the same name"]


def older() -> str:
    parts = json.loads(PARTS.read_text())
    parts["Autograde"]["autograde_preprocessors"].remove("nbgrader.preprocessors.LimitOutput")
    return json.dumps(parts, indent=2)


def without_guard(case: Callable[[Folder], list[str]], *words: str) -> Callable[[Folder], list[str]]:
    """The same where the instructor's file alone plugs the grader in."""

    def break_it(folder: Folder) -> list[str]:
        (folder.root / JSON).unlink()
        return [*case(folder), *words]

    return break_it


def stock(*choices: str) -> str:
    return "; ".join(f"c.Autograde.{choice} = {STOCK[choice]!r}" for choice in choices)


BREAKS: dict[str, Callable[[Folder], list[str]]] = {
    "syntax error": in_first_line("def (", "SyntaxError"),
    "name error before": before_configure("c.LatePolicy.per_day = ten", "NameError"),
    "name error after": appended("c.LatePolicy.per_day = ten", "NameError"),
    "failed import": in_first_line("import no_such_module", "ModuleNotFoundError", "no_such_module"),
    "wrong type": appended('c.LatePolicy.per_day = "ten"', "c.LatePolicy.per_day", "'ten'"),
    "out of range": appended("c.LatePolicy.per_day = 200", "c.LatePolicy.per_day", "200"),
    "no number": appended("c.LatePolicy.per_day = float('nan')", "c.LatePolicy.per_day", "no finite number"),
    "wrong type of nbgrader's": appended('c.LimitOutput.max_lines = "many"', "c.LimitOutput.max_lines", "'many'"),
    "unknown choice": appended("c.GradeSubmission.sed = 1", "no choice 'sed'", "did you mean seed?"),
    "unknown choice of nbgrader's": appended("c.IgnorePattern.patern = 'x'", "did you mean pattern?"),
    "unknown section": appended("c.LatePolcy.per_day = 10", "c.LatePolcy", "did you mean c.LatePolicy?"),
    "another unknown section": appended("c.Sandbx.minimum = 'full'", "did you mean c.Sandbox?"),
    "section in small letters": appended("c.sandbox.minimum = 'full'", "did you mean c.Sandbox?"),
    "unknown assignment": appended("c.GradeSubmission.assignments = {'ps2': {'seed': 1}}", "'ps2'", "has ps1"),
    "wrong choice of an assignment": appended("c.GradeSubmission.assignments = {'ps1': {'seed': 'x'}}", "seed"),
    "missing module": setting("modules", ["no_such_module"], "no_such_module", "ModuleNotFoundError"),
    "missing folder": setting("folders", ["/no/such/folder"], "/no/such/folder", "there is no such folder"),
    "closed folder": setting("folders", ["/proc"], "/proc", "would open"),
    "switched off": appended("c.RunAndJudge.enabled = False", "c.RunAndJudge.enabled"),
    "by nbgrader's former name": appended(
        "c.AutogradeApp.exporter_class = 'nbconvert.exporters.NotebookExporter'", "c.AutogradeApp.exporter_class"
    ),
    "broken guard": guard('{\n  "Autograde": {,\n}', "line 2", "run `python -m autograder setup"),
    "guard that is a list": guard("[]", "no JSON object"),
    "guard with a section that is none": lambda folder: guard('{"Autograde": 5}')(folder)[1:],
    "stock guard": guard(json.dumps({"Autograde": STOCK}), "cannot be set"),
    "older guard": guard(older(), "another version of the grader: run `python -m autograder setup"),
    "exercises with a syntax error": with_exercises("x = (\n", f"exercises/{NAME}/__init__.py, line 1", "SyntaxError"),
    "exercises that exit": with_exercises("import sys\nsys.exit()\n", f"{NAME}/__init__.py, line 2", "SystemExit"),
    "exercises without __init__": lambda folder: (
        folder.write(f"exercises/{NAME}/double.py", ""),
        ["has no __init__.py"],
    )[1],
    "no reference": with_exercises(EXERCISES, f"solutions/{NAME}", "no reference"),
    "broken reference": with_exercises(EXERCISES, f"solutions/{NAME}/p1.py, line 1", solutions="x = y\n"),
    "source renamed": renamed,
    "exercises renamed": without_exercises,
    "stock exporter": appended(stock("exporter_class"), "c.Autograde.exporter_class cannot be set"),
    "stock runner": appended(stock("autograde_preprocessors"), "c.Autograde.autograde_preprocessors cannot be set"),
    "stock cleaner": appended(stock("sanitize_preprocessors"), "c.Autograde.sanitize_preprocessors cannot be set"),
    "nested": appended(f"c.NbGrader.{stock('exporter_class')[2:]}", "c.Autograde.exporter_class cannot be set"),
    "stock parts": appended(stock(*STOCK), "cannot be set"),
    "stock parts before": before_configure(stock(*STOCK), "cannot be set"),
    "no guard, stock parts": without_guard(appended(stock(*STOCK), "cannot be set")),
    "no guard, stock parts before": without_guard(before_configure(stock(*STOCK), "cannot be set")),
    "no guard, name error before": without_guard(before_configure("c.LatePolicy.per_day = ten", "NameError")),
    "no guard, name error after": without_guard(appended("c.LatePolicy.per_day = ten", "NameError")),
}
PRESSED = {  # one of each kind: the button, too, runs nbgrader's converter with what nbgrader has read
    *("syntax error", "name error before", "name error after", "failed import", "wrong type", "unknown choice"),
    *("unknown section", "unknown assignment", "missing module", "switched off", "broken guard", "stock guard"),
    *("older guard", "exercises with a syntax error", "no reference", "source renamed", "exercises renamed"),
    *("stock parts", "no guard, stock parts", "no guard, name error before"),
}
