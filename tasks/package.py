"""bytes → parts: the zip package of a workbook, unpacked once under a budget, every part's XML without entities.

What the directory claims about itself (sizes, names, order) is never believed.
"""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from typing import Any, TypeVar
from xml.parsers import expat

from tasks.refusal import refuse

MAX_PARTS = 2_000
MAX_UNPACKED = 128 << 20
STRICT = "http://purl.oclc.org/ooxml/"
_CHUNK = 1 << 20
_ACTIVE = ("xl/externallinks/", "xl/embeddings/", "xl/activex/", "xl/connections.xml")
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# By what they say they are, wherever they lie in the package.
_ACTIVE_TYPES = {"externalLink", "externalLinkPath", "oleObject", "package", "control", "connections"}
_MACRO_TYPES = {"vbaProject", "xlMacrosheet", "xlIntlMacrosheet"}
_DECLARED = rb'<\?xml version="1\.[01]"(?: encoding="[uU][tT][fF]-8")?(?: standalone="(?:yes|no)")?\s*\?>'
_PLAIN_XML = re.compile(rb"(?:" + _DECLARED + rb")?\s*<[A-Za-z]")
# What zipfile and expat raise on crafted input: offsets below zero, names and encodings that are none.
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError, LookupError, expat.ExpatError),
)


T = TypeVar("T")
_SMALL, _MANY = 16 << 10, 64  # a MiB at most is kept


def _once_if_small(read: Callable[[str, bytes], T]) -> Callable[[str, bytes], T]:
    """Workbooks saved by the same program share styles, relations and the like byte for byte: read those once."""
    kept = lru_cache(_MANY)(read)
    return lambda name, part: (kept if len(part) <= _SMALL else read)(name, part)


def open_package(content: bytes, name: str) -> dict[str, bytes]:
    """The XML parts of a workbook by name. Raises Refusal, or one of ``DAMAGED``. ``name`` is what the file is called."""
    _check_magic(content, name)
    with zipfile.ZipFile(BytesIO(content)) as package:
        _check_directory(package)
        _check_name(name)
        return _unpack(package)


def _check_magic(content: bytes, name: str) -> None:
    if not content:
        raise refuse("empty")
    if content.startswith(_OLE2):
        raise refuse("password")
    if not content.startswith(b"PK"):
        if name.lower().endswith(".csv"):
            raise refuse("csv", name=name)
        found, found_en = _kind_of(content)
        raise refuse("not_a_workbook", name=name, found=found, found_en=found_en)
    if b"PK\x05\x06" not in content[-(1 << 16) - 22 :]:
        raise refuse("truncated")


def _check_name(name: str) -> None:
    """The name must say what the content is; what it is was looked at before."""
    suffix = name.rpartition(".")[2].lower()
    if suffix in {"xlsm", "xltm"}:
        raise refuse("macros", found=f".{suffix}")
    if suffix not in {"xlsx", "xltx"}:
        raise refuse("wrong_name", name=name)


def _kind_of(content: bytes) -> tuple[str, str]:
    """What the content looks like, in Chinese and English."""
    head = content[:512].lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html")):
        return "网页（HTML）", "a web page (HTML)"
    if head.startswith(b"%pdf"):
        return "PDF", "a PDF"
    if head.startswith((b"<?xml", b"<")):
        return "XML", "XML"
    return ("二进制数据", "binary data") if b"\x00" in head else ("纯文本", "plain text")


def _check_directory(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    if len(parts) > MAX_PARTS:
        raise refuse("zip_bomb", found=f"{len(parts)} 个部件", found_en=f"{len(parts)} parts")
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
        raise refuse("zip_bomb", found="部件互相重叠", found_en="parts overlap")


def _unpack(package: zipfile.ZipFile) -> dict[str, bytes]:
    """Unpack every part once: the sum counts, checksums are tried, XML may define no entities."""
    parts: dict[str, bytes] = {}
    room = MAX_UNPACKED
    for info in package.infolist():
        suffix = info.filename.rpartition(".")[2].lower()
        is_xml = suffix in {"xml", "rels", "vml"}
        with package.open(info) as stream:
            part = stream.read(room + 1 if is_xml else _CHUNK)
            room -= len(part)
            while room >= 0 and (more := stream.read(_CHUNK)):
                room -= len(more)
        if room < 0:
            raise refuse(
                "zip_bomb", found=f"超过 {MAX_UNPACKED >> 20} MB", found_en=f"over {MAX_UNPACKED >> 20} MB"
            )
        if is_xml:
            _check_xml(info.filename, part)
            parts[info.filename] = part
    return parts


def is_plain(part: bytes) -> bool:
    """Whether a part is UTF-8 and declares nothing: no document type, comment or CDATA section can be in it."""
    return _PLAIN_XML.match(part) is not None and b"<!" not in part


def _check_xml(name: str, part: bytes) -> None:
    """Refuse a document type in any part and what is active; texts, which nobody looks at later, must be well-formed."""
    if _says_what_is_inside(name) or name.lower().endswith("sharedstrings.xml") or not is_plain(part):
        _parse(name, part)


def _says_what_is_inside(name: str) -> bool:
    return name.lower().endswith(".rels") or name.lower() == "[content_types].xml"


@_once_if_small
def _parse(name: str, part: bytes) -> None:
    parser = parser_of(name)
    if _says_what_is_inside(name):
        parser.StartElementHandler = _nothing_active
    try:
        parser.Parse(part, True)
    except expat.ExpatError:
        # Excel itself writes drawings of buttons that are not well-formed.
        if not name.lower().endswith(".vml"):
            raise


def _nothing_active(_: str, attributes: dict[str, str]) -> None:
    """Refuse a relationship or content type of macros, links, embedded objects; a hyperlink is none of them."""
    kind, target = attributes.get("Type", "").rpartition("/")[2], attributes.get("Target", "")
    content = attributes.get("ContentType", "").lower()
    if kind in _MACRO_TYPES or "macroenabled" in content or "vbaproject" in content:
        raise refuse("macros", found=target[:80] or content)
    if kind in _ACTIVE_TYPES or (attributes.get("TargetMode") == "External" and kind != "hyperlink"):
        raise refuse("active_content", found=target[:80])


def parser_of(part: str) -> expat.XMLParserType:
    """A parser of one part that refuses a document type; names are ``namespace name``."""
    parser = expat.ParserCreate(namespace_separator=" ")

    def no_doctype(*_: Any) -> None:
        raise refuse("xml_entities", found=part)

    parser.StartDoctypeDeclHandler = no_doctype
    return parser


_Elements = Sequence[tuple[str, dict[str, str]]]


def elements(parts: dict[str, bytes], part: str) -> _Elements:
    """Local names and attributes of a small part, in order."""
    if part not in parts:
        raise refuse("bad_package", found=part)
    return _elements(part, parts[part])


@_once_if_small
def _elements(name: str, part: bytes) -> _Elements:
    found: list[tuple[str, dict[str, str]]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.startswith(STRICT):
            raise refuse("other_format", found="Strict Open XML")
        found.append((tag.rpartition(" ")[2], attributes))

    parser = parser_of(name)
    parser.StartElementHandler = start
    parser.Parse(part, True)
    return found
