"""Damage to other processes and to the clock of later students: signals, loops, limits, state that stays."""

from __future__ import annotations

from .damage import ENDED, SLOW
from .declare import Attack
from .looking import NO_CALL_RULES, NO_FILE_RULES

SHARED = "at this level the students' library and the settings that its processes read lie where they can be changed"

ATTACKS = (
    Attack(
        "killed processes",
        "kills another process, its zygote, the grader and everyone; the last only where nothing stopped the first",
        """
import os, signal
def kill(pid, number=signal.SIGKILL):
    try:
        os.kill(pid, number); return True
    except OSError as problem:
        print(pid, problem); return False
if not kill(AIM["process"]):
    for pid in (os.getppid(), AIM["grader"], 1): kill(pid)
    if not kill(-1, 0): kill(-1)
""",
        process=NO_CALL_RULES,
    ),
    Attack(
        "a killed zygote",
        "kills the process that all children come from",
        "import os, signal; os.kill(os.getppid(), signal.SIGKILL)",
        fails="not permitted",
        process="the zygote belongs to the same user; the grader sees it and stops with a sentence",
    ),
    Attack(
        "stopped processes",
        "stops another process, and its zygote if that worked not",
        """
import os, signal
try:
    os.kill(AIM["process"], signal.SIGSTOP)
except OSError:
    os.kill(os.getppid(), signal.SIGSTOP)
""",
        fails="not permitted",
        process=NO_CALL_RULES,
    ),
    Attack(
        "signals that a descriptor sends",
        "lets the kernel send SIGKILL to another process when its own socket is written to",
        """
import fcntl, os, signal, socket, time
one, other = socket.socketpair()
fcntl.fcntl(one, fcntl.F_SETOWN, AIM["process"])
fcntl.fcntl(one, 10, signal.SIGKILL)
fcntl.fcntl(one, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
other.send(b"x")
time.sleep(0.1)
""",
        fails="not permitted",
        process=NO_CALL_RULES,
    ),
    Attack(
        "a loop that ignores signals",
        "ignores and blocks every signal and swallows every exception",
        """
import signal
for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP, 32, 33}:
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
while True:
    try:
        while True: pass
    except BaseException: pass
""",
        note=SLOW,
        endless=True,
    ),
    Attack("a loop in C", "spins in C, where Python looks at no signal", "sum(iter(int, 1))", note=SLOW, endless=True),
    Attack(
        "a thread that holds the interpreter",
        "starts a loop in C while the grader waits for a call",
        """
import threading, time
threading.Timer(0.1, sum, [iter(int, 1)]).start()
def rnn_step_forward(*args):
    time.sleep(0.3)
""",
        note=f"{SLOW}|{ENDED}|was not run",
        costs=True,
        endless=True,
    ),
    Attack(
        "code that runs at the end",
        "holds on with atexit, finalizers, signal handlers, traces and threads that are no daemons",
        """
import atexit, signal, sys, threading, time, weakref
def hold(*args):
    while True: time.sleep(1)
class Thing: __del__ = hold
atexit.register(hold)
weakref.finalize(Thing, hold)
kept = Thing()
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1): signal.signal(number, hold)
threading.Thread(target=hold).start()
threading.setprofile(hold)
""",
    ),
    Attack(
        "closed descriptors",
        "closes every descriptor, the grader's socket too",
        "import os; os.closerange(0, 1 << 16)",
        note=ENDED,
    ),
    Attack(
        "used up descriptors",
        "opens files until none can be opened",
        """
kept = []
try:
    while len(kept) < 5000: kept.append(open("/dev/null"))
    print(AIM["done"])
except OSError as problem:
    print(len(kept), problem)
""",
        note=f"{ENDED}|^$",
        costs=True,
    ),
    Attack(
        "raised limits",
        "raises its own limits and lowers those of others",
        """
import resource
for kind in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU, resource.RLIMIT_NOFILE):
    for change in (
        lambda: resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)),
        lambda: resource.prlimit(0, kind, (1 << 40, 1 << 40)),
    ):
        try:
            change(); print(AIM["done"])
        except (ValueError, OSError) as problem: print(problem)
try:
    resource.prlimit(AIM["process"], resource.RLIMIT_NOFILE, (0, 0)); print(AIM["done"])
except OSError as problem: print(problem)
""",
        process=NO_CALL_RULES,
    ),
    Attack(
        "priorities and processors",
        "binds other processes to one processor, lowers their priority, raises its own",
        """
import os
for pid in (AIM["process"], os.getppid()):
    for change in (
        lambda: os.sched_setaffinity(pid, {min(os.sched_getaffinity(0))}),
        lambda: os.setpriority(os.PRIO_PROCESS, pid, 10),
        lambda: os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0)),
    ):
        try: change()
        except OSError as problem: print(problem)
""",
        process=NO_CALL_RULES,
    ),
    Attack(
        "outliving the grader",
        "takes back that it ends with its parent, and makes itself invisible to it",
        """
import ctypes
libc = ctypes.CDLL(None)
if libc.prctl(1, 0, 0, 0, 0) == 0 or libc.prctl(4, 0, 0, 0, 0) == 0:
    print(AIM["done"])
""",
        process=NO_CALL_RULES,
    ),
    Attack(
        "clocks",
        "replaces Python's clocks and the functions that wait, so that no time seems to pass",
        """
import time, signal, select, socket
time.monotonic = time.time = time.perf_counter = lambda: 0.0
time.sleep = lambda *args: None
socket.socket.settimeout = lambda *args: None
signal.setitimer(signal.ITIMER_REAL, 0)
signal.signal(signal.SIGINT, signal.SIG_IGN)
while True: pass
""",
        note=SLOW,
        endless=True,
    ),
    Attack(
        "a flood of output",
        "prints, displays and writes to the descriptors without end",
        """
import os, sys
from IPython.display import display, HTML
for _ in range(100):
    print("x" * 20_000); sys.stderr.write("y" * 20_000); display(HTML("z" * 200_000))
try:
    while True: os.write(1, b"x" * (1 << 20)); os.write(2, b"x" * (1 << 20))
except OSError as problem:
    print(problem)
""",
    ),
    Attack(
        "state of the process",
        "changes warnings, errors, seeds, environment, working folder, umask, locale, limits of recursion",
        """
import gc, os, random, sys, time, warnings, builtins, locale, matplotlib
warnings.simplefilter("error"); np.seterr(all="raise"); np.random.seed(0); random.seed(0)
os.environ["COCO_CAPTIONING_DIR"] = "/nowhere"; os.environ["PYTHONSTARTUP"] = "/tmp/x"; os.chdir("/"); os.umask(0)
sys.setrecursionlimit(50_000); sys.path.insert(0, "/tmp"); gc.disable(); sys.setswitchinterval(5)
carried_over = builtins.carried_over = True; np.carried_over = True; np.set_printoptions(precision=1)
matplotlib.rcParams["figure.dpi"] = 7; os.environ.clear(); time.sleep = None
import cs231n, selfcheck; cs231n.carried_over = selfcheck.carried_over = True
""",
        costs=True,
    ),
    Attack(
        "files for the next student",
        "leaves files in /tmp, /dev/shm, the home, the environment's packages and beside the course",
        """
import os
homes = [os.path.expanduser("~"), os.environ["IPYTHONDIR"], os.environ["MPLCONFIGDIR"], *AIM["places"], "."]
names = [AIM["tag"], AIM["tag"] + ".pth", AIM["tag"] + ".py", "matplotlibrc", ".pythonrc", "ipython_config.py"]
for home in homes:
    for name in names if home in homes[:3] else names[:3]:
        try: open(os.path.join(home, name), "w").write("# left\\n")
        except OSError as problem: print(problem)
""",
        process=NO_FILE_RULES,
    ),
    Attack(
        "a poisoned library",
        "rewrites the students' library and its compiled files for those who come after",
        """
import glob, os
import cs231n, selfcheck
for folder in (os.path.dirname(one.__file__) for one in (cs231n, selfcheck)):
    for path in glob.glob(folder + "/*.*") + glob.glob(folder + "/__pycache__/*"):
        try: open(path, "ab").write(b"\\n# changed\\n")
        except OSError as problem: print(problem)
""",
        process=SHARED,
    ),
    Attack(
        "devices and pipes",
        "makes device files, named pipes and sockets in its folder",
        """
import os, stat
for name, kind, device in (("disk", stat.S_IFBLK, os.makedev(254, 0)), ("memory", stat.S_IFCHR, os.makedev(1, 1))):
    try:
        os.mknod(name, 0o600 | kind, device); print(AIM["done"])
    except OSError as problem: print(problem)
""",
    ),
)
