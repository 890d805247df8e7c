"""form → workbook: the template a unit fills, with drop-downs, formats and the audit relations printed in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from math import ceil
from typing import Any

import xlsxwriter
from openpyxl.utils import get_column_letter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from expectations.codes import code_lists, shown_code
from expectations.form import HEADING_ROW, RECORD_VALUE_COLUMN, Column, Form, Sheet
from expectations.relations import printed

LISTS_SHEET = "代码表"
RELATIONS_SHEET = "审核关系"
FINDINGS_SHEET = "审核结果"  # first sheet of an annotated copy, which units mend and send again
OWN_SHEETS = frozenset({LISTS_SHEET, RELATIONS_SHEET, FINDINGS_SHEET})
_PAGE_WIDTH = 180  # characters that an A4 page on its side shows without becoming too small to read
_INK, _HEAD, _RULE, _INPUT = "#1A1F24", "#E9EDF0", "#B3BCC4", "#FFFFFF"
_RULED = 24  # rows of a table that are ruled, what fits on a page; more rows may be filled

Cell = str | int | float | date
Records = Mapping[str, Sequence[Mapping[str, Cell]]]  # sheet → its records (a record sheet has one) by column


class _Writer:
    """One template being written: the workbook, its formats and where each code list stands."""

    def __init__(self, form: Form, records: Records, remarks: Mapping[str, str]) -> None:
        self.form, self.records, self.remarks = form, records, remarks
        self.buffer = BytesIO()
        self.book = xlsxwriter.Workbook(self.buffer, {"in_memory": True})
        # A template's bytes depend on the form alone, never on the day it was written.
        created = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed mark, no instant
        self.book.set_properties({"title": form.zh, "created": created})
        self.formats: dict[tuple[str, str, int, bool], Format] = {}
        self.ranges: dict[str, str] = {}

    def style(self, **more: Any) -> Format:
        base = {
            "font_name": "宋体",
            "font_size": 11,
            "font_color": _INK,
            "valign": "vcenter",
            "text_wrap": True,
        }
        return self.book.add_format({**base, **more})

    def input_format(self, column: Column, align: str = "", border: int = 1) -> Format:
        """The format of cells to be filled: unlocked, and typed so that a code never turns into a number."""
        numbers = {"integer": "0", "date": "yyyy-mm-dd"}
        number_format = "#,##0.00##" if column.scale else numbers.get(column.type, "@")
        align = align or (
            "right" if column.scale is not None else "center" if column.type == "date" else "left"
        )
        key = number_format, align, border, bool(column.fixed)
        if key not in self.formats:
            self.formats[key] = self.style(
                num_format=number_format,
                align=align,
                indent=int(align == "left"),
                locked=bool(column.fixed),
                border=border,
                border_color=_RULE,
                bg_color=_HEAD if column.fixed else _INPUT,
            )
        return self.formats[key]


def template_workbook(form: Form, records: Records, remarks: Mapping[str, str] | None = None) -> bytes:
    """The template as .xlsx bytes, with what ``records`` gives filled in; codes are written as the drop-down shows them.

    ``remarks`` stand beside columns of a record sheet in place of their help.
    """
    writer = _Writer(form, records, remarks or {})
    sheets = {sheet.name: writer.book.add_worksheet(sheet.zh) for sheet in form.sheets}
    relations, lists = writer.book.add_worksheet(RELATIONS_SHEET), writer.book.add_worksheet(LISTS_SHEET)
    _write_lists(writer, lists)
    for sheet in form.sheets:
        target = sheets[sheet.name]
        _write_title(writer, sheet, target)
        (_write_record if sheet.layout == "record" else _write_table)(writer, sheet, target)
        target.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
    _write_relations(writer, relations)
    writer.book.close()
    return writer.buffer.getvalue()


def _write_title(writer: _Writer, sheet: Sheet, target: Worksheet) -> None:
    """The title block of a Chinese statistical form, above the headings."""
    form = writer.form
    # The first column is printed again on every page across; a title in it would be cut there.
    left = 1 if _pages_across(sheet) > 1 else 0
    target.hide_gridlines(2)
    target.set_row(0, 30)
    title = form.zh if sheet.no == 1 else f"{form.zh}·{sheet.zh}"
    target.write_string(0, left, title, writer.style(bold=True, font_size=16, text_wrap=False))
    plain = writer.style(font_size=9, font_color="#4A545D", text_wrap=False)
    valid = f"{form.valid_until.year}年{form.valid_until.month}月"
    target.write_string(1, left, f"表号：{form.code}-{sheet.no}　制定机关：{form.issued_by}", plain)
    target.write_string(
        2, left, f"文号：{form.document_no}　有效期至：{valid}　表式版本：{form.version}", plain
    )
    what = (
        "请填白色单元格；带 * 的为必填" if sheet.layout == "record" else "每行填一项，可留空行；带 * 的为必填"
    )
    target.write_string(3, left, what, plain)


def _pages_across(sheet: Sheet) -> int:
    """How many pages wide a sheet is printed, so that it can still be read."""
    return ceil(sum(map(_width, sheet.columns)) / _PAGE_WIDTH) if sheet.layout == "table" else 1


def _print_setup(target: Worksheet, last: int, across: int = 1) -> None:
    """A4 on its side, with rows from 0 to ``last`` and the first column again on every page."""
    target.set_paper(9)
    target.set_landscape()
    target.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    target.center_horizontally()
    target.set_footer("&C&9第 &P 页，共 &N 页")
    target.repeat_rows(0, last)
    target.fit_to_pages(across, 0)
    if across > 1:
        target.repeat_columns(0, 0)


def _heading(column: Column) -> str:
    return f"{column.heading} *" if column.required else column.heading


def _width(column: Column) -> float:
    """Wide enough for a name on two lines; one with a unit stands on one, or the unit would be torn."""
    return max(column.width, len(column.zh) * 1.1 + 2, _shown_width(column.heading) + 1 if column.unit else 0)


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a cell of ``width`` characters."""
    return ceil(_shown_width(text) / (width - 1))


