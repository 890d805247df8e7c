"""CSV rows → the unit's workbook, in a guarded child: what is judged and kept is one workbook, read by the one reader."""

from __future__ import annotations

import json
import tempfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from expectations.findings import Finding, finding
from expectations.form import Column, Form, Sheet, the_form
from expectations.raw import shown
from expectations.values import read_value
from tasks.csv_rows import CsvRow, key_columns, read_csv
from tasks.guard import Guarded, serve
from tasks.parsed import CellRead
from tasks.reader import read_workbook
from tasks.refusal import Refusal, refuse
from warehouse.archive import written_whole


def csv_into(csv: Path, workbook: Path) -> list[Finding]:
    """Write the rows of ``csv`` into ``workbook`` (replaced as a whole), unless something is wrong with either.

    Returns what is to be said; the workbook was written if no finding is an error or a refusal.
    """
    with tempfile.TemporaryDirectory() as folder:
        said, out = Path(folder) / "findings.json", Path(folder) / "out.xlsx"
        with Guarded("tasks.csv_into") as child:
            failed = child.ask(raw=str(csv), workbook=str(workbook), out=str(out), said=str(said))
        if failed:
            return [finding("refuse", "files.reader_failed", found=failed)]
        if out.exists():
            with written_whole(workbook) as whole:
                whole.write_bytes(out.read_bytes())
        return [Finding(**one) for one in json.loads(said.read_text("utf-8"))]


def merged(csv: bytes, workbook: bytes, name: str, form: Form) -> tuple[bytes | None, list[Finding]]:
    """The workbook with the rows of ``csv`` in the sheet that may come as one, or None; and what is to be said."""
    sheet = next(one for one in form.sheets if one.csv)
    try:
        found = read_csv(csv, sheet, form)
        cells, findings = read_workbook(workbook, name, form)
        if not cells:
            return None, findings
        if any(cell.sheet == sheet.name for cell in cells):
            raise refuse("csv_not_empty", sheet=sheet.zh)
        if len(found.rows) > sheet.last_row - sheet.first_row + 1:
            raise refuse(
                "too_large", sheet=sheet.zh, found=f"{len(found.rows)} 行", found_en=f"{len(found.rows)} rows"
            )
    except Refusal as refused:
        return None, [refused.finding]
    said = [*found.findings, *(_of_another(row, cells, sheet, form) for row in found.rows)]
    wrong = [one for one in said if one is not None]
    return (None if wrong else _written(workbook, found.rows, sheet)), wrong


def _of_another(row: CsvRow, cells: list[CellRead], sheet: Sheet, form: Form) -> Finding | None:
    """A line that belongs to another return than the workbook's cover says."""
    cover = {cell.column: cell for cell in cells if cell.sheet == "cover"}
    for column, text in zip(key_columns(form), row.keys, strict=True):
        if read_value(text, column).text != cover[column.name].value:
            said = {"found": shown(text), "expected": cover[column.name].found, "line": str(row.line)}
            return finding("error", "csv.other_return", sheet=sheet.zh, column=column.zh, **said)
    return None


def _written(workbook: bytes, rows: list[CsvRow], sheet: Sheet) -> bytes:
    # The bytes have no name here; openpyxl would judge a file by it.
    book = load_workbook(BytesIO(workbook))
    title = next(one for one in (sheet.zh, *sheet.was) if one in book.sheetnames)
    for number, row in enumerate(rows, start=sheet.first_row):
        for index, (column, text) in enumerate(zip(sheet.columns, row.cells, strict=True), start=1):
            cell = book[title].cell(number, index)
            cell.value = _typed(text, column)
            if isinstance(cell.value, str):
                cell.data_type = "s"  # what begins with = is a text, not a formula
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _typed(text: str, column: Column) -> str | float | date | None:
    """A cell as the template would hold it. What cannot be read stays as it is, for the reader to say so."""
    value = read_value(text, column).text
    if value is not None and column.type == "date":
        return date.fromisoformat(value)
    if value is not None and column.scale is not None and format(float(value), ".15g") == value:
        return float(value)
    return text or None


def _work(request: dict[str, Any]) -> None:
    workbook = Path(request["workbook"])
    content, said = merged(
        Path(request["raw"]).read_bytes(), workbook.read_bytes(), workbook.name, the_form()
    )
    if content is not None:
        Path(request["out"]).write_bytes(content)
    Path(request["said"]).write_text(json.dumps([one.model_dump() for one in said]), "utf-8")


if __name__ == "__main__":
    serve(_work)
