"""Indicators from small tables computed by hand: a case is a folder of input tables and the figures they must give."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from expectations.form import the_form
from expectations.quarter import Quarter
from warehouse.build import create_tables, derive, load_definitions, load_registry
from warehouse.figures import Figures
from warehouse.indicators import indicators
from warehouse.registry import Registry
from warehouse.store import Connection, scratch

HERE = Path(__file__).parent
CASES = sorted(path.name for path in (HERE / "figures").iterdir())
CONDITIONS = {"missing", "nil", "two"}  # a missing unit, a nil return, a unit of two centres


@contextmanager
def deriving(case: str, change: str = "", cases: Path = HERE / "figures") -> Iterator[Connection]:
    """A connection to the marts and figures of a case's tables; columns a table does not name are null.

    ``change`` is done to the tables before.
    """
    with scratch() as connection:
        registry = Registry.read(HERE / "registry")
        create_tables(connection, the_form())
        load_registry(connection, registry, [Quarter.parse(term.quarter) for term in registry.calendar])
        load_definitions(connection, registry)
        for path in sorted((cases / case).glob("*.csv")):
            if path.stem != "expected":
                connection.execute(
                    f"insert into {path.stem} by name select * from read_csv(?, header = true, all_varchar = true)",
                    [str(path)],
                )
        connection.execute(change or "select 1")
        derive(connection, the_form())
        yield connection


def figures_of(case: str) -> Figures:
    with deriving(case) as connection:
        return Figures(connection)


def expected_of(case: str) -> list[dict[str, str]]:
    with (HERE / "figures" / case / "expected.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize("case", CASES)
def test_figures_are_what_was_computed_by_hand(case: str) -> None:
    figures = figures_of(case)
    expected = expected_of(case)
    assert expected
    for row in expected:
        figure = figures.get(
            row["indicator"],
            row["quarter"],
            level=row["level"],  # type: ignore[arg-type]
            scope=row["scope"] or "province",
            period=row["period"],  # type: ignore[arg-type]
            part=row["part"],
        )
        about = " ".join(row.values())
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
    covered = {row["indicator"] for case in CASES for row in expected_of(case)}
    assert covered == set(indicators())


def test_every_figure_of_returns_is_shown_with_a_missing_a_nil_and_a_two_centre_unit() -> None:
    shown: dict[str, set[str]] = {}
    for case in CASES:
        for row in expected_of(case):
            shown.setdefault(row["indicator"], set()).add(row["shows"])
    reported = [
        one for one in indicators().values() if not one.from_registry or one.source == "mart_expected"
    ]
    lacking = {one.code: CONDITIONS - shown[one.code] for one in reported}
    assert not {code: conditions for code, conditions in lacking.items() if conditions}


def test_every_breakdown_has_a_case() -> None:
    shown = {(row["indicator"], row["part"].partition(":")[0]) for case in CASES for row in expected_of(case)}
    assert {(one.code, dimension) for one in indicators().values() for dimension in one.by} <= shown
