"""warehouse → public edition and a centre's: what may be printed of a quarter, with what earlier editions printed in mind.

What an edition printed is kept beside the editions, whole: the next one must not give it away, whatever has changed
since in returns, definitions or this code. The file holds what every unit reported; it is never part of an edition.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from expectations.quarter import Quarter
from reports.blocks import View
from reports.public import PERIODS, Numbers, PublicFacts, PublicTableFact, build_public_view
from reports.text import Text
from reports.view import LANGUAGES
from reports.wording import wording
from tasks.facts import measure_of
from tasks.settings import House
from warehouse.additive import CENTRE, Contribution
from warehouse.archive import written_whole
from warehouse.grid import Issue, Mark
from warehouse.indicators import indicators
from warehouse.public import ALL_COLUMNS, ALL_ROWS, PublicTable, issue, printed, public_tables

SCOPE = "public"
Issues = Mapping[str, Issue]


def public_issues(house: House, quarter: Quarter, earlier: Sequence[Issues]) -> Issues:
    """Every table of a new public edition, from the generation in force; ``earlier`` are all public ones, in order."""
    year = [one for one in earlier if all(each.quarter[:4] == str(quarter.year) for each in one.values())]
    with house.store.reading() as connection:
        return {
            code: issue(connection, table, quarter, [one[code] for one in year if code in one])
            for code, table in public_tables().items()
        }


def public_views(
    house: House, quarter: Quarter, issues: Issues, number: int, known_at: datetime, centre: str = ""
) -> list[View]:
    """The edition in all languages; with a centre's code the same, and beside it what that centre's own part is."""
    registry = house.registry
    facts = PublicFacts(
        quarter=quarter,
        tables=tuple(_fact(public_tables()[code], one, centre) for code, one in issues.items()),
        issuer=Text(registry.says("issuer"), registry.says("issuer_en")),
        notice=Text(registry.says("notice"), registry.says("notice_en")),
        centre=Text(registry.centre[centre].short, registry.centre[centre].short_en) if centre else None,
    )
    return [build_public_view(facts, number, known_at, language) for language in LANGUAGES]


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


def keep(house: House, folder: str, issues: Issues) -> Path:
    """Write down what a public edition printed and what is behind it, before its row goes into the ledger."""
    path = _record(house, folder)
    path.parent.mkdir(exist_ok=True)
    content = {
        code: {
            "quarter": one.quarter,
            "known": {
                quarter: [
                    [*place, [[str(each.amount), sorted(each.parties)] for each in ones]]
                    for place, ones in held.items()
                ]
                for quarter, held in one.known.items()
            },
            "withheld": sorted(one.withheld),
        }
        for code, one in issues.items()
    }
    with written_whole(path) as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=0), "utf-8")
    return path


def earlier(house: House) -> list[Issues]:
    """All public editions the ledger knows, in the order they were issued; FileNotFoundError if a record is lost."""
    return [_read(_record(house, one.folder)) for one in house.ledger.editions() if one.scope == SCOPE]


def _record(house: House, folder: str) -> Path:
    return house.home / "public" / f"{folder}.json"


def _read(path: Path) -> Issues:
    return {
        code: Issue(
            one["quarter"],
            {
                quarter: {
                    (row, column): tuple(Contribution(Decimal(n), frozenset(parties)) for n, parties in ones)
                    for row, column, ones in held
                }
                for quarter, held in one["known"].items()
            },
            frozenset(Mark(*mark) for mark in one["withheld"]),
        )
        for code, one in json.loads(path.read_text("utf-8")).items()
    }
