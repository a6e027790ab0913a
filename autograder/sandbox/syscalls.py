"""seccomp: the system calls that a notebook needs; the kernel refuses all others with "Operation not permitted".

No process can be started (threads can), no socket opened, no process signalled or looked into. What Landlock does not
guard is refused here: a file's mode and times, opening a file only to empty it, signals that a descriptor sends. What
waits in a pipe or between two sockets is the kernel's memory, which no limit counts: so none can be made larger.
Settings open some of it, see `program`; then still no process leaves its group, and no socket of this machine's own
kind (AF_UNIX) is opened.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import struct
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

NO_NEW_PRIVILEGES, SET_SECCOMP, FILTER_MODE = 38, 22, 2  # for prctl
INSTRUCTION = 8  # bytes
CLONE_THREAD, CLONE_PARENT, NEW_NAMESPACES = 0x10000, 0x8000, 0x7E020000
ACCESS_MODE, TRUNCATE = 3, 0o1000  # of the flags for open
OPENING = {"open": 1, "openat": 2}  # which argument the flags are
OPENINGS = ((ACCESS_MODE | TRUNCATE, os.O_RDONLY), (ACCESS_MODE, os.O_WRONLY), (ACCESS_MODE, os.O_RDWR))  # mask, value
LOCAL, INTERNET, STREAM, DATAGRAM, SOCKET_TYPE = 1, (2, 10), 1, 2, 0xF  # of sockets
DESCRIPTOR_COMMANDS = (*range(8), *range(36, 39), 1030, *range(1032, 1035))  # fcntl: copies, flags, locks, seals
LARGEST_OPTION, BUFFERS = 80, (7, 8, 32, 33)  # setsockopt: SO_SNDBUF, SO_RCVBUF, and the same by force
THREAD_NAME = (15, 16)  # prctl: set, get
WHOLE = (1 << 64) - 1  # a mask
TERMINAL_QUERIES = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIO[N]CLEX

FILES = """
    access chdir close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64 fallocate
    fchdir fdatasync flock fstat fstatfs fsync ftruncate getcwd getdents getdents64
    lseek lstat mkdir mkdirat newfstatat pread64 preadv preadv2 pwrite64 pwritev
    pwritev2 read readahead readlink readlinkat readv rename renameat renameat2 rmdir sendfile stat statfs statx symlink
    symlinkat sync_file_range umask unlink unlinkat write writev
"""
PRETENDED = ("chmod", "fchmod", "fchmodat", "fchmodat2", "futimesat", "utime", "utimensat", "utimes")  # nothing happens
UNSUPPORTED = {  # what the C library or Python does in another way where it is told that the kernel does not know it
    errno.ENOSYS: ("clone3", "openat2"),  # their arguments cannot be seen
    errno.EOPNOTSUPP: ("listxattr", "llistxattr", "flistxattr"),
}
MEMORY = """
    brk get_mempolicy madvise membarrier mincore mlock mmap mprotect mremap msync munlock munmap
"""
THREADS_AND_SIGNALS = """
    arch_prctl exit exit_group futex futex_waitv get_robust_list gettid pause restart_syscall rseq rt_sigaction
    rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait sched_get_priority_max
    sched_get_priority_min sched_getaffinity sched_getparam sched_getscheduler sched_yield
    set_robust_list set_tid_address sigaltstack signalfd signalfd4 waitid wait4
"""
WAITING_AND_TIME = """
    alarm clock_getres clock_gettime clock_nanosleep epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2
    epoll_wait eventfd eventfd2 getitimer gettimeofday nanosleep poll ppoll pselect6 select setitimer time timer_create
    timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime timerfd_settime times
"""
OWN_CHANNELS = """
    getpeername getsockname getsockopt pipe pipe2 recvfrom sendto shutdown
"""
ABOUT_ITSELF = """
    capget getcpu getegid geteuid getgid getgroups getpgid getpgrp getpid getppid getpriority getrandom getresgid
    getresuid getrlimit getrusage getsid getuid sysinfo uname
