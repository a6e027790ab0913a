"""Show verdicts and marks: as HTML in the graded notebook, as text in a terminal.

Nothing here shows hidden inputs, expected values or code: a verdict is a name, a number and a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from autograder.engine import Graded
from autograder.judging.diagnosis import FULL, INPUTS_CHANGED
from autograder.judging.judge import Judgement, Verdict
from autograder.record import Check
from autograder.selfcheck.causes import DIFFERENT, OF_VALUES, Cause, Kind
from autograder.selfcheck.compare import about, together
from autograder.selfcheck.display import with_code
from autograder.selfcheck.language import ENGLISH, Language, Text, counted, padded, pair, semicolons
from autograder.selfcheck.telling import changed_note, tell

from .maps import maps_html, maps_text

ALL = pair("{exercise}: its {count} check is right.", "{exercise}: all {count} checks are right.")
SOME = pair("{exercise}: {right} of {count} check is right.", "{exercise}: {right} of {count} checks are right.")
SYMBOLS = {Check.RIGHT: "✓", Check.WRONG: "✗", Check.UNCHECKED: "-"}
STATES = {Check.RIGHT: Text("right"), Check.WRONG: Text("wrong"), Check.UNCHECKED: Text("no value")}
COLOURS = {
    Check.RIGHT: "0, 114, 178",
    Check.WRONG: "213, 94, 0",
    Check.UNCHECKED: "128, 128, 128",
}  # told apart by all eyes
CELL = "padding: 2px 10px; text-align: left; vertical-align: top; border: 1px solid rgba(128, 128, 128, 0.35)"


def headline(judgement: Judgement) -> str:
    """One sentence on an exercise: how many of its checks are right."""
    right = sum(verdict.right for verdict in judgement.verdicts)
    total = len(judgement.verdicts)
    if right == total:
        return counted(*ALL, total, exercise=judgement.exercise)
    return counted(*SOME, total, exercise=judgement.exercise, right=right)


def sentences(judgement: Judgement) -> list[str]:
    """What is wrong, each thing once, with the cases in which it was found where that is not in all.

    In the end, which inputs the code has changed, though that costs nothing.
    """
    everywhere = len({verdict.case for verdict in judgement.verdicts})
    advised = {output for item in judgement.advice if item.instead for output in item.outputs}
    groups: dict[tuple[str, ...], list[tuple[str, str]]] = {}  # by the cases that are wrong
    for output in dict.fromkeys(verdict.output for verdict in judgement.verdicts):
        for told in tell(_wrong(judgement, output, output in advised)):
            groups.setdefault(told.titles, []).append((output, told.text))
    wrong = [
        sentence if len(titles) == everywhere else _wrong_for(sentence, titles)
        for titles, said in groups.items()
        for sentence in together(said)
    ]
    noted = any(item.mistake == INPUTS_CHANGED for item in judgement.advice)
    return [*wrong, *filter(None, [changed_note(() if noted else judgement.changed)])]


def _wrong_for(sentence: str, titles: Iterable[str]) -> str:
    return Text("{said} (Wrong for: {titles}.)", said=sentence, titles=semicolons(titles))


def _wrong(judgement: Judgement, output: str, advised: bool) -> dict[str, list[Cause]]:
    """What is to be told of an output, by the case's title. advised: whether an advice tells of its wrong values."""
    told = (Check.UNCHECKED,) if advised else (Check.WRONG, Check.UNCHECKED)
    wrong = [each for each in judgement.verdicts if each.output == output and each.status in told]
    differ = Cause(Kind.VALUES, about(output, DIFFERENT))
    return {
        each.title: [Cause(each.kind or each.sentence, each.sentence), *([differ] if each.kind in OF_VALUES else [])]
        for each in wrong
    }


