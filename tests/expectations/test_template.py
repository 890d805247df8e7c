"""The template a unit fills: headings, numbers, drop-downs, protection, printed relations; the same bytes every time."""

from __future__ import annotations

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

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
        head = " ".join(str(book[sheet.zh].cell(row, column).value) for row in (1, 2, 3) for column in (1, 2))
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


def test_rows_below_the_ruled_ones_keep_codes_as_texts_too(book: Workbook) -> None:
    """A unit with forty events fills more rows than are ruled; its credit codes must not become numbers there."""
    formats = {"integer": "0", "date": "yyyy-mm-dd"}
    for sheet in the_form().sheets:
        if sheet.layout == "table":
            for index, column in enumerate(sheet.columns):
                expected = "#,##0.00##" if column.scale else formats.get(column.type, "@")
                ruled = book[sheet.zh][sheet.address(column.name, sheet.first_row)]
                below = next(  # equal neighbours are kept as one
                    one
                    for one in book[sheet.zh].column_dimensions.values()
                    if one.min <= index + 1 <= one.max
                )
                assert (ruled.number_format, below.number_format) == (expected, expected)
                assert not below.protection.locked


def test_it_prints_on_a4_with_nothing_cut(tmp_path: Path) -> None:
    """Seven pages: one a sheet, two for the twenty columns of 技术扩散, relations and lists."""
    if shutil.which("soffice") is None or shutil.which("pdftotext") is None:
        pytest.fail("soffice or pdftotext is missing: `make test` installs what packages.txt lists")
    (tmp_path / "form.xlsx").write_bytes(template_workbook(the_form(), PREFILL))
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--convert-to",
        "pdf",
    ]
    subprocess.run(
        [*command, "--outdir", tmp_path, tmp_path / "form.xlsx"], check=True, capture_output=True, timeout=120
    )
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "form.pdf", "-"], check=True, capture_output=True, text=True
    ).stdout
    pages = text.rstrip("\f").split("\f")
    assert len(pages) == 7
    for sheet, page in zip(the_form().sheets, pages, strict=False):
        assert f"表号：{the_form().code}-{sheet.no}" in page
        assert f"表式版本：{the_form().version}" in page
    across = pages[4]
    assert "事项编号" in across, "the first column is printed again beside the later ones"
    assert "表号" not in across, "a title block is printed whole or not at all"
    assert "第 5 页，共 7 页" in across
