"""Coverage of totals, from small tables computed by hand: who is missing, and what it last reported."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.sql.test_figures import HERE, deriving
from warehouse.coverage import Coverage, coverage
from warehouse.figures import Figures
from warehouse.indicators import indicators
from warehouse.store import Connection

CASES = HERE / "coverage"
QUARTERS = ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2")
with (CASES / "lacking" / "expected.csv").open(encoding="utf-8", newline="") as lines:
    EXPECTED = list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    with deriving("lacking", cases=CASES) as made:
        yield made


@pytest.fixture(scope="module")
def found(connection: Connection) -> dict[tuple[str, ...], Coverage]:
    return {one[:4]: one for quarter in QUARTERS for one in coverage(connection, quarter)}


@pytest.mark.parametrize(
    "row", EXPECTED, ids=lambda row: f"{row['indicator']} {row['quarter']} {row['scope']}"
)
def test_coverage_is_what_was_computed_by_hand(
    found: dict[tuple[str, ...], Coverage], row: dict[str, str]
) -> None:
    one = found.get((row["indicator"], row["quarter"], row["level"], row["scope"]))
    if row["plain"] == "no row":
        assert one is None, row["why"]
        return
    assert one is not None, row["why"]
    assert one[4:7] == tuple(Decimal(row[name]) for name in ("plain", "warned", "missing")), row["why"]
    assert one[7:] == (int(row["returns"]), int(row["unknown"])), row["why"]


def test_what_is_accepted_adds_up_to_every_total(
    connection: Connection, found: dict[tuple[str, ...], Coverage]
) -> None:
    figures = Figures(connection)
    totals = [
        one
        for quarter in QUARTERS
        for one in figures.of(quarter)
        if indicators()[one.indicator].bounded
        and (one.period, one.part) == ("quarter", "")
        and one.level in {"province", "field", "centre"}
        and one.value is not None
    ]
    assert {(*one[:2], *one[3:5]) for one in totals} == set(found)
    for total in totals:
        one = found[(*total[:2], *total[3:5])]
        assert one.plain + one.warned == total.value
        assert min(one.plain, one.warned, one.missing) >= 0


def test_a_gap_matters_from_the_indicator_s_threshold_on() -> None:
    def told(plain: int, missing: str) -> Coverage:
        sums = (Decimal(plain), Decimal(0), Decimal(missing))
        return Coverage("rd_person_years", "2026-Q1", "province", "province", *sums, 1, 0)

    assert not told(100, "0").significant
    assert not told(100, "0.99").significant
    assert told(100, "1").significant
    assert told(0, "0.01").significant
    assert not told(0, "0").significant
