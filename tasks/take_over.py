"""workbook → a workbook of some of its cells, each as it is written there, and of what it takes to read them.

Names stand in more places than the cells for them: in properties, comments, headers, texts no cell shows any more, sheets
of the unit's own. So nothing is taken out of the workbook; what is known to be needed is taken over from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_DEFLATED

from expectations.addresses import column_index, column_letters
from expectations.form import Form
from tasks.inspect import Look, inspect
from tasks.package import open_package, parser_of
from tasks.parsed import CellRead
from tasks.plain_rows import MAIN
from tasks.sealed import zipped

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHARED, _STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
_REFERENCE = re.compile(r"([A-Z]+)([0-9]+)")
_PLACED = re.compile(rb"<[^>]*\sr=")  # a cell that says where it is
_SHOWN = re.compile(rb"<[^>]*\st=[\"']s[\"']")  # a cell that shows a shared text
_VALUE = re.compile(rb"<(?:[\w.-]+:)?v[^>]*>\s*([0-9]+)\s*<")


def taken_over(content: bytes, name: str, cells: Sequence[CellRead], form: Form) -> bytes:
    """A workbook of the cells that were read and are not blank in ``cells``, with the headings they were read by."""
    look, parts = inspect(content, name), open_package(content, name)
    version = next((one.value for one in cells if (one.sheet, one.column) == ("cover", "form_version")), "")
    sheets = []
    for sheet in form.of_version(version or "").sheets:
        title = next(one for one in (sheet.zh, *sheet.was) if one in look.sheets)
        wanted = {one.address for one in sheet.printed}
        wanted |= {one.cell for one in cells if one.sheet == sheet.name and (one.found or one.reason)}
        sheets.append(_sheet(title, parts[look.sheets[title].path], wanted))
    return zipped(_package(look, parts, sheets), ZIP_DEFLATED)


class _Sheet(NamedTuple):
    """A sheet taken over: its title, and of its part the opening tag and the bytes of each cell, row by row."""

    title: str
    opening: bytes
    rows: dict[int, list[bytes]]

    def part(self) -> bytes:
        prefix = _prefix(self.opening)
        rows = b"".join(
            b'<%srow r="%d">%s</%srow>' % (prefix, n, b"".join(cells), prefix)
            for n, cells in self.rows.items()
        )
        return b"%s<%ssheetData>%s</%ssheetData></%sworksheet>" % (
            *(self.opening, prefix),
            *(rows, prefix, prefix),
        )


def _sheet(title: str, part: bytes, wanted: set[str]) -> _Sheet:
    """The cells wanted of a sheet's part, each as it is written there, with its address."""
    rows: dict[int, list[bytes]] = {}
    for address, row, begin, end in _cells(part):
        if address in wanted:
            cell = part[begin:end]
            if not _PLACED.match(cell):
                tag = re.split(rb"[\s/>]", cell, maxsplit=1)[0]
                cell = tag + f' r="{address}"'.encode() + cell[len(tag) :]
            rows.setdefault(row, []).append(cell)
    return _Sheet(title, _opening(part), rows)


def _cells(part: bytes) -> list[tuple[str, int, int, int]]:
    """Address, row and the span of bytes of each cell, as :mod:`tasks.walk` counts them."""
    found: list[tuple[str, int, int, int]] = []
    parser = parser_of("")
    row = column = begin = 0
    in_table = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, begin, in_table
        local = tag.rpartition(" ")[2]
        if local == "sheetData":
            in_table = True
        elif in_table and local == "row":
            row, column = int(attributes.get("r", row + 1)), 0
        elif in_table and local == "c":
            column, begin = column + 1, parser.CurrentByteIndex
            if match := _REFERENCE.fullmatch(attributes.get("r", "")):
                row, column = int(match[2]), column_index(match[1])

    def end(tag: str) -> None:
        nonlocal in_table
        local = tag.rpartition(" ")[2]
        if in_table and local == "c":
            behind = part.index(b">", parser.CurrentByteIndex) + 1
            found.append((f"{column_letters(column)}{row}", row, begin, behind))
        elif local == "sheetData":
            in_table = False

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(part, True)
    return found


def _opening(part: bytes) -> bytes:
    """The opening tag of a part's outermost element."""
    match = re.search(rb"<[A-Za-z][^>]*>", part)
    assert match
    return match[0]


def _prefix(opening: bytes) -> bytes:
    prefix, colon, _ = opening[1:].split(None, 1)[0].partition(b":")
    return prefix + colon if colon else b""


def _package(look: Look, parts: dict[str, bytes], sheets: Sequence[_Sheet]) -> dict[str, bytes]:
    """A workbook of some sheets, the texts their cells show, and the formats they are shown in."""
    written = {f"xl/worksheets/sheet{n}.xml": one.part() for n, one in enumerate(sheets, 1)}
    kinds = dict.fromkeys(written, "worksheet")
    for name, part in parts.items():
        if name.lower() == _STYLES:
            written[_STYLES], kinds[_STYLES] = part, "styles"
        if name.lower() == _SHARED.lower():
            used = {
                int(match[1])
                for one in sheets
                for row in one.rows.values()
                for cell in row
                if _SHOWN.match(cell) and (match := _VALUE.search(cell))
            }
            written[_SHARED], kinds[_SHARED] = _texts(part, used), "sharedStrings"
    return written | _skeleton([one.title for one in sheets], kinds, date1904=look.date1904)


def _texts(part: bytes, used: set[int]) -> bytes:
    """The shared texts, those that no cell shows blank."""
    opening, spans = _opening(part), _spans(part)
    prefix = _prefix(opening)
    blank = b"<%ssi><%st/></%ssi>" % (prefix, prefix, prefix)
    texts = [part[begin:end] if n in used else blank for n, (begin, end) in enumerate(spans)]
    return b"%s%s</%ssst>" % (opening, b"".join(texts), prefix)


def _spans(part: bytes) -> list[tuple[int, int]]:
    """The span of bytes of each shared text."""
    found: list[tuple[int, int]] = []
    begun = 0
    parser = parser_of("")

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal begun
        if tag == f"{MAIN} si":
            begun = parser.CurrentByteIndex

    def end(tag: str) -> None:
        if tag == f"{MAIN} si":
            found.append((begun, part.index(b">", parser.CurrentByteIndex) + 1))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(part, True)
    return found


def _skeleton(titles: Sequence[str], kinds: dict[str, str], *, date1904: bool) -> dict[str, bytes]:
    """What makes a package of the parts: types, relations, and the workbook that names its sheets."""
    listed = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{n}" r:id="r{n}"/>' for n, title in enumerate(titles, 1)
    )
    since = ' date1904="1"' if date1904 else ""
    types = "".join(
        f'<Override PartName="/{name}" ContentType="{_TYPE}.{kind}+xml"/>' for name, kind in kinds.items()
    )
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{_RELATIONS}/{kind}" Target="/{name}"/>'
        for n, (name, kind) in enumerate(kinds.items(), 1)
    )
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_RELATIONS}"><workbookPr{since}/>'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{types}</Types>',
    }
    return {name: (_HEAD + text).encode() for name, text in parts.items()}