def _shown_width(text: str) -> int:
    """How many characters wide a text is; a Chinese one takes the room of two."""
    return sum(2 if character > "\u2000" else 1 for character in text)


def _write_record(writer: _Writer, sheet: Sheet, target: Worksheet) -> None:
    head = writer.style(bold=True, bg_color=_HEAD, border=1, border_color=_RULE, align="center")
    label = writer.style(bg_color=_HEAD, border=1, border_color=_RULE, indent=1)
    short = writer.style(bg_color=_HEAD, border=1, border_color=_RULE, align="center")
    remark = writer.style(font_size=9, font_color="#4A545D", border=1, border_color=_RULE, indent=1)
    record = next(iter(writer.records.get(sheet.name, ())), {})
    heads = (("序号", 6), ("指标名称", 34), ("计量单位", 10), ("填报值", 34), ("说明", 46))
    target.set_row(HEADING_ROW - 1, 22)
    for index, (text, width) in enumerate(heads):
        target.set_column(index, index, width)
        target.write_string(HEADING_ROW - 1, index, text, head)
    for offset, column in enumerate(sheet.columns):
        row = sheet.first_row - 1 + offset
        target.set_row(row, 22)
        target.write_number(row, 0, column.no, short)
        target.write_string(row, 1, f"{column.zh} *" if column.required else column.zh, label)
        target.write_string(row, 2, column.unit or "—", short)
        filled_in = writer.input_format(column, "left")  # numbers, dates and names below each other
        value = writer.form.fixed(column) or record.get(column.name)
        _write_value(target, row, RECORD_VALUE_COLUMN - 1, column, value, filled_in)
        target.write_string(row, 4, writer.remarks.get(column.name, "") or column.help, remark)
        _drop_down(writer, column, target, (row, RECORD_VALUE_COLUMN - 1, row, RECORD_VALUE_COLUMN - 1))
    target.freeze_panes(HEADING_ROW, 0)
    _print_setup(target, HEADING_ROW - 1)


