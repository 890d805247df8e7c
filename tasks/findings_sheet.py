"""findings → the first sheet of an annotated workbook: all of them with what to do, each linked to its cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from expectations.findings import SEVERITIES, VERDICTS, Finding, gravest_first, verdict_of
from expectations.form import FINDINGS_SHEET
from expectations.sheet_writer import lines

FILLS = {"refuse": "F4C7C3", "error": "F4C7C3", "hold": "FCE5CD", "warning": "FFF2CC", "note": "DDEBF7"}
WORDS = {severity: zh for severity, (zh, _) in SEVERITIES.items()}  # the gravest first
HEADS = (
    ("序号 no.", 7),
    ("性质", 12),
    ("工作表", 13),
    ("单元格 cell", 9),
    ("填报值 found", 22),
    ("问题和改法", 58),
    ("Finding and cure", 62),
)
FIRST_ROW = 8  # of the list; above it stand the verdict, whose return it is, what to do, whom to ask
_FACE = "宋体"
_LINE = Side("thin", color="B3BCC4")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_TO_DO = (
    "点单元格一列可到出问题的地方。错误必须更正；待核的请核对，有误的更正，属实的请告知主管部门；提示属实可不改。"
    "更正后可直接报送本工作簿，本表不必删除。"
)
_TO_DO_EN = (
    "Click a cell to go there. Correct what is an error; check what is held and correct it, or tell the authority that it "
    "is right; leave a warning that is right. This very workbook can be sent again; this sheet may stay in it."
)


def list_findings(book: Workbook, findings: Sequence[Finding], head: Sequence[str]) -> None:
    """Put the list in front of the workbook and open it there."""
    sheet = book.create_sheet(FINDINGS_SHEET, 0)
    sheet.sheet_view.showGridLines = False
    _write_head(sheet, findings, head)
    for column, (text, width) in enumerate(HEADS, start=1):
        cell = sheet.cell(FIRST_ROW - 1, column)
        _write(cell, text, bold=True, fill="E9EDF0")
        sheet.column_dimensions[cell.column_letter].width = width
    for number, one in enumerate(gravest_first(findings), start=1):
        _write_finding(book, sheet, number, one)
    sheet.freeze_panes = f"A{FIRST_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{FIRST_ROW - 1}:{FIRST_ROW - 1}"
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False


def _write_head(sheet: Worksheet, findings: Sequence[Finding], head: Sequence[str]) -> None:
    zh, en = VERDICTS[verdict_of(findings)]
    counts: Counter[str] = Counter(one.severity for one in findings)
    counted = [(*words, counts[severity]) for severity, words in SEVERITIES.items() if counts[severity]]
    said = "，".join(f"{word} {n} 项" for word, _, n in counted)
    said_en = ", ".join(f"{n} × {word}" for _, word, n in counted)
    sheet["A1"] = f"审核结果：{zh} · {en}"
    sheet["A1"].font = Font(name=_FACE, bold=True, size=16)
    sheet.row_dimensions[1].height = 28
    sheet["A2"] = f"{said} · {said_en}"
    for row, text in enumerate((_TO_DO, _TO_DO_EN, *head), start=3):
        sheet.cell(row, 1).value = text
    for row in range(2, 5 + len(head)):
        sheet.cell(row, 1).data_type = "s"
        sheet.cell(row, 1).font = Font(name=_FACE, size=10, color="4A545D")


def _write_finding(book: Workbook, sheet: Worksheet, number: int, one: Finding) -> None:
    row = FIRST_ROW - 1 + number
    severity = " ".join(SEVERITIES[one.severity])
    told: list[str | int] = [number, severity, one.sheet, one.cell, one.found, one.zh, one.en]
    for column, text in enumerate(told, start=1):
        _write(sheet.cell(row, column), text)
    sheet.cell(row, 2).fill = PatternFill("solid", fgColor=FILLS[one.severity])
    # LibreOffice fits the rows of a file that another program wrote; Excel and WPS do not.
    room = ((one.found, 22), (one.zh, 58), (one.en, 62))
    sheet.row_dimensions[row].height = 6 + 15 * max(lines(text, width) for text, width in room)
    if one.sheet in book.sheetnames:
        link = sheet.cell(row, 4 if one.cell else 3)
        quoted = one.sheet.replace("'", "''")
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{quoted}'!{one.cell or 'A1'}")
        link.font = Font(name=_FACE, color="0B5A9D", underline="single")


def _write(cell: Any, text: str | int, *, bold: bool = False, fill: str = "") -> None:
    cell.value = text
    if isinstance(text, str):
        # What stood in the file and starts with = must stay a text, or opening this copy would run it.
        cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.border = _BORDER
    cell.font = Font(name=_FACE, bold=bold)
    if fill:
        cell.fill = PatternFill("solid", fgColor=fill)
