"""sheet XML → a look at it: what the parser would not tell of a sheet, or would read otherwise than a person sees it.

Two ways lead to the same look. A table of nothing but plain cells, as programs write it, is matched as a whole; any
other is walked element by element.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from expectations.addresses import column_index, column_letters
from tasks.formulas import LONGEST, is_active
from tasks.package import STRICT, parser_of
from tasks.plain_rows import MAIN, MAX_CELLS, without_plain_rows
from tasks.refusal import Refusal, refuse

# Beyond these a cell is nobody's slip: the reader would have to make room for everything in between.
FAR_ROW, FAR_COLUMN = 20_000, 200
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ROW = re.compile(r"[1-9][0-9]{0,6}")
_TRUE = {"1", "true"}
_AROUND = re.compile(rb"mergeCell|hidden=|width=.0")


@dataclass
class SheetLook:
    """What the parser would not tell of a sheet. ``special`` maps an address to a key of messages types and what stood there.

    ``hidden`` is the sheet itself, ``hidden_columns`` are spans (1-based), ``merged`` ranges as written; ``formats``
    maps filled cells of a number format that shows another number than the one stored to its kind.
    """

    path: str
    hidden: bool = False
    special: dict[str, tuple[str, str]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    formats: dict[str, str] = field(default_factory=dict)


def walk_sheet(part: bytes, name: str, look: SheetLook, odd_styles: dict[str, str]) -> None:
    """Fill ``look`` from a sheet's part; raises Refusal or ExpatError. ``odd_styles``: cell style → kind of format."""
    plain = None if _shows_other(part, odd_styles) else without_plain_rows(part)
    rest, look.hidden_rows = plain or (None, set())
    parser = parser_of(look.path)
    if rest is None or _AROUND.search(rest):
        walk = _SheetWalk(name, look, parser, odd_styles)
        parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
        parser.CharacterDataHandler = walk.characters
        parser.CommentHandler = parser.ProcessingInstructionHandler = walk.interrupted
        parser.StartCdataSectionHandler = walk.interrupted
    parser.Parse(part if rest is None else rest, True)


def _shows_other(part: bytes, odd_styles: dict[str, str]) -> bool:
    """Whether some cell may have one of these styles; a cell without a style has the first."""
    styles = "|".join(odd_styles).encode()
    return "0" in odd_styles or (bool(styles) and re.search(rb" s=.(?:" + styles + rb")\b", part) is not None)


class _SheetWalk:
    """One pass over a sheet's XML. What Excel would not write is refused where it would be misread."""

    def __init__(
        self, name: str, look: SheetLook, parser: expat.XMLParserType, odd_styles: dict[str, str]
    ) -> None:
        self.name, self.look, self.parser, self.odd_styles = name, look, parser, odd_styles
        self.row = self.column = self.cells = self.tables = self.value_at = 0
        self.kind = self.text = self.formula = self.inside = self.style = ""
        self.parts: list[str] = []  # of the open cell: f, v, is
        self.filled = self.in_table = False
        self.seen: set[tuple[int, int]] = set()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, local = tag.rpartition(" ")
        if local == "sheetData":
            # The parser goes by local names: whatever it would take for cells must be walked.
            self.in_table, self.tables = True, self.tables + 1
            if tag.startswith(STRICT):
                raise refuse("other_format", found="Strict Open XML")
        if not self.in_table:
            if space == MAIN:
                self._around(local, attributes)
            return
        if space != MAIN or self.inside or self.tables > 1:
            raise self.damaged()
        if local == "row":
            self._open_row(attributes)
        elif local == "c":
            self._open_cell(attributes)
        elif local in {"f", "v", "is"}:
            self._open_part(local)
        elif local == "t":
            self.inside = "t"

    def _around(self, local: str, attributes: dict[str, str]) -> None:
        """What stands before and behind the table: hidden columns and merged cells."""
        if local == "col" and (attributes.get("hidden") in _TRUE or _nought(attributes.get("width"))):
            self.look.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))
        elif local == "mergeCell":
            self.look.merged.append(attributes.get("ref", ""))

    def _open_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        if number and not _ROW.fullmatch(number):
            raise refuse(
                "outside_form", sheet=self.name, found=f"第 {number[:20]} 行", found_en=f"row {number[:20]}"
            )
        self.row, self.column = int(number) if number else self.row + 1, 0
        self._bounded(f"第 {self.row} 行", f"row {self.row}")
        if attributes.get("hidden") in _TRUE or _nought(attributes.get("ht")):
            self.look.hidden_rows.add(self.row)

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self.column += 1
        self.cells += 1
        reference = attributes.get("r", "")
        if reference:
            match = _REFERENCE.fullmatch(reference)
            if match is None:
                raise refuse("outside_form", sheet=self.name, cell=reference[:20], found=reference[:20])
            self.row, self.column = int(match[2]), column_index(match[1])
        if self.cells > MAX_CELLS:
            raise refuse(
                "too_large",
                sheet=self.name,
                found=f"超过 {MAX_CELLS} 个单元格",
                found_en=f"over {MAX_CELLS} cells",
            )
        self._bounded(self.address, self.address)
        if (self.row, self.column) in self.seen:
            raise self.damaged()  # the last one would silently win
        self.seen.add((self.row, self.column))
        self.kind, self.text, self.formula = attributes.get("t", ""), "", ""
        self.style = attributes.get("s", "0")
        self.parts, self.filled = [], False

    def _open_part(self, local: str) -> None:
        if local in self.parts or (local == "f" and self.parts):
            raise self.damaged()  # a formula behind its value hides the value from the parser
        self.parts.append(local)
        self.value_at = -1
        if local != "is":
            self.inside = local

    def _bounded(self, where: str, where_en: str) -> None:
        if self.row > FAR_ROW or self.column > FAR_COLUMN:
            cell = self.address if self.column else ""
            raise refuse("outside_form", sheet=self.name, cell=cell, found=where, found_en=where_en)

    @property
    def address(self) -> str:
        return f"{column_letters(self.column)}{self.row}"

    def damaged(self) -> Refusal:
        where = f"{self.name}!{self.address}" if self.column else self.name
        return refuse("corrupt", sheet=self.name, cell=self.address if self.column else "", found=where)

    def characters(self, text: str) -> None:
        if self.inside == "f":
            self.formula += text[: LONGEST + 1 - len(self.formula)]
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
        if not self.in_table or space != MAIN:
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
        if is_active(self.formula):
            raise refuse("active_content", sheet=self.name, cell=self.address, found=f"={self.formula[:80]}")
        if self.kind == "e":
            self.look.special[self.address] = ("error_value", self.text)
        elif self.parts[:1] == ["f"] and not self.filled and self.kind != "str":
            self.look.special[self.address] = ("formula_no_value", "")
        elif self.filled and self.kind in {"", "n"} and self.style in self.odd_styles:
            self.look.formats[self.address] = self.odd_styles[self.style]


def _nought(size: str | None) -> bool:
    """A row of no height or a column of no width is hidden, too."""
    return size is not None and not size.strip("0.")
