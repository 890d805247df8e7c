"""Workbooks that are whole but not the form's: each is refused or sent back with the cell that shows it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from expectations.findings import Finding
from expectations.form import FOLDER, Form, load_form, the_form
from tasks.parsed import CellRead
from tasks.reader import read_workbook
from tests.returns.filled import changed, repacked, replacing, saved


def read(book: Workbook | bytes, form: Form | None = None) -> tuple[list[CellRead], list[Finding]]:
    content = book if isinstance(book, bytes) else saved(book)
    return read_workbook(content, "季报.xlsx", form or the_form())


def good_book() -> Workbook:
    return load_workbook(BytesIO(changed({})))


def without_sheet(book: Workbook) -> None:
    book.remove(book["技术扩散"])


def renamed_sheet(book: Workbook) -> None:
    book["单位情况"].title = "单位"


def renamed_heading(book: Workbook) -> None:
    book["技术扩散"]["R5"] = "合同金额（万元）"


def moved_headings(book: Workbook) -> None:
    page = book["单位情况"]
    page["B6"], page["B7"] = page["B7"].value, page["B6"].value


def inserted_column(book: Workbook) -> None:
    book["技术扩散"].insert_cols(3)


def inserted_row(book: Workbook) -> None:
    book["研发产出"].insert_rows(3)


def other_unit_of_money(book: Workbook) -> None:
    book["技术扩散"]["R5"] = "合同成交额（元）"


def other_form(book: Workbook) -> None:
    book["封面"]["D6"] = "JC-Q2"


def other_version(book: Workbook) -> None:
    book["封面"]["D7"] = "2025.1"


REFUSED: dict[Callable[[Workbook], None], tuple[str, str, str]] = {
    without_sheet: ("sheet_missing", "", "技术扩散"),
    renamed_sheet: ("sheet_missing", "", "单位情况"),
    renamed_heading: ("heading_changed", "R5", "合同成交额（万元）"),
    moved_headings: ("heading_changed", "B6", "季末从业人员"),
    inserted_column: ("heading_changed", "C5", "技术名称"),
    inserted_row: ("heading_changed", "A5", "产出编号"),
    other_unit_of_money: ("heading_changed", "R5", "合同成交额（元）"),
    other_form: ("other_form", "D6", "JC-Q2"),
    other_version: ("other_version", "D7", "2025.1"),
}


@pytest.mark.parametrize("change", REFUSED, ids=lambda change: change.__name__)
def test_it_is_refused_and_the_cell_named(change: Callable[[Workbook], None]) -> None:
    book = good_book()
    change(book)
    cells, (found,) = read(book)
    rule, cell, said = REFUSED[change]
    assert (cells, found.severity, found.rule, found.cell) == ([], "refuse", rule, cell)
    assert said in found.zh
    assert said in found.en


def test_a_heading_of_an_earlier_version_or_broken_over_lines_is_known(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "forms")
    file = tmp_path / "forms" / "diffusion.yml"
    name = "name: contract_value_wan_cny,"
    file.write_text(file.read_text("utf-8").replace(name, f"{name} was: [合同金额（万元）],"), "utf-8")
    book = good_book()
    book["技术扩散"]["R5"], book["技术扩散"]["S5"] = "合同金额（万元） *", "技术交易额\n（万元）"
    _, findings = read(book, load_form(tmp_path / "forms"))
    assert [(one.severity, one.rule, one.cell) for one in findings] == [("note", "old_name", "R5")]
    assert "已按“合同成交额（万元）”读取" in findings[0].zh


def test_sheets_and_cells_of_the_units_own_are_named_and_blank_ones_are_not() -> None:
    book = good_book()
    book.create_sheet("测算")["B3"] = 1
    book.create_sheet("Sheet1")
    book["技术扩散"]["W9"] = "备注"
    book["单位情况"]["D14"] = 1
    book["单位情况"]["F1"] = "above the headings is no data"
    _, findings = read(book)
    assert [(one.severity, one.rule, one.sheet, one.cell) for one in findings] == [
        ("error", "extra_sheet", "测算", ""),
        ("error", "stray_cell", "单位情况", "D14"),
        ("error", "stray_cell", "技术扩散", "W9"),
    ]


@pytest.mark.parametrize(
    ("cell", "reason", "found"),
    [
        ('<c r="D6" t="e"><v>#DIV/0!</v></c>', "error_value", "#DIV/0!"),
        ('<c r="D6" t="e"><f>1/0</f><v>#N/A</v></c>', "error_value", "#N/A"),
        ('<c r="D6"><f>1+1</f></c>', "formula_no_value", ""),
    ],
)
def test_an_error_and_a_formula_without_value_are_no_blank_cells(cell: str, reason: str, found: str) -> None:
    content = repacked(changed({}), {"xl/worksheets/sheet2.xml": replacing(r'<c r="D6"[^>]*>.*?</c>', cell)})
    (read_cell,) = [one for one in read(content)[0] if (one.sheet, one.cell) == ("unit", "D6")]
    assert (read_cell.value, read_cell.reason, read_cell.found) == (None, reason, found)


def dates(content: bytes) -> list[CellRead]:
    kinds = {
        (sheet.name, column.name): column.type for sheet in the_form().sheets for column in sheet.columns
    }
    return [one for one in read(content)[0] if one.found and kinds[one.sheet, one.column] == "date"]


def test_dates_that_count_from_1904_are_not_read() -> None:
    content = repacked(changed({}), {"xl/workbook.xml": replacing("<workbookPr", '<workbookPr date1904="1"')})
    usual, shifted = dates(changed({})), dates(content)
    assert len(usual) == len(shifted) > 10
    assert {one.reason for one in usual} == {""}
    assert {(one.value, one.reason) for one in shifted} == {(None, "date_1904")}
