"""The warm process that children are forked from: `python -m autograder.sandbox.zygote FD`.

It has imported what notebooks use and nothing of the grader's knowledge: a fork inherits memory, so what was
never loaded here cannot be found in a child. It obeys one parent over the socket FD and ends with it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import socket
import sys

from .child import serve
from .shell import CollectingShell

MESSAGE = 65536


def main(control: socket.socket) -> None:
    """Answer the parent's requests until it is gone; then end every child."""
    shell = _warm_up()
    children: dict[int, int] = {}
    control.send(json.dumps({"ready": os.getpid()}).encode())
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MESSAGE, 1)
        if not message:
            break
        request = json.loads(message)
        if request["op"] == "fork":
            children[request["id"]] = _fork(control, descriptors[0], request, shell)
        elif request["op"] == "interrupt":
            os.kill(children[request["id"]], signal.SIGINT)
        else:
            _end(children.pop(request["id"]))
        control.send(b"{}")
    for pid in children.values():
        _end(pid)


def _warm_up() -> CollectingShell:
    """Import what notebooks import and draw one figure, so that no child pays for it again."""
    import io

    import h5py  # noqa: F401  imported for its effect: a fork finds it loaded
    import matplotlib

    matplotlib.use("agg")
    import IPython.extensions.autoreload  # noqa: F401  as above
    import matplotlib_inline.backend_inline  # noqa: F401  as above
    from matplotlib import pyplot

    figure = pyplot.figure()
    figure.add_subplot().set_title("warm")
    figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")
    pyplot.close(figure)
    shell = CollectingShell.make()
    gc.collect()
    gc.freeze()  # keep the shared pages shared
    return shell


def _fork(control: socket.socket, descriptor: int, request: dict, shell: CollectingShell) -> int:
    pid = os.fork()
    if pid:
        os.close(descriptor)
        return pid
    try:
        control.close()
        os.setsid()
        serve(socket.socket(fileno=descriptor), shell, request["folder"], request["library"])
    finally:
        os._exit(0)


def _end(pid: int) -> None:
    """Kill the child with all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
