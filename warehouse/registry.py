"""The registry: centres, units, memberships, calendar, targets. CSV files, checked on reading, snapshot by content."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Self

from expectations.quarter import Quarter
from warehouse.registry_rows import Centre, Membership, Size, Term, Unit
from warehouse.registry_tables import TABLES, Tables
from warehouse.workdays import is_known

__all__ = ["TABLES", "Membership", "Registry", "Size", "Unit"]

_ADDRESSES = ("operator_email", "department_email")  # entries of office.csv that no page prints


class Registry(Tables):
    """The tables of a folder or of a snapshot, and what is looked up in them."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The registry of a folder, its deadlines on working days. A snapshot of it keeps them as they were moved, so that
        holidays that become known later change nothing of the past.
        """
        tables = {}
        for name in TABLES:
            path = folder / f"{name}.csv"
            if path.exists() or cls.model_fields[name].is_required():
                with path.open(encoding="utf-8", newline="") as handle:
                    tables[name] = list(csv.DictReader(handle))
        read = cls.model_validate(tables)
        return read.model_copy(
            update={"calendar": tuple(term.moved(read.own_days) for term in read.calendar)}
        )

    @classmethod
    def from_snapshot(cls, content: str) -> Self:
        return cls.model_validate(json.loads(content))

    def snapshot(self) -> str:
        """What figures and answers depend on, as canonical text. It is kept in the ledger, never in the warehouse."""
        return json.dumps(self.model_dump(mode="json", by_alias=True), ensure_ascii=False, sort_keys=True)

    def without_contacts(self) -> Self:
        """The same without who gets mail or sends it: all that a figure or a page rests on, and nothing more."""
        office = tuple(row for row in self.office if row.key not in _ADDRESSES)
        nobody = dict.fromkeys(("contacts", "centre_contacts", "recipients", "reviewers", "sources"), ())
        return self.model_copy(update={**nobody, "office": office})

    @cached_property
    def unit(self) -> dict[str, Unit]:
        return {row.unit: row for row in self.units}

    @cached_property
    def centre(self) -> dict[str, Centre]:
        return {row.centre: row for row in self.centres}

    @cached_property
    def unit_by_uscc(self) -> dict[str, Unit]:
        return {row.uscc: row for row in self.units}

    @cached_property
    def term(self) -> dict[str, Term]:
        return {row.quarter: row for row in self.calendar}

    @cached_property
    def own_days(self) -> dict[date, bool]:
        """Days of the office's own notice, and whether they are worked."""
        return {row.day: row.working for row in self.workdays}

    @property
    def unknown_years(self) -> list[int]:
        """The years of deadlines whose public holidays are not known: in them weekends alone move a deadline."""
        years = {row.due.year for row in self.calendar} - {day.year for day in self.own_days}
        return sorted(year for year in years if not is_known(year))

    @cached_property
    def emails(self) -> dict[str, tuple[str, ...]]:
        """A unit's addresses: answers go here, never to an address written in a workbook."""
        found: dict[str, tuple[str, ...]] = {}
        for row in self.contacts:
            found[row.unit] = (*found.get(row.unit, ()), row.email)
        return found

    def reached_at(self, unit: str) -> tuple[str, ...]:
        """A unit's addresses; the operators', who know whom to ask, where it has none."""
        return self.emails.get(unit) or (self.says("operator_email"),)

    def says(self, key: str) -> str:
        """One entry of office.csv; KeyError if it is not there."""
        return {row.key: row.value for row in self.office}[key]

    def both(self, key: str) -> tuple[str, str]:
        """An entry of office.csv in Chinese and English; an office without an English line is still to be reached."""
        office = {row.key: row.value for row in self.office}
        return office[key], office.get(f"{key}_en") or office[key]

    def office_email(self, key: str) -> str:
        """An address of office.csv; an office that has no other is reached at the operator's."""
        return {row.key: row.value for row in self.office}.get(key) or self.says("operator_email")

    @cached_property
    def _memberships_of(self) -> dict[tuple[str, str], list[Membership]]:
        found: dict[tuple[str, str], list[Membership]] = {}
        for row in self.memberships:
            found.setdefault((row.centre, row.unit), []).append(row)
        return dict(sorted(found.items()))

    def expected(self, quarter: Quarter) -> list[Membership]:
        """The returns due: memberships that hold on any day of the quarter, by centre and unit."""
        due = (self.expected_of(centre, unit, quarter) for centre, unit in self._memberships_of)
        return [row for row in due if row]

    def expected_of(self, centre: str, unit: str, quarter: Quarter) -> Membership | None:
        """The return that a unit owes for one centre, None if it owes none."""
        start, end = quarter.start, quarter.end
        due = [row for row in self._memberships_of.get((centre, unit), ()) if row.touches(start, end)]
        # Whoever changed roles within the quarter owes one return, in the last of them.
        return max(due, key=lambda row: row.start, default=None)

    def opened(self, at: datetime) -> list[Term]:
        """The quarters whose collection has begun."""
        return [term for term in self.calendar if term.opens <= at]
