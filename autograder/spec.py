"""How an exercise is declared: its inputs and outputs with their axes, the call, the limits, the cases, the mistakes.

Axes are written as letters, `"N T D"`, also with a factor, `"D 4H"`; the letters' sizes belong to a case.
`"int N T < V"` draws integers from 0 to V - 1, `"bool N T"` truth values, and everything else draws from a normal
distribution.
"""

from __future__ import annotations

import inspect
import re
import textwrap
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .definitions import body
from .selfcheck.language import Text

Arrays = dict[str, np.ndarray]
Sizes = Mapping[str, int]
Function = Callable[..., Any]
Adjust = Callable[[Arrays], Arrays]
Fit = Callable[[dict[str, int], np.random.Generator], dict[str, int]]
Run = Callable[
    [str, Arrays, Sequence[str]], Mapping[str, np.ndarray]
]  # snippet, inputs, outputs; gives outputs by name
Replay = Callable[[Arrays, Mapping[str, np.ndarray], Run, Run], "Mapping[str, np.ndarray] | None"]

FLOAT32 = 5e-4  # the limit for inputs of single precision: right code is off by 3e-5, wrong code by far more
ONE_NUMBER = 1e-2  # the share of it that an output of one number may be off by: it has no entries near zero
EXAMPLES = "N"  # the axis of the examples, which do not depend on each other
AXES: Mapping[str, tuple[str, str]] = {  # what one entry is called, and several
    "N": (Text("example"), Text("examples")),
    "T": (Text("time step"), Text("time steps")),
}
SPREAD = 0.6  # of the normal draws: far from tanh's flat ends, so that no gradient vanishes


@dataclass(frozen=True)
class Draw:
    """How one input is drawn: its axes, its kind and, for integers, the axis whose size bounds them."""

    axes: tuple[str, ...]
    kind: str = "float"
    below: str = ""

    @classmethod
    def parse(cls, text: str) -> Draw:
        """Read `"N D"`, `"int N T < V"` or `"bool N T"`; raises ValueError for anything else.

        A second pair of quotes, as postponed annotations have them, does no harm.
        """
        match = re.fullmatch(r"(?:(int|bool)\s+)?((?:\d*[A-Z]\s*)+)(?:<\s*([A-Z]))?", text.strip(" '\""))
        if not match or (match[1] == "int") != bool(match[3]):
            raise ValueError(f"cannot read the axes {text!r}: write 'N D', 'int N T < V' or 'bool N T'")
        return cls(tuple(match[2].split()), match[1] or "float", match[3] or "")

    def draw(self, rng: np.random.Generator, sizes: Sizes) -> np.ndarray:
        """An array whose axes have these sizes."""
        shape = tuple(length(axis, sizes) for axis in self.axes)
        if self.kind == "int":
            return rng.integers(sizes[self.below], size=shape)
        if self.kind == "bool":
            values = rng.random(shape)
            return np.asarray((values < 0.6) | (values == values.min(initial=1.0)))  # one is true: else nothing shows
        return SPREAD * rng.standard_normal(shape)


def length(axis: str, sizes: Sizes) -> int:
    """The size of an axis such as "H" or "4H"."""
    return int(axis[:-1] or 1) * sizes[axis[-1]]


@dataclass(frozen=True)
class Case:
    """One set of inputs: its sizes, and what is special about it.

    limit: takes the place of the outputs' own. Errors are then measured against an output's largest entry, since single
    precision leaves no digit of those that are next to zero. at_home: whether the visible check has one of its kind.
    """

    name: str
    title: str
    sizes: Sizes
    adjust: Callable[[Arrays], Arrays] | None = None
    strided: bool = False  # hand the inputs out as non-contiguous views
    limit: float | None = None
    at_home: bool = False


@dataclass(frozen=True)
class Mistake:
    """A known mistake: a drop-in replacement of the exercise's function, and the advice for who makes it.

    Its code may use numpy as np, the assignment's other functions, and the right function as `reference`.
    """

    name: str
    advice: str
    source: str

    def plant(self, namespace: Mapping[str, Any], function: str) -> dict[str, Any]:
        """A copy of `namespace` in which the exercise's function is this wrong one."""
        planted = {**namespace, "reference": namespace[function]}
        exec(compile(self.source, f"<mistake {self.name}>", "exec"), planted)
        planted[function] = planted[self.name]
        return planted


