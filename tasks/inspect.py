"""bytes → a look: what a workbook is made of, read as a stream before any parser touches it.

Parsers forgive too much: error cells come back empty, macros pass unseen, a crafted cell address asks for 512 GiB.
So zip directory and XML are walked first, with bounds; what breaks one is refused with the reason.
"""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from typing import IO, Any
from xml.parsers import expat

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string

from expectations.findings import Finding, finding
from expectations.values import visible

MAX_PARTS = 2_000
MAX_UNPACKED = 128 << 20
MAX_CELLS = 400_000
# Beyond these a cell is nobody's slip: the reader would have to make room for everything in between.
FAR_ROW, FAR_COLUMN = 20_000, 200
_ACTIVE = ("xl/externallinks/", "xl/embeddings/", "xl/activex/", "xl/connections.xml")
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# By what they say they are, wherever they lie in the package.
_ACTIVE_TYPES = {"externalLink", "externalLinkPath", "oleObject", "package", "control", "connections"}
_MACRO_TYPES = {"vbaProject", "xlMacrosheet", "xlIntlMacrosheet"}
_ACTIVE_FORMULA = re.compile(
    r"[\w.']\||\b(?:DDE|WEBSERVICE|RTD|CALL|EXEC|REGISTER(?:\.ID)?)\s*\(", re.IGNORECASE
)
_QUOTED = re.compile('"[^"]*"')
_LONGEST_FORMULA = 8192  # Excel's own limit
_STRICT = "http://purl.oclc.org/ooxml/"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONSHIP_ID = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ROW = re.compile(r"[1-9][0-9]{0,6}")
# What zipfile and expat raise on crafted input: offsets below zero, names and encodings that are none.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError, LookupError, expat.ExpatError),
)


class Refusal(Exception):
    """The file cannot be read safely; carries the finding that says why and what to do."""

    def __init__(self, found: Finding) -> None:
        super().__init__(found.en)
        self.finding = found


def refuse(key: str, **values: str) -> Refusal:
    """A refusal; names of files, sheets and parts are the sender's and quoted as such."""
    return Refusal(
        finding("refuse", f"files.{key}", **{name: visible(value) for name, value in values.items()})
    )


@dataclass
class SheetLook:
    """What the parser would not tell of a sheet: cells that are errors or formulas without a result."""

    path: str
    special: dict[str, tuple[str, str]] = field(
        default_factory=dict
    )  # address → (messages key of types, found)


@dataclass
class Look:
    """Sheets by name in workbook order, and whether dates count from 1904."""

    sheets: dict[str, SheetLook]
    date1904: bool


def inspect(content: bytes, name: str) -> Look:
    """Look at a file; raises Refusal. Memory is bounded whatever the file claims about itself."""
    _check_magic(content, name)
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            _check_directory(package)
            _check_name(name)
            _check_xml_and_size(package)
            look = _workbook(package)
            for sheet_name, sheet in look.sheets.items():
                _walk_sheet(package, sheet_name, sheet)
            return look
    except _DAMAGED as problem:
        raise refuse("corrupt", found=str(problem)[:80]) from problem


def _check_magic(content: bytes, name: str) -> None:
    if not content:
        raise refuse("empty")
    if content.startswith(_OLE2):
        raise refuse("password")
    if not content.startswith(b"PK"):
        raise refuse("not_a_workbook", name=name, found=_kind_of(content))
    if b"PK\x05\x06" not in content[-(1 << 16) - 22 :]:
        raise refuse("truncated")


def _check_name(name: str) -> None:
    """The name must say what the content is; what it is was looked at before."""
    suffix = name.rpartition(".")[2].lower()
    if suffix in {"xlsm", "xltm"}:
        raise refuse("macros", found=f".{suffix}")
    if suffix not in {"xlsx", "xltx"}:
        raise refuse("wrong_name", name=name)


def _kind_of(content: bytes) -> str:
    head = content[:512].lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html")):
        return "网页（HTML）"
    if head.startswith(b"%pdf"):
        return "PDF"
    if head.startswith((b"<?xml", b"<")):
        return "XML"
    return "二进制数据" if b"\x00" in head else "纯文本"


