"""The command `translate`."""

from __future__ import annotations

import argparse

from autograder.options import Commands, loaded, of_assignment


def add(commands: Commands) -> None:
    """Add the command."""
    translate = commands.add_parser(
        "translate", parents=[of_assignment()], help="bring the catalogues of other languages up to date"
    )
    translate.add_argument("--language", metavar="NAME", help="such as zh_CN (default: all that the assignment has)")
    translate.add_argument("--check", action="store_true", help="only say what is wrong; exit code 1 if anything is")
    translate.set_defaults(run=_translate)


def _translate(options: argparse.Namespace) -> int:
    from . import languages

    assignment = loaded(options)
    chosen = [options.language] if options.language else languages.shipped(assignment)
    if options.check:
        found = [said for language in chosen for said in languages.wrong(assignment, language)]
        print(*(found or ["All translations are complete."]), sep="\n")
        return 1 if found else 0
    for language in chosen:
        for path, left in languages.update(assignment, language):
            print(f"{path}: {f'{left} to look at' if left else 'complete'}")
    return 0
