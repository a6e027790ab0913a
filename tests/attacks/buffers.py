"""Memory that the kernel keeps for a process and no limit on address space counts: what waits in pipes and sockets."""

from __future__ import annotations

from .declare import Attack
from .looking import NO_CALL_RULES

MOST = 96 << 20  # bytes; with buffers of the usual size, all descriptors together hold less
FILL = f"""
import fcntl, os, socket
held = 0
def fill(write, end, more):
    global held
    os.set_blocking(end, False)
    try: more()
    except OSError as problem: print(problem)
    try:
        while held < {MOST}: held += write(bytes(1 << 16))
    except BlockingIOError: pass
kept = []
"""
TOLD = f"""
print("held", held)
if held >= {MOST}: print(AIM["done"])
"""

ATTACKS = (
    Attack(
        "memory between sockets",
        "makes the buffers of pairs of sockets as large as they can be, and fills them",
        FILL
        + """
for _ in range(110):
    pair = socket.socketpair()
    kept.append(pair)
    for one in pair:
        larger = lambda: one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 64 << 20)
        fill(one.send, one.fileno(), larger)
"""
        + TOLD,
        process=NO_CALL_RULES,
        depends=True,
    ),
    Attack(
        "memory in pipes",
        "makes pipes as large as they can be, and fills them",
        FILL
        + """
for _ in range(110):
    reads, writes = os.pipe()
    fill(lambda content: os.write(writes, content), writes, lambda: fcntl.fcntl(writes, fcntl.F_SETPIPE_SZ, 1 << 20))
"""
        + TOLD,
        process=NO_CALL_RULES,
        depends=True,
    ),
)
