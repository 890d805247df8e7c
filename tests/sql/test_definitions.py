"""Definitions in time: a quarter is measured by what was valid then, and a change is seen as one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.sql.test_figures import deriving
from tests.sql.test_trace import traced
from warehouse.figures import Figures
from warehouse.indicators import Indicator, Period, indicators, indicators_hash
from warehouse.store import Connection
from warehouse.trace import Traces, comes_to

TRAINED = indicators()["people_trained"]
BEFORE = {"until": "2024-Q4", "why": "改", "why_en": "changed", "formula": "旧", "formula_en": "old"}


def changed(one: Indicator, **fields: Any) -> Indicator:
    return Indicator(**(one.model_dump() | fields))


# ── indicators
def test_a_quarter_has_the_definition_that_was_valid_then() -> None:
    old, new = (one.of for one in TRAINED.versions)
    assert [TRAINED.at(quarter) for quarter in ("2024-Q4", "2025-Q4")] == [old, old]
    assert [TRAINED.at(quarter) for quarter in ("2026-Q1", "2031-Q3")] == [new, new]
    assert "不含省外" in old.formula
    assert "不含省外" not in new.formula
    assert old.earlier == new.earlier == ()
    assert [(one.since, one.until, one.broke) for one in TRAINED.versions] == [
        ("", "2025-Q4", False),
        ("2026-Q1", "", True),
    ]


def test_several_definitions_follow_each_other() -> None:
    three = changed(
        TRAINED,
        earlier=[
            BEFORE | {"until": "2023-Q4", "where": "mode = '培训'"},
            BEFORE | {"until": "2025-Q4", "where": "not inside"},
        ],
    )
    wheres = [three.at(quarter).where for quarter in ("2022-Q1", "2023-Q4", "2024-Q1", "2025-Q4", "2026-Q1")]
    assert wheres == ["mode = '培训'", "mode = '培训'", "not inside", "not inside", TRAINED.where]


def test_another_significance_is_no_break() -> None:
    told = {"until": "2025-Q4", "why": "改", "why_en": "changed", "significance": Decimal("0.1")}
    one = changed(TRAINED, earlier=[told])
    assert [version.broke for version in one.versions] == [False, False]
    assert [one.at(quarter).threshold for quarter in ("2025-Q4", "2026-Q1")] == [
        Decimal("0.1"),
        Decimal("0.01"),
    ]
    values = (Decimal(100), Decimal(105))
    assert [one.at(quarter).is_significant(*values) for quarter in ("2025-Q4", "2026-Q1")] == [False, True]


@pytest.mark.parametrize(
    ("code", "fields", "message"),
    [
        ("people_trained", {"earlier": [BEFORE | {"until": "2025-Q3", "where": "inside"}]}, "pattern"),
        (
            "people_trained",
            {"earlier": [BEFORE | {"until": until, "where": "inside"} for until in ("2025-Q4", "2024-Q4")]},
            "oldest first",
        ),
        ("people_trained", {"earlier": [BEFORE | {"kind": "stock"}]}, "Extra inputs"),
        ("people_trained", {"earlier": [BEFORE | {"levels": ["province"]}]}, "Extra inputs"),
        ("people_trained", {"earlier": [BEFORE | {"where": "inside", "formula_en": ""}]}, "both languages"),
        ("people_trained", {"earlier": [BEFORE | {"denominator": "1"}]}, "a ratio has a denominator"),
        ("people_trained", {"earlier": [BEFORE | {"cells": {"diffusion": ["nothing"]}}]}, "has no columns"),
        ("contracts", {"earlier": [BEFORE | {"where": "inside"}]}, "give it a new code"),
        ("people_trained", {"mark": "floor"}, "would mix two"),
        ("smes_served", {"sized": False}, "hangs on the table of sizes"),
    ],
)
def test_a_change_that_cannot_be_told_is_refused(code: str, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        changed(indicators()[code], **fields)


def test_a_definition_of_next_year_changes_nothing_told_of_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    before = indicators_hash("2026-Q3"), indicators_hash("2027-Q1")
    _define(monkeypatch, changed(TRAINED, where="inside", earlier=[*_told(TRAINED), _until_2026()]))
    indicators_hash.cache_clear()
    now = indicators_hash("2026-Q3"), indicators_hash("2027-Q1")
    indicators_hash.cache_clear()
    assert now[0] == before[0]
    assert now[1] != before[1]


def _told(one: Indicator) -> list[dict[str, Any]]:
    return [each.model_dump(exclude_unset=True) for each in one.earlier]


def _until_2026() -> dict[str, Any]:
    """The present definition, giving way after 2026."""
    fields = ("where", "formula", "formula_en", "cells")
    return {
        "until": "2026-Q4",
        "why": "改",
        "why_en": "changed",
        **{name: getattr(TRAINED, name) for name in fields},
    }


def _define(monkeypatch: pytest.MonkeyPatch, *others: Indicator) -> None:
    """The indicators with some defined otherwise."""
    told = indicators() | {one.code: one for one in others}
    for module in ("warehouse.indicators", "warehouse.build", "warehouse.trace", "warehouse.figures"):
        monkeypatch.setattr(f"{module}.indicators", lambda: told)


def test_figures_of_quarters_before_it_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    before = _all_figures("changed_definition")
    _define(monkeypatch, changed(TRAINED, where="inside", earlier=[*_told(TRAINED), _until_2026()]))
    assert _all_figures("changed_definition") == before


def _all_figures(case: str) -> list[tuple[Any, ...]]:
    with deriving(case) as connection:
        return connection.execute("from figures").fetchall()


def test_two_breaks_within_a_year_are_each_compared_by_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mark may change twice: what lies before both is measured by the one in force."""
    lower = "insert into reg_threshold values (9, 'leading_enterprises', 'floor', 39000, '2026-05-01')"
    with deriving("enterprises", lower) as connection:
        figures = Figures(connection)
        breaks = (
            "select definition, i, until_i from def_break where indicator = 'leading_enterprises' order by i"
        )
        assert connection.execute(breaks).fetchall() == [("2026-Q1", 5, 6), ("2026-Q2", 6, None)]
    assert figures.value("leading_enterprises", "2026-Q1", period="overlap") == 0
    assert figures.value("leading_enterprises", "2026-Q2", period="overlap") == 1, (
        "41000 by the floor of 39000"
    )


