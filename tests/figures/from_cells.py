"""What a trace names, looked up again where it says: cells of archived workbooks by openpyxl, lines of the registry.

Only the address is taken from the trace; what stands there is read anew and held against the value the trace gives.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import load_workbook

from tests.figures.recount_returns import PRIVATE, RECORDS, TABLES, Kept, heading, quarter_of

LEDGER = "报送台账"
FLAGS = {"是": "true", "否": "false"}
CODED = ("city", "field")  # drop-downs show code and name
HEADINGS = 5  # the worksheet row of a table's headings; data begin two rows below
Value = str | Decimal | date | None
Sheet = Mapping[str, Any]


class Whose(NamedTuple):
    """What a workbook's cover says: of which quarter it is, for which centre, of which unit."""

    quarter: str
    centre: str
    unit: str


class Place(NamedTuple):
    """A place as looked up: the sheet or registry table, whose workbook, and by column what its cells say."""

    table: str
    whose: Whose | None
    row: int | None
    cells: Mapping[str, Value]

    def __getitem__(self, column: str) -> Any:
        """What a cell says; a KeyError if the trace does not name it."""
        return self.cells[column]

    @property
    def sender(self) -> Whose:
        assert self.whose, f"{self.table} {self.row} is no row of a return"
        return self.whose


def understood(column: str, raw: Any) -> Value:
    """A cell as read: blank None, numbers with the fifteen digits Excel shows, days as dates, texts without edges."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, int | float):
        return Decimal(format(raw, ".15g"))
    if isinstance(raw, datetime):
        return raw.date()
    text = str(raw).strip()
    if text.isdecimal() and not text.isascii():  # written in full-width digits
        return Decimal(unicodedata.normalize("NFKC", text))
    if column == "quarter":
        return quarter_of(text)
    return text.partition(" ")[0] if column in CODED else text


def as_told(value: Value) -> str | None:
    """The same as a trace writes it."""
    if isinstance(value, Decimal):
        return f"{value.normalize() + 0:f}"
    return None if value is None else FLAGS.get(str(value), str(value))


@dataclass
class Archive:
    """The archived workbooks, each opened once: ``path`` gives the file of a hash; and the registry's CSV files."""

    path: Callable[[str], Path]
    kept: Kept
    registry_hash: str
    books: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    @cached_property
    def names(self) -> dict[str, str]:
        """How each archived file was called when it came."""
        return dict(zip(self.kept.files["sha256"], self.kept.files["name"], strict=True))

    @cached_property
    def in_force(self) -> dict[str, Whose]:
        """By hash the files whose rows count, and whose return each is."""
        found = self.kept.accepted[["sha256", "quarter", "centre", "unit"]]
        return {sha256: Whose(*whose) for sha256, *whose in found.itertuples(index=False)}

    @cached_property
    def units(self) -> dict[str, str]:
        listed = self.kept.listed["units"]
        return dict(zip(listed["uscc"], listed["unit"], strict=True))

    def book(self, sha256: str) -> dict[str, dict[str, Any]]:
        """The sheets of a workbook that hold data: address → value; blank cells are not there."""
        if sha256 not in self.books:
            content = self.path(sha256).read_bytes()
            assert hashlib.sha256(content).hexdigest() == sha256
            opened = load_workbook(BytesIO(content), data_only=True, read_only=True)
            self.books[sha256] = {
                name: {
                    cell.coordinate: cell.value
                    for row in opened[name].iter_rows()
                    for cell in row
                    if cell.value not in {None, ""}
                }
                for name in RECORDS + TABLES
            }
        return self.books[sha256]

    def whose(self, sha256: str) -> Whose:
        """Whose return a file is by its cover; it must be the one that is in force."""
        cover = self.book(sha256)[RECORDS[0]]
        said = {heading(value): cover.get("D" + at[1:]) for at, value in cover.items() if at.startswith("B")}
        found = Whose(quarter_of(said["报告期"]), said["创新中心代码"], self.units[said["统一社会信用代码"]])
        assert self.in_force.get(sha256) == found, (sha256, found)
        return found

    def place(self, told: Mapping[str, Any]) -> Place:
        """Look up a place of a trace; an AssertionError where it does not hold what the trace says."""
        if told["file"].startswith("registry/"):
            return self._registered(told)
        assert told["submission"] == told["sha256"][:12]
        assert told["file"] == self.names[told["sha256"]]
        whose = self.whose(told["sha256"])
        assert told["unit"] == whose.unit
        sheet = self.book(told["sha256"])[told["sheet"]] if told["sheet"] else {}
        cells = {}
        for one in told["cells"]:
            found = understood(one["column"], sheet.get(one["cell"]))
            assert as_told(found) == one["value"], (told["file"], told["sheet"], one, found)
            if told["sheet"] in TABLES:
                assert one["cell"].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == str(told["row"]), one
            cells[one["column"]] = found
        return Place(told["sheet"], whose, told["row"], cells)

    def _registered(self, told: Mapping[str, Any]) -> Place:
        assert (told["submission"], told["unit"]) == (None, None)
        assert told["sha256"] == self.registry_hash
        assert told["file"] == f"registry/{told['sheet']}.csv"
        line = self.kept.listed[told["sheet"]].iloc[told["row"] - 2]
        cells = {}
        for one in told["cells"]:
            found = line[one["column"]]
            assert one["cell"] == f"{told['row']}:{one['column']}"
            assert one["value"] == found, (told["file"], one, found)
            cells[one["column"]] = found
        return Place(told["sheet"], None, told["row"], cells)

    def columns(self, sha256: str, name: str) -> int:
        """How many columns a sheet prints, contact data aside."""
        sheet = self.book(sha256)[name]
        if name in RECORDS:
            titles = [value for at, value in sheet.items() if at.startswith("B") and int(at[1:]) > HEADINGS]
        else:
            titles = [value for at, value in sheet.items() if at.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "5"]
        return sum(heading(title) not in (*PRIVATE, "更正说明") for title in titles)

    def rows(self, sha256: str, name: str) -> set[int]:
        """The worksheet rows of a table in which anything stands."""
        found = {int(at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for at in self.book(sha256)[name]}
        return {row for row in found if row > HEADINGS + 1}
