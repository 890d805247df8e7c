"""The template a unit fills: headings, numbers, drop-downs, protection, printed relations; the same bytes every time."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from expectations.codes import code_lists
from expectations.form import RECORD_VALUE_COLUMN, the_form
from expectations.relations import printed
from expectations.template import LISTS_SHEET, RELATIONS_SHEET, template_workbook

PREFILL = {
    "centre": "EQ01",
    "centre_name": "示例省重型机械制造业创新中心",
    "quarter": "2026-Q3",
    "uscc": "91140100MA0EX0001T",
}


@pytest.fixture(scope="module")
def book() -> Workbook:
    return load_workbook(BytesIO(template_workbook(the_form(), PREFILL)))


def test_sheets_stand_in_the_forms_order_then_relations_and_lists(book: Workbook) -> None:
    assert book.sheetnames == [*(sheet.zh for sheet in the_form().sheets), RELATIONS_SHEET, LISTS_SHEET]


def test_every_column_has_its_number_heading_and_unit(book: Workbook) -> None:
    for sheet in the_form().sheets:
        for column in sheet.columns:
            heading = book[sheet.zh][sheet.heading_address(column)]
            star = " *" if column.required else ""
            if sheet.layout == "record":
                assert heading.value == column.zh + star
                assert heading.offset(column=-1).value == column.no
                assert heading.offset(column=1).value == (column.unit or "—")
            else:
                assert heading.value == column.heading + star
                assert heading.offset(row=1).value == column.no


def test_coded_columns_and_flags_have_a_drop_down_with_every_code(book: Workbook) -> None:
    for sheet in the_form().sheets:
        page = book[sheet.zh]
        for column in sheet.columns:
            address = sheet.address(column.name, sheet.first_row)
            mine = [one for one in page.data_validations.dataValidation if address in one.sqref]
            if column.type == "flag":
                assert [one.formula1 for one in mine] == ['"是,否"']
            elif column.codes:
                (validation,) = mine
                ((title, area),) = book.defined_names[validation.formula1.lstrip("=")].destinations
                shown = [row[0].value for row in book[title][area.replace("$", "")]]
                assert shown == [one.shown for one in code_lists()[column.codes]], column.name
            else:
                assert not mine


def test_headings_are_protected_and_inputs_are_not(book: Workbook) -> None:
    for sheet in the_form().sheets:
        page = book[sheet.zh]
        assert page.protection.sheet
        for column in sheet.columns:
            assert page[sheet.heading_address(column)].protection.locked
            assert page[sheet.address(column.name, sheet.first_row)].protection.locked == bool(column.fixed)
    last = book["技术扩散"].cell(the_form().by_name["diffusion"].last_row, 1)
    assert book["技术扩散"].column_dimensions["A"].protection is not None
    assert last.value is None


def test_what_is_known_is_filled_in(book: Workbook) -> None:
    sheet = the_form().by_name["cover"]
    page = book[sheet.zh]
    values = {column.name: page[sheet.address(column.name, 0)].value for column in sheet.columns}
    assert values["form_no"] == the_form().code
    assert values["form_version"] == the_form().version
    assert {name: values[name] for name in ("centre", "quarter", "uscc")} == {
        name: PREFILL[name] for name in ("centre", "quarter", "uscc")
    }
    note = page.cell(page[sheet.address("centre", 0)].row, RECORD_VALUE_COLUMN + 1)
    assert note.value == PREFILL["centre_name"]


def test_every_relation_is_printed_as_it_is_executed(book: Workbook) -> None:
    rows = {row[0]: row for row in book[RELATIONS_SHEET].iter_rows(min_row=2, values_only=True)}
    rules = [(rule, sheet) for sheet in the_form().sheets for rule in sheet.rules]
    assert list(rows) == [rule.no for rule, _ in rules]
    for rule, sheet in rules:
        assert rows[rule.no][2:4] == (printed(rule, sheet, the_form()), rule.zh)


def test_the_title_block_is_that_of_a_statistical_form(book: Workbook) -> None:
    form = the_form()
    for sheet in form.sheets:
        head = " ".join(str(book[sheet.zh].cell(row, 1).value) for row in (1, 2, 3))
        for words in (
            form.zh,
            f"表号：{form.code}-{sheet.no}",
            form.issued_by,
            form.document_no,
            "有效期至：2027年12月",
        ):
            assert words in head


def test_the_same_form_gives_the_same_bytes() -> None:
    assert template_workbook(the_form(), PREFILL) == template_workbook(the_form(), PREFILL)
