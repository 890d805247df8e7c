"""Figures as they are read, and what a generation says it was made by."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sql.test_figures import figures_of
from warehouse.build import SQL, definitions_hash
from warehouse.figures import Figures
from warehouse.indicators import Indicator, indicators


@pytest.fixture(scope="module")
def figures() -> Figures:
    return figures_of("projects")


def test_a_quarter_comes_in_the_order_of_the_definitions_and_without_single_units(figures: Figures) -> None:
    found = figures.of("2026-Q1")
    codes = [one.indicator for one in found]
    assert list(dict.fromkeys(codes)) == [code for code in indicators() if code in set(codes)]
    assert {one.quarter for one in found} == {"2026-Q1"}
    assert {one.level for one in found} == {"province", "field", "city", "centre"}


def test_single_units_come_when_they_are_asked_for(figures: Figures) -> None:
    above, every = figures.of("2026-Q1"), figures.of("2026-Q1", units=True)
    units = [one for one in every if one.level == "unit"]
    assert len(every) == len(above) + len(units)
    assert {one.scope for one in units} == {"OP", "TWO"}
    assert {one.period for one in units} == {"quarter", "ytd"}


def test_a_figure_is_known_by_all_that_it_is_of(figures: Figures) -> None:
    found = figures.of("2026-Q2", units=True)
    keys = {(f.indicator, f.period, f.level, f.scope, f.part) for f in found}
    assert len(keys) == len(found)
    one = next(f for f in found if f.part == "fund:企业" and f.level == "centre")
    assert (
        figures.get(
            one.indicator, "2026-Q2", level=one.level, scope=one.scope, period=one.period, part=one.part
        )
        == one
    )
    assert figures.value("rd_spend_wan_cny", "2026-Q2", part="fund:政府") is None


def test_breakdowns_take_their_members_from_the_code_lists() -> None:
    kinds = indicators()["funds_raised_wan_cny"].by["kind"]
    assert [code.code for code in kinds.entries()] == ["股权", "贷款", "基金", "财政", "保险"]
    assert all(entry.en for one in indicators().values() for by in one.by.values() for entry in by.entries())
    for one in indicators().values():
        for by in one.by.values():
            assert len(by.entries()) == len(by.members or by.numerators or by.entries()), one.code


@pytest.mark.parametrize(
    ("code", "wrong", "message"),
    [
        ("smes_served", {"numerator": "2"}, "a distinct count adds 1 a key"),
        ("reporting_rate", {"denominator": ""}, "a ratio has a denominator"),
        ("outputs", {"denominator": "1"}, "a ratio has a denominator"),
        ("outputs", {"city": ""}, "needs the column the city stands in"),
    ],
)
def test_a_definition_that_cannot_add_up_is_refused(code: str, wrong: dict[str, str], message: str) -> None:
    fields = indicators()[code].model_dump() | wrong
    with pytest.raises(ValueError, match=message):
        Indicator(**fields)


@pytest.mark.parametrize(
    "name", ["build.py", "indicators.yml", "sql/figures/40_once.sql", "sql/parts.sql.j2"]
)
def test_whatever_makes_figures_changes_the_definitions_hash(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, changed = Path.read_bytes, SQL.parent / name
    assert changed.exists()
    before = definitions_hash.__wrapped__()
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + (b" " if path == changed else b""))
    assert definitions_hash.__wrapped__() != before
