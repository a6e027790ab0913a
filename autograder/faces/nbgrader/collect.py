"""How submissions come into the course: from the exchange, and from what a learning management system packed.

Of the latter, students' archives are left alone. nbgrader unpacks those too, without bounds, and ends at the first that
is damaged or has a password. Grading looks into them with care (intake/unpack.py), and says what it took.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nbgrader.exchange.default.collect import ExchangeCollect
from nbgrader.plugins import ExtractorPlugin
from nbgrader.utils import unzip

from autograder.intake.safe import safe_name
from autograder.intake.taking import NotTakenError, take

KILO = 1000  # what nbgrader's limits count in
NAMED = 5  # files that a warning names
copy_as_nbgrader = ExchangeCollect.do_copy


def collect_with_care() -> None:
    """Have nbgrader collect no link's target, and all of a submission or nothing.

    nbgrader follows links, as whoever collects: a link to the gradebook would hand that in. And it writes where grading
    reads. There is no setting for this, so the method is replaced; nbgrader's own one copies what was taken.
    """
    ExchangeCollect.do_copy = copy_whole


def copy_whole(collecting: ExchangeCollect, src: str, dest: str, log: Any = None) -> None:
    """Copy a submission from the exchange; one that cannot be taken is told and left, so that others are collected."""
    place = Path(dest)
    with TemporaryDirectory(prefix=".collected-", dir=place.parent) as ours:
        taken, made = Path(ours, "taken"), Path(ours, "made")
        try:
            left_out = take(Path(src), taken, KILO * collecting.coursedir.max_dir_size)
        except NotTakenError as problem:
            collecting.log.error("%s is not collected: %s", safe_name(Path(src).name), problem)
            return
        copy_as_nbgrader(collecting, str(taken), str(made), log)
        os.rename(made, place)
    if left_out:
        names = ", ".join(map(safe_name, left_out[:NAMED]))
        collecting.log.warning("%s: left out, as only files are taken: %s", safe_name(Path(src).name), names)


class OuterArchives(ExtractorPlugin):
    """Unpacks each archive in the folder, and nothing that is in one of them."""

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Unpack the archives in one folder into another one, each into a folder of its name; copy other files."""
        files = [path for path in sorted(Path(archive_path).rglob("*")) if path.is_file()]
        if not files:
            self.log.warning("No files found in directory: %s", archive_path)
        for path in files:
            place = Path(extracted_path, os.path.relpath(path.parent, archive_path))
            place.mkdir(parents=True, exist_ok=True)
            if path.suffix in self.zip_ext:
                unzip(str(path), str(place), zip_ext=self.zip_ext, create_own_folder=True, tree=False)
            else:
                shutil.copy(path, place / path.name)
