"""Where things stand on a sheet (bad-inputs S01–S05, S07): merged, hidden, renamed, moved, missing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from expectations.findings import Finding, verdict_of
from expectations.form import FOLDER, LISTS_SHEET, Form, load_form, the_form
from expectations.quarter import SHANGHAI
from expectations.template import template_workbook
from tasks.identify import UnknownReturn, identify, read_cover
from tasks.parsed import write_parsed
from tasks.reader import read_workbook
from tests.returns.filled import changed, repacked, replacing, saved
from warehouse.registry import Registry

TABLE = "技术扩散"
NOW = datetime(2026, 10, 9, 10, tzinfo=SHANGHAI)


def said(content: Workbook | bytes, form: Form | None = None) -> list[tuple[str, str, str, str, str]]:
    """Severity, rule, sheet, cell and what was found, of every finding."""
    packed = content if isinstance(content, bytes) else saved(content)
    cells, findings = read_workbook(packed, "季报.xlsx", form or the_form())
    assert bool(cells) == (verdict_of(findings) != "refused")
    return [(one.severity, one.rule, one.sheet, one.cell, one.found) for one in findings]


def book() -> Workbook:
    return load_workbook(BytesIO(changed({})))


@pytest.mark.parametrize(
    ("area", "sheet", "cell"),
    [("H7:H8", TABLE, "H7"), ("C7:D7", TABLE, "C7"), ("D6:E6", "单位情况", "D6"), ("D20:D21", "封面", "D20")],
)
def test_s01_merged_cells_with_data_go_back(area: str, sheet: str, cell: str) -> None:
    merged = book()
    merged[sheet].merge_cells(area)
    assert ("error", "merged", sheet, cell, area) in said(merged)


def test_s01_merged_cells_are_named_in_one_finding_a_sheet() -> None:
    merged = book()
    for column in "ABCDEFGHIJKLMNOPQRST":
        merged[TABLE].merge_cells(f"{column}7:{column}8")
    (found,) = [one for one in said(merged) if one[1] == "merged"]
    assert found[4].startswith("A7:A8、B7:B8、")
    assert found[4].endswith("……")
    assert found[4].count(":") == 10


@pytest.mark.parametrize("area", ["A1:H1", "A300:C301", "V7:W8", "A2:A4"])
def test_s01_merged_cells_of_title_and_of_blanks_are_nobodys_data(area: str) -> None:
    merged = book()
    merged[TABLE].merge_cells(area)
    assert said(merged) == []


def test_s01_merged_headings_are_no_headings() -> None:
    merged = book()
    merged[TABLE].merge_cells("C5:D5")
    assert said(merged) == [("refuse", "heading_changed", TABLE, "D5", "")]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_s02_a_hidden_sheet_of_the_form_is_held(state: str) -> None:
    hidden = book()
    hidden[TABLE].sheet_state = state
    assert said(hidden) == [("hold", "hidden_sheet", TABLE, "", TABLE)]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_s02_a_hidden_sheet_of_the_units_own_is_held_if_it_holds_something(state: str) -> None:
    hidden = book()
    hidden.create_sheet("底稿")["B3"] = 12
    hidden.create_sheet("空白")
    for title in ("底稿", "空白"):
        hidden[title].sheet_state = state
    assert said(hidden) == [("hold", "hidden_sheet", "底稿", "", "底稿")]


def test_s02_the_templates_own_lists_may_be_hidden() -> None:
    hidden = book()
    hidden[LISTS_SHEET].sheet_state = "veryHidden"
    assert said(hidden) == []


@pytest.mark.parametrize(
    ("sheet", "row", "cell"), [(TABLE, 8, "A8"), ("单位情况", 9, "D9"), ("封面", 8, "D8")]
)
def test_s02_a_hidden_row_with_data_is_held(sheet: str, row: int, cell: str) -> None:
    hidden = book()
    hidden[sheet].row_dimensions[row].hidden = True
    assert said(hidden) == [("hold", "hidden_rows", sheet, cell, str(row))]


def test_s02_a_row_of_no_height_is_hidden() -> None:
    part = f"xl/worksheets/sheet{the_form().by_name['diffusion'].no}.xml"
    flat = replacing('<row r="8"[^>]*>', '<row r="8" ht="0" customHeight="1">')
    found = [("hold", "hidden_rows", TABLE, "A8", "8")]
    assert said(repacked(changed({}), {part: flat})) == found
    # A formula elsewhere in the sheet, so that it is walked cell by cell.
    formula = lambda xml: flat(xml).replace(b"<v>180</v>", b"<f>90*2</f><v>180</v>")  # noqa: E731
    assert said(repacked(changed({}), {part: formula})) == found


@pytest.mark.parametrize(("sheet", "column", "cell"), [(TABLE, "H", "H7"), ("单位情况", "D", "D6")])
@pytest.mark.parametrize("how", ["hidden", "width"])
def test_s02_a_hidden_column_with_data_is_held(how: str, sheet: str, column: str, cell: str) -> None:
    hidden = book()
    if how == "hidden":
        hidden[sheet].column_dimensions[column].hidden = True
    else:
        hidden[sheet].column_dimensions[column].width = 0.0001
    content = repacked(
        saved(hidden),
        {
            f"xl/worksheets/sheet{hidden.sheetnames.index(sheet) + 1}.xml": replacing(
                'width="0.0001"', 'width="0"'
            )
        }
        if how == "width"
        else {},
    )
    assert said(content) == [("hold", "hidden_columns", sheet, cell, column)]


def test_s02_hidden_rows_and_columns_of_blanks_hide_nothing() -> None:
    hidden = book()
    for row in (1, 20, 300):
        hidden[TABLE].row_dimensions[row].hidden = True
    hidden[TABLE].column_dimensions["Q"].hidden = True  # no contract of the good return is registered
    hidden["单位情况"].column_dimensions["E"].hidden = True
    assert said(hidden) == []


@pytest.fixture
def renamed(tmp_path: Path) -> Form:
    """The form as it would be after a sheet was given another name."""
    shutil.copytree(FOLDER, tmp_path / "forms")
    file = tmp_path / "forms" / "diffusion.yml"
    file.write_text(
        file.read_text("utf-8").replace("layout: table", "layout: table\nwas: [成果扩散]"), "utf-8"
    )
    return load_form(tmp_path / "forms")


def test_s03_a_sheet_under_a_known_old_name_is_read_and_told(renamed: Form) -> None:
    old = book()
    old[TABLE].title = "成果扩散"
    cells, findings = read_workbook(saved(old), "季报.xlsx", renamed)
    assert [(one.severity, one.rule, one.found) for one in findings] == [("note", "old_name", "成果扩散")]
    assert "已按“技术扩散”读取" in findings[0].zh
    assert [one.found for one in cells if one.cell == "H7" and one.sheet == "diffusion"] == ["示例焊接装备厂"]


def test_s03_beside_the_sheet_its_old_name_is_another_sheet(renamed: Form) -> None:
    both = book()
    both.create_sheet("成果扩散")["A1"] = 1
    assert said(both, renamed) == [("error", "extra_sheet", "成果扩散", "", "成果扩散")]


def moved(page: Workbook) -> None:
    page[TABLE].move_range("C5:C8", cols=25)


def duplicated(page: Workbook) -> None:
    page[TABLE]["D5"] = page[TABLE]["C5"].value


def inserted(page: Workbook) -> None:
    page[TABLE].insert_cols(3)


def beside(page: Workbook) -> None:
    page[TABLE]["V5"] = page[TABLE]["C5"].value


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (moved, ("refuse", "heading_changed", TABLE, "C5", "")),
        (duplicated, ("refuse", "heading_changed", TABLE, "D5", "技术名称")),
        (inserted, ("refuse", "heading_changed", TABLE, "C5", "")),
        (beside, ("error", "stray_cell", TABLE, "V5", "技术名称 *")),
    ],
)
def test_s03_a_heading_moved_or_there_twice(
    change: Callable[[Workbook], None], found: tuple[str, str, str, str, str]
) -> None:
    page = book()
    change(page)
    assert said(page) == [found]


def unknown(content: bytes, folder: Path) -> Finding:
    """What is said of a return that could be read but that nobody expects."""
    cells, findings = read_workbook(content, "季报.xlsx", the_form())
    assert verdict_of(findings) != "refused"
    write_parsed(folder / "parsed.parquet", cells, findings)
    registry = Registry.read(Path(__file__).parents[2] / "registry")
    with pytest.raises(UnknownReturn) as unknown:
        identify(read_cover(folder / "parsed.parquet"), registry, the_form(), NOW)
    return unknown.value.finding


@pytest.mark.parametrize(
    ("cells", "named"),
    [
        ({"D8": "EQ02"}, ("EQ02（D8）", "91140100MA0EX0002X（D10）", "2026-Q3（D13）")),
        ({"D13": "2019-Q1"}, ("EQ01（D8）", "2019-Q1（D13）")),
        ({"D10": "91350100M000100Y43"}, ("91350100M000100Y43（D10）", "2026-Q3（D13）")),
    ],
)
def test_s04_a_template_of_another_centre_unit_or_quarter_names_all_three(
    cells: dict[str, str], named: tuple[str, ...], tmp_path: Path
) -> None:
    found = unknown(changed({"封面": cells}), tmp_path)
    assert (found.severity, found.rule, found.cell) == ("refuse", "not_expected", "D8")
    assert all(one in found.zh for one in named)
    assert all(one.replace("（", " (").replace("）", ")") in found.en for one in named)


def test_s05_a_template_with_headings_only_is_refused_for_its_blank_cover(tmp_path: Path) -> None:
    found = unknown(template_workbook(the_form(), {}), tmp_path)
    assert (found.rule, found.cell) == ("not_expected", "D8")
    assert "空（D8）" in found.zh


def test_s07_data_below_blank_rows_is_read() -> None:
    page = book()
    page[TABLE].move_range("A8:T8", rows=1500)
    cells, findings = read_workbook(saved(page), "季报.xlsx", the_form())
    assert findings == []
    assert {one.row for one in cells if one.sheet == "diffusion"} == {7, 1508}
