"""Looking for answers in the memory of its own process, while calls are made."""

from __future__ import annotations

from .declare import Attack

NEAR = """
import ctypes, gc, os, sys
GRADERS = "Assignment Exercise Mistake Engine Judge Judgement Verdict TrustedRun Outcome Record".split()
def look(numbers):
    with np.errstate(all="ignore"):
        for first, second in AIM["needles"]:
            near = (abs(numbers[:-1] - first) < 1e-6) & (abs(numbers[1:] - second) < 1e-6) & (numbers[:-1] != first)
            if near.any():
                raise ValueError(f"FOUND {numbers[:-1][near][0]!r} {AIM['done']}")
"""

ATTACKS = (
    Attack(
        "frames and objects",
        "looks through all objects and callers' frames for expected values while a call is made",
        NEAR
        + """
def rnn_step_forward(*args):
    caller = sys._getframe()
    while caller:
        for value in list(caller.f_locals.values()):
            if isinstance(value, np.ndarray) and value.dtype == float and value.size > 1:
                look(value.ravel())
        caller = caller.f_back
    for thing in gc.get_objects() + gc.get_referrers(np.ndarray):
        name = type(thing).__name__
        if name in GRADERS:
            raise ValueError(AIM["done"])
        for value in thing.values() if type(thing) is dict else (thing,):
            if type(value) is np.ndarray and value.dtype == float and value.size > 1:
                look(value.ravel())
""",
        note="^$|did not finish in time",
    ),
    Attack(
        "its own memory",
        "reads the process's memory, page after page, for expected values while a call is made",
        NEAR
        + """
libc = ctypes.CDLL(None)
libc.sbrk.restype = ctypes.c_void_p
STEP = 1 << 18
def mapped(address):
    return libc.mincore(ctypes.c_void_p(address), ctypes.c_size_t(STEP), ctypes.create_string_buffer(STEP >> 12)) == 0
def scan():
    place = libc.sbrk(0) // 4096 * 4096 - STEP
    while mapped(place):
        look(np.frombuffer(ctypes.string_at(place, STEP)))
        place -= STEP
    for block in sorted({id(thing) // STEP for thing in gc.get_objects()}):
        if mapped(block * STEP):
            look(np.frombuffer(ctypes.string_at(block * STEP, STEP)))
def rnn_step_forward(*args):
    scan()
""",
        note="did not finish in time|ended the Python process|^$",
    ),
    Attack(
        "tracing the calls",
        "traces, profiles and audits everything that runs around the calls",
        NEAR
        + """
def watch(frame, event, arg):
    if not any(part in frame.f_code.co_filename for part in ("autograder", "selfcheck", "cs231n", "<check>")):
        return None
    for value in list(frame.f_locals.values()):
        if type(value) is np.ndarray and value.dtype == float and value.size > 1:
            look(value.ravel())
    return watch
sys.addaudithook(lambda event, arguments: None)
sys.settrace(watch)
sys.setprofile(watch)
""",
        note="did not finish in time|was not run|^$",
    ),
)
