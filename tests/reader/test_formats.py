"""Number formats that show another number than the one stored (bad-inputs V12 and the like)."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from expectations.form import the_form
from tasks.parsed import CellRead
from tasks.reader import read_workbook
from tasks.styles import odd_styles
from tests.returns.filled import changed, saved


def read(sheet: str, address: str, value: object, number_format: str) -> tuple[CellRead, list[str]]:
    """One cell of the good return with another value and format, and the rules of all findings."""
    book = load_workbook(BytesIO(changed({})))
    cell = book[the_form().by_name[sheet].zh][address]
    cell.value, cell.number_format = value, number_format
    cells, findings = read_workbook(saved(book), "季报.xlsx", the_form())
    (found,) = [one for one in cells if (one.sheet, one.cell) == (sheet, address)]
    return found, [one.rule for one in findings]


@pytest.mark.parametrize("number_format", ["0%", "0.00%", "0.0%;[Red]-0.0%", '#,##0.00" "%'])
def test_v12_a_percentage_in_a_column_of_them_is_what_is_shown(number_format: str) -> None:
    cell, rules = read("cover", "D15", 0.05, number_format)
    assert (cell.value, cell.found, rules) == ("5", "5%", ["percent_format"])


def test_v12_a_percentage_in_a_column_of_fractions_is_the_fraction() -> None:
    cell, rules = read("outputs", "H8", 0.5, "0%")
    assert (cell.value, cell.found, rules) == ("0.5", "50%", ["percent_format"])


def test_v12_a_percentage_where_none_belongs_goes_back() -> None:
    cell, _ = read("unit", "D9", 0.05, "0.00%")
    assert (cell.value, cell.reason, cell.found) == (None, "percent_format", "5%")


@pytest.mark.parametrize("number_format", ["#,##0,", "0.0,", "0,,", "0!.0,", r"0\.0000", '0"."0,"万"'])
def test_a_format_that_shows_less_than_is_stored_goes_back(number_format: str) -> None:
    cell, _ = read("unit", "D9", 682000000, number_format)
    assert (cell.value, cell.reason, cell.found) == (None, "scaled_format", "682000000")


@pytest.mark.parametrize(
    "number_format", ["#,##0", "#,##0.00##", "0", "General", '0.00"%"', "0.00!%", "0.00_);(0.00)", '0"，"']
)
def test_other_formats_show_what_is_stored(number_format: str) -> None:
    cell, rules = read("unit", "D9", 68200, number_format)
    assert (cell.value, rules) == ("68200", [])


def test_a_text_in_such_a_cell_is_the_text() -> None:
    cell, rules = read("cover", "D15", "5%", "0.00%")
    assert (cell.value, rules) == ("5", ["unit_converted"])


def test_only_cells_that_use_a_style_are_of_it() -> None:
    book = load_workbook(BytesIO(changed({})))
    book["封面"]["D30"].number_format = "0%"  # a blank cell below the form
    assert read_workbook(saved(book), "季报.xlsx", the_form())[1] == []


def test_cells_without_a_style_have_the_first() -> None:
    style = (
        b'<styleSheet xmlns="x"><numFmts><numFmt numFmtId="164" formatCode="0.0%%"/></numFmts><cellStyleXfs>'
    )
    style += b'<xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="164"/><xf/><xf numFmtId="10"/></cellXfs></styleSheet>'
    assert odd_styles({"xl/styles.xml": style}) == {"0": "percent", "2": "percent"}
