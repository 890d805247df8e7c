"""warehouse → public edition and a centre's: what may be printed of a quarter, with what earlier editions printed in mind."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from expectations.quarter import Quarter
from reports.blocks import View
from reports.public import build_public_view
from reports.public_facts import PERIODS, Numbers, PublicFacts, PublicTableFact
from reports.text import Text
from reports.view import LANGUAGES
from reports.wording import wording
from tasks.disputes import dispute_facts
from tasks.draft import Draft
from tasks.facts import measure_of
from tasks.public_record import RECORD, Issues, keep_record, read_record, record_of
from warehouse.additive import CENTRE
from warehouse.grid import Issue, Mark
from warehouse.indicators import indicators
from warehouse.public import (
    ALL_COLUMNS,
    ALL_ROWS,
    PublicTable,
    is_revealing,
    open_issue,
    printed,
    public_tables,
    tables_hash,
    tells_totals,
    told,
)
from warehouse.records import PUBLIC, Edition

TABLES = "tables"


@dataclass(frozen=True)
class PublicDraft(Draft):
    """What may be printed of a quarter, with what earlier public editions of the year printed in mind."""

    @property
    def scope(self) -> str:
        return PUBLIC

    @cached_property
    def opened(self) -> Issues:
        """Every table of it with nothing withheld yet."""
        with self.known.reading() as connection:
            return {
                code: open_issue(connection, table, self.quarter) for code, table in public_tables().items()
            }

    @cached_property
    def issues(self) -> Issues:
        """Every table of it. ValueError if the tables are no longer those of the year's editions before."""
        year = [one for one in self._earlier if one.quarter[:4] == str(self.quarter.year)]
        if other := [one.folder for one in year if one.made_with[TABLES] != tables_hash()]:
            raise ValueError(
                f"{', '.join(other)} printed other tables: they may change only with the calendar year"
            )
        records = [read_record(self.known.house, one) for one in year]
        return {
            code: told(table, self.opened[code], [one[code] for one in records])
            for code, table in public_tables().items()
        }

    @property
    def content_hash(self) -> str:
        return hashlib.sha256(self.record + tables_hash().encode()).hexdigest()

    @property
    def says_nothing_new(self) -> bool:
        """Nor does it if the quarter has changed so little that its own totals would have to be withheld: what one late
        return adds is the difference of two editions. What was printed stands then.
        """
        if not self.before:
            return False
        printed_before = read_record(self.known.house, self.before[-1])
        if _known(self.opened) == _known(printed_before):
            return True
        mine = str(self.quarter)
        if any(
            is_revealing(public_tables()[code], one.known[mine], self.opened[code].known[mine])
            for code, one in printed_before.items()
        ):
            return True
        return _known(self.issues) == _known(printed_before) or not all(
            tells_totals(one) for one in self.issues.values()
        )

    @property
    def _earlier(self) -> list[Edition]:
        """All public editions before it in the order in which they were issued."""
        return sorted((one for one in self.history if one.scope == PUBLIC), key=lambda one: one.seq)

    @cached_property
    def views(self) -> list[View]:
        return public_views(self, self.issues)

    @cached_property
    def record(self) -> bytes:
        """What it prints and what is behind that, in full."""
        return record_of(self.issues)

    def rests_on(self) -> dict[str, str]:
        return {RECORD: hashlib.sha256(self.record).hexdigest(), TABLES: tables_hash()}

    def keep_record(self) -> None:
        """Write the record down, before the edition's row goes into the ledger."""
        keep_record(self.known.house, self.folder, self.record)


def _known(issues: Issues) -> dict[str, object]:
    return {code: one.known for code, one in issues.items()}


@dataclass(frozen=True)
class CentreDraft(Draft):
    """The public edition, and beside it what one centre's own part is."""

    centre: str = ""

    @property
    def scope(self) -> str:
        return self.centre

    @property
    def public(self) -> Edition:
        """The public edition it is a view of; LookupError without one."""
        found = [one for one in self.history if (one.quarter, one.scope) == (str(self.quarter), PUBLIC)]
        if not found:
            raise LookupError(f"{self.quarter} has no public edition yet")
        return found[-1]

    @property
    def content_hash(self) -> str:
        return hashlib.sha256(f"{self.centre} {self.public.made_with[RECORD]}".encode()).hexdigest()

    @cached_property
    def views(self) -> list[View]:
        return public_views(self, read_record(self.known.house, self.public), self.centre)


def public_views(draft: Draft, issues: Issues, centre: str = "") -> list[View]:
    """The edition in all languages; with a centre's code the same, and beside it what that centre's own part is."""
    registry = draft.known.registry
    due = {(one.centre, one.unit) for one in registry.expected(draft.quarter)}
    used = due & {
        (one.judged.centre, one.judged.unit)
        for one in draft.known.in_force
        if one.judged.quarter == str(draft.quarter)
    }
    own = Text(registry.centre[centre].short, registry.centre[centre].short_en) if centre else None
    facts = PublicFacts(
        quarter=draft.quarter,
        tables=tuple(_fact(public_tables()[code], one, centre) for code, one in issues.items()),
        issuer=Text(registry.says("issuer"), registry.says("issuer_en")),
        notice=Text(registry.says("notice"), registry.says("notice_en")),
        used=len(used),
        due=len(due),
        centre=own,
        own_used=sum(one == centre for one, _ in used),
        own_due=sum(one == centre for one, _ in due),
        disputed=_disputed(draft, own) if own else (),
        revised=bool(draft.before),
    )
    known_at = draft.known.inputs.known_at
    return [build_public_view(facts, draft.number, known_at, one, issued=draft.issued) for one in LANGUAGES]


def _disputed(draft: Draft, centre: Text) -> tuple[str, ...]:
    """What a centre reported this year that others claim as well, not settled."""
    return tuple(
        one.number
        for one in dispute_facts(draft.known, draft.quarter)
        if one.state == "open"
        and any(each.centre == centre and each.quarter.year == draft.quarter.year for each in one.claimants)
    )


def _fact(table: PublicTable, issued: Issue, centre: str) -> PublicTableFact:
    numbers, own = printed(table, issued), printed(table, _own(issued, centre))
    total = Text(*(wording(language)("public.total") for language in LANGUAGES))
    rows = [*(one.code for one in table.rows), ALL_ROWS]
    columns = [*(one.code for one in table.columns), ALL_COLUMNS]
    periods = [one for one in PERIODS if Mark(one, ALL_ROWS, ALL_COLUMNS) in numbers]
    by_period: dict[str, Numbers] = {
        period: tuple(tuple(numbers[Mark(period, row, column)] for column in columns) for row in rows)
        for period in periods
    }
    return PublicTableFact(
        measure=measure_of(indicators()[table.indicator]),
        rows=(*(Text(one.zh, one.en) for one in table.rows), total),
        columns=(*(Text(one.zh, one.en) for one in table.columns), total),
        numbers=by_period,
        as_printed=tuple(map(Quarter.parse, issued.as_printed)),
        own={
            period: tuple(own[Mark(period, ALL_ROWS, column)] or Decimal(0) for column in columns)
            for period in periods
        },
    )


def _own(issued: Issue, centre: str) -> Issue:
    """What of it one centre's members reported under it; all of that it may see."""
    return Issue(
        issued.quarter,
        {
            quarter: {
                place: tuple(one for one in ones if f"{CENTRE}{centre}" in one.parties)
                for place, ones in held.items()
            }
            for quarter, held in issued.known.items()
        },
    )
