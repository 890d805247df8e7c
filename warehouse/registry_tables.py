"""The registry's tables and what must hold within and between them, whoever reads them."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
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


class Tables(BaseModel):
    """All registry tables. They fail loudly on an unknown column, a bad value or a dangling reference."""

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
