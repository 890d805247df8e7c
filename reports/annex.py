"""View → workbook: native numbers and dates to calculate with, text never taken for a formula or a link."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date
from decimal import Decimal
from math import ceil
from typing import Any

import xlsxwriter

from reports.attached import AnnexColumn, AnnexSheet
from reports.blocks import View
from reports.lines import columns
from reports.theme import LIGHT

EMPTY = "—"  # nothing known is not nought
_FONT = "Microsoft YaHei"  # on every office desk; the workbook cannot bring its own
_GAPS = {"zh": "\u3000", "en": "   "}
_ROW = 17  # points, of one line
_HEADER = 2  # rows above the header: title, then edition and note
_WIDEST = 60
_LINKED = 1  # the column whose cells lead to another sheet
_MOST_DIGITS = 15  # beyond this a spreadsheet rounds silently

# A text column after the first keeps off the numbers on its left.
_ALIGN: dict[str, dict[str, Any]] = {
    "first": {"align": "left"},
    "left": {"align": "left", "indent": 1, "text_wrap": True},
    "right": {"align": "right"},
}

Value = str | int | Decimal | date | None


def render_annex(view: View) -> bytes:
    """The workbook, one sheet for each sheet of the annex. Same view, same bytes."""
    made = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(made, options)
    created = view.edition.known_at.astimezone(UTC).replace(tzinfo=None)
    book.set_properties(
        {"title": f"{view.edition.quarter_text} {view.title}", "author": view.issuer, "created": created}
    )
    styles = _Styles(book)
    gap = _GAPS[view.lang]
    edition = gap.join((view.edition.quarter_text, view.edition.number_text, view.edition.known_at_text))
    for sheet in view.annex:
        _write(book.add_worksheet(sheet.name), sheet, gap.join(filter(None, (edition, sheet.note))), styles)
    book.close()
    return made.getvalue()


class _Styles:
    """Cell formats by number format, made once each."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, str], Any] = {}
        self.title = book.add_format(
            {"bold": True, "font_size": 14, "font_name": _FONT, "font_color": LIGHT.ink}
        )
        self.note = book.add_format({"font_size": 9, "font_name": _FONT, "font_color": LIGHT.mute})
        base = {"bold": True, "font_size": 10, "font_name": _FONT, "top": 2, "bottom": 1, "text_wrap": True}
        base |= {"valign": "vcenter"}
        self.heads = {align: book.add_format(base | look) for align, look in _ALIGN.items()}

        self.link = book.add_format(
            {
                "font_size": 10,
                "font_name": _FONT,
                "font_color": LIGHT.accent,
                "underline": 1,
                "valign": "vcenter",
            }
            | {"bottom": 4, "bottom_color": LIGHT.rule, "align": "left", "indent": 1}
        )

    def cell(self, number_format: str, align: str) -> Any:
        key = (number_format, align)
        if key not in self._made:
            look = {
                "font_size": 10,
                "font_name": _FONT,
                "valign": "vcenter",
                "bottom": 4,
                "bottom_color": LIGHT.rule,
            }
            self._made[key] = self._book.add_format(look | _ALIGN[align] | {"num_format": number_format})
        return self._made[key]


def _write(sheet: Any, content: AnnexSheet, about: str, styles: _Styles) -> None:
    widths = [_width(content, index) for index in range(len(content.columns))]
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, content.title, styles.title)
    sheet.set_row(0, 24)
    sheet.set_row(1, 18)
    sheet.set_row(_HEADER, 20)
    sheet.set_default_row(_ROW)
    sheet.write_string(1, 0, about, styles.note)
    for index, column in enumerate(content.columns):
        sheet.set_column(index, index, widths[index])
        sheet.write_string(_HEADER, index, column.label, styles.heads[_align(column, index)])
    for row, values in enumerate(content.rows, start=_HEADER + 1):
        if (lines := _lines(values, widths)) > 1:
            sheet.set_row(row, _ROW * lines)
        for index, (column, value) in enumerate(zip(content.columns, values, strict=True)):
            _put(sheet, row, index, column, value, styles)
        if content.links and (link := content.links[row - _HEADER - 1]):
            target = f"internal:'{link.sheet}'!A{link.row + _HEADER + 2}"
            sheet.write_url(row, _LINKED, target, styles.link, str(values[_LINKED]))
    last = _HEADER + max(len(content.rows), 1)
    sheet.autofilter(_HEADER, 0, last, len(content.columns) - 1)
    sheet.freeze_panes(_HEADER + 1, 1)
    sheet.repeat_rows(_HEADER)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _put(sheet: Any, row: int, index: int, column: AnnexColumn, value: Value, styles: _Styles) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, index, value, styles.cell("yyyy-mm-dd", "right"))
    elif isinstance(value, (int, Decimal)) and len(Decimal(value).as_tuple().digits) <= _MOST_DIGITS:
        sheet.write_number(row, index, float(value), styles.cell(number_format(column, value), "right"))
    else:
        align = _align(column, index)
        text = EMPTY if value is None else str(value)
        sheet.write_string(row, index, text, styles.cell("@" if value is not None else "General", align))


def _align(column: AnnexColumn, index: int) -> str:
    return "right" if column.format != "text" else "left" if index else "first"


def number_format(column: AnnexColumn, value: int | Decimal) -> str:
    """As many decimals as the value was given with; a percent column shows one decimal or more."""
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    places = max(-exponent, 0) if isinstance(exponent, int) else 0
    if column.format == "percent":
        return "0." + "0" * max(places - 2, 1) + "%"
    if column.format == "integer" and not places:
        return "#,##0"
    return "#,##0." + "0" * places if places else "#,##0"


def _width(content: AnnexSheet, index: int) -> float:
    """Wide enough for the widest cell and the filter button (full-width characters count twice)."""
    column = content.columns[index]
    longest = max((columns(_shown(row[index])) for row in content.rows), default=0)
    return min(max(column.width, longest + 2, columns(column.label) + 4), _WIDEST)


def _lines(values: Sequence[Value], widths: Sequence[float]) -> int:
    """How many lines the longest text of a row takes: Excel does not raise a row for wrapped text by itself."""
    texts = (
        (columns(value), width) for value, width in zip(values, widths, strict=True) if isinstance(value, str)
    )
    return max((ceil((length + 2) / width) for length, width in texts), default=1)


def _shown(value: Value) -> str:
    return f"{value:,}" if isinstance(value, (int, Decimal)) else EMPTY if value is None else str(value)
