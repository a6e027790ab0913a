"""The page of the proof: docs/proof.md, its picture, and the figures as JSON."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment
from autograder.spec import Equivalent

from .agreement import Agreement
from .floors import CAUGHT, CAUGHT_EACH, ROOM, Proof
from .hunt import Counts, Tried
from .layouts import LAYOUTS
from .plot import draw
from .rewrite import ROUNDING
from .rewrites import STATEMENTS, expressions

PICTURE = Path("images", "proof.svg")
HEAD = """\
# Can the marks be trusted?

A grader can be wrong in two ways: it gives marks to wrong code, or takes them from right code. This page measures both,
on code that is made from the hidden reference automatically. Made on {date} by `python -m autograder prove`, which
rewrites this page; it ends with exit code 1 when a figure falls below its floor.

{verdict}
"""
WRONG = """\
## Wrong code loses marks

A mutant is the reference with one thing changed: an operator, a sign, an index in time, an axis, a name mistaken for
its neighbour, a transpose, a statement that is missing. All {count:,} mutants that {kinds} kinds of change make of the
assignment's functions were graded on every hidden case (seed {seed}). A mutant of a forward function that changes only
what it keeps in its cache shows in the backward exercise that reads it; those are counted as caught elsewhere. Some
mutants are easy: they raise an error, or give wrong shapes only, in every case; they are the ones without a value. A
function that two exercises ask for has its mutants counted once. Floors: {overall:.0%} of all, {each:.0%} of each.
"""
RIGHT = """\
## Right code does not

{made} variants were made of the whole reference by {rules} rules that keep it right: matrix products as np.einsum,
np.dot, loops or sums of halves, sums and products in another order, other caches (lists, dicts, nested, with extra
items, used up), other names, operations in place, results that are not contiguous, tanh by exp, double precision for
single. Some apply one rule everywhere, {mixes} mix many at random places. With {designs} designs written by hand
(`exercises/{assignment}/designs/`), {checks:,} checks were made; {failed} failed.
"""
EQUIVALENT = """\
### Equivalent mutants

These give the right values in other words, so they keep their marks. Each was also held against the reference on fresh
inputs of random sizes, without the judge; one that gives other values, or that is no longer made, fails the proof.
"""
GAP = """\
## The limits lie in a wide gap

Right code differs from the reference by rounding, wrong code by what it does wrong. For each output: the largest error
of right code over {seeds:,} seeds, among {variants} ways to round otherwise ({names}); the limit; and the
smallest error among the failed checks of all mutants at seed {seed}. Of {checks:,} checks of right code {failures}
failed; none may, and right code must stay a factor of {room:g} below the limit. Exercises that are
slow take one of these ways in turn, seed by seed, the others take all. The error is the course's
`|x - y| / max(1e-8, |x| + |y|)` or, in single precision, the largest difference relative to the largest entry.
"""
REFERENCE = """\
## The reference is right

{said}
"""
AGAIN = """\
## Run it again

    python -m autograder prove                 # all of it, {seeds:,} seeds; rewrites this page
    python -m autograder prove --seeds 200     # fewer seeds
    python -m autograder prove --quick         # a minute or two; writes nothing
    pip install --group torch                  # to compare with PyTorch as well (pip 25.1 or newer)

`pytest tests/proving` runs the quick size. The figures are in [proof.json](proof.json).
"""


def write(folder: Path, proof: Proof, assignment: Assignment, seed: int, date: str, mixes: int) -> None:
    """Write the page, the picture and the figures into `folder`. seed: of the mutants' cases."""
    alternative = draw(folder / PICTURE, proof)
    hunt, accepted = proof.hunt, proof.accepted
    rules = [*expressions(assignment.proof), *STATEMENTS, *LAYOUTS]
    sections = [
        HEAD.format(date=date, verdict=verdict(proof)),
        WRONG.format(
            count=len(hunt.tried), kinds=len(kinds(proof)), seed=seed, overall=CAUGHT, each=CAUGHT_EACH
        ),
        caught_table(proof),
        _table(["kind of change", "mutants"], ([kind, str(count)] for kind, count in kinds(proof).most_common())),
        f"### Survivors\n\n{_survivors(hunt.survivors)}",
        f"{EQUIVALENT}\n{_equivalents(assignment.proof.equivalents)}",
        RIGHT.format(
            **{k: v for k, v in asdict(accepted).items() if k != "failures"},
            assignment=assignment.name, rules=len(rules), mixes=mixes, failed=len(accepted.failures) or "none",
        ),
        GAP.format(
            seeds=proof.seeds, seed=seed, variants=len(ROUNDING), names=", ".join(ROUNDING), room=ROOM,
            checks=proof.right.checks, failures=proof.right.failures or "none",
        ),
        f"![{alternative}]({PICTURE.as_posix()})\n",
        gap_table(proof),
        REFERENCE.format(said=said_of_reference(proof)),
        AGAIN.format(seeds=proof.seeds),
    ]  # fmt: skip
    (folder / "proof.md").write_text("\n".join(sections), encoding="utf-8")
    (folder / "proof.json").write_text(json.dumps(_raw(proof, rules, seed, date), indent=1) + "\n", encoding="utf-8")


