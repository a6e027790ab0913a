"""The warm process that children are forked from: `python -m autograder.sandbox.zygote FD PLAN`.

It has imported what notebooks use and nothing of the grader's knowledge: a fork inherits memory, so what was
never loaded here cannot be found in a child. It obeys one parent over the socket FD and ends with it. It has one
child at a time, and cleans up after each.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

from .child import serve
from .confine import Plan
from .held import held
from .reload import spare_installed_modules
from .shell import CollectingShell

MESSAGE = 65536
SINGLE = "single"  # the third argument of a process that serves one submission and ends
ADOPT_ORPHANS = 36  # prctl's option
SWEEPS = 50
WARM = (  # what notebooks and the students' library import; a fork finds it loaded
    "h5py",
    "hmac",
    "IPython.core.magics.execution",
    "IPython.core.magics.extension",
    "IPython.core.magics.pylab",
    "matplotlib_inline.backend_inline",
    "numpy.random",
    "secrets",
    "urllib.request",
)


def main(control: socket.socket, plan: Plan) -> None:
    """Answer the parent's requests until it is gone; then end the child."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(ADOPT_ORPHANS, 1, 0, 0, 0)
    shell = _warm_up_to_fork() if plan.forks else None
    child = 0
    control.send(json.dumps({"ready": os.getpid()}).encode())
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MESSAGE, 1)
        if not message:
            break
        operation, reply = json.loads(message)["op"], {}
        if operation == "fork":
            child = _fork(control, descriptors[0], plan, shell)
            os.close(descriptors[0])
        elif operation == "interrupt":
            os.kill(child, signal.SIGINT)
        elif operation == "look":
            reply = held(_children(), plan.work)
        else:
            reply = {"clean": _end(child, Path(plan.work))}
            child = 0
        control.send(json.dumps(reply).encode())
    if child:
        _end(child, Path(plan.work))


def warm_up() -> CollectingShell:
    """Import what notebooks import and draw one figure, so that no child pays for it again."""
    import io

    import matplotlib

    matplotlib.use("agg")
    for name in WARM:
        importlib.import_module(name)
    from matplotlib import pyplot

    figure = pyplot.figure()
    figure.add_subplot().set_title("warm")
    figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")
    pyplot.close(figure)
    shell = CollectingShell.make()
    spare_installed_modules()
    return shell


def _warm_up_to_fork() -> CollectingShell:
    """Also format one error: the first takes five times as long, as IPython imports what it needs for it."""
    shell = warm_up()
    try:
        raise ValueError("warm")
    except ValueError as error:
        shell.InteractiveTB.structured_traceback(type(error), error, error.__traceback__)
    shell.InteractiveTB.tb = None  # as new
    gc.collect()
    gc.freeze()  # keep the shared pages shared
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


def _end(pid: int, work: Path) -> bool:
    """Kill the child with all that it started, and empty its folder; returns whether all is clean."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    alone = _end_orphans()
    work.mkdir(exist_ok=True)  # where nothing else protects it, the child may have removed it
    for path in work.iterdir():
        with contextlib.suppress(OSError, RecursionError):
            path.unlink() if path.is_symlink() or not path.is_dir() else shutil.rmtree(path, ignore_errors=True)
    return alone and not any(work.iterdir())


def _end_orphans() -> bool:
    """End what the child started and left behind; where processes cannot be started there is nothing."""
    for _ in range(SWEEPS):
        children = _children()
        if not children:
            return True
        for pid in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
    return False


def _children() -> list[int]:
    try:
        return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    except OSError:  # not on this system
        return []


if __name__ == "__main__":
    stream, given = socket.socket(fileno=int(sys.argv[1])), Plan.load(sys.argv[2])
    if sys.argv[3:] == [SINGLE]:
        serve(stream, warm_up(), given)
    else:
        main(stream, given)
