"""What a report is told of how figures were counted when."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from expectations.quarter import Quarter
from tasks.definitions import definitions_of
from tests.sql.test_figures import HERE
from warehouse.registry import Registry

LEADING, SMES, TRAINED = "leading_enterprises", "smes_served", "people_trained"
BREAK = Quarter.parse("2026-Q1")


def registry(**more: list[dict[str, Any]]) -> Registry:
    """The registry of the small cases with lines added to its tables."""
    tables = Registry.read(HERE / "registry").model_dump(by_alias=True)
    return Registry.model_validate({name: [*rows, *more.get(name, ())] for name, rows in tables.items()})


def floor(value: int, since: str) -> dict[str, Any]:
    told = {"source": f"办法{since}", "source_en": f"Rules {since}"}
    return {"indicator": LEADING, "mark": "floor", "value": value, "valid_from": since, **told}


def told(known: Registry, code: str, quarter: str = "2026-Q2") -> list[tuple[str, str, str, Decimal | None]]:
    found = definitions_of(known, Quarter.parse(quarter)).get(code, ())
    return [(str(one.since or ""), str(one.until or ""), one.why.zh, one.mark) for one in found]


def test_a_rule_that_changed_is_told_with_both_wordings_and_the_reason() -> None:
    old, new = definitions_of(registry(), Quarter.parse("2026-Q2"))[TRAINED]
    assert (old.since, old.until, new.since, new.until) == (None, BREAK.shift(-1), BREAK, None)
    assert ("不含省外" in old.formula.zh, "不含省外" in new.formula.zh) == (True, False)
    assert "一并统计" in new.why.zh
    assert definitions_of(registry(), Quarter.parse("2025-Q4")) == {}, "it was not in force yet"


def test_a_mark_is_that_of_the_quarter_s_last_day_and_the_first_is_no_change() -> None:
    marks = [floor(40000, "2025-05-01"), floor(45000, "2026-03-31"), floor(45000, "2026-04-02")]
    assert told(registry(thresholds=marks[:1]), LEADING) == []
    assert told(registry(thresholds=marks), LEADING) == [
        ("", "2025-Q4", "办法2025-05-01", Decimal(40000)),
        ("2026-Q1", "", "办法2026-03-31", Decimal(45000)),
    ]
    assert told(registry(thresholds=marks), LEADING, "2025-Q4") == []
    late = registry(thresholds=[marks[0], floor(45000, "2026-04-01")])
    assert [since for since, *_ in told(late, LEADING)] == ["", "2026-Q2"]


def test_another_table_of_sizes_changes_what_hangs_on_it() -> None:
    row = {"industry": "工业", "size": "大型", "min_employees": 500, "min_revenue_wan_cny": 40000}
    known = registry(sizes=[row | {"valid_from": "2026-01-01"}])
    assert told(known, SMES) == [
        ("", "2025-Q4", "企业规模划分标准2017年12月28日起更换", None),
        ("2026-Q1", "", "企业规模划分标准2026年1月1日起更换", None),
    ]
    assert set(definitions_of(known, BREAK)) == {
        *(TRAINED, SMES, "smes_new", "sme_event_share", "size_unknown_share", "top_city_share")
    }