# ── traces
def test_a_trace_uses_the_definition_of_its_quarter() -> None:
    assert _rows("2025-Q4") == {"o4 7": 10}
    assert _rows("2026-Q1", period="overlap") == {"o4 7": 10, "o4 8": 5, "t4b 7": 4}
    assert _rows("2026-Q1", period="like_before") == {"o4 7": 10, "o4 8": 5}
    assert _rows("2026-Q1", period="like_year_before") == {"o1 7": 9}


def _rows(quarter: str, **where: str) -> dict[str, float]:
    rows = traced("changed_definition", "people_trained", quarter, **where)
    return {f"{one.source.submission} {one.source.row}": float(one.numerator) for one in rows}


def test_a_row_names_the_mark_it_is_held_against() -> None:
    def marks(quarter: str, **where: str) -> set[int | None]:
        rows = traced("enterprises", "leading_enterprises", quarter, **where)
        return {source.row for one in rows for source in one.rests_on if source.sheet == "thresholds"}

    assert marks("2025-Q4") == {2}
    assert marks("2026-Q1") == {3}
    assert marks("2026-Q1", period="overlap") == {3}


def test_the_rows_of_a_quarter_are_those_of_its_own_definition() -> None:
    with deriving("changed_definition") as connection:
        rows = Traces(connection).of_quarter("2025-Q4")
    mine = [one.row.source for one in rows if one.indicator == "people_trained"]
    assert [(one.submission, one.row) for one in mine] == [("o4", 7)]


# ── what a quarter finds in the registry and in code lists
def value(case: str, change: str, code: str, quarter: str, **where: Any) -> Decimal | None:
    with deriving(case, change) as connection:
        return Figures(connection).value(code, quarter, **where)


def test_a_size_is_told_by_the_table_of_its_year() -> None:
    """S2 has 300 people and 2000; from 2026 on that is large, and an enterprise of 2025 is what it was then."""
    told = "update stg_return__diffusion set recipient_employees = 300, recipient_revenue_wan_cny = 2000 where submission = 'a0'"
    tables = "insert into reg_size values ('工业', '大型', 300, 2000, '2026-01-01'), ('工业', '微型', 0, 0, '2026-01-01')"
    assert value("events", told, "smes_served", "2025-Q3") == 1
    assert value("events", f"{told}; {tables}", "smes_served", "2025-Q3") == 1
    served = [value("events", change, "smes_served", "2026-Q1") for change in (told, f"{told}; {tables}")]
    assert served == [3, 2]


