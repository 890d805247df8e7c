"""A copy without contacts reads as the workbook does, cell for cell, and holds nothing that was not read."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment

from expectations.form import the_form
from tasks.reader import read_workbook
from tasks.redact import copy_of, redacted_copies, without_contacts
from tests.reader.packages import LIBREOFFICE, SHEET, STRINGS, good
from tests.returns.filled import repacked, saved

COVER = f"xl/worksheets/sheet{the_form().by_name['cover'].no}.xml"
TABLE = f"xl/worksheets/sheet{the_form().by_name['diffusion'].no}.xml"
EARLIER = LIBREOFFICE.with_name("version_2026.1.xlsx")
CONTACTS = ("unit_head", "statistics_head", "filler", "phone", "email")


def without_positions(pattern: bytes) -> bytes:
    return repacked(good(), {part: lambda text: re.sub(pattern, b"", text) for part in (COVER, SHEET, TABLE)})


def prefixed(text: bytes) -> bytes:
    return re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", text).replace(b'xmlns="', b'xmlns:x="')


def special() -> bytes:
    """Cells that could not be read: an error value, a formula without a result, a percentage, dates from 1904 on."""
    book = load_workbook(BytesIO(good()))
    book["单位情况"]["D6"], book["单位情况"]["D7"] = "#REF!", "=1+1"
    book["单位情况"]["D8"] = 0.5
    book["单位情况"]["D8"].number_format = "0%"
    return repacked(
        saved(book),
        {"xl/workbook.xml": lambda text: text.replace(b"<workbookPr", b'<workbookPr date1904="1"')},
    )


WRITTEN = {
    "good": good,
    "LibreOffice's": LIBREOFFICE.read_bytes,
    "of an earlier version": EARLIER.read_bytes,
    "without positions": lambda: without_positions(rb' r="[A-Z]*[0-9]+"'),
    "cells without positions": lambda: without_positions(rb'(?<=<c) r="[A-Z]+[0-9]+"'),
    "with a prefix": lambda: repacked(good(), {COVER: prefixed, SHEET: prefixed}),
    "texts with a prefix": lambda: repacked(LIBREOFFICE.read_bytes(), {STRINGS: prefixed}),
    "what cannot be read": special,
}


@pytest.mark.parametrize("how", WRITTEN)
def test_a_copy_is_read_as_the_workbook_contacts_aside(how: str) -> None:
    content, form = WRITTEN[how](), the_form()
    cells, _ = read_workbook(content, "季报.xlsx", form)
    copy = copy_of(content, "季报.xlsx", form)
    assert copy is not None
    again, _ = read_workbook(copy, "季报.xlsx", form)
    assert len(again) == len(cells) > 100
    changed = {was.column for was, now in zip(cells, again, strict=True) if was != now}
    assert changed == set(CONTACTS)
    assert all(
        (one.found, one.value, one.reason) == ("", None, "") for one in again if one.column in CONTACTS
    )
    assert again == without_contacts(cells, form)


def test_nothing_but_what_was_read_is_in_the_copy() -> None:
    """People's names stand in more places than the cells for them."""
    book = load_workbook(BytesIO(good()))
    book.properties.creator = book.properties.lastModifiedBy = "秘密作者"
    cover, form = book["封面"], the_form()
    for column in CONTACTS:
        cover[form.by_name["cover"].address(column, 0)] = f"秘密{column}"
    cover["D6"].comment = Comment("秘密批注", "秘密批注人")
    cover["A2"], cover["H40"] = "秘密题头", "秘密在表外"
    cover.oddHeader.center.text = "秘密页眉"
    book.create_sheet("秘密表")["A1"] = "秘密电话"
    content = saved(book)
    assert texts(content).count("秘密") >= 13
    copy = copy_of(content, "季报.xlsx", form)
    assert copy is not None
    assert "秘密" not in texts(copy)
    assert "厚板焊接变形控制" in texts(copy)


def texts(workbook: bytes) -> str:
    with ZipFile(BytesIO(workbook)) as package:
        return "\n".join(f"{name}\n{package.read(name).decode()}" for name in package.namelist())


def test_a_copy_opens_in_a_program_for_workbooks() -> None:
    copy = copy_of(good(), "季报.xlsx", the_form())
    assert copy is not None
    book = load_workbook(BytesIO(copy))
    assert book.sheetnames == [sheet.zh for sheet in the_form().sheets]
    before = load_workbook(BytesIO(good()))
    assert [cell.value for cell in book["技术扩散"][7]] == [cell.value for cell in before["技术扩散"][7]]
    assert [book["封面"][f"D{row}"].value for row in range(16, 21)] == [None] * 5


def test_of_what_cannot_be_read_there_is_no_copy_and_the_next_file_has_one(tmp_path: Path) -> None:
    for name, content in {"bad": b"PK no workbook", "good": good()}.items():
        (tmp_path / name).write_bytes(content)
    files = [(tmp_path / name, "季报.xlsx", tmp_path / f"{name}.xlsx") for name in ("bad", "good", "bad")]
    why = redacted_copies(files)
    assert [bool(one) for one in why] == [True, False, True]
    assert [path.exists() for _, _, path in files] == [False, True, False]
