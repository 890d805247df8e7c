"""The cases under should_pass and should_fail: one file each, cells to change and the findings they must lead to.

``cells`` changes cells of good.yml (``base: nil`` of its nil return), ``package`` replaces text in a part of the
file, ``titles`` renames sheets, ``file`` is what the file is called. ``findings`` are all findings, in order, written
``<severity> <rule> <sheet>!<cell>: <words of the Chinese sentence>``. ``with_past`` judges the return after those under
past were accepted: its own of last quarter and those of other units, or of another centre.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from expectations.findings import Finding
from expectations.form import the_form
from expectations.quarter import Quarter
from expectations.yaml12 import read_yaml
from tests.returns.filled import Cells, Records, changed, fill, merged, records, repacked, replacing, saved
from warehouse.registry import Registry

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    name: str
    verdict: str = "accepted"
    findings: dict[str, str] = field(default_factory=dict)
    base: str = "good"
    cells: Cells = field(default_factory=dict)
    package: dict[str, tuple[str, str]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    file: str = "季度报表.xlsx"
    with_past: bool = False

    def workbook(self) -> bytes:
        content = changed(self.cells, self.base, self.titles)
        return repacked(content, {part: replacing(*how) for part, how in self.package.items()})

    @property
    def private(self) -> set[str]:
        """Every contact that stands in this return."""
        sheet = the_form().by_name["cover"]
        mine = self.cells.get(sheet.zh, {})
        private = [column.name for column in sheet.columns if column.private]
        values = [mine.get(sheet.address(name, 0)) for name in private]
        values += [records(self.base)["cover"].get(name) for name in private]
        return {str(value) for value in values if value is not None}


@dataclass(frozen=True)
class Past:
    """A return that is in force already: ``base`` with ``records`` in place of its own."""

    unit: str
    centre: str
    quarter: str
    base: str
    records: Records

    def workbook(self, registry: Registry) -> bytes:
        unit, quarter = registry.unit[self.unit], Quarter.parse(self.quarter)
        (member,) = (
            one for one in registry.expected(quarter) if (one.unit, one.centre) == (self.unit, self.centre)
        )
        cover = {"centre": self.centre, "unit_name": unit.name, "uscc": unit.uscc, "unit_kind": unit.kind}
        cover |= {"role": member.role, "quarter": self.quarter, "nil_return": "否"}
        return saved(fill(the_form(), merged(records(self.base), {"cover": cover, **self.records})))


def past() -> list[Past]:
    return [Past(**read_yaml(file)) for file in sorted((HERE / "past").glob("*.yml"))]


def key_of(finding: Finding) -> str:
    """A finding's address as it is written in a case."""
    where = "!".join(part for part in (finding.sheet, finding.cell) if part)
    return f"{finding.severity} {finding.rule} {where}".strip()


@cache
def cases() -> dict[str, Case]:
    files = sorted((HERE / "should_pass").rglob("*.yml")) + sorted((HERE / "should_fail").rglob("*.yml"))
    names = [str(file.relative_to(HERE).with_suffix("")) for file in files]
    return {name: Case(name, **read_yaml(file)) for name, file in zip(names, files, strict=True)}