def _check_directory(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    if len(parts) > MAX_PARTS:
        raise refuse("zip_bomb", found=f"{len(parts)} 个部件")
    seen: set[str] = set()
    for part in parts:
        lowered = part.filename.lower()
        if lowered in seen or ".." in lowered.split("/") or lowered.startswith("/") or "\\" in lowered:
            raise refuse("bad_package", found=part.filename[:80])
        seen.add(lowered)
        if lowered.endswith("vbaproject.bin") or lowered.startswith("xl/macrosheets/"):
            raise refuse("macros", found=part.filename)
        if lowered.startswith(_ACTIVE):
            raise refuse("active_content", found=part.filename)
    if "mimetype" in seen and "content.xml" in seen:
        raise refuse("other_format", found="ODS")
    if "xl/workbook.bin" in seen:
        raise refuse("other_format", found="XLSB")
    if "xl/workbook.xml" not in seen:
        raise refuse("bad_package", found="xl/workbook.xml")
    ends = sorted((part.header_offset, part.header_offset + part.compress_size) for part in parts)
    if any(end > start for (_, end), (start, _) in pairwise(ends)):
        raise refuse("zip_bomb", found="部件互相重叠")


class _Counted:
    """A part read as a stream against the budget of the whole package: sizes in the directory can lie."""

    def __init__(self, stream: IO[bytes], budget: list[int]) -> None:
        self.stream, self.budget = stream, budget

    def read(self, size: int = 1 << 16) -> bytes:
        block = self.stream.read(min(size, 1 << 16))
        self.budget[0] -= len(block)
        if self.budget[0] < 0:
            raise refuse("zip_bomb", found=f"超过 {MAX_UNPACKED >> 20} MB")
        return block


def _check_xml_and_size(package: zipfile.ZipFile) -> None:
    """Unpack every part once as a stream: the sum counts, checksums are tried, XML may define no entities."""
    budget = [MAX_UNPACKED]
    for part in package.infolist():
        with package.open(part) as stream:
            counted = _Counted(stream, budget)
            suffix = part.filename.rpartition(".")[2].lower()
            if suffix in {"xml", "rels", "vml"}:
                parser = _parser(part.filename)
                if suffix == "rels" or part.filename == "[Content_Types].xml":
                    parser.StartElementHandler = _nothing_active
                try:
                    parser.ParseFile(counted)  # only read() is used
                except expat.ExpatError:
                    if suffix != "vml":  # Excel itself writes drawings of buttons that are not well-formed
                        raise
            while counted.read():
                pass


def _nothing_active(_: str, attributes: dict[str, str]) -> None:
    """Refuse a relationship or content type of macros, links, embedded objects; a hyperlink is none of them."""
    kind, target = attributes.get("Type", "").rpartition("/")[2], attributes.get("Target", "")
    content = attributes.get("ContentType", "").lower()
    if kind in _MACRO_TYPES or "macroenabled" in content or "vbaproject" in content:
        raise refuse("macros", found=target[:80] or content)
    if kind in _ACTIVE_TYPES or (attributes.get("TargetMode") == "External" and kind != "hyperlink"):
        raise refuse("active_content", found=target[:80])


def _parser(part: str) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")

    def no_doctype(*_: Any) -> None:
        raise refuse("xml_entities", found=part)

    parser.StartDoctypeDeclHandler = no_doctype
    return parser


def _elements(package: zipfile.ZipFile, part: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Local names and attributes of a small part."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.startswith(_STRICT):
            raise refuse("other_format", found="Strict Open XML")
        found.append((tag.rpartition(" ")[2], attributes))

    parser = _parser(part)
    parser.StartElementHandler = start
    try:
        parser.Parse(package.read(part), True)
    except KeyError as missing:
        raise refuse("bad_package", found=part) from missing
    return iter(found)


def _workbook(package: zipfile.ZipFile) -> Look:
    targets = {
        attributes["Id"]: attributes["Target"]
        for tag, attributes in _elements(package, "xl/_rels/workbook.xml.rels")
        if tag == "Relationship" and "Id" in attributes
    }
    sheets: dict[str, SheetLook] = {}
    date1904 = False
    for tag, attributes in _elements(package, "xl/workbook.xml"):
        if tag == "workbookPr":
            date1904 = attributes.get("date1904") in {"1", "true"}
        if tag == "sheet":
            target = targets.get(attributes.get(_RELATIONSHIP_ID, ""), "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if path not in package.namelist():
                raise refuse("bad_package", found=f"{attributes.get('name')}（{path}）")
            title = attributes.get("name", "")
            if title in sheets or any(other.path == path for other in sheets.values()):
                raise refuse("bad_package", found=title)
            sheets[title] = SheetLook(path)
    return Look(sheets, date1904)


class _SheetWalk:
    """One pass over a sheet's XML: addresses, error values, formulas without a result.

    What Excel would not write is refused where the parser would read another value than a person sees.
    """

    def __init__(self, name: str, look: SheetLook, parser: expat.XMLParserType) -> None:
        self.name, self.look, self.parser = name, look, parser
        self.row = self.column = self.cells = self.tables = self.value_at = 0
        self.kind = self.text = self.formula = self.inside = ""
        self.parts: list[str] = []  # of the open cell: f, v, is
        self.filled = self.in_table = False
        self.seen: set[tuple[int, int]] = set()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, local = tag.rpartition(" ")
        if local == "sheetData":
            # The parser goes by local names: whatever it would take for cells must be walked.
            self.in_table, self.tables = True, self.tables + 1
            if tag.startswith(_STRICT):
                raise refuse("other_format", found="Strict Open XML")
        if not self.in_table:
            return
        if space != _MAIN or self.inside or self.tables > 1:
            raise self.damaged()
        if local == "row":
            self._open_row(attributes.get("r", ""))
        elif local == "c":
            self._open_cell(attributes)
        elif local in {"f", "v", "is"}:
            self._open_part(local)
        elif local == "t":
            self.inside = "t"

    def _open_row(self, number: str) -> None:
        if number and not _ROW.fullmatch(number):
            raise refuse("outside_form", sheet=self.name, found=f"第 {number[:20]} 行")
        self.row, self.column = int(number) if number else self.row + 1, 0
        self._bounded(f"第 {self.row} 行")

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self.column += 1
        self.cells += 1
        reference = attributes.get("r", "")
        if reference:
            match = _REFERENCE.fullmatch(reference)
            if match is None:
                raise refuse("outside_form", sheet=self.name, cell=reference[:20], found=reference[:20])
            self.row, self.column = int(match[2]), column_index_from_string(match[1])
        if self.cells > MAX_CELLS:
            raise refuse("too_large", sheet=self.name, found=f"超过 {MAX_CELLS} 个单元格")
        self._bounded(self.address)
        if (self.row, self.column) in self.seen:
            raise self.damaged()  # the last one would silently win
        self.seen.add((self.row, self.column))
        self.kind, self.text, self.formula = attributes.get("t", ""), "", ""
        self.parts, self.filled = [], False

    def _open_part(self, local: str) -> None:
        if local in self.parts or (local == "f" and self.parts):
            raise self.damaged()  # a formula behind its value hides the value from the parser
        self.parts.append(local)
        self.value_at = -1
        if local != "is":
            self.inside = local

    def _bounded(self, where: str) -> None:
        if self.row > FAR_ROW or self.column > FAR_COLUMN:
            raise refuse(
                "outside_form", sheet=self.name, cell=self.address if self.column else "", found=where
            )

    @property
    def address(self) -> str:
        return f"{get_column_letter(self.column)}{self.row}"

    def damaged(self) -> Refusal:
        where = f"{self.name}!{self.address}" if self.column else self.name
        return refuse("corrupt", sheet=self.name, cell=self.address if self.column else "", found=where)

    def characters(self, text: str) -> None:
        if self.inside == "f":
            self.formula += text[: _LONGEST_FORMULA - len(self.formula)]
        elif self.inside:
            if self.value_at < 0:
                self.value_at = self.parser.CurrentByteIndex
            self.filled = self.filled or not text.isspace()
            if len(self.text) < 40:
                self.text += text

    def interrupted(self, *_: str) -> None:
        """A comment, instruction or CDATA section: in a value, the parser would read only a piece of it."""
        if self.inside == "v":
            raise self.damaged()

    def end(self, tag: str) -> None:
        space, _, local = tag.rpartition(" ")
        if not self.in_table or space != _MAIN:
            return
        if local == "v":
            self._close_value()
        if local in {"f", "v", "t"}:
            self.inside = ""
        elif local == "sheetData":
            self.in_table = False
        elif local == "c":
            self._close_cell()

    def _close_value(self) -> None:
        """In a number no character may be written as a reference: the parser would stop at it."""
        written = self.parser.CurrentByteIndex - self.value_at
        if (
            self.value_at >= 0
            and self.kind != "str"
            and len(self.text) < 40
            and written != len(self.text.encode())
        ):
            raise self.damaged()

    def _close_cell(self) -> None:
        if _ACTIVE_FORMULA.search(_QUOTED.sub("", self.formula)):
            raise refuse("active_content", sheet=self.name, cell=self.address, found=f"={self.formula[:80]}")
        if self.kind == "e":
            self.look.special[self.address] = ("error_value", self.text)
        elif self.parts[:1] == ["f"] and not self.filled and self.kind != "str":
            self.look.special[self.address] = ("formula_no_value", "")


def _walk_sheet(package: zipfile.ZipFile, name: str, sheet: SheetLook) -> None:
    parser = _parser(sheet.path)
    walk = _SheetWalk(name, sheet, parser)
    parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
    parser.CharacterDataHandler = walk.characters
    parser.CommentHandler = parser.ProcessingInstructionHandler = walk.interrupted
    parser.StartCdataSectionHandler = walk.interrupted
    with package.open(sheet.path) as stream:
        parser.ParseFile(stream)
