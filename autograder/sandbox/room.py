"""The room that a zygote and its children live in: what they see of the disk, and the command that starts them."""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from . import confine, landlock, semaphores, syscalls
from .allowance import Allowance, check_folders
from .confine import Plan
from .disk import BYTES, Disk

SMALL = 16 << 20
CHILD_MODULES = (
    *(
        "zygote",
        "calls",
        "child",
        "confine",
        "family",
        "heap",
        "held",
        "landlock",
        "messages",
        "outputs",
        "own_caches",
        "programs",
    ),
    *("refusals", "reload", "semaphores", "shell", "snapshots", "stand_ins", "syscalls", "tracebacks", "uses"),
    *("versions", "wire", "words"),
)
LIBRARIES = ("/lib", "/lib32", "/lib64", "/libx32")
SYSTEM = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/fonts", "/usr/share/zoneinfo")
SETTINGS = ("/etc/ld.so.cache", "/etc/fonts", "/etc/localtime")
MACHINE = (  # facts about it that libraries look up where they see that these are there
    *("/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu", "/sys/fs/cgroup/cpu.max"),
    *("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "/sys/fs/cgroup/cpu/cpu.cfs_period_us"),
)
SYSTEM_PREFIXES = ("/usr", "/usr/local")
PROGRAMS = ("/bin", "/usr/bin")  # where processes are allowed
OF_PROGRAMS = ("/etc/alternatives",)
OF_NETWORK = (  # where the network is: names, certificates
    *("/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/services"),
    *("/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/usr/share/ca-certificates"),
    *("/etc/pki/tls/certs", "/etc/pki/ca-trust"),
)
SHELL = "/bin/bash"
PLOTS = "module://matplotlib_inline.backend_inline"  # as in a kernel
INSIDE = "/grading"  # where bubblewrap shows the room
WORK, COURSE, DATA, CACHE, STARTUP = "work", "course", "data", "cache", "startup"


class Room:
    """Lays out the room for one zygote; `close` removes it.

    level: "full" puts it into bubblewrap's namespaces. allowance: what student code finds there; None for a trial.
    Raises OSError where the level needs what is not installed, ConfigurationError where a folder cannot be opened.
    """

    def __init__(self, level: str, allowance: Allowance | None = None) -> None:
        self._allowance = allowance or Allowance()
        check_folders(self._allowance.folders)
        self.folder = Path(tempfile.mkdtemp(prefix="grading-"))
        self._walled = level == "full"
        self._data = {variable: folder.resolve() for variable, folder in self._allowance.data.items()}
        for name in (WORK, COURSE, CACHE, STARTUP):
            (self.folder / name).mkdir()
        if allowance:
            _copy_shown(allowance.shown, self.folder / COURSE)
            _copy_fonts(self.folder / CACHE)
        self._disk = None if self._walled else Disk(self.folder / WORK)
        closed = level in ("full", "container")
        self.plan = self._plan(closed and landlock.version() > 0, self._system_calls() if closed else b"")
        if self.plan.needs_semaphores:
            semaphores.write(self.folder / STARTUP)

    def _plan(self, guarded: bool, system_calls: bytes) -> Plan:
        allowed = self._allowance
        return Plan(
            work=self._inside(WORK),
            library=self._inside(COURSE),
            readable=self._readable(),
            memory=allowed.memory,
            runnable=(*PROGRAMS, *LIBRARIES, *SYSTEM[:2], *_python()) if allowed.processes else (),
            modules=allowed.modules,
            processes=allowed.processes,
            network=allowed.network,
            forks=sys.platform == "linux",
            landlock=guarded,
            seccomp=system_calls,
        )

    def _system_calls(self) -> bytes:
        """The filter; signals may be sent where namespaces or Landlock keep them from everybody else's processes."""
        bounded = self._walled or landlock.version() >= landlock.SIGNALS_SINCE
        processes = bool(self._allowance.processes)
        return syscalls.program(processes, processes and bounded, self._allowance.network)

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
            "NBGRADER_EXECUTION": "autograde",  # as nbgrader's own way to run a notebook has it
            "MPLBACKEND": PLOTS,
            "MPLCONFIGDIR": self._inside(CACHE),
            "MALLOC_MMAP_THRESHOLD_": str(SMALL),  # keep freed memory: to ask the kernel again takes longer
            "MALLOC_TRIM_THRESHOLD_": str(4 * SMALL),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            **{variable: self._data_inside(folder) for variable, folder in self._data.items()},
            **(self._for_programs() if self._allowance.processes else {}),
        }

    def _for_programs(self) -> dict[str, str]:
        """What programs need; the zygote's own Python pays no heed to it."""
        shell = {"SHELL": SHELL} if os.path.exists(SHELL) else {}
        return {**shell, **({"PYTHONPATH": self._inside(STARTUP)} if self.plan.needs_semaphores else {})}

    def _inside(self, name: str) -> str:
        return f"{INSIDE}/{name}" if self._walled else str(self.folder / name)

    def _data_inside(self, folder: Path) -> str:
        return f"{self._inside(DATA)}/{folder.name}" if self._walled else str(folder)

    def _readable(self) -> tuple[str, ...]:
        data = [self._data_inside(folder) for folder in self._data.values()]
        own = [self._inside(name) for name in (CACHE, STARTUP)]
        return (*LIBRARIES, *SYSTEM, *SETTINGS, *MACHINE, *self._opened(), *_python(), *own, *data)

    def _opened(self) -> list[str]:
        """What the course's settings open beside what everybody needs."""
        allowed = self._allowance
        folders = [str(path) for folder in allowed.folders for path in {folder.absolute(): 0, folder.resolve(): 0}]
        return [*(OF_PROGRAMS if allowed.processes else ()), *(OF_NETWORK if allowed.network else ()), *folders]

    def _walls(self) -> list[str]:
        """bubblewrap, and what of the disk stands inside: Python, the system's libraries, the course's files."""
        work, course, cache, startup = (self._inside(name) for name in (WORK, COURSE, CACHE, STARTUP))
        system = [*LIBRARIES, *(PROGRAMS if self._allowance.processes else ())]
        fonts = [(str(file), f"{cache}/{file.name}") for file in (self.folder / CACHE).iterdir()]
        same = [*SYSTEM, *SETTINGS, *self._opened(), *_python(), *map(str, _child_files())]
        own = [(str(self.folder / COURSE), course), (str(self.folder / STARTUP), startup)]
        shown = [*fonts, *own, *((path, path) for path in same)]
        shown += [(str(folder), self._data_inside(folder)) for folder in self._data.values()]
        return [
            *(shutil.which("bwrap") or "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--as-pid-1"),
            *(("--share-net",) if self._allowance.network else ()),
            *("--hostname", "grading"),
            *("--proc", "/proc", "--size", str(BYTES), "--tmpfs", work, "--size", str(SMALL), "--tmpfs", cache),
            *(word for path in confine.DEVICES for word in ("--dev-bind", path, path)),
            *(word for path in system for word in _as_it_is(path)),
            *(word for outside, inside in shown for word in ("--ro-bind-try", outside, inside)),
            *("--chdir", work, "--remount-ro", "/"),
        ]


def _python() -> list[str]:
    """Where this Python lies: its environment, what that is made from, and the program itself under all its names."""
    folders = [prefix for prefix in {sys.prefix: 0, sys.base_prefix: 0} if prefix not in SYSTEM_PREFIXES]
    names = _links(sys.executable)
    return [*folders, *(name for name in names if not any(name.startswith(f"{folder}/") for folder in folders))]


def _links(path: str) -> list[str]:
    """A file's path, and those that it leads to one after another: a system's python3 is itself a link in /usr/bin."""
    names = {path: 0}
    while os.path.islink(path):
        path = os.path.normpath(os.path.join(os.path.realpath(os.path.dirname(path)), os.readlink(path)))
        names[path] = 0
    return [*names]


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


def _copy_shown(shown: Mapping[str, Path], target: Path) -> None:
    """The course's files for students, compiled here once, as nothing can be written beside them later."""
    ignored = shutil.ignore_patterns("datasets", "__pycache__")
    for name, path in shown.items():
        if path.is_dir():
            shutil.copytree(path, target / name, ignore=ignored)
        else:
            shutil.copy(path, target / name)
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