def test_another_table_of_sizes_is_a_break_and_the_quarter_before_is_told_by_it_too() -> None:
    """Of 2025-Q4 two SMEs: one of 300 people, large by the new table, and one that was served in the quarter before."""
    events = """
        update led_submission set quarter = '2025-Q4' where submission in ('t1a', 't1b');
        update stg_return__diffusion set event_date = '2025-12-01' where submission in ('t1a', 't1b')"""
    tables = "insert into reg_size values ('工业', '大型', 300, 2000, '2026-01-01'), ('工业', '微型', 0, 0, '2026-01-01')"
    with deriving("events", f"{events}; {tables}") as connection:
        figures = Figures(connection)
        broken = connection.execute("select indicator, definition from def_break order by all").fetchall()
        small = traces(connection, "smes_served", "2026-Q1", "overlap")
    sized = sorted(one.code for one in indicators().values() if one.sized)
    assert sized == ["size_unknown_share", "sme_event_share", "smes_new", "smes_served", "top_city_share"]
    assert broken == sorted([("people_trained", "2026-Q1"), *((code, "2026-Q1") for code in sized)])
    assert figures.value("smes_served", "2025-Q4") == 2
    assert figures.value("smes_served", "2026-Q1", period="overlap") == 1
    assert small == [("t1b 8", 1)]
    share = figures.get("sme_event_share", "2026-Q1", period="overlap")
    assert share is not None
    assert (share.numerator, share.denominator) == (1, 3)


def test_who_was_served_long_before_another_table_is_not_new_by_it() -> None:
    """S1 was served five quarters before the table came, S2 is large by it."""
    change = """
        insert into reg_quarter values ('2024-Q4', '2024-12-31');
        update led_submission set quarter = '2024-Q4' where submission = 'a0';
        update stg_return__diffusion set event_date = '2024-12-01' where submission = 'a0';
        update led_submission set quarter = '2025-Q4' where submission in ('t1a', 't1b');
        update stg_return__diffusion set event_date = '2025-12-01' where submission in ('t1a', 't1b');
        insert into reg_size values ('工业', '大型', 300, 2000, '2026-01-01'), ('工业', '微型', 0, 0, '2026-01-01')"""
    with deriving("events", change) as connection:
        figures = Figures(connection)
    assert figures.value("smes_new", "2025-Q4") == 1
    assert figures.value("smes_new", "2026-Q1", period="overlap") == 0


def traces(connection: Connection, code: str, quarter: str, period: Period) -> list[tuple[str, Any]]:
    figure = Figures(connection).get(code, quarter, period=period)
    assert figure is not None
    (rows,) = Traces(connection).of([figure])
    assert comes_to(figure, rows)
    return [(f"{one.source.submission} {one.source.row}", one.numerator) for one in rows if one.stands]


def test_a_fellow_member_is_one_on_the_day_of_the_event() -> None:
    later = """update reg_membership set "from" = '2026-02-05' where centre = 'A' and unit = 'TWO'"""
    assert value("events", later, "diffusion_events_inside", "2026-Q1") == 1
    assert value("events", later.replace("02-05", "02-06"), "diffusion_events_inside", "2026-Q1") == 0


def test_a_centre_is_in_the_stage_of_the_quarter_s_last_day() -> None:
    for until, since, national in (("2026-03-30", "2026-03-31", 1), ("2026-03-31", "2026-04-01", 0)):
        change = f"""update reg_stage set "to" = '{until}' where stage = '省级' and centre = 'A';
            update reg_stage set "from" = '{since}' where stage = '国家级' and centre = 'A'"""
        assert value("returns", change, "centres_national", "2026-Q1") == national


def test_a_member_counts_on_the_quarter_s_last_day() -> None:
    for until, members in (("2026-03-30", -1), ("2026-03-31", 0)):
        change = f"""update reg_membership set "to" = '{until}' where centre = 'A' and unit = 'INS'"""
        before = value("returns", "select 1", "member_units", "2026-Q1")
        assert before is not None
        assert value("returns", change, "member_units", "2026-Q1") == before + members


def test_a_code_has_figures_from_the_quarter_it_is_valid_in() -> None:
    new = "update def_part set valid_from = '2026-04-01' where part = 'content:新设备'"
    ended = "update def_part set valid_to = '2026-03-31' where part = 'content:新设备'"
    part = {"part": "content:新设备"}
    told = {
        change: [
            value("events", change, "diffusion_events", quarter, **part) for quarter in ("2026-Q1", "2026-Q2")
        ]
        for change in ("select 1", new, ended)
    }
    assert told == {"select 1": [0, 0], new: [None, 0], ended: [0, None]}


def test_an_opening_counts_from_its_day_on() -> None:
    later = "update reg_opening set as_of = '2026-04-01' where centre = 'A'"
    with deriving("money", later) as connection:
        asked = "select quarter, count(*) from mart_risk_fund where movement = 'opening' and centre = 'A' group by 1 order by 1"
        assert connection.execute(asked).fetchall() == [("2026-Q2", 1)]
