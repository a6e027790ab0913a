"""How nbgrader finds submissions whose folder's name looks like a pattern, `[x] y`, or whose notebooks lie deeper.

There is no setting for this, so nbgrader's functions are replaced; for other submissions they do what they did.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from nbgrader import utils
from nbgrader.converters import Autograde, BaseConverter

from autograder.course import configuration
from autograder.course.folders import matching, notebooks_in
from autograder.intake.tree import holds_notebooks

find_as_nbgrader = BaseConverter.init_notebooks


def take_names_for_names() -> None:
    """Have nbgrader's converters find, and leave out, the same files whatever a folder is called."""
    BaseConverter.init_notebooks = find
    utils.is_ignored = is_ignored


def find(converter: BaseConverter) -> None:
    """Find the submissions and their notebooks; raises NbGraderException, as nbgrader does, where there are none."""
    coursedir = converter.coursedir
    assignment, student = coursedir.assignment_id, coursedir.student_id
    folders = matching(coursedir, converter._input_directory, student, assignment)
    own = converter._format_source(assignment, student)
    folders += [own] if own not in folders and os.path.isdir(own) else []  # one student, chosen by a name
    found = {folder: notebooks_in(folder, coursedir.notebook_id) for folder in folders}
    deeper = [folder for folder, notebooks in found.items() if not notebooks and _looks_deeper(converter, folder)]
    if not deeper and not any(glob.has_magic(folder) for folder in folders):
        find_as_nbgrader(converter)
        return
    for folder in [folder for folder, notebooks in found.items() if not notebooks and folder not in deeper]:
        converter.log.warning("No notebooks were found in '%s'", folder)
    converter.assignments = {folder: each for folder, each in found.items() if each or folder in deeper}
    converter.notebooks = []


def _looks_deeper(converter: BaseConverter, folder: str) -> bool:
    """Whether our reader would find notebooks in the folder's own folders and archives."""
    ours = isinstance(converter, Autograde) and configuration.is_ours(converter.coursedir, converter.config)
    return ours and holds_notebooks(Path(folder))


def is_ignored(filename: str, ignore_globs: Sequence[str] | None = None) -> bool:
    """Whether one of the patterns matches the file's own name; nbgrader's takes the folder's for a pattern, too.

    As in nbgrader, where the file is looked for in the folder's list, a pattern without a dot finds no hidden file.
    """
    name = os.path.basename(filename)
    return any(fnmatchcase(name, each) and (each[:1] == "." or name[:1] != ".") for each in ignore_globs or ())
