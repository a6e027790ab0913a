"""Causes of wrong values that can be measured, each named only where it gives the submission's values in all cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograder.sandbox.messages import Fate
from autograder.selfcheck.compare import about
from autograder.selfcheck.language import Text, joined
from autograder.spec import Exercise

from .advice import Advice
from .causes_of_place import only_where_one, partly_zeros
from .causes_of_shape import SHAPES
from .causes_of_size import SIZES
from .causes_of_source import SOURCES, earlier_call
from .track import Cause, Track, tracks
from .trial import Trial

WHAT = (*SHAPES, *SIZES, *SOURCES, partly_zeros)  # causes that give the wrong values, the most telling first
WHERE = (only_where_one,)  # causes that only say in which cases the values are wrong


def measured(exercise: Exercise, trials: Sequence[Trial], outputs: set[str]) -> list[Advice]:
    """The causes of these outputs' values; outputs with the same cause share one advice."""
    return _advices(exercise, trials, outputs, WHAT, instead=True)


def located(exercise: Exercise, trials: Sequence[Trial], outputs: set[str]) -> list[Advice]:
    """In which cases these outputs are wrong, where that says something."""
    return _advices(exercise, trials, outputs, WHERE, instead=False)


def absent(exercise: Exercise, trials: Sequence[Trial]) -> list[str]:
    """The outputs that came back as no numbers in any case; they may be None for one reason, or each for its own."""
    done = [trial.reply for trial in trials if trial.reply.fate is Fate.DONE]
    return [output for output in exercise.outputs if done and not any(output in reply.outputs for reply in done)]


def on_absent(outputs: Sequence[str]) -> list[Advice]:
    """What to say of several outputs that are not there; one has its own sentence."""
    said = about(
        joined(outputs), Text("None of these came back as numbers, in any case: compute each of them, and return it.")
    )
    return [Advice("nothing_computed", said, tuple(outputs))] if len(outputs) > 1 else []


def kept_from_earlier(exercise: Exercise, trials: Sequence[Trial], outputs: set[str]) -> list[Advice]:
    """Those of these outputs whose values are those of earlier calls."""
    return _advices(exercise, trials, outputs, (earlier_call,), instead=True)


def _advices(
    exercise: Exercise,
    trials: Sequence[Trial],
    outputs: set[str],
    causes: Sequence[Callable[[Track], Cause | None]],
    instead: bool,
) -> list[Advice]:
    ordinary = [trial for trial in trials if exercise.is_ordinary(trial.case)]
    if _most_raised(trials) or _most_raised(ordinary):  # too few values came back to tell
        return []
    found: dict[Cause, list[str]] = {}
    for track in tracks(exercise, trials, outputs):
        if cause := next(filter(None, (cause(track) for cause in causes)), None):
            found.setdefault(cause, []).append(track.output)
    return [
        Advice(name, about(joined(outputs), sentence), tuple(outputs), instead, explains=instead)
        for (name, sentence), outputs in found.items()
    ]


def _most_raised(trials: Sequence[Trial]) -> bool:
    return bool(trials) and 2 * sum(trial.reply.fate is Fate.RAISED for trial in trials) >= len(trials)