def verdicts_html(judgement: Judgement, detail: str = FULL, language: Language = ENGLISH) -> str:
    """The verdicts as a table, a row for each case and a column for each output, and the advice under it.

    detail: how much of the advice is shown, one of DETAILS. language: of the student.
    """
    tell = language.tell
    limits = {verdict.output: verdict.limit for verdict in judgement.verdicts}
    bounds = {name: escape(tell(Text("limit {limit:.0e}", limit=limit))) for name, limit in limits.items()}
    heads = [escape(tell(Text("case"))), *(f"{escape(name)}<br><small>{said}</small>" for name, said in bounds.items())]
    head = "".join(f'<th scope="col" style="{CELL}">{text}</th>' for text in heads)
    rows = []
    for title, verdicts in _by_case(judgement.verdicts):
        cells = "".join(_verdict_cell(verdict, language) for verdict in verdicts)
        rows.append(f'<tr><th scope="row" style="{CELL}; font-weight: normal">{escape(tell(title))}</th>{cells}</tr>')
    basis = f"<br>{escape(tell(judgement.basis))}" if judgement.basis else ""
    advice = "".join(f"<li><b>{with_code(tell(text))}</b></li>" for text in _advised(judgement, detail))
    said = "".join(f"<li>{with_code(tell(sentence))}</li>" for sentence in sentences(judgement))
    listing = f"<ul>{advice}{said}</ul>" if advice or said else ""
    return (
        f"<div><p><b>{escape(tell(headline(judgement)))}</b>{basis}</p>"
        f'<table style="border-collapse: collapse"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>{listing}{maps_html(judgement, language)}</div>"
    )


def verdicts_text(judgement: Judgement, detail: str = FULL, language: Language = ENGLISH) -> str:
    """The same for a plain terminal."""
    tell = language.tell
    lines = [tell(headline(judgement)), *([f"  {tell(judgement.basis)}"] if judgement.basis else [])]
    for title, verdicts in _by_case(judgement.verdicts):
        lines.append(f"  {tell(title)}")
        for each in verdicts:
            status = padded(_status(each, language), 10)
            lines.append(f"    {each.output:<10} {status} {tell(_figures(each))}")
    lines += [f"  {tell(Text('advice: {said}', said=item.said(detail)))}" for item in judgement.advice]
    lines += [f"  {tell(Text('line: {said}', said=judgement.line.said(detail)))}"] if judgement.line else []
    lines += [f"  - {tell(sentence)}" for sentence in sentences(judgement)]
    lines += [f"  {line}" for line in maps_text(judgement, language)]
    return "\n".join(lines)


def told(graded: Graded, detail: str = FULL) -> dict[str, tuple[str, ...]]:
    """What students are shown of each exercise, in sentences. detail: how much of the advice, one of DETAILS."""
    return {
        name: (*_advised(judgement, detail), *sentences(judgement)) for name, judgement in graded.judgements.items()
    }


def _advised(judgement: Judgement, detail: str) -> list[str]:
    """What is advised, and the line that is wrong."""
    line = [judgement.line.said(detail)] if judgement.line else []
    return [*(item.said(detail) for item in judgement.advice), *line]


def _by_case(verdicts: Iterable[Verdict]) -> list[tuple[str, list[Verdict]]]:
    cases: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        cases.setdefault(verdict.title, []).append(verdict)
    return list(cases.items())


def _verdict_cell(verdict: Verdict, language: Language) -> str:
    style = f"{CELL}; background: rgba({COLOURS[verdict.status]}, 0.16)"
    said = "" if verdict.error is None else language.tell(Text("error {error}", error=_number(verdict.error)))
    error = f"<br><small>{escape(said)}</small>" if said else ""
    return f'<td style="{style}; white-space: nowrap">{escape(_status(verdict, language))}{error}</td>'


def _status(verdict: Verdict, language: Language) -> str:
    return f"{SYMBOLS[verdict.status]} {language.tell(STATES[verdict.status])}"


def _figures(verdict: Verdict) -> str:
    """The error beside its limit; nothing where no error could be measured."""
    if verdict.error is None:
        return ""
    return Text("error {error}, limit {limit:.0e}", error=_number(verdict.error), limit=verdict.limit)


def _number(error: float) -> str:
    return f"{error:.1e}" if error else "0"