"""
STARTING = "execve fork vfork"
STAYING = ("setpgid", "setsid")  # pretended: what stays in its group dies with it
SIGNALLING = "kill tgkill"
NETWORK = """
    accept accept4 bind connect listen recvmmsg recvmsg sendmmsg sendmsg
"""
ALLOWED = " ".join([FILES, MEMORY, THREADS_AND_SIGNALS, WAITING_AND_TIME, OWN_CHANNELS, ABOUT_ITSELF]).split()


def program(processes: bool = False, signals: bool = False, network: bool = False) -> bytes:
    """The filter in the kernel's own form, made once by libseccomp. Raises OSError where that is not installed.

    processes: whether others can be started. signals: whether any can be sent: only where something else keeps them
    from others. network: whether it can be reached.
    """
    try:
        import pyseccomp as seccomp
    except RuntimeError as problem:  # it looks for the C library when it is imported
        raise OSError(str(problem)) from None

    rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    for action, names in _by_name(processes, signals, network):
        for name in names:
            with contextlib.suppress(OSError):  # an older libseccomp does not know it: then it stays refused
                rules.add_rule(seccomp.ALLOW if action is None else seccomp.ERRNO(action), name)
    for name, *conditions in _allowed_in_part(processes, network):
        rules.add_rule(seccomp.ALLOW, name, *(seccomp.Arg(n, seccomp.MASKED_EQ, mask, v) for n, mask, v in conditions))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _by_name(processes: bool, signals: bool, network: bool) -> Iterator[tuple[int | None, Iterable[str]]]:
    """What happens to calls whatever their arguments: allowed (None) or answered with an error's number at once."""
    opened = {STARTING: processes, SIGNALLING: signals, NETWORK: network}
    yield None, [*ALLOWED, *" ".join(names for names, is_open in opened.items() if is_open).split()]
    yield 0, [*PRETENDED, *(STAYING if processes else ())]
    yield from UNSUPPORTED.items()


def _allowed_in_part(processes: bool, network: bool) -> Iterator[tuple[Any, ...]]:
    """Calls that are allowed with some arguments only: the name and, for each argument, its number, mask and value."""
    yield "clone", (0, CLONE_THREAD | NEW_NAMESPACES, CLONE_THREAD)
    if processes:
        yield "clone", (0, CLONE_PARENT | NEW_NAMESPACES, 0)
    for family in INTERNET if network else ():
        for kind in (STREAM, DATAGRAM):
            yield "socket", (0, WHOLE, family), (1, SOCKET_TYPE, kind)
    for option in range(LARGEST_OPTION) if network else ():
        if option not in BUFFERS:
            yield "setsockopt", (2, WHOLE, option)
    yield "socketpair", (0, WHOLE, LOCAL), (1, SOCKET_TYPE, STREAM)  # a datagram could go to any socket on the disk
    for name in ("prlimit64", "sched_setaffinity"):
        yield name, (0, WHOLE, 0)  # only its own
    for name, number in OPENING.items():
        for mask, value in OPENINGS:
            yield name, (number, mask, value)
    for name, commands in {"ioctl": TERMINAL_QUERIES, "fcntl": DESCRIPTOR_COMMANDS}.items():
        for command in commands:
            yield name, (1, WHOLE, command)
    for option in THREAD_NAME:
        yield "prctl", (0, WHOLE, option)


def restrict(filter_program: bytes) -> None:
    """Leave this process, and what comes of it, the calls that `program` allows. Raises OSError where refused."""
    code = ctypes.create_string_buffer(filter_program, len(filter_program))
    header = struct.pack("HP", len(filter_program) // INSTRUCTION, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.prctl(SET_SECCOMP, FILTER_MODE, header, 0, 0):
        raise OSError(ctypes.get_errno(), f"seccomp: {os.strerror(ctypes.get_errno())}")
