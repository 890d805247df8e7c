"""Indicators from small tables computed by hand: a case is a folder of input tables and the figures they must give."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from expectations.form import the_form
from expectations.quarter import Quarter
from warehouse.build import create_tables, derive, load_definitions, load_registry
from warehouse.indicators import Figures, indicators
from warehouse.registry import Registry
from warehouse.store import scratch

HERE = Path(__file__).parent
CASES = sorted(path.name for path in (HERE / "figures").iterdir())
QUARTERS = [Quarter.parse("2026-Q1"), Quarter.parse("2026-Q2")]


def figures_of(case: str) -> Figures:
    """Build marts and figures from a case's tables; columns a table does not name are null."""
    with scratch() as connection:
        registry = Registry.read(HERE / "registry")
        create_tables(connection, the_form())
        load_registry(connection, registry, QUARTERS)
        load_definitions(connection, registry)
        for path in sorted((HERE / "figures" / case).glob("*.csv")):
            if path.stem != "expected":
                connection.execute(
                    f"insert into {path.stem} by name select * from read_csv(?, header = true, all_varchar = true)",
                    [str(path)],
                )
        derive(connection, the_form())
        return Figures(connection)


@pytest.mark.parametrize("case", CASES)
def test_figures_are_what_was_computed_by_hand(case: str) -> None:
    figures = figures_of(case)
    with (HERE / "figures" / case / "expected.csv").open(encoding="utf-8", newline="") as handle:
        expected = list(csv.DictReader(handle))
    assert expected
    for row in expected:
        scope = row["scope"] or "province"
        level = row["level"]
        part = row.get("part") or ""
        figure = figures.get(
            row["indicator"],
            row["quarter"],
            level=level,  # type: ignore[arg-type]
            scope=scope,
            period=row["period"],  # type: ignore[arg-type]
            part=part,
        )
        about = f"{row['indicator']} {part} {row['quarter']} {row['period']} {level} {scope}: {row['why']}"
        if row["value"] == "no row":
            assert figure is None, about
            continue
        assert figure is not None, about
        if row["value"] == "—":
            assert figure.value is None, about
        elif "/" in row["value"]:
            numerator, denominator = map(Decimal, row["value"].split("/"))
            assert (figure.numerator, figure.denominator) == (numerator, denominator), about
            assert figure.value == numerator / denominator, about
        else:
            assert figure.value == Decimal(row["value"]), about
        assert figure.n == int(row["n"]), about


def test_every_indicator_has_a_case_computed_by_hand() -> None:
    covered = set()
    for case in CASES:
        with (HERE / "figures" / case / "expected.csv").open(encoding="utf-8", newline="") as handle:
            covered |= {row["indicator"] for row in csv.DictReader(handle)}
    assert covered == set(indicators())
