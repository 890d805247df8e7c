"""rows → cells: each filled cell of a sheet read for its column; rows that only add up the others are left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from expectations.addresses import column_letters
from expectations.findings import Finding, finding
from expectations.form import RECORD_VALUE_COLUMN, Column, Sheet
from expectations.raw import Raw, is_blank, shown
from expectations.values import Value, read_value
from tasks.layout import Rows, at
from tasks.parsed import CellRead
from tasks.walk import SheetLook

_TOTALS = {"合计", "总计", "共计", "累计", "总合计", "小计", "本页小计", "total", "subtotal", "sum"}
_SUBTOTALS = {"小计", "本页小计", "subtotal"}
_AROUND_A_WORD = re.compile(r"[\s:：]+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_DIGITS = re.compile(r"[0-9]+")
_BLANK = Value()


def read_sheet(
    rows: Rows, sheet: Sheet, look: SheetLook, *, date1904: bool
) -> tuple[list[CellRead], list[Finding]]:
    """The cells of a sheet in form order, and what is to be said of single cells."""
    reading = _Reading(sheet, look, date1904)
    if sheet.layout == "record":
        for offset, column in enumerate(sheet.columns):
            row = sheet.first_row + offset
            address = f"{column_letters(RECORD_VALUE_COLUMN)}{row}"
            reading.cell(at(rows, row, RECORD_VALUE_COLUMN), column, sheet.first_row, address)
    else:
        _read_table(rows, reading)
    return reading.cells, reading.findings


def _read_table(rows: Rows, reading: _Reading) -> None:
    sheet, width = reading.sheet, len(reading.sheet.columns)
    special = {int(found[0]) for one in reading.look.special if (found := _DIGITS.search(one))}
    totals: list[tuple[int, str, int]] = []  # row, the word in it, how many cells were read above it
    for row in range(sheet.first_row, min(len(rows), sheet.last_row) + 1):
        raws = rows[row - 1][:width]
        if any(raw != "" and not is_blank(raw) for raw in raws):
            if word := _total_word(raws, sheet):
                totals.append((row, word, len(reading.cells)))
            elif (index := _remark(raws, sheet)) is not None:
                reading.remark(raws[index], sheet.columns[index], f"{_LETTERS[index]}{row}")
            else:
                reading.row(raws, row)
        elif row in special and any(f"{one}{row}" in reading.look.special for one in _LETTERS[:width]):
            reading.row(raws, row)
    begin = 0
    for row, word, end in totals:
        summed = reading.cells[begin:end] if word in _SUBTOTALS else list(reading.cells)
        reading.total(rows[row - 1][:width], row, summed)
        begin = end


def _total_word(raws: Sequence[Raw], sheet: Sheet) -> str:
    """The word that makes a row a total: the row holds it in a column of text, and else numbers only."""
    word = ""
    for raw, column in zip(raws, sheet.columns, strict=False):
        if is_blank(raw) or column.scale is not None:
            continue
        said = _AROUND_A_WORD.sub("", raw).lower() if isinstance(raw, str) else ""
        if word or said not in _TOTALS:
            return ""
        word = said
    return word


def _remark(raws: Sequence[Raw], sheet: Sheet) -> int | None:
    """Where the only filled cell of a row stands if it holds Chinese words: a remark below the table, no record."""
    filled = [index for index, raw in enumerate(raws) if not is_blank(raw)]
    if len(filled) != 1 or sum(column.required for column in sheet.columns) < 2:
        return None
    raw = raws[filled[0]]
    return filled[0] if isinstance(raw, str) and _CHINESE.search(raw) else None


@dataclass
class _Reading:
    """One sheet being read."""

    sheet: Sheet
    look: SheetLook
    date1904: bool
    cells: list[CellRead] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def row(self, raws: Sequence[Raw], row: int) -> None:
        """One record of a table; cells right of where the sheet ends are blank."""
        for index, column in enumerate(self.sheet.columns):
            self.cell(raws[index] if index < len(raws) else None, column, row, f"{_LETTERS[index]}{row}")

    def cell(self, raw: Raw, column: Column, row: int, address: str) -> None:
        """One cell, read for its column."""
        found, value = self._read(raw, column, address)
        # Contacts stay out of findings, so a normalised name or phone number is not quoted.
        if value.note and not column.private:
            self._say("note", f"notes.{value.note}", column, address, found, value.text or "")
        if value.doubt:
            self._say("hold", f"returns.{value.doubt}", column, address, "" if column.private else found)
        self.cells.append(
            CellRead(self.sheet.name, row, column.name, address, found, value.text, value.reason)
        )

    def _read(self, raw: Raw, column: Column, address: str) -> tuple[str, Value]:
        """What a person sees in a cell, and its value."""
        look = self.look
        if look.special and (special := look.special.get(address)):
            return special[1], Value(reason=special[0])
        if raw is None or raw == "":
            return "", _BLANK
        shown_as = look.formats.get(address, "") if look.formats else ""
        value = read_value(raw, column, shown_as)
        if self.date1904 and column.type == "date" and value.text:
            value = Value(reason="date_1904")
        return shown(raw, shown_as), value

    def remark(self, raw: Raw, column: Column, address: str) -> None:
        """A row that only says something: to be taken away, or filled in if it was meant as a record."""
        self._say("error", "returns.remark", column, address, shown(raw))

    def total(self, raws: Sequence[Raw], row: int, summed: Sequence[CellRead]) -> None:
        """A row that adds up ``summed``: it is no record, and says something only where it differs from the sum."""
        agrees, differs = 0, False
        where, word = "", ""
        by_column: dict[str, list[CellRead]] = {}
        for one in summed:
            by_column.setdefault(one.column, []).append(one)
        for index, (raw, column) in enumerate(zip(raws, self.sheet.columns, strict=False)):
            address = f"{_LETTERS[index]}{row}"
            if column.scale is None:
                where, word = (address, shown(raw)) if not is_blank(raw) else (where, word)
                continue
            found, value = self._read(raw, column, address)
            cells = by_column.get(column.name, [])
            if value.text is None or any(one.reason for one in cells):
                continue  # a total that cannot be read, or of what cannot be read, proves nothing
            sum_of = sum((Decimal(one.value) for one in cells if one.value), Decimal())
            if sum_of == Decimal(value.text):
                agrees += 1
            else:
                differs = True
                said = format(sum_of.normalize() + 0, "f")
                self._say("warning", "returns.total_differs", column, address, found, said)
        key = "total_agrees" if agrees and not differs else "total_left_out"
        self.findings.append(finding("note", f"returns.{key}", sheet=self.sheet.zh, cell=where, found=word))

    def _say(
        self, severity: str, message: str, column: Column, address: str, found: str, value: str = ""
    ) -> None:
        self.findings.append(
            finding(
                severity,  # type: ignore[arg-type]
                message,
                sheet=self.sheet.zh,
                cell=address,
                column=column.zh,
                found=found,
                value=value,
                unit=column.unit,
            )
        )


_LETTERS = [column_letters(index) for index in range(1, 201)]
