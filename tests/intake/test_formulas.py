"""Formulas define nothing, and are no longer or deeper than a browser sets without delay."""

from __future__ import annotations

import pytest

from autograder.intake.safe import is_as_written, safe_output, safe_text
from autograder.intake.safe.formulas import LENGTH_LIMIT

DEEP = "\\frac{" * 40 + "1" + "}{2}" * 40
HOSTILE = {
    "macros": r"\def\a{xx}\def\b{\a\a}\def\c{\b\b}\c",
    "new commands": r"\newcommand{\a}[1]{#1#1}\a{\a{x}}",
    "a command of another name": r"\renewcommand\frac{x}\frac",
    "an alias": r"\let\a=\frac",
    "an environment": r"\newenvironment{a}{x}{y}\begin{a}\end{a}",
    "operators": r"\DeclareMathOperator{\a}{x}\a",
    "delimiters": r"\DeclarePairedDelimiters\a{x}{y}",
    "arrows": r"\Newextarrow{\a}{1,2}{0x21}",
    "extensions": r"\require{action}",
    "links": r"\href{javascript:alert(1)}{x}",
    "any letter": r"\unicode{x41}",
    "attributes": r"\mmlToken{mi}[href='x']{x}",
    "ids": r"\cssId{notebook}{x}",
    "fractions in fractions": DEEP,
    "brackets in brackets": r"\left(" * 40 + "x" + r"\right)" * 40,
    "matrices in matrices": r"\begin{matrix}" * 40 + "x" + r"\end{matrix}" * 40,
    "roots left open": r"\sqrt{" * 40,
    "long": "x+" * LENGTH_LIMIT,
}
HARMLESS = [
    r"\frac{\partial L}{\partial W_x} = \sum_{t<T} \left(\sum_{i} x_{t,i}\right)",
    r"\begin{pmatrix}a & b \\ c & d\end{pmatrix}, \mathrm{definition}, \leftarrow, \letters",
    r"\{x \mid x > 0\}, \operatorname{softmax}(x)_i, \sqrt{\sqrt{x}}",
    "5 and $",
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("around", ["${}$", "$${}$$", "\\begin{{align}}{}\\end{{align}}"])
def test_formulas_that_are_not_set(name: str, around: str) -> None:
    text = around.format(HOSTILE[name])
    assert is_as_written(safe_text(text))
    for form in ("text/html", "text/latex", "text/markdown"):
        shown = safe_output({"output_type": "display_data", "data": {form: text, "text/plain": "x"}}).data
        assert HOSTILE[name] not in shown.get("text/html", "") + shown.get("text/latex", "")
        assert form != "text/markdown" or form not in shown or is_as_written(shown[form])


def test_formulas_in_entities_are_read_as_a_browser_does() -> None:
    html = "<b>$&#92;def&#92;a{x}$</b>"
    assert "text/html" not in safe_output({"output_type": "display_data", "data": {"text/html": html}}).data


@pytest.mark.parametrize("formula", HARMLESS)
def test_ordinary_formulas_are_set(formula: str) -> None:
    text = f"It is ${formula}$, so."
    assert safe_text(text) == text
    output = {"output_type": "display_data", "data": {"text/latex": f"${formula}$"}}
    assert safe_output(output).data["text/latex"].replace("< ", "<") == f"${formula}$"


def test_a_long_text_without_formulas_may_have_dollars() -> None:
    table = "<table><tbody>" + "<tr><td>$5</td><td>{x}</td></tr>" * 3000 + "</tbody></table>"
    assert "text/html" in safe_output({"output_type": "display_data", "data": {"text/html": table}}).data
