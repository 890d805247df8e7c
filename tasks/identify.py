"""cover → whose return it is: centre, unit and quarter, held against what the registry expects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from expectations.findings import Finding, finding
from expectations.form import Form
from expectations.quarter import SHANGHAI, Quarter
from warehouse.registry import Membership, Registry, Unit

_NAMES = ("centre", "uscc", "quarter")


@dataclass(frozen=True)
class CoverCell:
    """One cell of the cover as it was read: canonical value, what stood there, why it could not be read."""

    value: str | None
    found: str
    reason: str


class UnknownReturn(Exception):
    """The cover names no return that is expected; carries the finding, and the unit if at least that is known."""

    def __init__(self, found: Finding, unit: Unit | None) -> None:
        super().__init__(found.en)
        self.finding = found
        self.unit = unit


def read_cover(parsed: Path) -> dict[str, CoverCell]:
    """The cover of a parsed file by column."""
    # A third of what `read_table` takes, which thinks of folders of files.
    with pq.ParquetFile(parsed) as file:
        table = file.read(["sheet", "column", "value", "found", "reason"], use_threads=False)
    rows = table.filter(pc.equal(table["sheet"], "cover")).to_pylist()
    return {row["column"]: CoverCell(row["value"], row["found"], row["reason"]) for row in rows}


def identify(
    cover: dict[str, CoverCell], registry: Registry, form: Form, received: datetime
) -> tuple[Membership, Quarter]:
    """Whose return this is, for which quarter; UnknownReturn if the registry expects no such return."""
    unit = registry.unit_by_uscc.get(cover["uscc"].value or "")
    term = registry.term.get(cover["quarter"].value or "")
    for name in _NAMES:
        if cover[name].reason:
            raise UnknownReturn(_said(form, name, f"types.{cover[name].reason}", cover[name].found), unit)
    if unit and term:
        quarter = Quarter.parse(term.quarter)
        if received < term.opens:
            opens = term.opens.astimezone(SHANGHAI).strftime("%Y-%m-%d")
            raise UnknownReturn(_said(form, "quarter", "files.not_open", str(quarter), opens=opens), unit)
        if member := registry.expected_of(cover["centre"].value or "", unit.unit, quarter):
            return member, quarter
    sheet = form.by_name["cover"]
    found = [(sheet.by_name[name], cover[name].found, sheet.address(name, 0)) for name in _NAMES]
    zh = "，".join(f"{column.zh} {said or '空'}（{cell}）" for column, said, cell in found)
    en = ", ".join(f"{column.en} {said or 'blank'} ({cell})" for column, said, cell in found)
    raise UnknownReturn(_said(form, "centre", "files.not_expected", zh, found_en=en), unit)


def _said(form: Form, name: str, message: str, found: str, **more: str) -> Finding:
    sheet = form.by_name["cover"]
    column = sheet.by_name[name]
    where = {"sheet": sheet.zh, "cell": sheet.address(name, 0), "column": column.zh}
    return finding("refuse", message, **where, found=found, unit=column.unit, **more)
