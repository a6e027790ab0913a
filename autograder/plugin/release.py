"""The data set on its way: into every release, and out of every graded copy."""

from __future__ import annotations

import filecmp
import shutil
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from ..course import Course

IN_RELEASE = Path("cs231n", "datasets", "coco_captioning")


class ShareData(NbGraderPreprocessor):
    """Puts the data set, which is committed once, into the release that is being generated.

    A preprocessor rather than a hook, because nbgrader goes on in silence when a hook fails.
    """

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Copy the data set beside the notebook that is being released."""
        converter = self.parent.parent
        assignment = resources["nbgrader"]["assignment"]
        target = Path(converter._format_dest(assignment, "."), IN_RELEASE)
        share_data(Course().data, target)
        return nb, resources


class DropData(NbGraderPreprocessor):
    """Removes a submission's copy of the data set from the graded copy: grading uses the course's own."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Remove the data set beside the notebook that is being graded."""
        names = resources["nbgrader"]
        dest = Path(self.parent.parent._format_dest(names["assignment"], names["student"]))
        shutil.rmtree(dest / IN_RELEASE.parent, ignore_errors=True)
        return nb, resources


def share_data(data: Path, target: Path) -> None:
    """Copy the data set's files into `target` where they are not there yet; raises FileNotFoundError without any."""
    files = sorted(path for path in data.glob("*") if path.is_file())
    if not files:
        raise FileNotFoundError(f"{data} holds no data set: run `python data/make_dataset.py`")
    target.mkdir(parents=True, exist_ok=True)
    for file in files:
        copy = target / file.name
        if not (copy.is_file() and filecmp.cmp(file, copy, shallow=False)):
            shutil.copyfile(file, copy)