@dataclass(frozen=True)
class Exercise:
    """One declared exercise.

    limits: the largest right relative error of each output. axes: what one entry along an axis is called, and several,
    by the axis' letter. function: the function that a known mistake replaces.
    prepare: makes the inputs from what was drawn. fit: makes sizes that were drawn at random fit what `prepare` needs.
    slow: whether a case takes so long that the proof tries fewer variants of it. replay: how the outputs follow from
    calls of the function alone, where the exercise uses it many times over.
    """

    name: str
    doc: str
    call: str
    inputs: Mapping[str, Draw]
    outputs: Mapping[str, tuple[str, ...]]
    sizes: Sizes
    limits: Mapping[str, float]
    axes: Mapping[str, tuple[str, str]] = field(default_factory=lambda: AXES)
    cases: list[Case] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    published_inputs: list[Callable[[], Arrays]] = field(default_factory=list)
    function: str = ""
    prepare: Callable[[Arrays], Arrays] | None = None
    fit: Fit | None = None
    slow: bool = False
    replays: list[Replay] = field(default_factory=list)

    def case(
        self, title: str, *, limit: float | None = None, at_home: bool = False, **sizes: int
    ) -> Callable[[Adjust], Adjust]:
        """Declare a further case: the decorated function gets the drawn inputs and returns what it changes.

        at_home: whether students' own check has one, too, with other numbers.
        """

        def declare(adjust: Adjust) -> Adjust:
            all_sizes = {**self.sizes, **sizes}
            self.cases.append(Case(adjust.__name__, Text(title), all_sizes, adjust, limit=limit, at_home=at_home))
            return adjust

        return declare

    def mistake(self, advice: str, using: Sequence[Function] = ()) -> Callable[[Function], Function]:
        """Add the decorated wrong function to the bank of known mistakes, with the advice for the student.

        using: functions that its code calls.
        """

        def declare(function: Function) -> Function:
            source = "\n\n".join(body(part) for part in (*using, function))
            self.mistakes.append(Mistake(function.__name__, Text(advice), source))
            return function

        return declare

    def published(self, inputs: Callable[[], Arrays]) -> Callable[[], Arrays]:
        """Declare the inputs of the course's own visible check."""
        self.published_inputs.append(inputs)
        return inputs

    def replay(self, function: Replay) -> Replay:
        """Declare how the outputs follow from calls of the exercise's function alone, one after another.

        The function takes a case's inputs, the exact outputs, and two `Run`s, each of which makes one call: of the
        student's functions, and of the reference's, by which the first one's claims are checked. It returns the
        outputs, by name, or None where the student's values lead nowhere.
        """
        self.replays.append(function)
        return function

    def limit(self, case: Case, output: str) -> float:
        """The largest relative error of an output that is right in this case; a single number has no small entries."""
        if case.limit is None:
            return self.limits[output]
        return case.limit if self.outputs[output] else case.limit * ONE_NUMBER

    def is_ordinary(self, case: Case) -> bool:
        """Whether no axis is shorter than in the typical case."""
        return all(case.sizes[axis] >= size for axis, size in self.sizes.items())

    def weight(self, case: Case) -> float:
        """The case's share of an output's marks: half for the typical case, the edge cases share the rest."""
        return 0.5 if case is self.cases[0] else 0.5 / (len(self.cases) - 1)

    def draw(self, case: Case, seed: int, pattern: int = 0) -> Arrays:
        """The inputs of one case; the same seed always gives the same inputs.

        Whole numbers and truth values are the same under every seed: where words repeat and what is masked decides
        which mistakes show, and marks must not depend on the seed. Another `pattern` has others.
        """
        key = zlib.crc32(f"{self.name}/{case.name}".encode())
        numbers, patterns = np.random.default_rng([seed, key]), np.random.default_rng([pattern, key, len(self.name)])
        arrays = {
            name: drawn.draw(numbers if drawn.kind == "float" else patterns, case.sizes)
            for name, drawn in self.inputs.items()
        }
        if case.adjust:
            arrays |= case.adjust(arrays)
        return self.prepare(arrays) if self.prepare else arrays


