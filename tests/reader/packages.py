"""Hostile and careless files, built by code from a good return (bad-inputs F01–F16). Nothing here is stored."""

from __future__ import annotations

import re
import struct
import warnings
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from tests.returns.filled import changed, repacked

SHEET = "xl/worksheets/sheet2.xml"  # 单位情况
BOMB = b"\0" * (1 << 20)


def good() -> bytes:
    return changed({})


def _with(name: str, content: bytes = b"x") -> bytes:
    packed = BytesIO(good())
    with ZipFile(packed, "a", ZIP_DEFLATED) as package, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name that stands twice is what is meant
        package.writestr(name, content)
    return packed.getvalue()


def _edited(part: str, old: bytes, new: bytes) -> bytes:
    return repacked(good(), {part: lambda text: text.replace(old, new, 1)})


def _cells(xml: bytes) -> bytes:
    """The unit sheet with more cells at its end."""
    return _edited(SHEET, b"</sheetData>", xml + b"</sheetData>")


def _flipped() -> bytes:
    """A byte of a deflated part is not what it was."""
    content = bytearray(good())
    with ZipFile(BytesIO(bytes(content))) as package:
        part = package.getinfo(SHEET)
    name, extra = struct.unpack("<HH", content[part.header_offset + 26 : part.header_offset + 30])
    content[part.header_offset + 30 + name + extra + part.compress_size // 2] ^= 0xFF
    return bytes(content)


def _unpacks_to_a_gigabyte() -> bytes:
    packed = BytesIO(good())
    with ZipFile(packed, "a", ZIP_DEFLATED) as package, package.open("xl/media/image1.png", "w") as part:
        for _ in range(1024):
            part.write(BOMB)
    return packed.getvalue()


def _forged_size() -> bytes:
    """The directory says that a part of 200 MB unpacks to ten bytes."""
    packed = BytesIO(good())
    with ZipFile(packed, "a", ZIP_DEFLATED) as package, package.open("xl/media/image1.png", "w") as part:
        for _ in range(200):
            part.write(BOMB)
    content = packed.getvalue()
    return content.replace(struct.pack("<I", 200 << 20), struct.pack("<I", 10))


def _overlapping() -> bytes:
    """Two names in the directory for the same bytes."""
    content = bytearray(_with("xl/media/a.bin", b"a" * 500))
    with ZipFile(BytesIO(bytes(content))) as package:
        first, last = package.getinfo(SHEET).header_offset, package.getinfo("xl/media/a.bin").header_offset
    start = content.rindex(b"PK\x01\x02")
    assert struct.unpack("<I", content[start + 42 : start + 46]) == (last,)
    content[start + 42 : start + 46] = struct.pack("<I", first)
    return bytes(content)


def _declaring(part: str, doctype: bytes) -> bytes:
    """A part with a document type before its first element."""
    head = b'<?xml version="1.0"?><!DOCTYPE x [' + doctype + b"]>"
    return repacked(good(), {part: lambda text: head + re.sub(rb"^<\?xml[^>]*\?>", b"", text)})


def _laughs(part: str) -> bytes:
    more = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    return _declaring(part, b'<!ENTITY l0 "lol">' + more)


def _outside_entity() -> bytes:
    return _declaring("xl/workbook.xml", b'<!ENTITY f SYSTEM "file:///etc/passwd">')


def _cell(address: str) -> bytes:
    return b'<row><c r="%s"><v>1</v></c></row>' % address.encode()


def _wide() -> bytes:
    row = b"<c><v>1</v></c>" * 199
    return b"".join(b'<row r="%d">%s</row>' % (n, row) for n in range(30, 2100))


def _ods() -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", "<x/>")
    return packed.getvalue()


def _many_parts() -> bytes:
    packed = BytesIO(good())
    with ZipFile(packed, "a") as package:
        for n in range(2_100):
            package.writestr(f"xl/media/{n}.png", b"")
    return packed.getvalue()


def _huge_cell() -> bytes:
    text = b'<row r="30"><c r="A30" t="inlineStr"><is><t>' + b"a" * (140 << 20) + b"</t></is></c></row>"
    return _cells(text)


def _strict() -> bytes:
    usual = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strict = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    return repacked(good(), {"xl/workbook.xml": lambda text: text.replace(usual, strict)})


# name → (content, file name, key of messages.yml files, cell)
FILES: dict[str, tuple[Callable[[], bytes], str, str, str]] = {
    "F01 empty": (lambda: b"", "a.xlsx", "empty", ""),
    "F02 cut": (lambda: good()[: len(good()) * 2 // 3], "a.xlsx", "truncated", ""),
    "F03 flipped": (_flipped, "a.xlsx", "corrupt", ""),
    "F04 csv": ("指标,数值\n".encode, "a.xlsx", "not_a_workbook", ""),
    "F04 html": (lambda: b"<html><table></table></html>", "a.xls", "not_a_workbook", ""),
    "F04 pdf": (lambda: b"%PDF-1.7 ...", "a.xlsx", "not_a_workbook", ""),
    "F05 xlsx named csv": (good, "a.csv", "wrong_name", ""),
    "F06 password": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xlsx", "password", ""),
    "F07 ods": (_ods, "a.xlsx", "other_format", ""),
    "F07 xlsb": (lambda: _with("xl/workbook.bin"), "a.xlsx", "other_format", ""),
    "F08 macros inside": (lambda: _with("xl/vbaProject.bin"), "a.xlsx", "macros", ""),
    "F08 xlsm": (good, "a.xlsm", "macros", ""),
    "F09 external link": (
        lambda: _with("xl/externalLinks/externalLink1.xml", b"<x/>"),
        "a.xlsx",
        "active_content",
        "",
    ),
    "F09 embedded object": (lambda: _with("xl/embeddings/oleObject1.bin"), "a.xlsx", "active_content", ""),
    "F10 a gigabyte": (_unpacks_to_a_gigabyte, "a.xlsx", "zip_bomb", ""),
    "F10 forged size": (_forged_size, "a.xlsx", "corrupt", ""),
    "F10 overlapping": (_overlapping, "a.xlsx", "zip_bomb", ""),
    "F10 many parts": (_many_parts, "a.xlsx", "zip_bomb", ""),
    "F11 a sheet twice": (lambda: _with(SHEET, b"<worksheet/>"), "a.xlsx", "bad_package", ""),
    "F11 a path upwards": (lambda: _with("../../etc/cron.d/x"), "a.xlsx", "bad_package", ""),
    "F12 laughs in a sheet": (lambda: _laughs(SHEET), "a.xlsx", "xml_entities", ""),
    "F12 laughs in the types": (lambda: _laughs("[Content_Types].xml"), "a.xlsx", "xml_entities", ""),
    "F12 outside entity": (_outside_entity, "a.xlsx", "xml_entities", ""),
    "F13 a huge cell": (_huge_cell, "a.xlsx", "zip_bomb", ""),
    "F13 many rows": (
        lambda: _cells(b"".join(b'<row r="%d"/>' % n for n in range(30, 30_000))),
        "a.xlsx",
        "outside_form",
        "",
    ),
    "F13 many cells": (lambda: _cells(_wide()), "a.xlsx", "too_large", ""),
    "F14 last cell": (lambda: _cells(_cell("XFD1048576")), "a.xlsx", "outside_form", "XFD1048576"),
    "F14 no such cell": (lambda: _cells(_cell("ZZZZ99999999")), "a.xlsx", "outside_form", "ZZZZ99999999"),
    "F16 strict": (_strict, "a.xlsx", "other_format", ""),
    "F16 sheet part gone": (lambda: repacked(good(), {}, without=(SHEET,)), "a.xlsx", "bad_package", ""),
    "F16 string out of range": (
        lambda: _cells(b'<row r="13"><c r="D13" t="s"><v>99999</v></c></row>'),
        "a.xlsx",
        "corrupt",
        "",
    ),
}
