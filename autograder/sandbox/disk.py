"""How much a child has written, where no namespace bounds its folder: a cheap look at the disk, then a true count."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

BYTES, FILES = 256 << 20, 20_000  # that a child may have on disk at one time
COUNT_LIMIT = 20.0  # seconds


class Disk:
    """Watches a folder from now on. Its own count is made only when the whole disk has grown by as much."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used = self._usage()

    def overfull(self) -> bool:
        """Whether more lies in the folder than a child may write."""
        grown = [now - then for now, then in zip(self._usage(), self._used, strict=True)]
        if grown[0] <= BYTES and grown[1] <= FILES:
            return False
        return self._count("--block-size=1") > BYTES or self._count("--inodes") > FILES

    def _usage(self) -> tuple[int, int]:
        """Bytes and files on the whole disk."""
        now = os.statvfs(self._folder)
        return (now.f_blocks - now.f_bfree) * now.f_frsize, now.f_files - now.f_ffree

    def _count(self, unit: str) -> int:
        """What `du` counts; it walks any depth. A folder that it cannot count in time is too full."""
        command = ["du", "--summarize", unit, "--", str(self._folder)]
        try:
            done = subprocess.run(command, check=False, capture_output=True, timeout=COUNT_LIMIT)
            return int(done.stdout.split()[0])
        except (OSError, ValueError, IndexError, subprocess.TimeoutExpired):
            return BYTES + 1
