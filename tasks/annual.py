"""Four quarters → annual edition: the year's flows and year-end stocks, how far its quarters' editions were revised.

With its first edition the year is closed: whatever is sent for one of its quarters afterwards waits for a decision, and
what a decision lets in is told as a revision of a closed year.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from expectations.quarter import Quarter, year_of
from reports.annual import build_annual_view
from reports.blocks import View
from reports.facts import Facts
from tasks.approve import approved, may_be_drafted
from tasks.facts import facts_of
from tasks.issue import issue
from tasks.known import known
from tasks.load import load
from tasks.official import OfficialDraft
from tasks.restate import figures_issued, figures_known, revision, significant, year_tracks
from tasks.settings import House, one_at_a_time
from warehouse.records import ANNUAL
from warehouse.returns import closed_years

YTD = ("ytd",)


@dataclass(frozen=True)
class AnnualDraft(OfficialDraft):
    """The report of a year; ``quarter`` is its fourth."""

    @property
    def scope(self) -> str:
        return ANNUAL

    @property
    def folder(self) -> str:
        return f"{self.quarter.year}-annual-e{self.number}"

    @cached_property
    def facts(self) -> Facts:
        tracks = year_tracks(self.known.house, self.told, self.known, quarters_of(self.quarter.year))
        return replace(facts_of(self.known, self.quarter), tracks=tracks)

    @cached_property
    def views(self) -> list[View]:
        revised = revision(self.known, self.quarter, self.before[-1], YTD) if self.before else None
        return self.in_all_languages(replace(self.facts, revision=revised))

    def view(self, facts: Facts, language: str) -> View:
        return build_annual_view(facts, self.number, self.known.inputs.known_at, language, issued=self.issued)


def quarters_of(year: int) -> list[Quarter]:
    return [Quarter(year, number) for number in (1, 2, 3, 4)]


@one_at_a_time("writing")
def annual(house: House, year: str) -> str | None:
    """Issue the annual edition of a year as it was approved, or, unattended, as it is known now; returns its folder's
    name, or None where the last one stands.

    Errors as of :func:`drafted_year`, and NotApproved without a reviewer's word.
    """
    draft = drafted_year(house, year)
    return issue(house, approved(house, draft)) if draft else None


def drafted_year(house: House, year: str) -> AnnualDraft | None:
    """The annual edition that what is known now calls for; None where the last one stands: nothing of the closed year has
    moved beyond its threshold.

    ValueError for what is no year, LookupError before all its quarters have opened or for a year that the calendar does
    not hold whole.
    """
    last = Quarter(year_of(year), 4)
    if not all(str(one) in house.registry.term for one in quarters_of(last.year)):
        raise LookupError(f"the calendar does not hold all quarters of {year}")
    load(house)
    state = known(house)
    state.must_have_opened(last)
    draft = AnnualDraft(state, last, tuple(house.ledger.editions(scope=None)))
    if draft.before and not significant(
        figures_issued(house, draft.before[-1]), figures_known(state, str(last)), YTD
    ):
        return None
    return draft


@one_at_a_time("writing")
def years_moved(house: House, quarter: str) -> list[str]:
    """The year of a quarter that was revised, if it is closed and its last edition no longer says what is known."""
    year = Quarter.parse(quarter).year
    closed = year in closed_years(house.ledger)
    return [str(year)] if closed and drafted_year(house, str(year)) else []


def years_due(house: House) -> list[str]:
    """Years that are to be closed now, oldest first: at the report of the next year's first quarter, when returns that came
    late have been decided on. As with quarters, a house that starts with past years closes the last of them.
    """
    terms, now = house.registry.term, house.now()
    begun = house.ledger.known_at(1) if house.ledger.last_seq() else now
    closing = {
        term.year: terms[str(Quarter(term.year + 1, 1))].report_at
        for term in map(Quarter.parse, terms)
        if term.number == 4
        and {str(one) for one in (*quarters_of(term.year), Quarter(term.year + 1, 1))} <= set(terms)
    }
    since = max((at for at in closing.values() if at <= begun), default=begun)
    closed = closed_years(house.ledger)
    return [
        str(year)
        for year, at in sorted(closing.items())
        if since <= at <= now and year not in closed and may_be_drafted(house, f"{year}-Q4", ANNUAL)
    ]
