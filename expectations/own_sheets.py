"""Sheets of a workbook that are ours and hold no answer: code lists, audit relations, what is still open, findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from openpyxl.utils import get_column_letter
from xlsxwriter.worksheet import Worksheet

from expectations.codes import code_lists
from expectations.findings import severity_words
from expectations.form import LISTS_SHEET, OPEN_SHEET, Form, Sheet
from expectations.relations import printed
from expectations.rules import Rule
from expectations.sheet_writer import HEAD, QUIET, Writer, heads, lines, print_setup, shown_width

OPEN_NAME = "open_items"
_OPEN_ROW = 3  # heading row of the open items, counted from 0


@dataclass(frozen=True)
class OpenItem:
    """An earlier event that is not paid in full, or an output without a first use: what sheet 6 may go on with.

    ``number`` is what to quote there. Amounts are in 万元 and None for an output.
    """

    number: str
    what: str
    name: str
    on: date
    with_whom: str
    contract_value: Decimal | None = None
    received: Decimal | None = None


def write_lists(writer: Writer, target: Worksheet, form: Form, day: date) -> dict[str, str]:
    """The code lists behind the drop-downs as valid on a day, one column each, on a sheet people can read.

    Returns list → reference.
    """
    labels: dict[str, str] = {}
    for sheet in form.sheets:
        for column in sheet.columns:
            if column.codes:
                labels.setdefault(column.codes, column.zh)
    for index, (name, label) in enumerate(labels.items()):
        entries = [entry.shown for entry in code_lists()[name] if entry.valid_on(day)]
        target.write_string(0, index, label, writer.heading())
        target.write_column(1, index, entries, writer.text())
        target.set_column(index, index, max(map(shown_width, (label, *entries))) + 2)
        letter = get_column_letter(index + 1)
        # By a name: Excel keeps a list of another sheet where openpyxl loses it, unless it is named.
        writer.book.define_name(f"list_{name}", f"='{LISTS_SHEET}'!${letter}$2:${letter}${len(entries) + 1}")
    target.freeze_panes(1, 0)
    print_setup(target, 0, 2)
    target.fit_to_pages(2, 1)  # the longest list stays on one page
    target.protect()
    return {name: f"=list_{name}" for name in labels}


_RELATION_HEADS = (("编号", 8.0), ("表", 12.0), ("审核关系", 62.0), ("说明", 60.0), ("性质", 18.0))
_RelationRow = tuple[tuple[str, ...], int]  # its texts, and how many lines they take
# Printing all relations costs a quarter of a template. By identity, for a form cannot be hashed; the form is kept, or
# another could take its place in memory.
_relation_rows: dict[int, tuple[Form, list[_RelationRow]]] = {}


def relation_rows(form: Form) -> list[_RelationRow]:
    """Every audit relation as printed, from the expression that is executed."""
    if id(form) not in _relation_rows:
        rows = [_relation_row(rule, sheet, form) for sheet in form.sheets for rule in sheet.rules]
        _relation_rows[id(form)] = form, rows
    return _relation_rows[id(form)][1]


def _relation_row(rule: Rule, sheet: Sheet, form: Form) -> _RelationRow:
    texts = (rule.no, sheet.zh, printed(rule, sheet, form), rule.zh, severity_words(rule.severity))
    return texts, max(lines(text, wide) for text, (_, wide) in zip(texts, _RELATION_HEADS, strict=True))


def write_relations(writer: Writer, target: Worksheet, form: Form) -> None:
    """The audit relations, printed from the expressions that are executed."""
    heads(writer, target, 0, _RELATION_HEADS)
    cell = writer.text()
    for row, (texts, high) in enumerate(relation_rows(form), start=1):
        target.set_row(row, 4 + 16 * high)
        for index, text in enumerate(texts):
            target.write_string(row, index, text, cell)
    target.freeze_panes(1, 0)
    print_setup(target, 0)
    target.protect()


_OPEN_HEADS = (
    ("编号", 20.0),
    ("类别", 14.0),
    ("名称", 38.0),
    ("日期", 13.0),
    ("受让方或产出类型", 30.0),
    ("合同成交额（万元）", 20.0),
    ("已到账（万元）", 16.0),
    ("未到账（万元）", 16.0),
)
_OPEN_HELP = (
    "以前各季报过、尚未了结的技术扩散合同和研发产出。"
    "本季有到账、首次应用或终止的，请在表 6 后续进展填一行，编号从下拉列表中选；没有进展的不填。"
)


def write_open_items(writer: Writer, target: Worksheet, items: Sequence[OpenItem]) -> str:
    """What sheet 6 may go on with, the number to quote in the first column. Returns the reference of the numbers."""
    target.hide_gridlines(2)
    target.set_row(0, 30)
    target.write_string(0, 0, OPEN_SHEET, writer.style(bold=True, font_size=16, text_wrap=False))
    target.write_string(1, 0, _OPEN_HELP, writer.style(font_size=9, font_color=QUIET, text_wrap=False))
    heads(writer, target, _OPEN_ROW, _OPEN_HEADS, align="center")
    day = writer.text(num_format="yyyy-mm-dd", align="center")
    money = writer.text(num_format="#,##0.00##", align="right")
    for row, item in enumerate(items, start=_OPEN_ROW + 1):
        for index, text in ((0, item.number), (1, item.what), (2, item.name), (4, item.with_whom)):
            target.write_string(row, index, text, writer.text(bg_color=HEAD) if index == 0 else writer.text())
        target.write_datetime(row, 3, datetime.combine(item.on, datetime.min.time()), day)
        for index, amount in enumerate(_amounts(item), start=5):
            if amount is None:
                target.write_string(row, index, "—", writer.text(align="center"))
            else:
                target.write_number(row, index, float(amount), money)
        target.set_row(row, 4 + 16 * max(lines(item.name, 38), lines(item.with_whom, 30)))
    target.freeze_panes(_OPEN_ROW + 1, 1)
    print_setup(target, _OPEN_ROW)
    target.protect("", {"format_columns": True, "sort": True, "autofilter": True})
    first = _OPEN_ROW + 2
    writer.book.define_name(OPEN_NAME, f"='{OPEN_SHEET}'!$A${first}:$A${first + len(items) - 1}")
    return f"={OPEN_NAME}"


def _amounts(item: OpenItem) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    value, received = item.contract_value, item.received
    return value, received, None if value is None or received is None else value - received
