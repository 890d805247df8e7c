"""CSV bytes → rows of one sheet: what platforms keep in systems of their own, if the form lets the sheet come as text.

The columns are three keys (whose return it is) and the sheet's headings. Nothing is sniffed: an encoding is the right
one if the headings can be read in it, and every line must then be valid in it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO

from expectations.findings import Finding, finding
from expectations.form import Column, Form, Sheet
from expectations.raw import is_blank, shown
from tasks.refusal import refuse

KEYS = ("centre", "uscc", "quarter")  # columns of the cover
MAX_BYTES = 16 << 20
_UTF8_MARK, _UTF16_MARKS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = ",\t;"
# Text that is UTF-8 and cannot be GB18030 by chance: Chinese characters only, three bytes each.
_CHINESE_IN_UTF8 = re.compile(rb"(?:[\x00-\x7f]|[\xe3-\xe9][\x80-\xbf]{2}|\xef[\xbc-\xbf][\x80-\xbf])+")


@dataclass(frozen=True)
class CsvRow:
    """One record: the line it begins on, its three keys and its cells in the order of the sheet's columns."""

    line: int
    keys: tuple[str, ...]
    cells: tuple[str, ...]


@dataclass
class CsvRows:
    """The rows of a file and what is wrong with single lines."""

    rows: list[CsvRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def key_columns(form: Form) -> list[Column]:
    """The cover's columns that say whose return a line belongs to."""
    return [form.by_name["cover"].by_name[name] for name in KEYS]


def read_csv(content: bytes, sheet: Sheet, form: Form) -> CsvRows:
    """The rows of a CSV file for ``sheet``; raises Refusal if the file as a whole cannot be read."""
    if not content:
        raise refuse("empty")
    if len(content) > MAX_BYTES:
        raise refuse(
            "too_large",
            sheet=sheet.zh,
            found=f"超过 {MAX_BYTES >> 20} MB",
            found_en=f"over {MAX_BYTES >> 20} MB",
        )
    content = content.removeprefix(_UTF8_MARK)
    known = [*((one.zh,) for one in key_columns(form)), *((one.heading, *one.was) for one in sheet.columns)]
    encoding, delimiter = _reading(content, [{_bare(text) for text in texts} for texts in known], sheet)
    text = _decoded(content, encoding)
    found = CsvRows()
    for line, cells in _lines(text, delimiter):
        if all(is_blank(cell) for cell in cells):
            continue
        if len(cells) < len(known) or not all(is_blank(cell) for cell in cells[len(known) :]):
            found.findings.append(_ragged(sheet, line, len(known), len(cells)))
        else:
            keys, rest = tuple(cells[: len(KEYS)]), tuple(cells[len(KEYS) : len(known)])
            found.rows.append(CsvRow(line, keys, rest))
    return found


def _ragged(sheet: Sheet, line: int, expected: int, found: int) -> Finding:
    return finding(
        "error", "csv.ragged", sheet=sheet.zh, found=str(found), line=str(line), expected=str(expected)
    )


def _reading(content: bytes, known: Sequence[set[str]], sheet: Sheet) -> tuple[str, str]:
    """The encoding and delimiter in which the first line holds the headings; else the file is refused."""
    seen: list[str] = []
    for encoding in ("utf-16",) if content.startswith(_UTF16_MARKS) else ("utf-8", "gb18030"):
        text = content.decode(encoding, "replace")
        for delimiter in _DELIMITERS:
            try:
                first = next(csv.reader(StringIO(text, newline=""), delimiter=delimiter), [])
            except csv.Error:
                continue
            while first and is_blank(first[-1]):
                first.pop()
            if len(first) == len(known) and all(
                _bare(found) in texts for found, texts in zip(first, known, strict=True)
            ):
                return encoding, delimiter
            if len(first) > 1 and not seen:
                seen = first
    different = next(
        (index for index, texts in enumerate(known) if index >= len(seen) or _bare(seen[index]) not in texts),
        len(known),
    )
    raise refuse(
        "csv_headings",
        sheet=sheet.zh,
        found=shown(seen[different]) if different < len(seen) else "",
        number=str(different + 1),
        expected=min(known[different]) if different < len(known) else "空",
        expected_en=min(known[different]) if different < len(known) else "blank",
    )


def _bare(text: str) -> str:
    return "".join(text.split()).removesuffix("*")


def _decoded(content: bytes, encoding: str) -> str:
    """The text; refused with the line where bytes are of another encoding, or NUL."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as wrong:
        before = content[: wrong.start].decode(encoding, "replace")
        raise refuse("csv_mixed", found=str(before.count("\n") + 1)) from wrong
    if "\0" in text:
        raise refuse("csv_nul", found=str(text[: text.index("\0")].count("\n") + 1))
    if encoding == "gb18030":
        for number, line in enumerate(content.split(b"\n"), start=1):
            if not line.isascii() and _CHINESE_IN_UTF8.fullmatch(line):
                raise refuse("csv_mixed", found=str(number))
    return text


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record below the headings with the line it begins on; an open quote refuses the file."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for number, cells in enumerate(reader):
            if number:
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as wrong:
        raise refuse("csv_quotes", found=str(begins)) from wrong
