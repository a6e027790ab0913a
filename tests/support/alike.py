"""A class in which twelve answers are wrong in four ways that nothing explains, no two of them written alike."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.assignment import Assignment, load
from autograder.building.submissions import fill_in
from autograder.cli import main
from tests.support import warm_nbgrader
from tests.support.house import ROOT

EXAMPLE, NAME = ROOT / "docs" / "examples" / "line_fitting", "line_fitting"
RIGHT = "def predict(X, W, b):\n    return X @ W + b\n"
ALIKE = {  # by the exercise and the way in which it is wrong
    ("predict", "bias squared"): [
        "def predict(X, W, b):\n    return X @ W + b**2\n",
        "def predict(inputs, weights, bias):\n    out = np.zeros((len(inputs), len(bias)))\n"
        "    for n in range(len(inputs)):\n        for k in range(len(bias)):\n"
        "            out[n, k] = bias[k] * bias[k]\n            for d in reversed(range(inputs.shape[1])):\n"
        "                out[n, k] += inputs[n, d] * weights[d, k]\n    return out\n",
        "def predict(X, W, b):\n    return np.einsum('nd,dk->nk', X, W) + np.square(np.float32(b))\n",
    ],
    ("predict", "size of the weights"): [
        "def predict(X, W, b):\n    return X @ np.abs(W) + b\n",
        "def predict(X, W, b):\n    size = lambda row, column: sum(x * np.sqrt(w**2) for x, w in zip(row, column))\n"
        "    return np.array([[size(row, column) for column in W.T] for row in X]) + b\n",
        "def predict(a, m, c):\n    for_all = lambda x: np.dot(np.where(m < 0, -m, m).T, x) + c\n"
        "    return np.stack([for_all(x) for x in a])\n",
    ],
    ("squared_loss", "errors not squared"): [
        RIGHT + "def squared_loss(X, targets, W, b):\n    N, e = len(X), predict(X, W, b) - targets\n"
        "    return np.abs(e).sum() / N, 2 * X.T @ e / N, 2 * e.sum(axis=0) / N\n",
        RIGHT + "def squared_loss(X, t, W, b):\n    N, e = len(X), X @ W + b - t\n    total = 0\n"
        "    for value in e.ravel()[::-1]:\n        total += max(value, -value)\n"
        "    return total / N, 2 * X.T @ e / N, 2 * e.sum(axis=0) / N\n",
        RIGHT + "def squared_loss(X, targets, W, b):\n    error = targets - predict(X, W, b)\n"
        "    loss = np.mean(np.sum(np.sqrt(error * error), axis=1))\n"
        "    return loss, -2 * np.dot(X.T, error) / len(X), -2 * error.mean(axis=0)\n",
    ],
    ("squared_loss", "gradient of the size"): [
        RIGHT + "def squared_loss(X, targets, W, b):\n    N, e = len(X), predict(X, W, b) - targets\n"
        "    return np.sum(e**2) / N, X.T @ np.sign(e) / N, np.sign(e).sum(axis=0) / N\n",
        RIGHT + "def squared_loss(X, targets, W, b):\n    N, e = len(X), predict(X, W, b) - targets\n"
        "    s = e / np.abs(e)\n    dW = np.zeros_like(W)\n"
        "    for n in range(N):\n        dW += np.outer(X[n], s[n]) / N\n"
        "    return (e * e).sum() / N, dW, s.mean(0)\n",
        RIGHT + "def squared_loss(X, targets, W, b):\n    N, e = len(X), predict(X, W, b) - targets\n"
        "    s = np.where(e > 0, 1, -1).astype(np.float32)\n    dW = np.einsum('nd,nk->dk', X[::-1], s[::-1])\n"
        "    return np.sum(e**2) / N, dW / N, s.sum(axis=0) / N\n",
    ],
}  # fmt: skip
LATER = (  # like the first ones
    "def predict(X, W, b):\n    first = sum(np.outer(X[:, d], W[d]) for d in range(len(W)))\n"
    "    return first + np.power(b, 2)\n"
)
OTHERS = {  # what the rest of the class hands in, and how many
    "": 36,
    "def predict(X, W, b):\n    return X @ W\n": 8,  # known
    "def predict(X, W, b):\n    return X @ W + np.random.rand()\n": 2,  # not steady
    "def predict(X, W, b):\n    return np.zeros((len(X), len(b)))\n": 2,  # known
}


@dataclass(frozen=True)
class Alike:
    """The course folder. members: by the exercise and the way, the students whose answers are wrong like this."""

    root: Path
    members: dict[tuple[str, str], list[str]]

    @classmethod
    def make(cls, root: Path) -> Alike:
        """The course with everything handed in and nothing graded."""
        shutil.copytree(EXAMPLE, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        (root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'lines'\n")
        for command in (["setup"], ["build", NAME]):
            assert main([*command, "--course", str(root)]) == 0
        course = cls(root, {})
        course.nbgrader("generate_assignment")
        answers = [(key, code) for key, codes in ALIKE.items() for code in codes]
        answers += [(None, code) for code, count in OTHERS.items() for _ in range(count)]
        for number in range(len(answers)):  # those who belong together do not come one after another
            key, code = answers[number * 7 % len(answers)]
            student = f"student {number:02}"
            course.hand_in(student, code)
            if key:
                course.members.setdefault(key, []).append(student)
        return course

    @property
    def assignment(self) -> Assignment:
        return load(self.root, NAME)

    def hand_in(self, student: str, code: str) -> None:
        folder = self.root / "submitted" / student / NAME
        folder.mkdir(parents=True, exist_ok=True)
        released = nbformat.read(self.root / "release" / NAME / "fit.ipynb", as_version=4)
        reference = self.assignment.module(self.assignment.notebooks[0]).read_text()
        nbformat.write(fill_in(released, reference + "\n\n" + code), folder / "fit.ipynb")

    def run(self, command: str, *options: str) -> int:
        return main([command, "--course", str(self.root), NAME, *options])

    def page(self, student: str) -> str:
        return (self.root / "feedback" / student / NAME / "fit.html").read_text()

    def nbgrader(self, command: str, *options: str) -> str:
        done = warm_nbgrader.shared().run([command, NAME, *options], self.root, {"PATH": "", "HOME": str(self.root)})
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr
