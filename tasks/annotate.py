"""findings → the unit's own workbook, in a guarded child: cells coloured and commented, a first sheet that lists it all."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from expectations.findings import Finding
from expectations.template import FINDINGS_SHEET
from tasks.guard import Guarded, serve

AUTHOR = "晋创审核"
_WORDS = {"refuse": "拒收", "error": "错误", "hold": "待核", "warning": "提示", "note": "说明"}
_FILLS = {"error": "F4C7C3", "hold": "FCE5CD", "warning": "FFF2CC", "note": "DDEBF7"}


def annotate(raw: Path, findings: list[Finding], out: Path) -> str:
    """Write an annotated copy of ``raw`` to ``out``. Returns blank, or why the child failed (then there is no copy)."""
    with Guarded("tasks.annotate") as child:
        return child.ask(raw=str(raw), findings=[one.model_dump() for one in findings], out=str(out))


def _work(request: dict[str, Any]) -> None:
    # Archived files have no extension, which openpyxl would judge them by.
    book = load_workbook(BytesIO(Path(request["raw"]).read_bytes()))
    _forget_earlier(book)
    findings = [Finding(**one) for one in request["findings"]]
    by_cell: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        if one.cell and one.sheet in book.sheetnames:
            by_cell.setdefault((one.sheet, one.cell), []).append(one)
    for (sheet, address), said in by_cell.items():
        cell = _cell(book[sheet], address)
        gravest = min(said, key=lambda one: list(_WORDS).index(one.severity))
        cell.fill = PatternFill("solid", fgColor=_FILLS.get(gravest.severity, _FILLS["error"]))
        comment = Comment("\n".join(f"【{_WORDS[one.severity]}】{one.zh}" for one in said), AUTHOR)
        comment.width, comment.height = 360, 60 + 40 * len(said)
        cell.comment = comment
    _list_findings(book, findings)
    book.properties.modified = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed mark, no instant
    book.save(request["out"])


def _cell(sheet: Worksheet, address: str) -> Cell:
    """The cell, or where it is hidden in a merged range the one that shows."""
    cell = sheet[address]
    if isinstance(cell, MergedCell):
        area = next(area for area in sheet.merged_cells.ranges if address in area)
        cell = sheet.cell(area.min_row, area.min_col)
    return cell  # type: ignore[no-any-return]


def _forget_earlier(book: Workbook) -> None:
    """Units mend the annotated copy and send that: what was said of the version before must not stay in it."""
    if FINDINGS_SHEET in book.sheetnames:
        book.remove(book[FINDINGS_SHEET])
    for sheet in book.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            if cell.comment and cell.comment.author == AUTHOR:
                cell.comment = None
                cell.fill = PatternFill("solid", fgColor="FFFFFF")


def _list_findings(book: Workbook, findings: list[Finding]) -> None:
    sheet = book.create_sheet(FINDINGS_SHEET, 0)
    sheet.append(["序号", "性质", "工作表", "单元格", "填报值", "问题和改法", "Finding and cure"])
    for cell, width in zip(sheet[1], (6, 8, 12, 10, 24, 70, 70), strict=True):
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = width
    for number, one in enumerate(findings, start=1):
        # What stood in the file and starts with = must stay a text, or opening this copy would run it.
        row = number + 1
        said = (number, _WORDS[one.severity], one.sheet, one.cell, one.found, one.zh, one.en)
        for column, text in enumerate(said, start=1):
            cell = sheet.cell(row, column)
            cell.value = text
            if isinstance(text, str):
                cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        if one.cell and one.sheet in book.sheetnames:
            link = sheet.cell(row, 4)
            link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{one.sheet}'!{one.cell}")
            link.font = Font(color="0B5A9D", underline="single")
    sheet.freeze_panes = "A2"
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False


if __name__ == "__main__":
    serve(_work)
