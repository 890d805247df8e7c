"""The registry: centres, units, memberships, calendar, targets. CSV files, checked on reading, snapshot by content."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from expectations.codes import code_lists
from expectations.quarter import Quarter
from warehouse.indicators import indicators
from warehouse.records import AUTHORITY, PUBLIC
from warehouse.registry_rows import (
    INBOX,
    Centre,
    CentreContact,
    Contact,
    Entry,
    Membership,
    Opening,
    Recipient,
    Reminder,
    Reviewer,
    Row,
    Size,
    SourceRow,
    Span,
    Stage,
    Target,
    Term,
    Threshold,
    Unit,
    Workday,
)
from warehouse.workdays import is_known

__all__ = ["Membership", "Registry", "Size", "Unit"]

TABLES: dict[str, type[Row]] = {
    "centres": Centre,
    "stages": Stage,
    "units": Unit,
    "memberships": Membership,
    "calendar": Term,
    "workdays": Workday,
    "reminders": Reminder,
    "targets": Target,
    "thresholds": Threshold,
    "openings": Opening,
    "sizes": Size,
    "contacts": Contact,
    "centre_contacts": CentreContact,
    "sources": SourceRow,
    "recipients": Recipient,
    "reviewers": Reviewer,
    "office": Entry,
}
_ADDRESSES = ("operator_email", "department_email")  # entries of office.csv that no page prints


class Registry(BaseModel):
    """All registry tables. Reading fails loudly on an unknown column, a bad value or a dangling reference."""

    model_config = ConfigDict(frozen=True)
    centres: tuple[Centre, ...]
    stages: tuple[Stage, ...]
    units: tuple[Unit, ...]
    memberships: tuple[Membership, ...]
    calendar: tuple[Term, ...]
    targets: tuple[Target, ...]
    thresholds: tuple[Threshold, ...]
    openings: tuple[Opening, ...]
    sizes: tuple[Size, ...]
    contacts: tuple[Contact, ...]
    recipients: tuple[Recipient, ...]
    office: tuple[Entry, ...]
    # Registries and snapshots of before these tables have none of them.
    workdays: tuple[Workday, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    centre_contacts: tuple[CentreContact, ...] = ()
    reviewers: tuple[Reviewer, ...] = ()
    sources: tuple[SourceRow, ...] = ()

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

    @model_validator(mode="after")
    def _nothing_is_said_twice(self) -> Self:
        keys: dict[str, list[tuple[object, ...]]] = {
            "centre": [(row.centre,) for row in self.centres],
            "unit": [(row.unit,) for row in self.units],
            "credit code": [(row.uscc,) for row in self.units],
            "quarter": [(row.quarter,) for row in self.calendar],
            "opening": [(row.centre,) for row in self.openings],
            "target": [(row.indicator, row.scope, row.by) for row in self.targets],
            "threshold": [(row.indicator, row.mark, row.valid_from) for row in self.thresholds],
            "size": [(row.industry, row.size, row.valid_from) for row in self.sizes],
            "office entry": [(row.key,) for row in self.office],
            "working day": [(row.day,) for row in self.workdays],
            "reminder": [(row.days,) for row in self.reminders],
            "reviewer": [(row.user,) for row in self.reviewers],
            "source": [(INBOX,), *((row.name,) for row in self.sources)],
            "centre's contact": [(row.centre, row.email) for row in self.centre_contacts],
        }
        for what, found in keys.items():
            twice = [" ".join(map(str, key)) for key, times in Counter(found).items() if times > 1]
            if twice:
                raise ValueError(f"the same {what} stands twice: {twice}")
        return self

    @model_validator(mode="after")
    def _spans_do_not_overlap(self) -> Self:
        """A unit is once a member of a centre at a time, a centre in one stage; a span ends on or after its start."""
        spans: dict[tuple[str, ...], list[Span]] = {}
        for stage in self.stages:
            spans.setdefault(("stages of", stage.centre), []).append(stage)
        for member in self.memberships:
            spans.setdefault(("memberships of", member.unit, "in", member.centre), []).append(member)
        for about, found in spans.items():
            if any(one.end is not None and one.end < one.start for one in found):
                raise ValueError(f"{' '.join(about)}: one ends before it starts")
            ordered = sorted(found, key=lambda one: one.start)
            if any(one.touches(later.start, later.start) for one, later in pairwise(ordered)):
                raise ValueError(f"{' '.join(about)}: two overlap")
        return self

    @model_validator(mode="after")
    def _codes_are_known(self) -> Self:
        used = {
            "field": {row.field for row in self.centres},
            "branch": {row.branch for row in self.centres},
            "city": {row.city for row in self.centres} | {row.city for row in self.units},
            "unit_kind": {row.kind for row in self.units},
            "role": {row.role for row in self.memberships},
        }
        known: dict[str, set[str]] = {name: {one.code for one in code_lists()[name]} for name in used}
        # A target of a mistyped indicator would just not be there in the report.
        used["indicator"] = {row.indicator for row in self.targets} | {
            row.indicator for row in self.thresholds
        }
        known["indicator"] = set(indicators())
        unknown = {name: sorted(codes - known[name]) for name, codes in used.items()}
        if any(unknown.values()):
            raise ValueError(f"no such codes: { {name: codes for name, codes in unknown.items() if codes} }")
        return self

    @model_validator(mode="after")
    def _references_hold(self) -> Self:
        centres, units = {c.centre for c in self.centres}, {u.unit for u in self.units}
        unknown = {row.centre for row in self.stages} | {row.centre for row in self.memberships}
        unknown |= {row.centre for row in self.openings} | {row.centre for row in self.centre_contacts}
        unknown |= {row.scope for row in self.targets} - {"province"}
        unknown |= {row.scope for row in self.recipients} - {AUTHORITY, PUBLIC}
        unknown -= centres
        unknown |= ({row.unit for row in self.memberships} | {row.unit for row in self.contacts}) - units
        unknown |= {row.unit for row in self.sources if row.unit} - units
        if unknown:
            raise ValueError(f"unknown centres or units: {sorted(unknown)}")
        quarters = [Quarter.parse(row.quarter) for row in self.calendar]
        if any(later != earlier.shift(1) for earlier, later in pairwise(quarters)):
            raise ValueError("the calendar must name quarters one after the other, without a gap")
        if early := [row.quarter for row in self.calendar if row.report_at < row.closes]:
            raise ValueError(f"reports before their deadline with grace: {', '.join(early)}")
        return self

    @model_validator(mode="after")
    def _sizes_begin_with_a_year(self) -> Self:
        """A recipient's size is told once a year, so a later table may not divide one."""
        days = sorted({row.valid_from for row in self.sizes})
        if late := [str(day) for day in days[1:] if (day.month, day.day) != (1, 1)]:
            raise ValueError(f"a later table of sizes begins on 1 January, not on {', '.join(late)}")
        return self

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
