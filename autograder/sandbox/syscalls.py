"""seccomp: the system calls that a notebook needs; the kernel refuses all others with "Operation not permitted".

No process can be started (threads can), no socket opened, no process signalled or looked into.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import tempfile

NO_NEW_PRIVILEGES, SET_SECCOMP, FILTER_MODE = 38, 22, 2  # for prctl
INSTRUCTION = 8  # bytes
CLONE_THREAD = 0x10000
TERMINAL_QUERIES = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIO[N]CLEX

FILES = """
    access chdir chmod close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64 fallocate
    fchdir fchmod fchmodat fcntl fdatasync flock fstat fstatfs fsync ftruncate futimesat getcwd getdents getdents64
    lseek lstat mkdir mkdirat newfstatat open openat openat2 pread64 preadv preadv2 pwrite64 pwritev
    pwritev2 read readahead readlink readlinkat readv rename renameat renameat2 rmdir sendfile stat statfs statx symlink
    symlinkat sync_file_range truncate umask unlink unlinkat utime utimensat utimes write writev
"""
MEMORY = """
    brk get_mempolicy madvise membarrier memfd_create mincore mlock mmap mprotect mremap msync munlock munmap
"""
THREADS_AND_SIGNALS = """
    arch_prctl exit exit_group futex futex_waitv get_robust_list gettid pause prctl restart_syscall rseq rt_sigaction
    rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait sched_get_priority_max
    sched_get_priority_min sched_getaffinity sched_getparam sched_getscheduler sched_setaffinity sched_yield
    set_robust_list set_tid_address sigaltstack signalfd signalfd4 waitid wait4
"""
WAITING_AND_TIME = """
    alarm clock_getres clock_gettime clock_nanosleep epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2
    epoll_wait eventfd eventfd2 getitimer gettimeofday nanosleep poll ppoll pselect6 select setitimer time timer_create
    timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime timerfd_settime times
"""
OWN_CHANNELS = """
    getpeername getsockname getsockopt pipe pipe2 recvfrom recvmsg sendmsg sendto setsockopt shutdown socketpair
"""
ABOUT_ITSELF = """
    capget getcpu getegid geteuid getgid getgroups getpgid getpgrp getpid getppid getpriority getrandom getresgid
    getresuid getrlimit getrusage getsid getuid sysinfo uname
"""
ALLOWED = " ".join([FILES, MEMORY, THREADS_AND_SIGNALS, WAITING_AND_TIME, OWN_CHANNELS, ABOUT_ITSELF]).split()


def program() -> bytes:
    """The filter in the kernel's own form, made once by libseccomp. Raises OSError where that is not installed."""
    try:
        import pyseccomp as seccomp
    except RuntimeError as problem:  # it looks for the C library when it is imported
        raise OSError(str(problem)) from None

    rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    for name in ALLOWED:
        rules.add_rule(seccomp.ALLOW, name)
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags cannot be seen; the C library then uses clone
    rules.add_rule(seccomp.ALLOW, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, CLONE_THREAD, CLONE_THREAD))
    rules.add_rule(seccomp.ALLOW, "prlimit64", seccomp.Arg(0, seccomp.EQ, 0))
    for request in TERMINAL_QUERIES:
        rules.add_rule(seccomp.ALLOW, "ioctl", seccomp.Arg(1, seccomp.EQ, request))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def restrict(filter_program: bytes) -> None:
    """Leave this process, and what comes of it, the calls that `program` allows. Raises OSError where refused."""
    code = ctypes.create_string_buffer(filter_program, len(filter_program))
    header = struct.pack("HP", len(filter_program) // INSTRUCTION, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.prctl(SET_SECCOMP, FILTER_MODE, header, 0, 0):
        raise OSError(ctypes.get_errno(), f"seccomp: {os.strerror(ctypes.get_errno())}")
