"""form → workbook: the template a unit fills, with drop-downs, formats and the audit relations printed in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from expectations.codes import shown_code
from expectations.form import (
    HEADING_ROW,
    LISTS_SHEET,
    OPEN_SHEET,
    RECORD_VALUE_COLUMN,
    RELATIONS_SHEET,
    Column,
    Form,
    Sheet,
)
from expectations.own_sheets import (
    OpenItem,
    write_lists,
    write_open_items,
    write_relations,
)
from expectations.quarter import Quarter
from expectations.sheet_writer import (
    HEAD,
    QUIET,
    RULE,
    Writer,
    heads,
    print_setup,
)
from expectations.template_measures import heading_of, lines_of, pages_across, width_of

__all__ = [
    "Cell",
    "OpenItem",
    "Records",
    "template_workbook",
]

Cell = str | int | float | Decimal | date
Records = Mapping[str, Sequence[Mapping[str, Cell]]]  # sheet → its records (a record sheet has one) by column
_RULED = 18  # rows of a table that are ruled, what fits on a page; more rows may be filled
_OPEN_COLUMN = ("followup", "subject_no")  # where the number of an open item is quoted
_RECORD_HEADS = (("序号", 6.0), ("指标名称", 34.0), ("计量单位", 10.0), ("填报值", 34.0), ("说明", 46.0))


def template_workbook(
    form: Form,
    records: Records,
    remarks: Mapping[str, str] | None = None,
    open_items: Sequence[OpenItem] = (),
) -> bytes:
    """The template as .xlsx bytes, with what ``records`` gives filled in; codes are written as the drop-down shows them.

    ``remarks`` stand beside columns of a record sheet in place of their help. ``open_items`` get a sheet of their own,
    and a drop-down where sheet 6 quotes them. The same arguments give the same bytes.
    """
    return _Template(form, records, remarks or {}, open_items).write()


class _Template:
    """One template being written."""

    def __init__(
        self, form: Form, records: Records, remarks: Mapping[str, str], open_items: Sequence[OpenItem]
    ) -> None:
        self.form, self.records, self.remarks, self.open_items = form, records, remarks, open_items
        self.writer = Writer(form.zh)
        self.lists: dict[str, str] = {}
        self.open_numbers = ""

    def write(self) -> bytes:
        book = self.writer.book
        pages = {sheet.name: book.add_worksheet(sheet.zh) for sheet in self.form.sheets}
        if self.open_items:
            self.open_numbers = write_open_items(self.writer, book.add_worksheet(OPEN_SHEET), self.open_items)
        write_relations(self.writer, book.add_worksheet(RELATIONS_SHEET), self.form)
        self.lists = write_lists(self.writer, book.add_worksheet(LISTS_SHEET), self.form, self._day)
        for sheet in self.form.sheets:
            self._title(sheet, pages[sheet.name])
            (self._record if sheet.layout == "record" else self._table)(sheet, pages[sheet.name])
            pages[sheet.name].protect("", _ALLOWED)
        return self.writer.bytes()

    @property
    def _day(self) -> date:
        """The day whose code lists the return is judged by: its quarter's last; of a blank template the form's."""
        quarter = next((one["quarter"] for one in self.records.get("cover", ()) if "quarter" in one), None)
        return Quarter.parse(str(quarter)).end if quarter else self.form.valid_until

    def _title(self, sheet: Sheet, page: Worksheet) -> None:
        """The title block of a Chinese statistical form, above the headings."""
        form = self.form
        # The first column is printed again on every page across; a title in it would be cut there.
        left = 1 if sheet.layout == "table" and pages_across(sheet) > 1 else 0
        page.hide_gridlines(2)
        page.set_row(0, 30)
        title = form.zh if sheet.no == 1 else f"{form.zh}·{sheet.zh}"
        page.write_string(0, left, title, self.writer.style(bold=True, font_size=16, text_wrap=False))
        plain = self.writer.style(font_size=9, font_color=QUIET, text_wrap=False)
        valid = f"{form.valid_until.year}年{form.valid_until.month}月"
        page.write_string(
            1,
            left,
            f"表号：{form.code}-{sheet.no}　制定机关：{form.issued_by}　文号：{form.document_no}",
            plain,
        )
        page.write_string(2, left, f"有效期至：{valid}　表式版本：{form.version}{self._whose(sheet)}", plain)
        page.write_string(3, left, self._what_to_do(sheet), plain)

    def _whose(self, sheet: Sheet) -> str:
        """Unit, centre and quarter on every sheet but the cover, so that a printed page can be told from another."""
        cover = next(iter(self.records.get("cover", ())), {})
        if sheet.no == 1 or not {"unit_name", "centre", "quarter"} <= set(cover):
            return ""
        quarter = Quarter.parse(str(cover["quarter"])).zh
        return f"　填报单位：{cover['unit_name']}　创新中心：{cover['centre']}　报告期：{quarter}"

    def _what_to_do(self, sheet: Sheet) -> str:
        if sheet.layout == "record":
            return "请填白色单元格；带 * 的为必填"
        said = "每行填一项，可留空行；带 * 的为必填"
        if self.records.get(sheet.name) and any(column.prefill for column in sheet.columns):
            said += "；浅色单元格按上次采用的报表预填，有变化的请更正，不再填报的请清除整行"
        if self.open_numbers and sheet.name == _OPEN_COLUMN[0]:
            said += f"；以前的事项和产出见“{OPEN_SHEET}”，编号可从下拉列表中选"
        return said

    def _record(self, sheet: Sheet, page: Worksheet) -> None:
        writer, short = self.writer, self.writer.heading(align="center")
        label = writer.style(bg_color=HEAD, border=1, border_color=RULE, indent=1)
        remark = writer.text(font_size=9, font_color=QUIET, indent=1)
        record = next(iter(self.records.get(sheet.name, ())), {})
        page.set_row(HEADING_ROW - 1, 22)
        heads(writer, page, HEADING_ROW - 1, _RECORD_HEADS, align="center")
        for offset, column in enumerate(sheet.columns):
            row, at = sheet.first_row - 1 + offset, RECORD_VALUE_COLUMN - 1
            page.set_row(row, 88 if column.type == "remark" else 22)
            page.write_number(row, 0, column.no, short)
            page.write_string(row, 1, f"{column.zh} *" if column.required else column.zh, label)
            page.write_string(row, 2, column.unit or "—", short)
            value = self.form.fixed(column) or record.get(column.name)
            # Numbers, dates and names below each other.
            known = column.prefill and value is not None
            _value(page, row, at, column, value, writer.input(column, "left", known=known))
            page.write_string(row, 4, self.remarks.get(column.name, "") or column.help, remark)
            self._drop_down(sheet, column, page, (row, at, row, at))
        page.freeze_panes(HEADING_ROW, 0)
        print_setup(page, HEADING_ROW - 1)

    def _table(self, sheet: Sheet, page: Worksheet) -> None:
        writer = self.writer
        head, number = writer.heading(align="center"), writer.heading(align="center", font_size=9)
        page.set_row(HEADING_ROW - 1, 48)
        filled = self.records.get(sheet.name, ())
        last = sheet.first_row - 1 + max(_RULED, len(filled) + 3 if filled else 0)
        for row in range(sheet.first_row - 1, last):
            page.set_row(row, 20)
        for row, record in enumerate(filled, start=sheet.first_row - 1):
            if (high := lines_of(record, sheet)) > 1:
                page.set_row(row, 4 + 16 * high)
        for index, column in enumerate(sheet.columns):
            page.set_column(index, index, width_of(column), writer.input(column, border=0))
            page.write_string(HEADING_ROW - 1, index, heading_of(column), head)
            page.write_number(HEADING_ROW, index, column.no, number)
            if column.help:
                page.write_comment(HEADING_ROW - 1, index, column.help, {"x_scale": 1.5, "y_scale": 0.6})
            ruled, known = writer.input(column), writer.input(column, known=column.prefill)
            for row, record in enumerate(filled, start=sheet.first_row - 1):
                value = record.get(column.name)
                _value(page, row, index, column, value, ruled if value is None else known)
            for row in range(sheet.first_row - 1 + len(filled), last):
                page.write_blank(row, index, None, ruled)
            self._drop_down(sheet, column, page, (sheet.first_row - 1, index, sheet.last_row - 1, index))
        page.freeze_panes(HEADING_ROW + 1, 1)
        print_setup(page, HEADING_ROW, pages_across(sheet))

    def _drop_down(
        self, sheet: Sheet, column: Column, page: Worksheet, area: tuple[int, int, int, int]
    ) -> None:
        source: Any = ["是", "否"] if column.type == "flag" else self.lists.get(column.codes)
        said = {"error_title": "不在代码表内", "error_message": f"{column.zh}请从下拉列表中选择。"}
        if self.open_numbers and (sheet.name, column.name) == _OPEN_COLUMN:
            # A warning, for what the unit reports in this very return may be followed up in it too.
            source = self.open_numbers
            said = {
                "error_type": "warning",
                "error_title": f"不在{OPEN_SHEET}内",
                "error_message": "如为本季新报的事项或产出，请选“是”继续。",
            }
        if source:
            page.data_validation(*area, {"validate": "list", "source": source, **said})


_ALLOWED = {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True}


def _value(page: Worksheet, row: int, at: int, column: Column, value: Cell | None, form: Format) -> None:
    """One cell to be filled: blank, or what is known."""
    if value is None or value == "":
        page.write_blank(row, at, None, form)
    elif isinstance(value, date):
        page.write_datetime(row, at, datetime.combine(value, datetime.min.time()), form)
    elif isinstance(value, str):
        page.write_string(row, at, shown_code(column.codes, value) if column.codes else value, form)
    else:
        page.write_number(row, at, value, form)
