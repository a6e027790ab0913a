"""Forging on the wire: the code finds the socket to the grader and writes its own frames on it."""

from __future__ import annotations

from .declare import Attack, Elsewhere

DIES = r"ended the Python process|did not finish"
FIND = """
import json, os, stat, struct, sys, threading, time
def socket_to_the_grader():
    for number in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                return number
        except OSError:
            continue
def frame(header, body=b""):
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack(">II", len(head), len(body)) + head + body
def nonce():
    caller = sys._getframe()
    while "request" not in caller.f_locals or "nonce" not in caller.f_locals["request"]:
        caller = caller.f_back
    return caller.f_locals["request"]["nonce"]
def write(data):
    data = memoryview(data)
    while data:
        data = data[os.write(wire, data):]
wire = socket_to_the_grader()
full = {"outputs": [], "problems": {}, "right": True, "fraction": 1.0, "marks": 60.0, "status": "graded"}
"""


def _attack(name: str, tries: str, code: str, note: str = DIES, **more: object) -> Attack:
    return Attack(name, tries, FIND + code, note=note, costs=True, **more)


ATTACKS = (
    _attack(
        "a frame with the right nonce",
        "answers before the child does, with the nonce it finds in the caller's frames, and with marks",
        """
def rnn_step_forward(*args):
    write(frame({**full, "nonce": nonce()}))
""",
    ),
    _attack("a frame with a wrong nonce", "answers ahead with a guess", 'write(frame({**full, "nonce": "0" * 16}))'),
    _attack("frames ahead of time", "leaves a thousand answers in the socket", "write(frame(full) * 1000)"),
    _attack(
        "an oversized header", "declares a header of 4 GB", 'write(struct.pack(">II", 0xFFFFFFFF, 0) + b"{" * 9999)'
    ),
    _attack("an oversized body", "declares arrays of 4 GB", 'write(struct.pack(">II", 2, 0xFFFFFFFF) + b"{}")'),
    _attack(
        "a torn frame",
        "sends a part of a frame, then nothing",
        'write(struct.pack(">II", 90, 1 << 20) + b"{"); time.sleep(99)',
        endless=True,
    ),
    _attack(
        "a frame byte by byte",
        "sends a frame so slowly that it never ends",
        """
for byte in struct.pack(">II", 1 << 20, 0) + b" " * 10**6:
    os.write(wire, bytes([byte])); time.sleep(0.05)
""",
        endless=True,
    ),
    _attack(
        "a bomb in the header",
        "sends JSON that is small on the wire and large in memory, or too deep",
        """
def rnn_step_forward(*args):
    for text in (b'{"a":[' + b"{}," * (2 << 20) + b"{}]}", b"[" * 10**6, b'{"a":' + b"9" * 10**6 + b"}"):
        write(frame(text))
""",
    ),
    _attack(
        "a bomb in the body",
        "sends safetensors headers that lie about sizes, and a zipped npz and a pickle in their place",
        """
import io, pickle
packed = io.BytesIO()
np.savez_compressed(packed, dx=np.zeros(1 << 22))
head = json.dumps({"dx": {"dtype": "F64", "shape": [1 << 40], "data_offsets": [0, 1 << 43]}}).encode()
class Run:
    def __reduce__(self):
        return os.system, ("touch " + AIM["victim"],)
bodies = [packed.getvalue(), pickle.dumps(Run()), struct.pack("<Q", len(head)) + head, struct.pack("<Q", 1 << 62)]
def rnn_step_forward(x, *args):
    write(frame({**full, "nonce": nonce()}, bodies[x.size % len(bodies)]))
""",
    ),
    _attack(
        "a flood of frames",
        "sends as much as it can, in frames that are allowed",
        "text = frame({**full, 'outputs': [{'output_type': 'stream', 'name': 'stdout', 'text': 'x' * (30 << 20)}]})\n"
        "while True: write(text)",
    ),
    Attack(
        "a flood of answers",
        "answers each cell with the right nonce and 30 MB of outputs, to fill the grader's memory",
        """
from autograder.sandbox import child
big = [{"output_type": "stream", "name": "stdout", "text": "x" * (30 << 20)}]
child.Student.answers = lambda self, request, arrays: [({"outputs": big}, {})]
"""
        + "# %%\n1\n" * 4,
        note="was not run",
        costs=True,
    ),
    Attack(
        "odd fields",
        "answers with the right nonce and fields of every wrong type, as a patched child may",
        """
from autograder.sandbox import child
odd = [None, 5, "x", [], {}, [[1]], {"a": {}}, True, -1e999, "\\ud800", {"text": {"x": 1}}]
odd += [{"reason": ["RAISED"]}, {"reason": "__class__"}, {"reason": "RIGHT", "exception": {}, "sentence": []}]
turn = iter(range(10**9))
def forge(self, request, arrays):
    for _ in () if request["op"] in ("keep", "load") else request.get("calls", "1"):
        thing = odd[next(turn) % len(odd)]
        body = {name: np.zeros((0, 3)) for name in ("next_h", "dx")} if next(turn) % 3 else {}
        fields = dict.fromkeys(("problems", "stop", "fate", "refused", "changed"), thing)
        yield {"outputs": [thing, {"output_type": thing}, thing], **fields}, body
child.Student.answers = forge
# %%
1
# %%
2
""",
        costs=True,
    ),
    Attack(
        "arrays of every type",
        "answers with arrays of each type and shape that the format knows, named like the outputs",
        """
from autograder.sandbox import child
names = ("next_h dx dprev_h dWx dWh db h dh0 out dW loss").split()
kinds = [np.float16, np.float32, np.int8, np.uint64, np.bool_, np.float64, np.int64]
shapes = [(), (0,), (1,), (3, 4), (3, 1, 4), (2,) * 12]
turn = iter(range(10**9))
def forge(*args):
    n = next(turn)
    value = [0, 1, 2**31, np.iinfo(np.int8).max][n % 4]
    with np.errstate(all="ignore"):
        array = np.full(shapes[n % len(shapes)], value, float).astype(kinds[n % len(kinds)])
    return {"problems": {}}, {name: array for name in names}
child.make_call = forge
""",
        costs=True,
    ),
    Elsewhere(
        "questions for answers",
        "asks for its own exercise's values, for unrelated ones, keeps answers for later, asks without end",
        "tests/sandbox/test_asking.py",
    ),
)
