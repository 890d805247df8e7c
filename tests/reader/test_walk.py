"""A table of plain cells is matched as a whole, any other is walked: both ways must say the same of it."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from expectations.form import the_form
from expectations.template import template_workbook
from tasks import plain_rows, walk
from tasks.package import open_package
from tasks.plain_rows import without_plain_rows
from tasks.refusal import Refusal
from tasks.walk import SheetLook, walk_sheet
from tests.reader.packages import LIBREOFFICE, good
from tests.returns.filled import saved

BY = {
    "our template": lambda: template_workbook(the_form(), {}),
    "openpyxl": good,
    "LibreOffice": LIBREOFFICE.read_bytes,
}
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"


def sheets(content: bytes) -> dict[str, bytes]:
    parts = open_package(content, "a.xlsx")
    return {name: part for name, part in parts.items() if re.fullmatch(r"xl/worksheets/\w+\.xml", name)}


def both_ways(part: bytes, monkeypatch: pytest.MonkeyPatch) -> list[SheetLook]:
    looks = [SheetLook("x.xml"), SheetLook("x.xml")]
    walk_sheet(part, "x", looks[0], {})
    with monkeypatch.context() as patch:
        patch.setattr(walk, "without_plain_rows", lambda *_: None)
        walk_sheet(part, "x", looks[1], {})
    return looks


@pytest.mark.parametrize("program", BY)
def test_what_programs_write_is_plain(program: str) -> None:
    parts = sheets(BY[program]())
    assert len(parts) == 10
    for name, part in parts.items():
        found = without_plain_rows(part)
        assert found is not None, name
        assert found[0].count(b"<c ") == 0


@pytest.mark.parametrize("program", BY)
def test_both_ways_see_the_same(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    book = load_workbook(BytesIO(BY[program]()))
    page = book["技术扩散"]
    page.row_dimensions[8].hidden = page.column_dimensions["C"].hidden = True
    page.row_dimensions[9].hidden = True
    page.merge_cells("C7:D9")
    for part in sheets(saved(book)).values():
        one, other = both_ways(part, monkeypatch)
        assert one == other
        if one.merged:
            assert (one.hidden_rows, one.hidden_columns, one.merged) == ({8, 9}, [(3, 3)], ["C7:D9"])


PLAIN = (
    b'<row r="1"><c r="A1" s="2"/><c r="B1" t="s"><v>1</v></c><c r="C1"><v>1.5E3</v></c></row><row r="2"/>'
)


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="1"><c r="A1"><f>1</f><v>1</v></c></row>',
        b'<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>',
        b'<row r="1"><c r="A1"><v>1&#50;</v></c></row>',
        b'<row r="1"><c r="A1"><v>1<!-- -->2</v></c></row>',
        b'<row r="1"><c r="A1"/><c r="A1"/></row>',
        b'<row r="1"><c r="A1"/></row><row r="1"><c r="A1"/></row>',
        b'<row r="1"><c r="ZZ1"/></row>',
        b'<row r="20001"/>',
        b'<row r="1"><c r="A20001"/></row>',
        b'<row r="1" r="2"/>',
        b'<row r="1" xmlns="urn:e"><c r="A1"/></row>',
        b'<row r="1"><c r="A1" t="str"><v>x</v></c></row>',
        b'<row><c r="A1"/></row>',
        b'<c r="A1"/>',
        b'<row r="1"><row r="2"/></row>',
        b'<row r="1"><c r="A1"><v>\x01</v></c></row>',
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>&x;</t></is></c></row>',
        b"</sheetData><sheetData>",
        b'<x:sheetData xmlns:x="urn:e"/>',
    ],
)
def test_anything_else_is_walked(rows: bytes) -> None:
    assert without_plain_rows(HEAD + PLAIN + TAIL) == (HEAD + TAIL, set())
    assert without_plain_rows(HEAD + rows + TAIL) is None


@pytest.mark.parametrize(
    "head",
    [
        HEAD.replace(b"main", b"other"),
        b'<?xml version="1.0" encoding="GB18030"?>' + HEAD,
        b"<?xml version='1.0' encoding='latin-1'?>" + HEAD,
        HEAD.replace(b"<sheetData>", b'<x xmlns="urn:e"><sheetData>'),
        b"\xef\xbb\xbf" + HEAD,
        HEAD.decode().encode("utf-16"),
    ],
)
def test_so_is_a_table_in_a_head_it_does_not_know(head: bytes) -> None:
    assert without_plain_rows(head + PLAIN + TAIL) is None


def test_a_plain_text_that_is_no_utf_8_is_damaged() -> None:
    text = b'<row r="1"><c r="A1" t="inlineStr"><is><t>\xff</t></is></c></row>'
    with pytest.raises(UnicodeDecodeError):
        walk_sheet(HEAD + text + TAIL, "x", SheetLook("x.xml"), {})


def test_too_many_plain_cells_are_too_many() -> None:
    cells = b"".join(
        b'<row r="%d">%s</row>'
        % (row, b"".join(b'<c r="%s%d"/>' % (c, row) for c in (b"A", b"B", b"C", b"D")))
        for row in range(1, 20_001)
    )
    look = SheetLook("x.xml")
    walk_sheet(HEAD + cells + TAIL, "x", look, {})
    with pytest.MonkeyPatch.context() as patch:
        for module in (walk, plain_rows):
            patch.setattr(module, "MAX_CELLS", 79_999)
        with pytest.raises(Refusal, match="too large"):
            walk_sheet(HEAD + cells + TAIL, "x", look, {})
