"""The proof's mutants of right code in many styles: where an edit is found, it is in the line that was changed."""

import ast
import re

import pytest

from autograder.proving.mutate import mutants
from autograder.spec import Proof
from tests.support.house import DESIGNS, EXERCISES

from .measure import cell_of, notebook_of, submission

SHARE = 0.9  # of the lines that are right
FEW, MANY = 191, 31  # every so-manieth mutant is tried
ENOUGH = 0.3  # of the mutants that must have a line


def planted(every):
    """Every so-manieth mutant of the designs for the first notebook: its function, and the code with and without."""
    number = 0
    for path in sorted(DESIGNS.glob("*.py")):
        code = path.read_text()
        for node in ast.parse(code).body:
            if not isinstance(node, ast.FunctionDef) or node.name not in EXERCISES:
                continue
            plain = ast.unparse(ast.parse(code))
            own = re.search(rf"^def {node.name}\(.*?(?=^\S|\Z)", plain, re.MULTILINE | re.DOTALL)
            for mutant in mutants(node, Proof()):
                number += 1
                if number % every == 0:
                    yield node.name, own[0], plain.replace(own[0], mutant.code + "\n\n")


@pytest.mark.slow
def test_the_line_found_is_the_line_changed(engine, reference_code, pytestconfig):
    shown, wrong, tried = 0, [], list(planted(MANY if pytestconfig.getoption("--every-line") else FEW))
    for name, before, code in tried:
        notebook = submission(notebook_of(name), f"{reference_code}\n{code}")
        graded = engine.grade(notebook, notebook_of(name))
        line = graded.judgements[name].line
        if line:
            shown += 1
            old = {each.strip() for each in before.splitlines()}
            new = cell_of(notebook, name).splitlines()
            changed = {number for number, each in enumerate(new, 1) if each.strip() not in old}
            wrong += [] if changed & set(line.numbers) and line.function == name else [(name, line, changed)]
    assert shown >= ENOUGH * len(tried)
    assert len(wrong) <= (1 - SHARE) * shown, (shown, wrong)
