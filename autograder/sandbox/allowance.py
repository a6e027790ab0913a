"""What student code finds in the sandbox, and how much it may use of the machine."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import ConfigurationError

MEMORY = 2 << 30  # bytes of address space that a student's process may have
SECRETS = (
    *("exercises", "solutions", "source", "submitted", "autograded", "feedback", "gradebook.db", "comments", ".git"),
)
OF_THE_KERNEL = ("/proc", "/sys", "/dev", "/run")


@dataclass(frozen=True)
class Allowance:
    """What one class's submissions may have.

    shown: files and folders that can be imported or read beside the submission's own, by name: copied, read-only.
    data: folders of data, by the environment variables that name them; read-only. memory: bytes of address space of one
    process, and of memory of all of a submission's. folders: others that may be read, at their own paths. modules:
    imported before the first cell, once for a class. processes: how many student code may have at a time beside its
    own; 0 for none. network: whether it reaches the network.
    """

    shown: Mapping[str, Path] = field(default_factory=dict)
    data: Mapping[str, Path] = field(default_factory=dict)
    memory: int = MEMORY
    folders: tuple[Path, ...] = ()
    modules: tuple[str, ...] = ()
    processes: int = 0
    network: bool = False


def secrets_of(root: Path) -> list[Path]:
    """What no folder that is opened to student code may hold or lie in, in the course `root`."""
    return [root / name for name in SECRETS]


def check_folders(folders: Iterable[Path], secrets: Iterable[Path] = ()) -> None:
    """Raise ConfigurationError where a folder is not there, or would open what must stay closed.

    secrets: the course's own, see `secrets_of`. The kernel's folders are closed always, and so is the one for temporary
    files as a whole, where other submissions are graded.
    """
    for folder in folders:
        if not folder.is_dir():
            raise ConfigurationError(f"the setting `folders` names {folder}, and there is no such folder")
        closed = [*map(Path, OF_THE_KERNEL), *secrets]
        here = folder.resolve()
        found = [path for path in closed if _overlap(here, path.resolve())]
        temporary = Path(tempfile.gettempdir())
        if here in (temporary.resolve(), *temporary.resolve().parents):
            found.append(temporary)
        if found:
            raise ConfigurationError(
                f"the setting `folders` names {folder}, which would open {found[0]} to student code: name a folder that"
                " neither holds it nor lies in it"
            )


def _overlap(one: Path, other: Path) -> bool:
    return one == other or one in other.parents or other in one.parents
