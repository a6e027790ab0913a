"""Looking for answers and secrets: on the disk, in the environment, in other processes."""

from __future__ import annotations

from .declare import Attack

NO_FILE_RULES = "nothing keeps this level's code from what the grader's user may read"
NO_CALL_RULES = "nothing keeps this level's code from the system calls that the grader's user may make"
OPEN_PROJECT = "this level's code may import whatever the grader's user may read"
NAMES = "Landlock guards what a file holds, not whether it is there and how large it is"

ATTACKS = (
    Attack(
        "the course's files",
        "opens source, exercises, solutions, gradebook, another submission, a private key, by full and relative paths",
        """
import glob, os
found = [*AIM["files"], "/etc/shadow", os.path.expanduser("~root/.ssh/id_rsa")]
found += [os.path.relpath(path) for path in AIM["files"]]
found += glob.glob("../**/*.db", recursive=True) + glob.glob(AIM["course"] + "/**/*.ipynb", recursive=True)
for path in found:
    try:
        print(path, open(path, errors="replace").read()[-200:])
    except OSError as problem:
        print(path, problem)
""",
        process=NO_FILE_RULES,
    ),
    Attack(
        "the way up",
        "walks up from the working folder, and lists the disk from its root",
        """
import os
place = os.getcwd()
while place != "/":
    place = os.path.dirname(place)
    try:
        print(place, os.listdir(place))
    except OSError as problem:
        print(place, problem)
for folder, folders, files in os.walk(AIM["course"]):
    for name in files:
        if name.endswith((".db", ".py")):
            print(open(os.path.join(folder, name), errors="replace").read()[-100:])
""",
        process=NO_FILE_RULES,
    ),
    Attack(
        "links to what is outside",
        "makes symbolic and hard links in its folder and reads and writes through them",
        """
import os
for number, path in enumerate(AIM["files"]):
    for make in (os.symlink, os.link):
        name = f"link{number}{make.__name__}"
        try:
            make(path, name)
            print(open(name).read()[-200:])
        except OSError as problem:
            print(problem)
os.symlink("/", "root")
try:
    print(os.listdir("root"))
except OSError as problem:
    print(problem)
""",
        process=NO_FILE_RULES,
    ),
    Attack(
        "what is there at all",
        "asks for the size and time of files that it cannot open",
        """
import os
try:
    os.stat(AIM["victim"]); print(AIM["done"])
except OSError as problem:
    print(problem)
""",
        process=NO_FILE_RULES,
        container=NAMES,
    ),
    Attack(
        "the environment",
        "prints the environment, its own and the one that its process was started with",
        """
import os
print(dict(os.environ))
for pid in ("self", os.getppid()):
    try:
        print(open(f"/proc/{pid}/environ").read().replace("\\0", "\\n"))
    except OSError as problem:
        print(problem)
""",
    ),
    Attack(
        "other processes in /proc",
        "reads the environment, the command line, the open files and the working folder of every process",
        """
import os
for pid in [AIM["process"], AIM["grader"], os.getppid(), 1]:
    for name in ("environ", "cmdline", "maps", "stack"):
        try:
            print(open(f"/proc/{pid}/{name}", "rb").read().replace(b"\\0", b"\\n").decode(errors="replace")[:20_000])
        except OSError as problem:
            print(problem)
""",
        process=NO_CALL_RULES,
        depends=True,
    ),
    Attack(
        "memory of other processes",
        "reads the memory of another process of the same user through /proc",
        """
import os, re
def scan(pid):
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
        for line in maps:
            if "rw-p" in line and "[v" not in line:
                start, end = (int(part, 16) for part in line.split()[0].split("-"))
                memory.seek(start)
                content = memory.read(min(end - start, 1 << 24))
                for match in re.finditer(AIM["secret"].encode() + rb"-[0-9a-f]{32}", content):
                    print(match[0].decode())
for pid in (AIM["process"], os.getppid()):
    try:
        scan(pid)
    except OSError as problem:
        print(problem)
""",
        process=NO_CALL_RULES,
        depends=True,
    ),
    Attack(
        "process_vm_readv",
        "reads the memory of another process by system call",
        """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
room = ctypes.create_string_buffer(64)
class Part(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
here = Part(ctypes.addressof(room), 64)
for pid in (AIM["process"], os.getppid(), AIM["grader"]):
    there = Part(ctypes.addressof(room), 64)
    read = libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    print(pid, read, ctypes.get_errno())
    if read > 0 or ctypes.get_errno() == 14:
        print(AIM["done"])
""",
        process=NO_CALL_RULES,
        depends=True,
    ),
    Attack(
        "ptrace",
        "attaches to another process, to its zygote and to the grader",
        """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for pid in (AIM["process"], os.getppid()):
    if libc.ptrace(16, pid, None, None) == 0:
        os.waitpid(pid, 0x40000000)
        print(AIM["done"], libc.ptrace(17, pid, None, None))
    print(pid, os.strerror(ctypes.get_errno()))
""",
        process=NO_CALL_RULES,
        depends=True,
    ),
    Attack(
        "the grader's modules",
        "imports the exercises, the judge and the solutions",
        """
import importlib, sys
folders = ("", "/exercises", "/solutions", "/solutions/" + AIM["assignment"])
sys.path[:0] = [AIM[root] + folder for root in ("project", "course") for folder in folders]
def load(*names):
    for name in names:
        try:
            importlib.import_module(name)
            print(name, AIM["done"])
        except (ImportError, OSError) as problem:
            print(problem)
load("solutions." + AIM["assignment"] + ".rnn_layers", "rnn_layers", "autograder.spec", "autograder.assignment")
# %%
load("autograder.judging.judge", "exercises." + AIM["assignment"] + ".rnn_step_forward")
# %%
load(AIM["assignment"], AIM["assignment"] + ".rnn_step_forward")
""",
        process=OPEN_PROJECT,
    ),
    Attack(
        "the grader's own files",
        "opens the exercises, the reference, the solved notebooks and the judge of this grader; lists their folders",
        """
import os
for path in AIM["hidden"]:
    for look in (os.listdir, open):
        try:
            look(path)
            print(path, AIM["done"])
        except OSError as problem:
            print(problem)
""",
        process=NO_FILE_RULES,
    ),
    Attack(
        "inherited descriptors",
        "reads and lists everything that it finds open",
        """
import os, socket, stat
for number in range(3, 256):
    try:
        kind = stat.S_IFMT(os.fstat(number).st_mode)
    except OSError:
        continue
    if kind == stat.S_IFDIR:
        print(os.listdir(number), AIM["done"])
    elif kind == stat.S_IFREG:
        print(os.pread(number, 1 << 20, 0)[-300:])
    elif kind == stat.S_IFSOCK and socket.socket(fileno=os.dup(number)).family != socket.AF_UNIX:
        print(AIM["done"])
""",
    ),
    Attack(
        "open by handle",
        "opens a file by its number on the disk, past all folders (the way out of many containers)",
        """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
handle = (ctypes.c_uint32 * 34)(128)
mount = ctypes.c_int()
if libc.name_to_handle_at(-100, os.fsencode(AIM["victim"]), handle, ctypes.byref(mount), 0) == 0:
    number = libc.open_by_handle_at(os.open("/", os.O_RDONLY), handle, os.O_RDONLY)
    if number >= 0:
        print(os.pread(number, 100, 0))
print(os.strerror(ctypes.get_errno()))
""",
    ),
    Attack(
        "shared memory",
        "lists and opens shared memory of System V and POSIX",
        """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
if libc.shmget(0, 4096, 0o1600) >= 0 or libc.semget(0, 1, 0o1600) >= 0 or libc.msgget(0, 0o1600) >= 0:
    print(AIM["done"])
print(os.strerror(ctypes.get_errno()))
try:
    print(os.listdir("/dev/shm"), AIM["done"])
except OSError as problem:
    print(problem)
""",
        process=NO_CALL_RULES,
    ),
)
