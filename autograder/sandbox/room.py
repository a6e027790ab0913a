"""The room that a zygote and its children live in: what they see of the disk, and the command that starts them."""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from . import confine, landlock, syscalls
from .confine import Plan
from .disk import BYTES, Disk

MEMORY = 2 << 30  # bytes of address space that a student's process may have
SMALL = 16 << 20
CHILD_MODULES = ("zygote", "child", "confine", "held", "landlock", "reload", "shell", "stand_ins", "syscalls", "wire")
LIBRARIES = ("/lib", "/lib32", "/lib64", "/libx32")
SYSTEM = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/fonts", "/usr/share/zoneinfo")
SETTINGS = ("/etc/ld.so.cache", "/etc/fonts", "/etc/localtime")
SYSTEM_PREFIXES = ("/usr", "/usr/local")
INSIDE = "/grading"  # where bubblewrap shows the room
WORK, COURSE, DATA, CACHE = "work", "course", "data", "cache"


class Room:
    """Lays out the room for one zygote; `close` removes it.

    level: "full" puts it into bubblewrap's namespaces. library: the folder that holds the students' library cs231n,
    or None. data: the data set's folder, or None. memory: bytes of address space for a student's process.
    Raises OSError where the level needs what is not installed.
    """

    def __init__(self, level: str, library: Path | None = None, data: Path | None = None, memory: int = MEMORY) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="grading-"))
        self._walled, self._data = level == "full", data.resolve() if data else None
        for name in (WORK, COURSE, CACHE):
            (self.folder / name).mkdir()
        if library:
            _copy_library(library, self.folder / COURSE)
            _copy_fonts(self.folder / CACHE)
        self._disk = None if self._walled else Disk(self.folder / WORK)
        self.plan = Plan(
            work=self._inside(WORK),
            library=self._inside(COURSE),
            readable=self._readable(),
            memory=memory,
            forks=sys.platform == "linux",
            landlock=level in ("full", "container") and landlock.version() > 0,
            seccomp=syscalls.program() if level in ("full", "container") else b"",
        )

    def close(self) -> None:
        """Remove the room's files, whatever was made of them."""
        subprocess.run(["/bin/rm", "-rf", "--", str(self.folder)], check=False, stderr=subprocess.DEVNULL)  # any depth

    @property
    def shown(self) -> dict[str, str]:
        """What a student's output shows in the place of the room's own paths."""
        return {} if self._walled else {self._inside(name): name for name in (WORK, COURSE)}

    def overfull(self) -> bool:
        """Whether more was written than a child may; bubblewrap's file system has a size of its own."""
        return self._disk is not None and self._disk.overfull()

    def command(self, *program: str) -> list[str]:
        """The command line that runs `program` in the room."""
        return [*self._walls(), *program] if self._walled else list(program)

    def environment(self) -> dict[str, str]:
        """Only what a notebook needs: nothing of the instructor's environment reaches the child."""
        return {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
            "LANG": "C.UTF-8",
            "HOME": self._inside(WORK),
            "TMPDIR": self._inside(WORK),
            "IPYTHONDIR": self._inside(CACHE),
            "MPLBACKEND": "agg",
            "MPLCONFIGDIR": self._inside(CACHE),
            "MALLOC_MMAP_THRESHOLD_": str(SMALL),  # keep freed memory: to ask the kernel again takes longer
            "MALLOC_TRIM_THRESHOLD_": str(4 * SMALL),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            **({"COCO_CAPTIONING_DIR": self._data_inside()} if self._data else {}),
        }

    def _inside(self, name: str) -> str:
        return f"{INSIDE}/{name}" if self._walled else str(self.folder / name)

    def _data_inside(self) -> str:
        return self._inside(DATA) if self._walled else str(self._data)

    def _readable(self) -> tuple[str, ...]:
        data = [self._data_inside()] if self._data else []
        return (*LIBRARIES, *SYSTEM, *SETTINGS, *_python(), self._inside(CACHE), *data)

    def _walls(self) -> list[str]:
        """bubblewrap, and what of the disk stands inside: Python, the system's libraries, the course's files."""
        work, course, cache = (self._inside(name) for name in (WORK, COURSE, CACHE))
        fonts = [(str(file), f"{cache}/{file.name}") for file in (self.folder / CACHE).iterdir()]
        same = [*SYSTEM, *SETTINGS, *_python(), *map(str, _child_files())]
        shown = [*fonts, (str(self.folder / COURSE), course), *((path, path) for path in same)]
        if self._data:
            shown.append((str(self._data), self._data_inside()))
        return [
            *(shutil.which("bwrap") or "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--as-pid-1"),
            *("--hostname", "grading"),
            *("--proc", "/proc", "--size", str(BYTES), "--tmpfs", work, "--size", str(SMALL), "--tmpfs", cache),
            *(word for path in confine.DEVICES for word in ("--dev-bind", path, path)),
            *(word for path in LIBRARIES for word in _as_it_is(path)),
            *(word for outside, inside in shown for word in ("--ro-bind-try", outside, inside)),
            *("--chdir", work, "--remount-ro", "/"),
        ]


def _python() -> list[str]:
    """Where this Python lies: its environment, what that is made from, and the program itself."""
    program = os.path.realpath(sys.executable)
    folders = [prefix for prefix in {sys.prefix: 0, sys.base_prefix: 0} if prefix not in SYSTEM_PREFIXES]
    return [*folders, *([] if any(program.startswith(f"{folder}/") for folder in folders) else [program])]


def _child_files() -> list[Path]:
    """The files of this package that run on the student's side, and no others."""
    package = Path(__file__).parent
    names = ["__init__.py", *(f"{name}.py" for name in CHILD_MODULES)]
    return [package.parent / "__init__.py", *(package / name for name in names)]


def _as_it_is(path: str) -> list[str]:
    """A system folder as the host has it: often a link into /usr."""
    if os.path.islink(path):
        return ["--symlink", os.readlink(path), path]
    return ["--ro-bind-try", path, path]


def _copy_library(library: Path, target: Path) -> None:
    """The students' library and its visible cases, compiled here once, as nothing can be written beside it later."""
    ignored = shutil.ignore_patterns("datasets", "__pycache__")
    shutil.copytree(library / "cs231n", target / "cs231n", ignore=ignored)
    for cases in library.glob("*.h5"):
        shutil.copy(cases, target)
    compileall.compile_dir(target, quiet=2)


def _copy_fonts(target: Path) -> None:
    """matplotlib's list of fonts, which takes seconds to make: once for the user, then a copy for each room."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / (".cache" if sys.platform == "linux" else "")
    name = "matplotlib" if sys.platform == "linux" else ".matplotlib"
    cache = Path(os.environ.get("MPLCONFIGDIR") or Path(home, name))
    if not list(cache.glob("fontlist-*.json")):
        subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], check=False, capture_output=True)
    for file in cache.glob("fontlist-*.json"):
        shutil.copy(file, target)