def exercise(
    *,
    call: str,
    outputs: Mapping[str, str],
    sizes: Sizes,
    rtol: float | Mapping[str, float],
    axes: Mapping[str, tuple[str, str]] | None = None,
    least: Sizes | None = None,
    function: str = "",
    prepare: Callable[[Arrays], Arrays] | None = None,
    fit: Fit | None = None,
    slow: bool = False,
    without: Collection[str] = (),
) -> Callable[[Function], Exercise]:
    """Declare an exercise from a function whose parameters are annotated with their axes.

    call: the snippet that runs in the student's process, inputs and outputs by name. outputs: name to axes. sizes: axis
    to size in the typical case. rtol: the limit, or one for each output. axes: what one entry along an axis is called,
    and several, by its letter: `{"K": ("class", "classes")}`; N and T are examples and time steps. least: the smallest
    size of an axis, where that is not 1. function: whose mistakes are known, where that has another name than the
    exercise. prepare, fit, slow: see `Exercise`. without: the standard cases that it does not have.
    """

    def declare(declaration: Function) -> Exercise:
        limits = rtol if isinstance(rtol, Mapping) else dict.fromkeys(outputs, rtol)
        return Exercise(
            name=declaration.__name__,
            doc=inspect.getdoc(declaration) or "",
            call=textwrap.dedent(call).strip(),
            inputs={name: Draw.parse(p.annotation) for name, p in inspect.signature(declaration).parameters.items()},
            outputs={name: tuple(axes.split()) for name, axes in outputs.items()},
            sizes=sizes,
            limits=limits,
            axes={**AXES, **(axes or {})},
            cases=[case for case in standard_cases(sizes, least or {}, axes or {}) if case.name not in without],
            function=function or declaration.__name__,
            prepare=prepare,
            fit=fit,
            slow=slow,
        )

    return declare


def standard_cases(sizes: Sizes, least: Sizes, axes: Mapping[str, tuple[str, str]]) -> list[Case]:
    """The cases that every exercise has: the typical one first, then the edges.

    Each axis is short by itself, too: where all are at once, code that drops an axis of length 1 may pass.
    """
    smallest = {axis: least.get(axis, 1) for axis in sizes}
    edges = [Case("strided", Text("inputs that are not contiguous in memory"), sizes, strided=True)]
    if "N" in sizes:
        edges.append(Case("one_example", Text("one example (N = 1)"), {**sizes, "N": 1}, at_home=True))
    if "T" in sizes:
        shortest = smallest["T"]
        one_step = Text("one time step (T = {size})", size=shortest)
        edges.append(Case("one_step", one_step, {**sizes, "T": shortest}, at_home=True))
        edges.append(Case("long", Text("a long sequence (T = 24)"), {**sizes, "T": 24}))
    for axis in [axis for axis in sizes if axis not in "NT" and smallest[axis] == 1]:
        said = Text("one {entry} ({axis} = 1)", entry=axes[axis][0], axis=axis) if axis in axes else f"{axis} = 1"
        edges.append(Case(f"one_{axis}", said, {**sizes, axis: 1}))
    edges.append(Case("ones", Text("every size as small as can be" if least else "every size 1"), smallest))
    return [Case("typical", Text("typical sizes"), sizes, at_home=True), *edges]


@dataclass(frozen=True)
class Equivalent:
    """A mutant that is right: the function, its statement before and after the change, and why nothing changes."""

    function: str
    before: str
    after: str
    reason: str

    @property
    def key(self) -> tuple[str, str, str]:
        """The key of the mutant that is meant."""
        return self.function, self.before, self.after


@dataclass(frozen=True)
class Proof:
    """What the proof of an assignment's grading needs to know beyond the exercises.

    equivalents: mutants of the reference that are right. helpers: functions that no exercise asks for and that are
    changed as well, each with the exercise's function that they count as. look_alikes: functions that are mistaken for
    each other, beside NumPy's. siblings: groups of attributes that are mistaken for each other. tables: look-ups of
    rows by whole numbers, as they stand in the reference. second_opinions: by name, functions that give an exercise's
    outputs in another way, from its name and inputs, or None; one whose library is not installed raises ImportError.
    """

    equivalents: Sequence[Equivalent] = ()
    helpers: Mapping[str, str] = field(default_factory=dict)
    look_alikes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    siblings: Sequence[Sequence[str]] = ()
    tables: Sequence[str] = ()
    second_opinions: Mapping[str, Callable[[str, Arrays], Mapping[str, np.ndarray] | None]] = field(
        default_factory=dict
    )
