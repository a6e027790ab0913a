"""The warm process that children are forked from: `python -m autograder.sandbox.zygote FD PLAN`.

It has imported what notebooks use and nothing of the grader's knowledge: a fork inherits memory, so what was
never loaded here cannot be found in a child. It obeys one parent over the socket FD and ends with it. It has one
child at a time, watches it where it may start processes, and cleans up after each.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import importlib.util
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from . import family, semaphores
from .child import serve
from .confine import Plan
from .heap import trim
from .held import held
from .reload import spare_installed_modules
from .shell import CollectingShell

MESSAGE = 65536
SINGLE = "single"  # the third argument of a process that serves one submission and ends
ADOPT_ORPHANS = 36  # prctl's option
WATCH = 0.02  # seconds between two looks at a child that may start processes
HELPERS = 2  # processes that Python starts beside those that were asked for: to clean up after them, a server of forks
OURS = "autograder"  # the grader's package, of which nothing but the sandbox's modules for children is loaded here
WARM = (  # what notebooks and the students' library import; a fork finds it loaded
    "h5py",
    "hmac",
    "bdb",
    "encodings.utf_8_sig",
    "IPython.core.logger",
    "IPython.core.magics.execution",
    "IPython.core.magics.extension",
    "IPython.core.magics.pylab",
    "matplotlib_inline.backend_inline",
    "numpy.random",
    "secrets",
    "urllib.request",
)
CHECKS = "selfcheck"  # what students check with, where the course's library has it: no more than they have at home
KERNEL = "ipykernel.zmqshell"  # where it is loaded, libraries take themselves to be in a notebook


def main(control: socket.socket, plan: Plan) -> None:
    """Answer the parent's requests until it is gone; then end the child."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(ADOPT_ORPHANS, 1, 0, 0, 0)
    problem, shell = {}, None
    try:
        if plan.forks:
            shell = _warm_up_to_fork(plan)
        else:
            _find(plan.modules)
    except UnusableModuleError as found:
        problem = {"module": found.name, "problem": str(found)}
    control.send(json.dumps({"ready": os.getpid(), **problem}).encode())
    zygote = _Zygote(control, plan, shell)
    while True:
        zygote.wait()
        message, descriptors, _, _ = socket.recv_fds(control, MESSAGE, 1)
        if not message:
            break
        reply = zygote.answer(json.loads(message)["op"], descriptors)
        control.send(json.dumps(reply).encode())
    zygote.end()


class _Zygote:
    """The parent's requests, and the one child."""

    def __init__(self, control: socket.socket, plan: Plan, shell: CollectingShell | None) -> None:
        self._control, self._plan, self._shell = control, plan, shell
        self._child, self._exceeded = 0, False

    def wait(self) -> None:
        """Until there is a request; what the child has started is watched meanwhile."""
        pause = WATCH if self._child and self._plan.processes else None
        while not select.select([self._control], [], [], pause)[0]:
            self._watch()

    def answer(self, operation: str, descriptors: list[int]) -> dict[str, Any]:
        """Do what is asked for; returns the reply."""
        match operation:
            case "fork":
                self._child, self._exceeded = _fork(self._control, descriptors[0], self._plan, self._shell), False
                os.close(descriptors[0])
                return {"pid": self._child}
            case "interrupt":
                family.interrupt(self._child, all_of_it=bool(self._plan.processes))
                return {}
            case "look":
                self._watch()  # a look at a fork bomb takes long
                return held(family.found(), self._plan.work)
            case _:
                return {"clean": self.end(), "exceeded": self._exceeded}

    def end(self) -> bool:
        """End the child and all that it started, and empty its folder; returns whether all is clean."""
        if not self._child:
            return True
        alone = family.end(self._child)
        self._child = 0
        return _emptied(Path(self._plan.work)) and alone

    def _watch(self) -> None:
        """Kill everything where the child has too many processes, or has ended and left some behind."""
        if not self._child or not self._plan.processes:
            return
        most = self._plan.processes + HELPERS
        if family.started_by(self._child, most) > most:
            self._exceeded = True
            family.kill(self._child)
        elif family.has_ended(self._child):
            family.kill(self._child)


