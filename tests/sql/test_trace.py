"""Figures of the small cases taken apart: the rows come to every figure, and stand where a person would let them stand."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from tests.sql.test_figures import CASES, HERE, deriving
from warehouse.figures import Figure, Figures
from warehouse.registry import Registry
from warehouse.trace import Source, TracedRow, Traces, comes_to

QUARTERS = [term.quarter for term in Registry.read(HERE / "registry").calendar]
Key = tuple[str, ...]
Stands = list[tuple[str, Any]]


@cache
def taken_apart(case: str) -> dict[Key, tuple[Figure, list[TracedRow]]]:
    """Every figure of a case, by what it is of, with its rows."""
    with deriving(case) as connection:
        figures = Figures(connection)
        every = [one for quarter in QUARTERS for one in figures.of(quarter, units=True)]
        rows = Traces(connection).of(every)
    return {one[:6]: (one, made_of) for one, made_of in zip(every, rows, strict=True)}


def traced(case: str, code: str, quarter: str, **where: str) -> list[TracedRow]:
    at = {"period": "quarter", "level": "province", "scope": "province", "part": "", **where}
    return taken_apart(case)[code, quarter, at["period"], at["level"], at["scope"], at["part"]][1]


def stands(rows: list[TracedRow]) -> Stands:
    """Of each row submission and row, and what it adds; None where another row of its key stands."""
    return [
        (f"{one.source.submission} {one.source.row}", float(one.numerator) if one.stands else None)
        for one in rows
    ]


@pytest.mark.parametrize("case", CASES)
def test_the_rows_come_to_every_figure_of_every_case(case: str) -> None:
    every = taken_apart(case).values()
    differ = [one for one, rows in every if not comes_to(one, rows)]
    assert not differ, differ[:5]
    # A figure without a row is of nothing.
    assert not [one for one, rows in every if not rows and (one.n, one.numerator) != (0, 0)]
    assert any(rows for _, rows in every)


@pytest.mark.parametrize(
    ("code", "quarter", "level", "scope", "expected"),
    [
        # OP names HT-1 twice; HT-3 of TWO is told to both centres: the province counts its first row, as does each centre.
        (
            *("contracts", "2026-Q1", "province", "province"),
            [("a1 7", 1), ("a1 8", None), ("a1 12", 1), ("t1a 7", 1), ("t1b 7", None)],
        ),
        (*("contract_value_wan_cny", "2026-Q1", "centre", "B"), [("t1b 7", 100)]),
        # HT-1 and HT-3 were counted in the quarter before; in B only HT-3 was.
        (*("contracts", "2026-Q2", "province", "province"), []),
        (*("contract_value_wan_cny", "2026-Q2", "centre", "B"), [("m2 8", 30)]),
        (*("contracts", "2026-Q2", "unit", "MG"), [("m2 7", 1), ("m2 8", 1)]),
        # Two firms in 1402, one in 1403: the strongest city's add, the others are what it is held against.
        (
            *("top_city_share", "2026-Q1", "province", "province"),
            [("a1 7", 1), ("a1 8", None), ("a1 13", 1), ("t1a 7", 0), ("t1b 7", None), ("t1b 8", None)],
        ),
        # The large firm and the one of 2025 are no new SMEs and no rows; S1 was served in 2025.
        (
            *("smes_new", "2026-Q1", "province", "province"),
            [("a1 13", 1), ("t1a 7", 1), ("t1b 7", None)],
        ),
        # An event in a city outside the province has its own city and no other.
        (*("diffusion_events", "2026-Q1", "city", "11"), [("a1 11", 1)]),
        (*("diffusion_events", "2026-Q2", "unit", "OP"), []),
    ],
)
def test_a_key_stands_once(code: str, quarter: str, level: str, scope: str, expected: Stands) -> None:
    assert stands(traced("events", code, quarter, level=level, scope=scope)) == expected


def test_what_the_strongest_city_is_held_against_is_in_the_denominator() -> None:
    rows = traced("events", "top_city_share", "2026-Q1")
    assert [one.denominator for one in rows] == [1, 0, 1, 1, 0, 0]
    assert [one.n for one in rows] == [1, 0, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("quarter", [("a3 6", 14), ("b2 6", 2)]),
        ("ytd", [("a1 6", 12.5), ("a2 6", 80.25), ("b1 6", None), ("a3 6", 14), ("b2 6", 2)]),
        # Only OP is accepted in both quarters.
        ("like", [("a3 6", 14)]),
        ("like_before", [("a1 6", 12.5)]),
    ],
)
def test_a_period_takes_its_own_rows(period: str, expected: Stands) -> None:
    assert stands(traced("two_centre_unit", "rd_person_years", "2026-Q2", period=period)) == expected


def test_a_median_shows_its_pool_and_the_outputs_its_days_are_counted_from() -> None:
    rows = traced("transfers", "days_output_to_transfer", "2026-Q2")
    pool = [("a2 8", 90), ("a2 9", 80), ("a2 10", 70), ("a2 11", 80), ("t2a 7", 70), ("t2b 7", 19)]
    assert stands(rows) == pool
    assert rows[0].rests_on == (Source("a1", "outputs", 8),)
    # O6 was reported by OP, transferred by TWO; one row is too few for a median and is shown all the same.
    assert rows[4].rests_on == (Source("a1", "outputs", 12),)
    alone = traced("transfers", "days_output_to_transfer", "2026-Q2", level="centre", scope="B")
    assert stands(alone) == [("t2b 7", 19)]


def test_what_a_first_use_rests_on_stands_in_the_same_order_each_time() -> None:
    """A hash would decide else, and the same warehouse come out otherwise elsewhere."""
    with deriving("first_use") as connection:
        told = [found for (found,) in connection.execute("select rests_on from mart_first_use").fetchall()]
    assert sum(len(one) > 2 for one in told) == 4
    assert all(one == sorted(one, key=lambda source: tuple(source.values())) for one in told)


def test_a_row_names_the_row_its_size_is_computed_from() -> None:
    rows = traced("events", "smes_served", "2026-Q1", level="unit", scope="OP")
    assert stands(rows) == [("a1 7", 1), ("a1 8", None), ("a1 13", 1)]
    latest = Source("t1b", "diffusion", 8)  # of S1 that year
    assert [one.rests_on for one in rows] == [(latest,), (latest,), ()]


def test_a_figure_rests_on_what_it_looks_at_only() -> None:
    shares = traced("system", "joint_stock_share", "2026-Q2")
    assert {source.sheet for one in shares for source in one.rests_on} == {"centres"}
    whole = traced("system", "centres_all_kinds", "2026-Q2")
    assert {source.sheet for one in whole for source in one.rests_on} == {"memberships", "units"}


def test_a_blank_adds_nothing_and_is_shown() -> None:
    rows = traced("two_centre_unit", "unit_rd_spend_wan_cny", "2026-Q1")
    assert stands(rows) == [("a1 6", 0), ("a2 6", 0), ("b1 6", None)]


@pytest.mark.parametrize(
    "change",
    [
        {"numerator": Decimal(2)},
        {"n": 4},
        {"denominator": Decimal(5)},
        {"denominator": None},
    ],
)
def test_rows_do_not_come_to_another_ratio(change: dict[str, Any]) -> None:
    _differs("events", "size_unknown_share", change)


@pytest.mark.parametrize("change", [{"stored": Decimal(81)}, {"numerator": Decimal(410)}, {"n": 5}])
def test_rows_do_not_come_to_another_median(change: dict[str, Any]) -> None:
    _differs("transfers", "days_output_to_transfer", change)


@pytest.mark.parametrize("change", [{"stored": Decimal(1)}, {"numerator": Decimal(1)}, {"n": 0}])
def test_rows_do_not_come_to_another_count(change: dict[str, Any]) -> None:
    _differs("smes", "smes_served", change, quarter="2026-Q1")


def _differs(case: str, code: str, change: dict[str, Any], quarter: str = "2026-Q2") -> None:
    figure, rows = taken_apart(case)[code, quarter, "quarter", "province", "province", ""]
    assert comes_to(figure, rows)
    changed: Figure = figure._replace(**change)
    assert changed != figure
    assert not comes_to(changed, rows)
