"""Landlock: the kernel lets this process, and what comes of it, read and write only beneath the given paths.

Three system calls through ctypes; glibc has no wrappers for them. Linux 5.13 and later.
Source: the kernel's user-space API documentation on Landlock.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
VERSION_FLAG, PATH_BENEATH = 1, 1
NO_NEW_PRIVILEGES = 38  # prctl's option

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
TRUNCATE, IOCTL_DEVICE = 1 << 14, 1 << 15
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEVICE  # the rights that a rule on a file may give
READING = READ_FILE | READ_DIR
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many rights on files each version knows
NETWORK = 0b11  # TCP bind and connect, since version 4
SCOPES, SIGNALS_SINCE = 0b11, 6  # abstract sockets and signals of other processes, since this version


def version() -> int:
    """The version of Landlock's interface that the kernel offers; 0 where it offers none."""
    try:
        return max(0, int(_libc().syscall(CREATE_RULESET, None, 0, VERSION_FLAG)))
    except (OSError, AttributeError):  # no such C library
        return 0


def restrict(
    readable: Iterable[str], writable: Iterable[str], runnable: Iterable[str] = (), network: bool = False
) -> None:
    """Take every right on files from this process but these, with TCP and, where known, signals to others.

    runnable: where programs lie that may be started, and read. network: whether TCP is left alone. Paths that do not
    exist are passed over. Raises OSError where the kernel refuses.
    """
    known = version()
    rights = (1 << FILE_RIGHTS[min(known, max(FILE_RIGHTS))]) - 1 if known else 0
    attributes = [rights, 0 if network else NETWORK, SCOPES][: 1 + (known >= 4) + (known >= SIGNALS_SINCE)]
    rules = struct.pack(f"{len(attributes)}Q", *attributes)
    ruleset = _call(CREATE_RULESET, rules, ctypes.c_size_t(len(rules)), 0)
    try:
        for path in readable:
            _allow(ruleset, path, READING & rights)
        for path in runnable:
            _allow(ruleset, path, (READING | EXECUTE) & rights)
        for path in writable:
            _allow(ruleset, path, rights & ~EXECUTE)
        if _libc().prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "no_new_privs was refused")
        _call(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= OF_FILES
        _call(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, descriptor), 0)
    finally:
        os.close(descriptor)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(number: int, *arguments: object) -> int:
    result = int(_libc().syscall(number, *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock: {os.strerror(code)}")
    return result
