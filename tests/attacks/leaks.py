"""Leaks: the network, other programs' sockets, what stays behind, and system calls that no notebook needs."""

from __future__ import annotations

from .declare import Attack, Elsewhere
from .looking import NO_CALL_RULES

NETWORK = "this level has no rules for the network"
SYSTEM_CALLS = {  # x86-64's numbers; what they are called with fails unless the kernel would have let them work
    "io_uring": (425, "8, room", "does input and output past the filter of system calls"),
    "userfaultfd": (323, "1", "stops the kernel in the middle of its work"),
    "bpf": (321, "0, array_map, 72", "loads a program into the kernel"),
    "keyrings": (250, "0, -3, 1", "reads keys that the kernel keeps for its user"),
    "perf": (298, "counters, 0, -1, -1, 0", "watches what the processor does for others"),
    "seccomp listener": (317, "2, 0, room", "asks what filters there are"),
}
CALL = """
import ctypes, os, struct
libc = ctypes.CDLL(None, use_errno=True)
room = ctypes.create_string_buffer(4096)
array_map = ctypes.create_string_buffer(struct.pack("5I", 2, 4, 4, 1, 0), 128)
counters = ctypes.create_string_buffer(struct.pack("IIQQQ", 1, 112, 0, 0, 0) + bytes(80), 112)
"""


def _send(kind: str, address: str) -> str:
    return f"""
import socket
try:
    with socket.socket({kind}) as one:
        one.settimeout(0.5); one.connect({address}); one.send(b"the secret"); print("sent")
except OSError as problem:
    print(problem)
"""


ATTACKS = (
    Attack("TCP", "connects to a server on this machine", _send("", '("127.0.0.1", AIM["tcp"])'), process=NETWORK),
    Attack(
        "UDP and names",
        "sends a datagram, as a request for a name would be",
        _send("socket.AF_INET, socket.SOCK_DGRAM", '("127.0.0.1", AIM["udp"])'),
        process=NETWORK,
    ),
    Attack(
        "sockets on the disk",
        "connects to another program's socket by its path",
        _send("socket.AF_UNIX", 'AIM["stream"]'),
        process=NETWORK,
    ),
    Attack(
        "sockets without a path",
        "connects to another program's abstract socket",
        _send("socket.AF_UNIX", 'b"\\0" + AIM["abstract"].encode()'),
        process=NETWORK,
    ),
    Attack(
        "datagrams from a pair",
        "sends from one half of a pair of its own sockets to another program's socket",
        """
import socket
try:
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.sendto(b"the secret", AIM["datagrams"])
except OSError as problem:
    print(problem)
""",
        process=NETWORK,
    ),
    Attack(
        "web addresses",
        "opens a web address with the tools of Python, and asks for a name",
        """
import socket, urllib.request
try:
    urllib.request.urlopen(f"http://127.0.0.1:{AIM['tcp']}/", timeout=0.3)
except OSError as problem:
    print(problem)
try:
    with socket.create_server(("", 0)): print(AIM["done"])
except OSError as problem:
    print(problem)
""",
        process=NETWORK,
    ),
    Attack(
        "netlink and raw sockets",
        "opens sockets to the kernel and to the network's cards",
        """
import socket
kinds = (
    (socket.AF_NETLINK, socket.SOCK_RAW, 0), (socket.AF_PACKET, socket.SOCK_RAW, 3),
    (socket.AF_INET, socket.SOCK_RAW, 1), (38, socket.SOCK_SEQPACKET, 0),
)
for family, kind, number in kinds:
    try:
        socket.socket(family, kind, number); print(AIM["done"])
    except OSError as problem:
        print(problem)
""",
        process=NETWORK,
    ),
    Attack(
        "a background process",
        "forks twice, leaves its group and its session, and waits",
        """
import os, time
try:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            open("/proc/self/comm", "w").write(AIM["tag"])
            for number in range(3, 200):
                try: os.close(number)
                except OSError: pass
            time.sleep(30)
        os._exit(0)
    print(AIM["done"])
except OSError as problem:
    print(problem)
""",
        process="processes can be started; what was left is found and ended before the next submission",
    ),
    Attack(
        "a terminal",
        "writes to the grader's terminal and types commands into it",
        """
import fcntl, os, termios
for path in (AIM["terminal"], "/dev/tty"):
    try:
        terminal = os.open(path, os.O_RDWR | os.O_NOCTTY)
        os.write(terminal, b"\\x1b]0;owned\\x07")
        for letter in b"id\\n": fcntl.ioctl(terminal, termios.TIOCSTI, bytes([letter]))
    except OSError as problem:
        print(problem)
for number in range(3):
    try: fcntl.ioctl(number, termios.TIOCSTI, b"x"); print(AIM["done"])
    except OSError as problem: print(problem)
""",
        process=NETWORK.replace("the network", "terminals"),
    ),
    *(
        Attack(
            name,
            tries,
            CALL
            + f"""
if libc.syscall({number}, {arguments}) >= 0:
    print(AIM["done"])
print(os.strerror(ctypes.get_errno()))
""",
            process=NO_CALL_RULES,
            depends=True,
        )
        for name, (number, arguments, tries) in SYSTEM_CALLS.items()
    ),
    Attack(
        "namespaces and mounts",
        "makes namespaces of its own, enters others, mounts, and changes its root",
        CALL
        + """
for name in ("mount", "user", "net", "pid"):
    try:
        number = os.open(f"/proc/{AIM['process']}/ns/{name}", os.O_RDONLY)
        if libc.setns(number, 0) == 0: print(AIM["done"])
    except OSError as problem: print(problem)
os.mkdir("here")
if 0 in (libc.mount(b"none", b"here", b"tmpfs", 0, None), libc.chroot(b"here"), libc.pivot_root(b".", b".")):
    print(AIM["done"])
for flag in (0x10000000, 0x20000, 0x40000000, 0x20000000, 0x08000000):
    if libc.unshare(flag) == 0: print(AIM["done"])
print(os.strerror(ctypes.get_errno()))
""",
        process=NO_CALL_RULES,
        depends=True,
    ),
    Attack(
        "the old system calls",
        "makes system calls in the way of 32-bit programs, which a filter may not know",
        CALL
        + """
import mmap
code = mmap.mmap(-1, 4096, prot=7)
code.write(b"\\x53\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\x5b\\xc3")
call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
if call() > 0: print(AIM["done"])
""",
        note="ended the Python process|^$",
        process=NO_CALL_RULES,
        depends=True,
    ),
    Elsewhere(
        "links in a submission",
        "hands in symbolic links to the gradebook or to other students",
        "tests/intake/test_links.py",
    ),
    Elsewhere(
        "archives in a submission",
        "hands in archives that grow without end, or with names and links that lead out of them",
        "tests/intake/test_unpack.py",
    ),
)
