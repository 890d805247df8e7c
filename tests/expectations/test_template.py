"""The template a unit fills: headings, numbers, drop-downs, protection, printed relations; the same bytes every time."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from expectations.codes import code_lists
from expectations.form import (
    LISTS_SHEET,
    OPEN_SHEET,
    OWN_SHEETS,
    RECORD_VALUE_COLUMN,
    RELATIONS_SHEET,
    the_form,
)
from expectations.relations import printed
from expectations.template import (
    OpenItem,
    template_workbook,
)
from tasks.reader import read_workbook

COVER = {
    "centre": "EQ01",
    "unit_name": "示例重型机械集团有限公司",
    "uscc": "91140100MA0EX0001T",
    "unit_kind": "企业",
    "quarter": "2026-Q3",
}
PROJECT = {
    "project_no": "EQ01-P01",
    "project_name": "厚板焊接变形控制与在线监测一体化关键技术及其在重型结构件上的应用",
    "field": "EQ",
    "trl_start": 3,
    "start_date": date(2025, 3, 1),
}
RECORDS = {"cover": [COVER], "projects": [PROJECT]}
REMARKS = {"centre": "示例省重型机械制造业创新中心"}
OPEN = (
    OpenItem(
        "EQ01-K-011", "技术扩散事项", "防摇控制", date(2026, 5, 20), "示例厂", Decimal(60), Decimal("20.5")
    ),
    OpenItem("EQ01-2026-001", "研发产出", "一种焊接方法", date(2026, 4, 20), "发明专利授权"),
)


def written() -> bytes:
    return template_workbook(the_form(), RECORDS, REMARKS, OPEN)


@pytest.fixture(scope="module")
def book() -> Workbook:
    return load_workbook(BytesIO(written()))


def test_sheets_stand_in_the_forms_order_then_our_own(book: Workbook) -> None:
    sheets = [sheet.zh for sheet in the_form().sheets]
    assert book.sheetnames == [*sheets, OPEN_SHEET, RELATIONS_SHEET, LISTS_SHEET]
    assert {*book.sheetnames} - {*sheets} < OWN_SHEETS


def test_our_own_sheets_are_no_extra_sheets_to_the_reader() -> None:
    cells, findings = read_workbook(written(), "季报.xlsx", the_form())
    assert findings == []
    assert {one.value for one in cells if one.sheet == "projects" and one.value} == {
        "EQ01-P01",
        PROJECT["project_name"],
        "EQ",
        "3",
        "2025-03-01",
    }


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
                assert "".join(heading.value.split()) == "".join((column.heading + star).split())
                assert column.unit == "" or f"（{column.unit}）" in heading.value.splitlines()[-1]
                assert heading.offset(row=1).value == column.no


def test_coded_columns_and_flags_have_a_drop_down_with_every_code(book: Workbook) -> None:
    for sheet in the_form().sheets:
        page = book[sheet.zh]
        for column in sheet.columns:
            address = sheet.address(column.name, sheet.first_row)
            mine = [one for one in page.data_validations.dataValidation if address in one.sqref]
            if column.type == "flag":
                assert [one.formula1 for one in mine] == ['"是,否"']
            elif column.name == "subject_no":
                assert [(one.formula1, one.errorStyle) for one in mine] == [("open_items", "warning")]
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
    assert {name: values[name] for name in COVER} == COVER
    note = page.cell(page[sheet.address("centre", 0)].row, RECORD_VALUE_COLUMN + 1)
    assert note.value == REMARKS["centre"]


def test_a_record_that_is_known_stands_in_the_first_row_with_codes_as_the_drop_down_shows_them(
    book: Workbook,
) -> None:
    sheet = the_form().by_name["projects"]
    page = book[sheet.zh]
    values = {
        column.name: page[sheet.address(column.name, sheet.first_row)].value for column in sheet.columns
    }
    assert values["field"] == "EQ 智能制造及高端装备"
    assert values["trl_start"] == 3
    assert values["start_date"] == datetime(2025, 3, 1)  # noqa: DTZ001 - a cell has no zone
    assert {values[name] for name in ("trl_now", "status", "spend_fiscal_wan_cny")} == {None}
    # Tinted where something was filled in, white where the unit must fill.
    fills = [page[sheet.address(name, sheet.first_row)].fill.fgColor.rgb for name in ("field", "trl_now")]
    assert [fill[-6:] for fill in fills] == ["F4F7F9", "FFFFFF"]
    assert page.row_dimensions[sheet.first_row].height > 30, "a name of two lines is not hidden"


def test_every_sheet_says_whose_it_is(book: Workbook) -> None:
    for sheet in the_form().sheets[1:]:
        head = " ".join(str(book[sheet.zh].cell(3, column).value) for column in (1, 2))
        assert "填报单位：示例重型机械集团有限公司　创新中心：EQ01　报告期：2026年第三季度" in head


def test_open_items_are_listed_with_what_was_paid_and_can_be_chosen_on_sheet_6(book: Workbook) -> None:
    rows = list(book[OPEN_SHEET].iter_rows(min_row=5, values_only=True))
    assert [row[0] for row in rows] == ["EQ01-K-011", "EQ01-2026-001"]
    assert rows[0][5:] == (60, 20.5, 39.5)
    assert rows[1][4:] == ("发明专利授权", "—", "—", "—")
    ((title, area),) = book.defined_names["open_items"].destinations
    assert [row[0].value for row in book[title][area.replace("$", "")]] == [row[0] for row in rows]


def test_without_open_items_there_is_neither_sheet_nor_drop_down() -> None:
    book = load_workbook(BytesIO(template_workbook(the_form(), RECORDS)))
    assert OPEN_SHEET not in book.sheetnames
    assert "open_items" not in book.defined_names
    page = book[the_form().by_name["followup"].zh]
    assert not [one for one in page.data_validations.dataValidation if "A7" in one.sqref]


def test_drop_downs_comments_and_names_survive_another_program(book: Workbook) -> None:
    """What openpyxl keeps on saving is what our own annotated copies keep."""
    buffer = BytesIO()
    book.save(buffer)
    again = load_workbook(buffer)
    assert {*again.defined_names} == {*book.defined_names}
    for sheet in the_form().sheets:
        old, new = (one[sheet.zh].data_validations.dataValidation for one in (book, again))
        assert [(str(one.sqref), one.formula1) for one in new] == [
            (str(one.sqref), one.formula1) for one in old
        ]
        assert again[sheet.zh].freeze_panes == book[sheet.zh].freeze_panes
        assert again[sheet.zh].protection.sheet


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
    assert written() == written()


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
    """Sixteen pages: one a sheet, two for 研发项目 and 技术扩散, open items, three of relations, two of lists."""
    if shutil.which("soffice") is None or shutil.which("pdftotext") is None:
        pytest.fail("soffice or pdftotext is missing: `make test` installs what packages.txt lists")
    (tmp_path / "form.xlsx").write_bytes(written())
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
    assert len(pages) == 16
    firsts = {1: 0, 2: 1, 3: 2, 4: 4, 5: 5, 6: 7, 7: 8, 8: 9}
    for sheet in the_form().sheets:
        page = pages[firsts[sheet.no]]
        assert f"表号：{the_form().code}-{sheet.no}" in page
        assert f"表式版本：{the_form().version}" in page
    for number, key in ((3, "项目编号"), (6, "事项编号")):
        assert key in pages[number], "the first column is printed again beside the later ones"
        assert "表号" not in pages[number], "a title block is printed whole or not at all"
    assert "第 4 页，共 16 页" in pages[3]
    assert OPEN_SHEET in pages[10]
