"""A copy of a copy, merged cells, names of every length, text that looks like a formula: annotated all the same."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Color
from openpyxl.workbook import Workbook

from expectations.findings import Finding, finding
from expectations.form import FINDINGS_SHEET, the_form
from tasks.annotate import AUTHOR
from tasks.findings_sheet import FIRST_ROW
from tasks.reader import read_workbook
from tasks.try_files import _annotated_name
from tests.annotate.copies import annotate
from tests.returns.filled import changed, saved


def annotated(content: bytes, findings: list[Finding], folder: Path, head: tuple[str, ...] = ()) -> Workbook:
    raw, out = folder / "raw", folder / "copy.xlsx"
    raw.write_bytes(content)
    assert annotate(raw, findings, out, head) == ""
    return load_workbook(out)


def about(severity: str, cell: str, sheet: str = "单位情况", found: str = "1") -> Finding:
    where = {"sheet": sheet, "cell": cell, "column": "甲", "column_en": "A"}
    return finding(severity, "rules.required", **where, found=found)  # type: ignore[arg-type]


def test_the_gravest_of_several_findings_gives_the_colour_and_all_are_said(tmp_path: Path) -> None:
    findings = [about("note", "D6"), about("warning", "D7"), about("hold", "D8"), about("note", "D9")]
    findings += [about("warning", "D6"), about("error", "D6")]
    page = annotated(changed({}), findings, tmp_path)["单位情况"]
    colours = {cell: str(page[cell].fill.fgColor.rgb)[-6:] for cell in ("D6", "D7", "D8", "D9")}
    assert colours == {"D6": "F4C7C3", "D7": "FFF2CC", "D8": "FCE5CD", "D9": "DDEBF7"}
    assert [line[:4] for line in page["D6"].comment.text.splitlines()] == ["【说明】", "【提示】", "【错误】"]


def test_what_was_said_of_the_version_before_is_gone_from_a_copy_of_a_copy(tmp_path: Path) -> None:
    first = annotated(changed({}), [about("error", "D6"), about("error", "D7")], tmp_path)
    again = annotated(saved(first), [about("error", "D8")], tmp_path)
    assert again.sheetnames.count(FINDINGS_SHEET) == 1
    assert again[FINDINGS_SHEET].max_row == FIRST_ROW
    page = again["单位情况"]
    marked = [cell.coordinate for row in page for cell in row if cell.comment]
    assert marked == ["D8"]
    assert str(page["D6"].fill.fgColor.rgb).endswith("FFFFFF")


def test_the_forms_own_comments_stay(tmp_path: Path) -> None:
    before = load_workbook(BytesIO(changed({})))["研发产出"]
    helped = {c.coordinate: c.comment.text for row in before for c in row if c.comment}
    after = annotated(changed({}), [about("error", "D6")], tmp_path)["研发产出"]
    assert {c.coordinate: c.comment.text for row in after for c in row if c.comment} == helped
    assert helped
    assert AUTHOR not in {c.comment.author for row in after for c in row if c.comment}


def test_a_finding_inside_a_merged_range_stands_where_the_range_shows(tmp_path: Path) -> None:
    book = load_workbook(BytesIO(changed({})))
    book["技术扩散"].merge_cells("C7:C8")
    page = annotated(saved(book), [about("error", "C8", "技术扩散")], tmp_path)["技术扩散"]
    assert page["C7"].comment is not None
    assert page["C7"].comment.author == AUTHOR


def test_nothing_that_starts_with_an_equals_sign_runs(tmp_path: Path) -> None:
    """Not the value, and not the name of a sheet either."""
    title = "=1+1"
    book = load_workbook(BytesIO(changed({})))
    book.create_sheet(title)["A1"] = "x"
    findings = [
        finding("error", "returns.extra_sheet", sheet=title, found=title),
        about("error", "D6", found="=cmd"),
    ]
    listed = annotated(saved(book), findings, tmp_path)[FINDINGS_SHEET]
    texts = [
        cell for row in listed.iter_rows(min_row=FIRST_ROW) for cell in row if str(cell.value).startswith("=")
    ]
    assert {cell.coordinate for cell in texts} == {
        f"C{FIRST_ROW}",
        f"E{FIRST_ROW}",
        f"E{FIRST_ROW + 1}",
    }
    assert {cell.data_type for cell in texts} == {"s"}


def test_a_finding_about_a_whole_sheet_links_to_the_sheet(tmp_path: Path) -> None:
    title = "it's 一张多余的表"
    book = load_workbook(BytesIO(changed({})))
    book.create_sheet(title)["A1"] = "x"
    extra = finding("error", "returns.extra_sheet", sheet=title, found=title)
    after = annotated(saved(book), [extra, about("error", "D6")], tmp_path)
    listed = after[FINDINGS_SHEET]
    assert listed.cell(FIRST_ROW, 4).hyperlink is None
    assert listed.cell(FIRST_ROW, 3).hyperlink.location == "'it''s 一张多余的表'!A1"
    tabs = {page.title for page in after.worksheets if page.sheet_properties.tabColor}
    assert tabs == {title, "单位情况"}, "sheets with findings can be told by their tabs"


def test_a_finding_that_points_to_another_sheet_is_marked_there(tmp_path: Path) -> None:
    """R1.7 stands on the cover and points to 研发项目."""
    projects = the_form().by_name["projects"]
    there = projects.address("project_no", projects.first_row)
    book = annotated(changed({}), [about("warning", there, projects.zh)], tmp_path)
    assert "【提示】" in book[projects.zh][there].comment.text
    assert book[FINDINGS_SHEET].cell(FIRST_ROW, 4).hyperlink.location == f"'研发项目'!{there}"


def test_every_sheet_of_the_form_can_be_marked(tmp_path: Path) -> None:
    places = [
        (sheet.zh, sheet.address(sheet.columns[-1].name, sheet.first_row)) for sheet in the_form().sheets
    ]
    book = annotated(changed({}), [about("error", cell, sheet) for sheet, cell in places], tmp_path)
    rows = book[FINDINGS_SHEET].iter_rows(min_row=FIRST_ROW)
    assert [row[3].hyperlink.location for row in rows] == [f"'{sheet}'!{cell}" for sheet, cell in places]
    for sheet, cell in places:
        assert book[sheet][cell].comment.author == AUTHOR
        assert str(book[sheet][cell].fill.fgColor.rgb).endswith("F4C7C3")


def test_above_the_list_stand_verdict_counts_and_whom_to_ask(tmp_path: Path) -> None:
    findings = [about("warning", "D7"), about("hold", "D8"), about("hold", "D9")]
    listed = annotated(changed({}), findings, tmp_path, ("示例单位 2026年第三季度", "=请致电 000"))[
        FINDINGS_SHEET
    ]
    above = [str(row[0].value) for row in listed.iter_rows(max_row=FIRST_ROW - 2)]
    assert above[0] == "审核结果：待核，暂不采用 · held"
    assert above[1] == "待核 2 项，提示 1 项 · 2 × hold, 1 × warning"
    assert "告知主管部门" in above[2]
    assert above[4:] == ["示例单位 2026年第三季度", "=请致电 000"]
    assert listed["A6"].data_type == "s"


def test_what_a_unit_wrote_beside_a_cell_is_kept_and_given_back(tmp_path: Path) -> None:
    book = load_workbook(BytesIO(changed({})))
    book["单位情况"]["D6"].comment = Comment("含劳务派遣", "示例统计员")
    first = annotated(saved(book), [about("error", "D6")], tmp_path)
    assert first["单位情况"]["D6"].comment.text.endswith("〔原批注〕含劳务派遣")
    again = annotated(saved(first), [about("error", "D8")], tmp_path)
    assert again["单位情况"]["D6"].comment.text == "含劳务派遣"
    assert again["研发项目"].sheet_properties.tabColor is None


@pytest.mark.parametrize("own", [Color(theme=4), Color(indexed=10), Color(rgb="FF00B050")])
def test_a_unit_may_colour_its_tabs(own: Color, tmp_path: Path) -> None:
    book = load_workbook(BytesIO(changed({})))
    book["研发项目"].sheet_properties.tabColor = own
    after = annotated(saved(book), [about("error", "D6")], tmp_path)
    kept = after["研发项目"].sheet_properties.tabColor
    assert (kept.type, kept.value) == (own.type, own.value)


def test_the_copy_opens_at_the_list_of_findings(tmp_path: Path) -> None:
    book = annotated(changed({}), [about("error", "D6")], tmp_path)
    assert book.active.title == FINDINGS_SHEET
    assert [page.title for page in book.worksheets if page.sheet_view.tabSelected] in ([], [FINDINGS_SHEET])


def test_a_copy_is_read_like_the_return_it_was_made_of(tmp_path: Path) -> None:
    copy = annotated(changed({}), [about("error", "D6"), about("error", "R7", "技术扩散")], tmp_path)
    original, _ = read_workbook(changed({}), "季报.xlsx", the_form())
    cells, findings = read_workbook(saved(copy), "审核结果_季报.xlsx", the_form())
    assert findings == []
    assert [(one.cell, one.value) for one in cells] == [(one.cell, one.value) for one in original]


@pytest.mark.parametrize(
    ("name", "files", "expected"),
    [
        ("季报.xlsx", ["a/季报.xlsx"], "审核结果_季报.xlsx"),
        ("季报.xlsx", ["a/季报.xlsx", "b/季报.xlsx"], "审核结果_季报_01234567.xlsx"),
        ("季" * 83 + ".XLSX", ["季"], f"审核结果_{'季' * 66}.xlsx"),
    ],
)
def test_names_of_copies_fit_and_differ(name: str, files: list[str], expected: str) -> None:
    assert _annotated_name(Path(name), "0123456789", [Path(file) for file in files]) == expected
    assert len(expected.encode()) <= 255
