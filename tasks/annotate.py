"""findings → the unit's own workbook, in a guarded child: cells coloured and commented, a first sheet that lists it all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from expectations.findings import Finding
from expectations.form import FINDINGS_SHEET
from tasks.findings_sheet import FILLS, WORDS, list_findings
from tasks.guard import Guarded, serve

AUTHOR = "晋创审核"
_TAB = "C0392B"  # the tab of a sheet with findings
_PLAIN = "FFFFFF"
_OWN = "〔原批注〕"  # before what a comment of the unit's own said


class Annotator:
    """Writes annotated copies, all of them in one guarded child, which starts with the first."""

    def __init__(self) -> None:
        self._child = Guarded("tasks.annotate")

    def annotate(self, raw: Path, findings: list[Finding], out: Path, head: Sequence[str] = ()) -> str:
        """Write an annotated copy of ``raw`` to ``out``. Returns blank, or why the child failed (then there is no copy).

        ``head`` are lines above the list of findings: whose return it is and whom to ask.
        """
        said = [one.model_dump() for one in findings]
        return self._child.ask(raw=str(raw), findings=said, out=str(out), head=list(head))

    def close(self) -> None:
        self._child.__exit__()


def _work(request: dict[str, Any]) -> None:
    # Archived files have no extension, which openpyxl would judge them by.
    book = load_workbook(BytesIO(Path(request["raw"]).read_bytes()))
    _forget_earlier(book)
    findings = [Finding(**one) for one in request["findings"]]
    by_cell: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        if one.sheet in book.sheetnames:
            book[one.sheet].sheet_properties.tabColor = _TAB
            if one.cell:
                by_cell.setdefault((one.sheet, one.cell), []).append(one)
    for (sheet, address), said in by_cell.items():
        _mark(_cell(book[sheet], address), said)
    list_findings(book, findings, request["head"])
    book.properties.modified = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed mark, no instant
    book.save(request["out"])


def _mark(cell: Cell, said: list[Finding]) -> None:
    """Colour a cell by its gravest finding and say them all beside what a comment of the unit's own said."""
    gravest = min(said, key=lambda one: list(WORDS).index(one.severity))
    cell.fill = PatternFill("solid", fgColor=FILLS[gravest.severity])
    texts = [f"【{WORDS[one.severity]}】{one.zh}" for one in said]
    if cell.comment:
        texts.append(f"{_OWN}{cell.comment.text}")
    comment = Comment("\n".join(texts), AUTHOR)
    comment.width, comment.height = 360, 40 + sum(20 * (1 + len(text) // 26) for text in texts)
    cell.comment = comment


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
        tab = sheet.sheet_properties.tabColor
        # A unit's own colour may be one of the theme's; ``rgb`` is then no text.
        if tab is not None and tab.type == "rgb" and tab.rgb[-6:] == _TAB:
            sheet.sheet_properties.tabColor = None
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            if cell.comment and cell.comment.author == AUTHOR:
                own = cell.comment.text.partition(_OWN)[2]
                cell.comment = Comment(own, "") if own else None
                cell.fill = PatternFill("solid", fgColor=_PLAIN)


if __name__ == "__main__":
    serve(_work)