def verdict(proof: Proof) -> str:
    """One paragraph: whether the proof holds, or every floor that is missed."""
    problems = proof.problems()
    if problems:
        return "**The proof does not hold:**\n\n" + "\n".join(f"- {problem}" for problem in problems)
    counts = proof.hunt.counts("")
    said = (
        f"**The proof holds:** {counts.share:.2%} of {counts.mutants - counts.equivalent:,} wrong mutants lose marks,"
        f" {proof.accepted.made + proof.accepted.designs} correct variants lose none, and over {proof.seeds:,} seeds"
        f" right code fails no check of {proof.right.checks:,}."
    )
    return textwrap.fill(said, 120)


def caught_table(proof: Proof) -> str:
    """How many mutants of each exercise lose marks, as a Markdown table."""
    counts = {exercise.name: proof.hunt.counts(exercise.name) for exercise in proof.exercises}
    rows = [[name, *_counted(count)] for name, count in counts.items() if count.mutants]
    head = ["exercise", "mutants", "equivalent", "caught", "caught elsewhere", "of these without a value", "share"]
    return _table(head, [*rows, ["**all**", *_counted(proof.hunt.counts(""))]])


def kinds(proof: Proof) -> Counter[str]:
    """How many mutants each kind of change made."""
    return Counter(tried.mutant.kind for tried in proof.hunt.tried)


def gap_table(proof: Proof) -> str:
    """The largest error of right code, the limit and the smallest error of wrong code, as a Markdown table."""
    rows = []
    for exercise in proof.exercises:
        for place in sorted(each for each in proof.right.ranges if each.exercise == exercise.name):
            right, wrong = proof.right.ranges[place], proof.wrong.ranges.get(place)
            least = f"{wrong.failed:.1e}" if wrong and wrong.failed is not None else "none made"
            name = f"{place.output}{' (single)' if place.single else ''}"
            worst = f"{right.passed:.1e}" if right.passed else "0"
            rows.append([place.exercise, name, worst, f"{right.limit:.0e}", least, str(right.failures)])
    return _table(["exercise", "output", "right code, at most", "limit", "wrong code, at least", "false fails"], rows)


def said_of_reference(proof: Proof) -> str:
    """Sentences on what the reference was compared with."""
    lines = [_agreed("Complex steps (h = 1e-20, where nothing cancels)", "gradients", proof.steps)]
    for name, found in proof.second.items():
        absent = f"- {name} was not installed, so nothing was compared with it in this run."
        lines.append(_agreed(f"{name}'s own in double precision", "outputs", found) if found else absent)
    return "\n".join(lines)


def _agreed(how: str, what: str, found: Agreement) -> str:
    failed = len(found.failures) or "none"
    return f"- {how}: {found.compared} {what} compared, {failed} disagree; double precision to {found.worst:.0e}."


def _counted(counts: Counts) -> list[str]:
    numbers = (counts.mutants, counts.equivalent, counts.caught, counts.elsewhere, counts.stopped)
    return [*map(str, numbers), f"{counts.share:.1%}"]


def _survivors(survivors: Sequence[Tried]) -> str:
    if not survivors:
        return "None.\n"
    made = [(each.exercise, each.mutant) for each in survivors]
    rows = ([exercise, mutant.kind, _code(mutant.before), _code(mutant.after)] for exercise, mutant in made)
    return _table(["exercise", "kind", "right", "survives"], rows)


def _equivalents(declared: Sequence[Equivalent]) -> str:
    rows = ([each.function, _code(each.before), _code(each.after), each.reason] for each in declared)
    return _table(["function", "right", "just as right", "why"], rows)


def _code(text: str) -> str:
    return f"`{text.replace('|', chr(92) + '|')}`"


def _raw(proof: Proof, rules: Sequence[str], seed: int, date: str) -> dict[str, Any]:
    ranges = {"right": proof.right.ranges, "wrong": proof.wrong.ranges}
    return {
        "date": date,
        "seed": seed,
        "seeds": proof.seeds,
        "mutants": {name: asdict(proof.hunt.counts(name)) for name in ("", *(each.name for each in proof.exercises))},
        "kinds": dict(kinds(proof)),
        "survivors": [[each.exercise, *each.mutant.key] for each in proof.hunt.survivors],
        "accepted": asdict(proof.accepted),
        "rules": rules,
        **{side: [{**asdict(p), **asdict(r)} for p, r in sorted(several.items())] for side, several in ranges.items()},
        "complex steps": asdict(proof.steps),
        "second opinions": {name: asdict(found) if found else None for name, found in proof.second.items()},
        "problems": proof.problems(),
    }


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
