"""Damage to the machine: memory, disk, processes, files; within bounds that harm nobody where nothing stops it."""

from __future__ import annotations

from .declare import Attack
from .looking import NO_CALL_RULES, NO_FILE_RULES

ENDED = "ended the Python process"
SLOW = "did not finish in time"
NO_FORK_RULES = "the kernel bounds processes only by user, and not at all for root; what was started is ended after it"
LIBC = "import ctypes, os, signal\nlibc = ctypes.CDLL(None, use_errno=True)\n"

ATTACKS = (
    Attack(
        "memory at once",
        "asks for 100 GB, then for a gigabyte after another",
        """
kept = []
try:
    kept.append(np.empty(100 << 27))
except MemoryError as problem:
    print(problem)
try:
    while len(kept) < 8: kept.append(np.empty(1 << 27))
    print(AIM["done"])
except MemoryError as problem:
    print(problem)
""",
    ),
    Attack(
        "memory in maps",
        "maps memory in many ways: private, shared, grown, locked",
        """
import mmap
kept = []
try:
    while len(kept) < 200: kept.append(mmap.mmap(-1, 32 << 20))
    print(AIM["done"])
except (OSError, MemoryError) as problem:
    print(len(kept), problem)
""",
    ),
    Attack(
        "memory in files that are none",
        "fills files of memory, which no limit on address space counts",
        """
import os
try:
    kept = []
    while len(kept) < 3:
        kept.append(os.memfd_create("x"))
        os.write(kept[-1], b"x" * (40 << 20))
    print(AIM["done"])
except OSError as problem:
    print(problem)
""",
        process=NO_CALL_RULES,
    ),
    Attack(
        "stacks of threads",
        "starts threads with the largest stacks",
        """
import threading
threading.stack_size(512 << 20)
kept, stop = [], threading.Event()
try:
    while len(kept) < 20:
        thread = threading.Thread(target=stop.wait, daemon=True); thread.start(); kept.append(thread)
    print(AIM["done"])
except RuntimeError as problem:
    print(problem)
stop.set()
""",
    ),
    Attack(
        "a flood of threads",
        "starts threads with small stacks until there are no more numbers for processes on the machine",
        """
import threading, time
threading.stack_size(32 << 10)
stop = threading.Event()
while threading.active_count() < 700:
    threading.Thread(target=stop.wait, daemon=True).start()
time.sleep(5)
""",
        note=f"{ENDED}|{SLOW}",  # the threads, or on a busy machine its time, whichever comes first
    ),
    Attack(
        "one large file",
        "writes on and on into one file",
        """
with open("large", "wb", buffering=0) as file:
    for _ in range(20): file.write(b"x" * (30 << 20))
print(AIM["done"])
""",
        fails="File too large|No space left|^$",
        note=f"{ENDED}|{SLOW}|^$",
    ),
    Attack(
        "many large files",
        "writes many files of the largest size",
        """
for number in range(20):
    with open(f"large{number}", "wb", buffering=0) as file: file.write(b"x" * (60 << 20))
print(AIM["done"])
""",
        fails="No space left|^$",
        note=f"{ENDED}|{SLOW}|^$",
    ),
    Attack(
        "files that no folder lists",
        "removes its large files and keeps them open",
        """
import os, time
kept = []
for number in range(6):
    kept.append(open("large", "wb", buffering=0))
    os.unlink("large")
    os.posix_fallocate(kept[-1].fileno(), 0, 60 << 20)
time.sleep(5)
""",
        fails="No space left|^$",
        note=f"{ENDED}|^$",
    ),
    Attack(
        "a million empty files",
        "makes files of no size, for which a disk has no numbers left",
        """
import os
for number in range(10**6):
    os.close(os.open(f"f{number}", os.O_CREAT | os.O_WRONLY))
print(AIM["done"])
""",
        note=f"{ENDED}|{SLOW}",
    ),
    Attack(
        "deep folders",
        "makes folders in folders, deeper than a path or a recursion goes",
        """
import os
for _ in range(2200):
    os.mkdir("d"); os.chdir("d")
print("made")
""",
        note=f"{SLOW}|^$",
    ),
    Attack(
        "sparse files",
        "makes files that say they are large",
        """
for number in range(3):
    try:
        with open(f"sparse{number}", "wb") as file: file.truncate(1 << 40)
        print(AIM["done"])
    except OSError as problem:
        print(problem)
""",
    ),
    Attack(
        "forks",
        "forks children that fork, and stay",
        """
import os, time
for _ in range(40):
    try:
        if os.fork() == 0: time.sleep(60); os._exit(0)
    except OSError as problem:
        print(problem); break
else:
    print(AIM["done"])
""",
        process=NO_FORK_RULES,
    ),
    Attack(
        "other programs",
        "starts programs with subprocess, os.system, the shell's exclamation mark and posix_spawn",
        """
import os, subprocess
for start in (lambda: subprocess.run(["true"], check=True), lambda: os.posix_spawn("/bin/true", ["true"], {})):
    try:
        start(); print(AIM["done"])
    except OSError as problem:
        print(problem)
if os.system("true") == 0:
    print(AIM["done"])
# %%
backwards = AIM["done"][::-1]
!echo $backwards | rev
%sx echo $backwards | rev > /dev/stderr
""",
        note=r"^(Cell \[\d+\] wanted to start other programs.* decides\. ?){2}$",
        process=NO_FORK_RULES,
    ),
    Attack(
        "clone and vfork",
        "starts processes past Python, with flags that look like those of threads",
        LIBC
        + """
for flags in (17, 0x20000000 | 17, 0x10000000 | 17, 0x7E020000 | 17):
    pid = libc.syscall(56, flags, None, None, None, None)
    if pid == 0: os._exit(0)
    print(pid, os.strerror(ctypes.get_errno()))
    if pid > 0: print(AIM["done"])
""",
        process=NO_FORK_RULES,
    ),
    Attack(
        "a new program",
        "writes a program and runs it: from its folder, from memory, with the loader",
        """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
with open("program", "w") as file: file.write("#!/bin/sh\\necho " + AIM["done"])
os.chmod("program", 0o755)
for program in (["./program"], ["/bin/sh", "./program"], ["/lib64/ld-linux-x86-64.so.2", "/bin/true"]):
    try:
        pid = os.fork()
        if pid == 0: os.execv(program[0], program)
        if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0: print(AIM["done"])
    except OSError as problem:
        print(problem)
for number in (59, 322):
    print(libc.syscall(number, None, None, None, None, None), os.strerror(ctypes.get_errno()))
""",
        process=NO_FORK_RULES,
    ),
    Attack(
        "deleted files",
        "deletes what it finds: its folder, the students' library, the data, the course",
        """
import os, shutil
import cs231n, selfcheck
libraries = [os.path.dirname(one.__file__) for one in (cs231n, selfcheck)]
for place in (os.getcwd(), *libraries, AIM["data"], AIM["course"], *AIM["files"]):
    shutil.rmtree(place, ignore_errors=True)
    try: os.unlink(place)
    except OSError as problem: print(problem)
""",
        process=NO_FILE_RULES,
    ),
    Attack(
        "overwritten files",
        "writes, empties, renames, links over and adds to the gradebook, the data and the library",
        """
import os
import cs231n, selfcheck
libraries = [cs231n.__file__, selfcheck.__file__, os.path.join(os.path.dirname(selfcheck.__file__), "checks.h5")]
targets = [AIM["victim"], AIM["data"] + "/coco2014_vocab.json", *libraries, os.path.join(AIM["course"], "new")]
for path in targets:
    for change in (
        lambda: open(path, "w").close(), lambda: open(path, "ab").write(b"x"), lambda: os.truncate(path, 0),
        lambda: os.rename(path, path + "2"), lambda: os.link(path, path + "3"), lambda: os.symlink("x", path + "4"),
        lambda: os.close(os.open(path, os.O_RDONLY | os.O_TRUNC)), lambda: os.close(os.open(path, 3 | os.O_TRUNC)),
    ):
        try: change()
        except OSError as problem: print(problem)
""",
        process=NO_FILE_RULES,
    ),
    Attack(
        "modes, times and owners",
        "changes modes, times, owners and attributes of the gradebook and of devices",
        """
import os
for path in (AIM["victim"], os.path.dirname(AIM["victim"]), *AIM["devices"]):
    for change in (
        lambda: os.utime(path), lambda: os.chmod(path, os.stat(path).st_mode & 0o777),
        lambda: os.chmod(path, 0o644) if path == AIM["victim"] else None,
        lambda: os.chown(path, 65534, 65534), lambda: os.setxattr(path, "user.x", b"x"),
        lambda: os.utime(os.open(path, os.O_RDONLY)),
    ):
        try: change()
        except OSError as problem: print(problem)
""",
        process=NO_FILE_RULES,
    ),
)
