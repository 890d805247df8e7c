"""A thousand invented tables: nobody who reads what is printed finds out what another reported."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.disclosure.attacker import MARK, exact, successes
from tests.disclosure.random_tables import editions, one_edition, two_tables
from warehouse.additive import LinkedTables
from warehouse.disclosure import withheld
from warehouse.exposure import primary


def primary_only(tables: LinkedTables) -> frozenset[str]:
    return frozenset(tables.cells[i].id for i in primary(tables))


def year(seed: int) -> LinkedTables:
    return editions(seed, revised=False, withheld=withheld)


def revised_year(seed: int) -> LinkedTables:
    return editions(seed, revised=True, withheld=withheld)


# A table of one edition; two that share margins; a year of editions; the same with late and corrected returns.
MADE: dict[Callable[[int], LinkedTables], int] = {
    one_edition: 900,
    two_tables: 70,
    year: 20,
    revised_year: 10,
}


def test_they_are_a_thousand():
    assert sum(MADE.values()) == 1000


@pytest.mark.parametrize("make", MADE)
def test_no_attack_succeeds(make):
    """An outsider, every firm and every centre, with all that was ever printed before them."""
    beaten = {}
    for seed in range(MADE[make]):
        tables = make(seed)
        if won := successes(tables, withheld(tables)):
            beaten[seed] = won[:3]
    assert beaten == {}


@pytest.mark.parametrize(("make", "number"), [(one_edition, 60), (two_tables, 10), (year, 6)])
def test_the_same_attack_succeeds_on_most_without_secondary_suppression(make, number):
    won = [successes(tables, primary_only(tables)) for tables in map(make, range(number))]
    assert sum(map(bool, won)) > number / 2
    # Not only marks that say nothing: what a firm or a centre reported comes out.
    assert any(one.target != MARK for mine in won for one in mine)


@pytest.mark.parametrize(("make", "seeds"), [(one_edition, (1, 2, 4)), (two_tables, (1,)), (year, (0, 1))])
def test_nor_does_the_exact_attack(make, seeds):
    """Slow, so on a few: with the target's part of every number as an unknown of its own. It wins on primary marks alone."""
    lost = []
    for tables in map(make, seeds):
        assert exact(tables, withheld(tables)) == []
        lost += exact(tables, primary_only(tables))
    assert lost


@pytest.mark.parametrize("make", [one_edition, two_tables])
def test_the_same_attack_succeeds_on_all_that_need_protection_when_nothing_is_withheld(make):
    for seed in range(20):
        tables = make(seed)
        assert bool(primary(tables)) <= bool(successes(tables, frozenset()))


def test_something_is_left_to_print():
    """Half of all numbers and more: withholding everything would be no art."""
    tables = [one_edition(seed) for seed in range(60)]
    kept = sum(len(withheld(one)) for one in tables)
    assert 0 < kept < sum(len(one.cells) for one in tables) / 2
