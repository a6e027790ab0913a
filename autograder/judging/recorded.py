"""What the record keeps of a judgement, and what is taken out of its sentences."""

from __future__ import annotations

from dataclasses import replace

from autograder.record import Check, ExerciseRecord, Mistake, Wrong

from .hidden import Redactor
from .judge import Judgement


def exercise_record(judgement: Judgement, told: tuple[str, ...]) -> ExerciseRecord:
    """What the record keeps. told: what the student is shown."""
    verdicts = judgement.verdicts
    return ExerciseRecord(
        judgement.fraction,
        judgement.basis,
        tuple(judgement.because),
        told,
        tuple(Mistake(each.mistake, each.text) for each in judgement.advice),
        tuple((each.case, each.output, each.error) for each in verdicts if each.error is not None),
        tuple(
            Wrong(each.case, each.output, each.status, each.error, each.sentence)
            for each in verdicts
            if each.status is not Check.RIGHT
        ),
        judgement.written,
        judgement.line.places(judgement.exercise) if judgement.line else (),
        judgement.signature,
    )


def redacted(judgement: Judgement, redactor: Redactor) -> Judgement:
    """The judgement without lines of hidden tests: a sentence may hold what the student's code has raised."""
    if not redactor:
        return judgement
    verdicts = tuple(replace(each, sentence=_clean(each.sentence, redactor)) for each in judgement.verdicts)
    return replace(judgement, verdicts=verdicts)


def _clean(sentence: str, redactor: Redactor) -> str:
    clean = redactor.text(sentence)
    return sentence if clean == sentence else clean
