"""For `nbgrader zip_collect`: unpacks what a learning management system packed, and leaves students' archives alone.

nbgrader unpacks those too, without bounds, and ends at the first that is damaged or has a password. Grading looks into
them with care (intake/unpack.py), and says what it took.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from nbgrader.plugins import ExtractorPlugin
from nbgrader.utils import unzip


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
