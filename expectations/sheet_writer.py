"""One workbook being written by XlsxWriter: its formats, its widths, how it is printed. What every sheet of ours shares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from io import BytesIO
from math import ceil
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from expectations.form import Column

INK, QUIET, HEAD, RULE, INPUT, KNOWN = "#1A1F24", "#4A545D", "#E9EDF0", "#B3BCC4", "#FFFFFF", "#F4F7F9"
# Characters that an A4 page on its side shows as they are, and without becoming too small to read.
NARROW, PAGE_WIDTH = 130, 200
_BASE = {"font_name": "宋体", "font_size": 11, "font_color": INK, "valign": "vcenter", "text_wrap": True}
_NUMBERS = {"integer": "0", "date": "yyyy-mm-dd"}


class Writer:
    """A workbook in memory. The same calls give the same bytes on every day."""

    def __init__(self, title: str) -> None:
        self._buffer = BytesIO()
        self.book = xlsxwriter.Workbook(self._buffer, {"in_memory": True})
        created = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed mark, no instant
        self.book.set_properties({"title": title, "created": created})
        self._formats: dict[tuple[Any, ...], Format] = {}

    def bytes(self) -> bytes:
        self.book.close()
        return self._buffer.getvalue()

    def style(self, **more: Any) -> Format:
        """The base format with changes; asked for twice, made once."""
        key = tuple(more.items())
        if key not in self._formats:
            self._formats[key] = self.book.add_format({**_BASE, **more})
        return self._formats[key]

    def heading(self, **more: Any) -> Format:
        return self.style(bold=True, bg_color=HEAD, border=1, border_color=RULE, **more)

    def text(self, **more: Any) -> Format:
        return self.style(border=1, border_color=RULE, **more)

    def input(self, column: Column, align: str = "", *, border: int = 1, known: bool = False) -> Format:
        """The format of cells to be filled: unlocked, and typed so that a code never turns into a number.

        ``known`` cells were filled in for the unit, who may mend them.
        """
        typed, side = _typed(column.type, column.scale)
        align = align or side
        fill = HEAD if column.fixed else KNOWN if known else INPUT
        return self.style(
            num_format=typed,
            align=align,
            indent=int(align == "left"),
            locked=bool(column.fixed),
            border=border,
            border_color=RULE,
            bg_color=fill,
        )


@cache
def _typed(type_: str, scale: int | None) -> tuple[str, str]:
    """Number format and alignment of a column's cells."""
    align = "right" if scale is not None else "center" if type_ == "date" else "left"
    return "#,##0.00##" if scale else _NUMBERS.get(type_, "@"), align


def shown_width(text: str) -> int:
    """How many characters wide a text is; a Chinese one takes the room of two."""
    return sum(2 if character > "\u2000" else 1 for character in text)


def lines(text: str, width: float) -> int:
    """How many lines a text takes in a cell of ``width`` characters."""
    return max(1, ceil(shown_width(text) / (width - 1)))


def heads(
    writer: Writer, target: Worksheet, row: int, texts: Sequence[tuple[str, float]], **more: Any
) -> None:
    """Headings of these texts and widths in one row (counted from 0)."""
    for index, (text, width) in enumerate(texts):
        target.set_column(index, index, width)
        target.write_string(row, index, text, writer.heading(**more))


def print_setup(target: Worksheet, last: int, across: int = 1) -> None:
    """A4 on its side, rows from 0 to ``last`` and the first column again on every page, ``across`` pages wide.

    0 across is a sheet narrower than a page, which must not be blown up to its width.
    """
    target.set_paper(9)
    target.set_landscape()
    target.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    target.center_horizontally()
    target.set_footer("&L&9&A&C&9第 &P 页，共 &N 页")
    target.repeat_rows(0, last)
    if across == 0:
        target.set_print_scale(100)
        return
    target.fit_to_pages(across, 0)
    if across > 1:
        target.repeat_columns(0, 0)