class UnusableModuleError(Exception):
    """A module that the course's settings name and that cannot be imported."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(problem)
        self.name = name


def warm_up(plan: Plan) -> CollectingShell:
    """Import what notebooks import and draw one figure, so that no child pays for it again."""
    import io

    import matplotlib

    if plan.needs_semaphores:
        semaphores.install()
    elif plan.is_closed:
        semaphores.close()
    matplotlib.use("agg")
    for name in WARM:
        importlib.import_module(name)
    with contextlib.suppress(ImportError):
        importlib.import_module(KERNEL)
    from matplotlib import pyplot
    from PIL import Image

    Image.init()  # or the first picture of a rarer kind loads the readers of all kinds
    figure = pyplot.figure()
    figure.add_subplot().set_title("warm")
    figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")
    pyplot.close(figure)
    shell = CollectingShell.make()
    with contextlib.suppress(ImportError):  # of what another version of IPython does without
        from .tracebacks import hasten

        hasten()
    with shell.builtin_trap:  # as in a cell: some ask when they are imported whether this is a notebook
        _import(plan)
    spare_installed_modules()
    return shell


def _import(plan: Plan) -> None:
    """Import what the course's settings name, from the course's library too, and the checks that lie there."""
    sys.path.insert(0, plan.library)
    if Path(plan.library, CHECKS).is_dir():
        with contextlib.suppress(Exception):  # where it cannot be imported, each cell that wants it says so
            importlib.import_module(CHECKS)
    for name in plan.modules:
        before = set(sys.modules)
        try:
            importlib.import_module(name)
        except BaseException as problem:  # a module may raise what it likes
            raise UnusableModuleError(name, f"{type(problem).__name__}: {problem}") from None
        graders = [new for new in set(sys.modules) - before if new.split(".")[0] == OURS]
        if graders:
            raise UnusableModuleError(name, "it imports the grader, which no student's process may hold")
    sys.path.remove(plan.library)


def _find(names: tuple[str, ...]) -> None:
    """See whether there are such modules, where each child imports them for itself."""
    for name in names:
        try:
            found = importlib.util.find_spec(name)
        except (ImportError, ValueError):
            found = None
        if not found:
            raise UnusableModuleError(name, "there is no such module")


def _warm_up_to_fork(plan: Plan) -> CollectingShell:
    """Also format one error: the first takes five times as long, as IPython imports what it needs for it."""
    gc.disable()  # there is no garbage to look for: looking takes a sixth of the time
    shell = warm_up(plan)
    try:
        raise ValueError("warm")
    except ValueError as error:
        shell.InteractiveTB.structured_traceback(type(error), error, error.__traceback__)
    shell.InteractiveTB.tb = None  # as new
    trim()
    gc.freeze()  # keep the shared pages shared; to look for garbage first would take 0.1 s and find 2 MB
    gc.enable()
    return shell


def _fork(control: socket.socket, descriptor: int, plan: Plan, shell: CollectingShell | None) -> int:
    """Start the child that serves one submission over the socket `descriptor`."""
    if shell is None:  # a fork is not safe here, so a fresh process warms up for itself
        program = [sys.executable, "-I", "-m", __spec__.name, str(descriptor), plan.dump(), SINGLE]
        return subprocess.Popen(program, pass_fds=[descriptor], start_new_session=True).pid
    pid = os.fork()
    if pid:
        return pid
    try:
        control.close()
        os.setsid()
        serve(socket.socket(fileno=descriptor), shell, plan)
    finally:
        os._exit(0)


def _emptied(work: Path) -> bool:
    """Empty the child's folder; returns whether it is."""
    work.mkdir(exist_ok=True)  # where nothing else protects it, the child may have removed it
    for path in work.iterdir():
        with contextlib.suppress(OSError, RecursionError):
            path.unlink() if path.is_symlink() or not path.is_dir() else shutil.rmtree(path, ignore_errors=True)
    return not any(work.iterdir())


if __name__ == "__main__":
    stream, given = socket.socket(fileno=int(sys.argv[1])), Plan.load(sys.argv[2])
    if sys.argv[3:] == [SINGLE]:
        serve(stream, warm_up(given), given)
    else:
        main(stream, given)
