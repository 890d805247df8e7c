"""The public edition of the demo: its tables add up to the province's figures, and the attacker learns nothing from them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from expectations.quarter import Quarter
from tasks.public_record import read_record
from tasks.settings import House
from tests.disclosure.attacker import MARK, Success, successes
from warehouse.additive import Contribution
from warehouse.disclosure import withheld
from warehouse.exposure import primary
from warehouse.figures import Figures
from warehouse.grid import Issue, Mark, linked
from warehouse.public import (
    ALL_COLUMNS,
    ALL_ROWS,
    PublicTable,
    open_issue,
    printed,
    protected,
    public_tables,
    tells_totals,
    told,
)
from warehouse.records import PUBLIC

YEARS = {2025: (1, 2, 3, 4), 2026: (1, 2, 3)}


@pytest.fixture(scope="module", params=YEARS)
def issued(demo_house: House, request: pytest.FixtureRequest) -> dict[str, list[Issue]]:
    """A year's public editions, one after the other, table by table."""
    quarters = [Quarter(request.param, number) for number in YEARS[request.param]]
    found: dict[str, list[Issue]] = {}
    with demo_house.store.reading() as connection:
        for code, table in public_tables().items():
            found[code] = []
            for quarter in quarters:
                new = open_issue(connection, table, quarter)
                found[code].append(protected(table, new, found[code]))
    return found


@pytest.mark.parametrize("code", public_tables())
def test_the_totals_are_the_provinces_figures(code, issued, demo_house):
    """Taken apart by field and column, the numbers still add up to what the edition for officials says."""
    table = public_tables()[code]
    with demo_house.store.reading() as connection:
        figures = Figures(connection)
        for one in issued[code]:
            everything = printed(table, Issue(one.quarter, one.known))
            total = everything[Mark("quarter", ALL_ROWS, ALL_COLUMNS)]
            assert total == figures.value(code, one.quarter)
            rows = [everything[Mark("quarter", row.code, ALL_COLUMNS)] for row in table.rows]
            assert sum(filter(None, rows), Decimal(0)) == total
            if len(one.known) > 1:
                year = everything[Mark("ytd", ALL_ROWS, ALL_COLUMNS)]
                assert year == figures.value(code, one.quarter, period="ytd")


def attacked(table: PublicTable, issues: list[Issue], *, secondary: bool = True) -> list[Success]:
    """The last of these editions under attack, the earlier ones in the attacker's hands."""
    made = linked(table.grid, [*issues[:-1], Issue(issues[-1].quarter, issues[-1].known)], table.step)
    if secondary:
        return successes(made.tables, {made.cell[mark] for mark in issues[-1].withheld})
    return successes(made.tables, {made.tables.cells[i].id for i in primary(made.tables)})


@pytest.mark.parametrize("code", public_tables())
def test_no_attack_on_the_demos_editions_succeeds(code, issued):
    """Nor on a quarter with the quarters before it, nor from within a centre: the total minus itself."""
    for number in range(1, len(issued[code]) + 1):
        assert attacked(public_tables()[code], issued[code][:number]) == []


@pytest.mark.parametrize("code", public_tables())
def test_no_attack_on_what_was_issued_succeeds(code, demo_house):
    """One edition after the other as they went out, the second after a late return: what each withheld by its record."""
    issued = sorted(demo_house.ledger.editions(scope=PUBLIC), key=lambda one: one.seq)
    records = [read_record(demo_house, one)[code] for one in issued]
    assert [one.quarter for one in records] == ["2026-Q2", "2026-Q3"]
    for number in range(1, len(records) + 1):
        assert attacked(public_tables()[code], records[:number]) == []


def test_without_secondary_suppression_firms_would_be_found(issued):
    won = attacked(public_tables()["outputs"], issued["outputs"][:1], secondary=False)
    assert any(one.target != MARK for one in won)


def test_a_correction_of_many_is_told_and_one_of_a_single_unit_is_not(issued):
    """Every unit's return corrected by a tenth, or one's: the earlier edition is in the reader's hands either way."""
    table = public_tables()["rd_spend_wan_cny"]
    first, new = issued[table.indicator][:2]
    unit = min(
        party
        for one in first.known[first.quarter][ALL_ROWS, ALL_COLUMNS]
        for party in one.parties
        if party.startswith("firm:")
    )

    def grown(one: Contribution, whose: str) -> Contribution:
        return one._replace(amount=one.amount * Decimal("1.1")) if whose in one.parties or not whose else one

    for whose, as_printed in (("", ()), (unit, (first.quarter,))):
        now = {
            place: tuple(grown(one, whose) for one in ones)
            for place, ones in new.known[first.quarter].items()
        }
        known = {**new.known, first.quarter: now}
        made = told(table, Issue(new.quarter, known), [first])
        assert made.as_printed == as_printed
        assert tells_totals(made)
        assert made.known[first.quarter] == (first.known[first.quarter] if whose else now)
        assert attacked(table, [first, made]) == []


def test_most_numbers_are_printed(issued):
    """What it costs; docs/decisions/0011-what-the-public-may-see.md says how much."""
    marks = {code: [printed(public_tables()[code], one) for one in mine] for code, mine in issued.items()}
    numbers = [value for mine in marks.values() for one in mine for value in one.values()]
    assert 0 < numbers.count(None) < len(numbers) / 4


def test_a_late_return_is_not_the_difference_of_two_public_editions(issued, demo_house):
    """One unit's return is taken out of the first edition and comes in with the second: its sales must not come out."""
    table = public_tables()["new_product_sales_wan_cny"]
    full = issued[table.indicator][0]
    held = full.known[full.quarter][ALL_ROWS, ALL_COLUMNS]
    unit = min(party for one in held for party in one.parties if party.startswith("firm:"))
    without = {
        quarter: {
            place: tuple(one for one in ones if unit not in one.parties) for place, ones in held.items()
        }
        for quarter, held in full.known.items()
    }
    first = Issue(full.quarter, without)
    made = linked(table.grid, [first], table.step)
    first = Issue(
        full.quarter, without, frozenset(m for m in made.cell if made.cell[m] in withheld(made.tables))
    )
    again = linked(table.grid, [first, Issue(full.quarter, full.known)], table.step)
    kept = withheld(again.tables)
    assert again.cell[Mark("quarter", ALL_ROWS, ALL_COLUMNS)] in kept
    assert successes(again.tables, kept) == []
    assert unit in {one.target for one in successes(again.tables, frozenset())}
