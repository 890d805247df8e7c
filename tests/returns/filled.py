"""A good return, and returns changed from it cell by cell, as workbooks made from the real template."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import time
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from expectations.form import Form, the_form
from expectations.template import template_workbook
from expectations.yaml12 import read_yaml

HERE = Path(__file__).parent
Records = dict[str, Any]  # sheet name → {column: value}, or a list of them
Cells = Mapping[str, Mapping[str, Any]]  # sheet as printed → {cell: value}


@cache
def records(base: str = "good") -> Records:
    """What is filled in: ``good.yml``, or the same as a nil return (``nil``)."""
    good: Records = read_yaml(HERE / "good.yml")
    if base == "good":
        return good
    nothing: Records = {sheet.name: [] for sheet in the_form().sheets if sheet.layout == "table"}
    return {**good, **nothing, "cover": {**good["cover"], "nil_return": "是"}}


def merged(base: Records, changes: Records) -> Records:
    """A record sheet changes by column; a table that is given is the whole table."""
    return {
        name: {**rows, **changes.get(name, {})} if isinstance(rows, dict) else changes.get(name, rows)
        for name, rows in base.items()
    }


def fill(form: Form, filled: Records) -> Workbook:
    """The template of ``form`` with records in it, as a program that edits workbooks holds it."""
    tables = {name: rows if isinstance(rows, list) else [rows] for name, rows in filled.items()}
    return load_workbook(BytesIO(template_workbook(form, tables)))


def saved(book: Workbook) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@cache
def _filled(base: str) -> Workbook:
    return fill(the_form(), records(base))


def changed(cells: Cells, base: str = "good", titles: Mapping[str, str] | None = None) -> bytes:
    """A return with these cells changed (None empties one) and sheets renamed; an unknown sheet is added."""
    book, undo = _filled(base), []
    try:
        for sheet, changes in cells.items():
            if sheet not in book.sheetnames:
                added = book.create_sheet(sheet)
                undo.append(lambda added=added: book.remove(added))
            for address, value in changes.items():
                undo.append(_set(book[sheet][address], value))
        for title, new in (titles or {}).items():
            page = book[title]
            page.title = new
            undo.append(lambda page=page, title=title: setattr(page, "title", title))
        return saved(book)
    finally:
        for step in reversed(undo):
            step()


def _set(cell: Any, value: Any) -> Callable[[], None]:
    """Put a value into a cell and return what undoes it. ``{time: 10:30}`` is an hour, ``{text: =1}`` no formula.

    ``{number: 0.05, shown_as: 0%}`` is a number of that format.
    """
    before = cell.value, cell.data_type, cell.number_format
    if isinstance(value, dict) and "number" in value:
        cell.value, cell.number_format = value["number"], value["shown_as"]
    elif isinstance(value, dict):
        cell.value = time.fromisoformat(value["time"]) if "time" in value else value["text"]
        cell.data_type = "d" if "time" in value else "s"
    else:
        cell.value = value
    if isinstance(value, bool | int | float):
        cell.number_format = "General"  # so that a number typed into a date column stays one

    def undo() -> None:
        cell.value, cell.data_type, cell.number_format = before

    return undo


def repacked(
    content: bytes, change: Mapping[str, Callable[[bytes], bytes]], without: tuple[str, ...] = ()
) -> bytes:
    """The package with parts changed or left out. A change that changes nothing is a mistake of the test."""
    packed = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(packed, "w", ZIP_DEFLATED) as new:
        assert {*change, *without} <= set(old.namelist())
        for name in old.namelist():
            part = old.read(name)
            if name in change:
                before, part = part, change[name](part)
                assert part != before, name
            if name not in without:
                new.writestr(name, part)
    return packed.getvalue()


def replacing(pattern: str, by: str) -> Callable[[bytes], bytes]:
    return lambda part: re.sub(pattern.encode(), by.encode(), part)
