"""The unit's own workbook comes back with every finding marked, listed and linked, and can be mended and sent again."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from expectations.findings import finding
from expectations.form import FINDINGS_SHEET, OPEN_SHEET, the_form
from expectations.quarter import SHANGHAI
from expectations.template import OpenItem, template_workbook
from tasks.findings_sheet import FIRST_ROW
from tasks.reader import read_workbook
from tasks.try_files import try_files
from tests.annotate.copies import annotate
from tests.returns.filled import changed
from warehouse.registry import Registry

NOW = datetime(2026, 10, 9, 10, tzinfo=SHANGHAI)
BROKEN = {"单位情况": {"D7": 99999, "D9": {"text": "=1+1"}}, "技术扩散": {"R7": "约三十万"}}


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], bytes]:
    """What checking a broken return says, and the copy it leaves."""
    folder = tmp_path_factory.mktemp("annotated")
    file = folder / "季报.xlsx"
    file.write_bytes(changed(BROKEN))
    registry = Registry.read(Path(__file__).parents[2] / "registry")
    (result,) = try_files([file], registry, the_form(), NOW, folder / "out")
    (copy,) = (folder / "out").iterdir()
    assert copy.name == "审核结果_季报.xlsx"
    return result, copy.read_bytes()


@pytest.fixture(scope="module")
def book(copies: tuple[dict[str, object], bytes]) -> Workbook:
    return load_workbook(BytesIO(copies[1]))


def test_offending_cells_are_coloured_and_say_why(copies, book) -> None:
    result, _ = copies
    assert {one["cell"] for one in result["findings"]} == {"D7", "D9", "R7"}
    for one in result["findings"]:
        cell = book[one["sheet"]][one["cell"]]
        assert cell.fill.fgColor.rgb.endswith("F4C7C3")
        assert one["zh"] in cell.comment.text


def test_cells_without_a_finding_are_left_alone(book) -> None:
    assert book["单位情况"]["D6"].comment is None
    assert not str(book["单位情况"]["D6"].fill.fgColor.rgb).endswith("F4C7C3")


def test_the_first_sheet_lists_every_finding_with_a_link(copies, book) -> None:
    result, _ = copies
    assert book.sheetnames[0] == FINDINGS_SHEET
    rows = list(book[FINDINGS_SHEET].iter_rows(min_row=FIRST_ROW))
    assert [(row[2].value, row[3].value, row[5].value, row[6].value) for row in rows] == [
        (one["sheet"], one["cell"], one["zh"], one["en"]) for one in result["findings"]
    ]
    for row, one in zip(rows, result["findings"], strict=True):
        location = row[3].hyperlink.location or row[3].hyperlink.target
        assert location.lstrip("#").replace("'", "") == f"{one['sheet']}!{one['cell']}"


def test_what_was_found_stays_text(book) -> None:
    found = {row[3].value: row[4] for row in book[FINDINGS_SHEET].iter_rows(min_row=FIRST_ROW)}
    assert found["D9"].value == "=1+1"
    assert found["D9"].data_type == "s"


def test_every_drop_down_is_still_there(copies, book) -> None:
    before = load_workbook(BytesIO(changed(BROKEN)))
    for sheet in the_form().sheets:
        old, new = (b[sheet.zh].data_validations.dataValidation for b in (before, book))
        assert sorted(str(one.sqref) for one in new) == sorted(str(one.sqref) for one in old)


def test_it_can_be_mended_and_sent_again(copies) -> None:
    mended = load_workbook(BytesIO(copies[1]))
    mended["单位情况"]["D7"], mended["单位情况"]["D9"] = 412, 68200
    mended["技术扩散"]["R7"] = 30
    buffer = BytesIO()
    mended.save(buffer)
    _, findings = read_workbook(buffer.getvalue(), "季报.xlsx", the_form())
    assert findings == [], "the sheet with the findings is ours and no extra sheet"


def test_a_file_that_cannot_be_opened_leaves_no_copy(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.write_bytes(b"PK not a workbook")
    failed = annotate(raw, [finding("error", "returns.extra_sheet", found="x")], tmp_path / "copy.xlsx")
    assert failed
    assert list(tmp_path.iterdir()) == [raw]


def test_formats_widths_panes_protection_and_names_are_kept(book) -> None:
    before = load_workbook(BytesIO(changed(BROKEN)))
    assert {*book.defined_names} == {*before.defined_names}
    marked = {("单位情况", "D7"), ("单位情况", "D9"), ("技术扩散", "R7")}
    for old in before.worksheets:
        new = book[old.title]
        assert (new.freeze_panes, new.protection.sheet) == (old.freeze_panes, old.protection.sheet)
        assert new.print_title_rows == old.print_title_rows
        assert {k: v.width for k, v in new.column_dimensions.items()} == {
            k: v.width for k, v in old.column_dimensions.items()
        }
        for cell in (cell for row in old.iter_rows() for cell in row):
            twin = new[cell.coordinate]
            assert _look(twin) == _look(cell)
            if (old.title, cell.coordinate) not in marked:
                assert twin.fill.fgColor.rgb == cell.fill.fgColor.rgb


def _look(cell) -> tuple[object, ...]:
    font, border = cell.font, cell.border
    return cell.number_format, font.name, font.sz, font.b, border.left.style, cell.alignment.horizontal


def test_a_prefilled_workbook_keeps_its_list_of_open_items(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "copy.xlsx"
    item = OpenItem(
        "EQ01-K-011", "技术扩散事项", "防摇控制", date(2026, 5, 20), "示例厂", Decimal(60), Decimal(0)
    )
    raw.write_bytes(template_workbook(the_form(), {}, {}, [item]))
    assert annotate(raw, [finding("error", "returns.extra_sheet", found="x")], out) == ""
    copy = load_workbook(out)
    assert copy[OPEN_SHEET]["A5"].value == "EQ01-K-011"
    (offered,) = [one for one in copy["后续进展"].data_validations.dataValidation if "A7" in one.sqref]
    assert (offered.formula1, offered.errorStyle) == ("open_items", "warning")
    assert "open_items" in copy.defined_names
