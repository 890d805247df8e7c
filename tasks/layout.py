"""sheet → findings about where things stand: sheets of the unit's own, cells outside the form, hidden or merged ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice

from expectations.addresses import column_index, column_letters
from expectations.findings import Finding, finding
from expectations.form import HEADING_ROW, OWN_SHEETS, RECORD_VALUE_COLUMN, Sheet
from expectations.raw import Raw, is_blank, shown
from tasks.inspect import Look
from tasks.walk import SheetLook

Rows = Sequence[Sequence[Raw]]
_RANGE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6}):([A-Z]{1,3})([1-9][0-9]{0,6})")
_NAMED = 10  # places that one finding names


def at(rows: Rows, row: int, column: int) -> Raw:
    """The raw cell at a worksheet position (1-based); None where it is blank or the sheet ends earlier."""
    if row > len(rows) or column > len(rows[row - 1]):
        return None
    raw = rows[row - 1][column - 1]
    return None if is_blank(raw) else raw


def extra_sheets(look: Look, known: set[str], rows_of: Callable[[str], Rows]) -> list[Finding]:
    """Sheets with data that are not the form's, and any that are hidden: whoever cannot see a sheet cannot mend it."""
    found = []
    for title, sheet in look.sheets.items():
        extra = title not in known | OWN_SHEETS
        if (extra or (sheet.hidden and title in known)) and any(
            not is_blank(raw) for row in rows_of(title) for raw in row if raw != ""
        ):
            severity, key = ("hold", "hidden_sheet") if sheet.hidden else ("error", "extra_sheet")
            found.append(finding(severity, f"returns.{key}", sheet=title, found=title))  # type: ignore[arg-type]
    return found


def odd_places(rows: Rows, sheet: Sheet, look: SheetLook) -> list[Finding]:
    """What a sheet holds where a reader of its rows would not see it, or not know whose it is."""
    return [*_merged(rows, sheet, look), *_hidden(rows, sheet, look), *_stray(rows, sheet)]


def _data_columns(sheet: Sheet) -> range:
    if sheet.layout == "record":
        return range(RECORD_VALUE_COLUMN, RECORD_VALUE_COLUMN + 1)
    return range(1, sheet.last_column + 1)


def _filled(rows: Rows, some_rows: range, columns: range) -> str:
    """The address of the first cell with content in an area (1-based), or blank."""
    for row in range(some_rows.start, min(some_rows.stop, len(rows) + 1)):
        for column in columns:
            if at(rows, row, column) is not None:
                return f"{column_letters(column)}{row}"
    return ""


def _meet(one: range, other: range) -> range:
    return range(max(one.start, other.start), min(one.stop, other.stop))


def _merged(rows: Rows, sheet: Sheet, look: SheetLook) -> list[Finding]:
    """Of merged cells only the first has a value: nobody can tell whether the others are blank or the same."""
    area, columns = range(sheet.first_row, sheet.last_row + 1), _data_columns(sheet)
    places = []
    for match in filter(None, map(_RANGE.fullmatch, look.merged)):
        some = _meet(range(int(match[2]), int(match[4]) + 1), area)
        across = range(column_index(match[1]), column_index(match[3]) + 1)
        # The value may stand right beside the column that is filled: the whole width is looked at.
        if some and _meet(across, columns) and (first := _filled(rows, some, across)):
            places.append((some.start, across.start, match[0], first))
    return _one_finding("error", "merged", sheet, {text: first for _, _, text, first in sorted(places)})


def _hidden(rows: Rows, sheet: Sheet, look: SheetLook) -> list[Finding]:
    area, columns = range(sheet.first_row, sheet.last_row + 1), _data_columns(sheet)
    hidden_rows, hidden_columns = {}, {}
    for row in sorted(look.hidden_rows):
        if row in area and (first := _filled(rows, range(row, row + 1), columns)):
            hidden_rows[str(row)] = first
    for start, end in look.hidden_columns:
        for column in _meet(range(start, end + 1), columns):
            if first := _filled(rows, area, range(column, column + 1)):
                hidden_columns[column_letters(column)] = first
    return [
        *_one_finding("hold", "hidden_rows", sheet, hidden_rows),
        *_one_finding("hold", "hidden_columns", sheet, hidden_columns),
    ]


def _one_finding(severity: str, key: str, sheet: Sheet, places: dict[str, str]) -> list[Finding]:
    """One finding for all places of a kind, on the first cell that holds something; ``places``: name → cell."""
    if not places:
        return []
    found = "、".join(islice(places, _NAMED)) + ("……" if len(places) > _NAMED else "")
    cell = next(iter(places.values()))
    return [finding(severity, f"returns.{key}", sheet=sheet.zh, cell=cell, found=found)]  # type: ignore[arg-type]


def _stray(rows: Rows, sheet: Sheet) -> list[Finding]:
    """Cells with content outside the form's area, below it or right of it: the first ones, and how many more."""
    cells = {
        f"{column_letters(column)}{row}": raw
        for row, cells in enumerate(rows[HEADING_ROW - 1 :], start=HEADING_ROW)
        for column, raw in _outside(cells, row, sheet)
        if not is_blank(raw)
    }
    named = dict(islice(cells.items(), _NAMED))
    found = [
        finding("error", "returns.stray_cell", sheet=sheet.zh, cell=cell, found=shown(raw))
        for cell, raw in named.items()
    ]
    if more := [cell for cell in cells if cell not in named]:
        found.append(
            finding("error", "returns.stray_cells", sheet=sheet.zh, cell=more[0], found=str(len(more)))
        )
    return found


def _outside(cells: Sequence[Raw], row: int, sheet: Sheet) -> list[tuple[int, Raw]]:
    """Cells of a row that lie outside the form, with their columns (1-based)."""
    first = 0 if row > sheet.last_row else sheet.last_column
    return [(index + 1, raw) for index, raw in enumerate(cells[first:], start=first) if raw != ""]
