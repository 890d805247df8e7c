"""workbook → cells, in a guarded child: untrusted bytes are parsed here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import python_calamine
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from expectations.findings import Finding, finding
from expectations.form import HEADING_ROW, Column, Form, Sheet, the_form
from expectations.template import OWN_SHEETS
from expectations.values import Raw, Value, is_blank, read_value, shown
from tasks.guard import serve
from tasks.inspect import Look, Refusal, inspect, refuse
from tasks.parsed import CellRead, write_parsed

Rows = Sequence[Sequence[Raw]]


def read_workbook(content: bytes, name: str, form: Form) -> tuple[list[CellRead], list[Finding]]:
    """Read one file: its cells in form order, and what is to be said about it. A refused file has no cells."""
    try:
        look = inspect(content, name)
        book = _open(content)
        findings = [
            finding("error", "returns.extra_sheet", sheet=title, found=title)
            for title in look.sheets
            if title not in OWN_SHEETS | {sheet.zh for sheet in form.sheets} and _has_data(book, title)
        ]
        cells: list[CellRead] = []
        for sheet in form.sheets:
            if sheet.zh not in look.sheets:
                raise refuse("sheet_missing", sheet=sheet.zh, found=sheet.zh)
            rows = _rows(book, sheet.zh)
            _check_headings(rows, sheet)
            cells += _read_sheet(rows, sheet, look, findings)
        _check_form(cells, form)
    except Refusal as refused:
        return [], [refused.finding]
    return cells, findings


def _open(content: bytes) -> python_calamine.CalamineWorkbook:
    try:
        return python_calamine.load_workbook(BytesIO(content))
    except (python_calamine.CalamineError, OSError) as problem:
        raise refuse("corrupt", found=str(problem)[:80]) from problem


def _rows(book: python_calamine.CalamineWorkbook, title: str) -> Rows:
    """Every cell of a sheet from A1 on; a sheet that cannot be read refuses the file."""
    try:
        return book.get_sheet_by_name(title).to_python(skip_empty_area=False)
    except python_calamine.CalamineError as problem:
        raise refuse("corrupt", sheet=title, found=f"{title}：{str(problem)[:80]}") from problem


def _has_data(book: python_calamine.CalamineWorkbook, title: str) -> bool:
    return any(not is_blank(cell) for row in _rows(book, title) for cell in row)


def _at(rows: Rows, row: int, column: int) -> Raw:
    """The raw cell at a worksheet position (1-based); blank where the sheet ends earlier."""
    if row > len(rows) or column > len(rows[row - 1]):
        return None
    raw = rows[row - 1][column - 1]
    return None if is_blank(raw) else raw


def _check_headings(rows: Rows, sheet: Sheet) -> None:
    """Refuse a sheet whose printed parts are not the form's: headings, column numbers, units.

    Numbers and units count too: where the row of numbers was deleted, a record would slip into its place unseen, and
    whoever writes 元 over 万元 means it.
    """
    for column in sheet.columns:
        for place, expected in sheet.printed_cells(column).items():
            column_letters, row = coordinate_from_string(place)
            raw = _at(rows, row, column_index_from_string(column_letters))
            # A heading may be broken over lines by whoever makes a column narrower.
            found = shown(_unbroken(raw) if isinstance(raw, str) else raw).removesuffix("*")
            if found not in map(_unbroken, expected):
                raise refuse(
                    "heading_changed",
                    sheet=sheet.zh,
                    cell=place,
                    column=column.zh,
                    found=found,
                    expected=expected[0],
                )


def _unbroken(text: str) -> str:
    return "".join(text.split())


def _read_sheet(rows: Rows, sheet: Sheet, look: Look, findings: list[Finding]) -> list[CellRead]:
    cells: list[CellRead] = []
    if sheet.layout == "record":
        for column in sheet.columns:
            address = sheet.address(column.name, 0)
            raw = _at(rows, int(address[1:]), 4)
            cells.append(_read_cell(raw, column, sheet, sheet.first_row, look, findings))
    else:
        for row in range(sheet.first_row, min(len(rows), sheet.last_row) + 1):
            if any(
                _at(rows, row, index + 1) is not None or _special(look, sheet, column, row)
                for index, column in enumerate(sheet.columns)
            ):
                cells += [
                    _read_cell(_at(rows, row, index + 1), column, sheet, row, look, findings)
                    for index, column in enumerate(sheet.columns)
                ]
    findings += _stray(rows, sheet)
    return cells


def _special(look: Look, sheet: Sheet, column: Column, row: int) -> tuple[str, str] | None:
    return look.sheets[sheet.zh].special.get(sheet.address(column.name, row))


def _read_cell(
    raw: Raw, column: Column, sheet: Sheet, row: int, look: Look, findings: list[Finding]
) -> CellRead:
    address = sheet.address(column.name, row)
    special = _special(look, sheet, column, row)
    value = Value(reason=special[0]) if special else read_value(raw, column)
    if look.date1904 and column.type == "date" and value.text:
        value = Value(reason="date_1904")
    found = special[1] if special else shown(raw)
    # Contacts stay out of findings, so a normalised name or phone number is not quoted.
    if value.note and not column.private:
        findings.append(
            finding(
                "note",
                f"notes.{value.note}",
                sheet=sheet.zh,
                cell=address,
                column=column.zh,
                found=found,
                value=value.text or "",
                unit=column.unit,
            )
        )
    return CellRead(sheet.name, row, column.name, address, found, value.text, value.reason)


def _stray(rows: Rows, sheet: Sheet) -> list[Finding]:
    """Cells with content outside the form's area: below it or right of it."""
    return [
        finding(
            "error",
            "returns.stray_cell",
            sheet=sheet.zh,
            cell=f"{get_column_letter(column)}{row}",
            found=shown(raw),
        )
        for row, cells in enumerate(rows, start=1)
        for column, raw in enumerate(cells, start=1)
        if not is_blank(raw) and row >= HEADING_ROW and (column > sheet.last_column or row > sheet.last_row)
    ]


def _check_form(cells: list[CellRead], form: Form) -> None:
    """Refuse a workbook made from another form or another version, naming both."""
    found = {cell.column: cell for cell in cells if cell.sheet == "cover"}
    for name, key in (("form_no", "other_form"), ("form_version", "other_version")):
        column, cell = form.by_name["cover"].by_name[name], found[name]
        if cell.found.strip() != form.fixed(column):
            raise refuse(
                key,
                sheet=form.by_name["cover"].zh,
                cell=cell.cell,
                column=column.zh,
                found=cell.found,
                expected=form.fixed(column),
            )


def _work(request: dict[str, str]) -> None:
    cells, findings = read_workbook(Path(request["raw"]).read_bytes(), request["name"], the_form())
    write_parsed(Path(request["out"]), cells, findings)


if __name__ == "__main__":
    serve(_work)