def _write_table(writer: _Writer, sheet: Sheet, target: Worksheet) -> None:
    head = writer.style(bold=True, bg_color=_HEAD, border=1, border_color=_RULE, align="center")
    number = writer.style(font_size=9, bg_color=_HEAD, border=1, border_color=_RULE, align="center")
    target.set_row(HEADING_ROW - 1, 48)
    filled = writer.records.get(sheet.name, ())
    rows = [*filled, *[{}] * max(_RULED - len(filled), 3 if filled else 0)]
    for offset in range(len(rows)):
        target.set_row(sheet.first_row - 1 + offset, 20)
    for index, column in enumerate(sheet.columns):
        target.set_column(index, index, _width(column), writer.input_format(column, border=0))
        target.write_string(HEADING_ROW - 1, index, _heading(column), head)
        target.write_number(HEADING_ROW, index, column.no, number)
        if column.help:
            target.write_comment(HEADING_ROW - 1, index, column.help, {"x_scale": 1.5, "y_scale": 0.6})
        ruled = writer.input_format(column)
        for offset, record in enumerate(rows):
            _write_value(target, sheet.first_row - 1 + offset, index, column, record.get(column.name), ruled)
        _drop_down(writer, column, target, (sheet.first_row - 1, index, sheet.last_row - 1, index))
    target.freeze_panes(HEADING_ROW + 1, 1)
    _print_setup(target, HEADING_ROW, _pages_across(sheet))


def _write_value(
    target: Worksheet, row: int, at: int, column: Column, value: Cell | None, form: Format
) -> None:
    """One cell to be filled: blank, or what is known."""
    if value is None or value == "":
        target.write_blank(row, at, None, form)
    elif isinstance(value, date):
        target.write_datetime(row, at, datetime.combine(value, datetime.min.time()), form)
    elif isinstance(value, str):
        target.write_string(row, at, shown_code(column.codes, value) if column.codes else value, form)
    else:
        target.write_number(row, at, value, form)


def _drop_down(writer: _Writer, column: Column, target: Worksheet, area: tuple[int, int, int, int]) -> None:
    source: Any = ["是", "否"] if column.type == "flag" else writer.ranges.get(column.codes)
    if source:
        said = {"error_title": "不在代码表内", "error_message": f"{column.zh}请从下拉列表中选择。"}
        target.data_validation(*area, {"validate": "list", "source": source, **said})


def _write_lists(writer: _Writer, target: Worksheet) -> None:
    """The code lists behind the drop-downs, one column each, on a sheet people can read."""
    used = dict.fromkeys(
        column.codes for sheet in writer.form.sheets for column in sheet.columns if column.codes
    )
    for index, name in enumerate(used):
        entries = [entry.shown for entry in code_lists()[name] if entry.valid_on(writer.form.valid_until)]
        labels = [c.zh for sheet in writer.form.sheets for c in sheet.columns if c.codes == name]
        target.write_string(0, index, labels[0], writer.style(bold=True, bg_color=_HEAD))
        target.write_column(1, index, entries, writer.style())
        target.set_column(index, index, 18)
        letter = get_column_letter(index + 1)
        # By a name: Excel keeps a list of another sheet where openpyxl loses it, unless it is named.
        writer.book.define_name(f"list_{name}", f"='{LISTS_SHEET}'!${letter}$2:${letter}${len(entries) + 1}")
        writer.ranges[name] = f"=list_{name}"
    _print_setup(target, 0)
    target.protect()


def _write_relations(writer: _Writer, target: Worksheet) -> None:
    """The audit relations, printed from the expressions that are executed."""
    head = writer.style(bold=True, bg_color=_HEAD, border=1, border_color=_RULE)
    cell = writer.style(border=1, border_color=_RULE)
    words = {"error": "错误（退回）", "warning": "提示", "hold": "待核（暂不采用）"}
    heads = (("编号", 8), ("表", 12), ("审核关系", 52), ("说明", 60), ("性质", 18))
    for index, (text, width) in enumerate(heads):
        target.set_column(index, index, width)
        target.write_string(0, index, text, head)
    rows = [(rule, sheet) for sheet in writer.form.sheets for rule in sheet.rules]
    for row, (rule, sheet) in enumerate(rows, start=1):
        texts = (rule.no, sheet.zh, printed(rule, sheet, writer.form), rule.zh, words[rule.severity])
        lines = max(_lines(text, width) for text, (_, width) in zip(texts, heads, strict=True))
        target.set_row(row, 4 + 16 * lines)
        for index, text in enumerate(texts):
            target.write_string(row, index, text, cell)
    target.freeze_panes(1, 0)
    _print_setup(target, 0)
    target.protect()
