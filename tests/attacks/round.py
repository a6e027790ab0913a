"""The look round of the next student's submission: whatever an earlier one could have left shows in what it prints."""

from __future__ import annotations

from collections.abc import Sequence

LOOK_ROUND = """
import builtins, gc, hashlib, locale, os, random, re, resource, signal, sys, threading, time, warnings
import h5py, importlib, matplotlib

def told(*things):
    for thing in things:
        print(re.sub("grading-[a-z0-9_]{8}", "grading", str(thing)))

def listing(folder):
    try:
        return sorted(os.listdir(folder))
    except OSError as problem:
        return type(problem).__name__

def digest(names):
    return hashlib.sha256(repr(sorted(names)).encode()).hexdigest()[:16]

told(os.getcwd(), sorted(os.environ.items()), sys.path, len(sys.argv))
told(*(sorted((folder, sorted(folders), sorted(files)) for folder, folders, files in os.walk("."))))
told(digest(sys.modules), digest(vars(builtins)), digest(vars(np)))
libraries = [importlib.import_module(name) for name in LIBRARIES]
told(*(digest(dir(library)) for library in libraries))
walks = [walk for library in libraries for walk in sorted(os.walk(os.path.dirname(library.__file__)))]
for folder, _, files in walks:
    for name in sorted(files):
        with open(os.path.join(folder, name), "rb") as file:
            content = file.read()
        if b"grading-" in content:  # a search is many times as fast as the pattern, and the checks are megabytes
            content = re.sub(rb"grading-[a-z0-9_]{8}", b"grading", content)
        told(hashlib.sha256(content).hexdigest()[:16] + " " + name)
told(np.geterr(), len(warnings.filters), np.get_printoptions(), locale.getlocale(), random.getstate()[0])
told({kind: resource.getrlimit(kind) for kind in range(16)})
told(os.sched_getaffinity(0), os.getpriority(os.PRIO_PROCESS, 0), os.umask(0o22), threading.active_count())
told([signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGALRM, signal.SIGUSR1)], signal.getitimer(0))
told(listing(os.environ["IPYTHONDIR"]), listing(os.environ["MPLCONFIGDIR"]), listing(os.environ["HOME"]))
told(sys.gettrace(), sys.getprofile(), sys.getrecursionlimit(), sys.getswitchinterval(), gc.isenabled())
told(matplotlib.rcParams["figure.dpi"], matplotlib.get_backend(), get_ipython().user_ns.get("carried_over"))
told(abs(time.time() - os.stat(".").st_mtime) < 3600, time.monotonic.__module__, np.max.__module__)
told(len(get_ipython().ast_transformers), len(get_ipython().input_transformers_post))
told({name: len(one) for name, one in get_ipython().events.callbacks.items()})
"""


def look_round(libraries: Sequence[str]) -> str:
    """The cell's code. libraries: that students can import and must not change."""
    return f"LIBRARIES = {libraries!r}\n{LOOK_ROUND}"
