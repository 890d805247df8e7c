"""How wide and how high the template's cells have to be, and what heads its columns."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import ceil

from expectations.codes import code_lists
from expectations.form import Column, Sheet
from expectations.sheet_writer import NARROW, PAGE_WIDTH, lines, shown_width


def pages_across(sheet: Sheet) -> int:
    """How many pages wide a table is printed, so that it can still be read; 0 for one narrower than a page."""
    wide = sum(map(width_of, sheet.columns))
    return 0 if wide < NARROW else ceil(wide / PAGE_WIDTH)


def heading_of(column: Column) -> str:
    """As the form has it, with the unit on a line of its own; blanks and line ends in headings do not count."""
    unit = f"\n（{column.unit}）" if column.unit else ""
    return f"{column.zh}{unit}{' *' if column.required else ''}"


def width_of(column: Column) -> float:
    """Wide enough for a name on two lines, its unit on one and every code of its list."""
    unit = shown_width(column.unit) + 6 if column.unit else 0
    return max(column.width, len(column.zh) * 1.1 + 2, unit, _longest(column.codes) if column.codes else 0)


@cache
def _longest(codes: str) -> int:
    return max(shown_width(entry.shown) for entry in code_lists()[codes]) + 3


def lines_of(record: Mapping[str, object], sheet: Sheet) -> int:
    """How many lines the longest text of a record takes in its column, so that none is hidden."""
    texts = ((sheet.by_name[name], value) for name, value in record.items() if isinstance(value, str))
    free = ((column, text) for column, text in texts if len(text) > 5 and not column.codes)
    return max((lines(text, width_of(column) - 1) for column, text in free), default=1)
