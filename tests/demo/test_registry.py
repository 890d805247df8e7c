"""The demo province: what the rest of the program may rely on in registry/*.csv."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from stdnum.cn import uscc

from expectations.codes import code_lists
from expectations.quarter import Quarter
from tasks.demo_story import QUARTERS

Table = Callable[[str], list[dict[str, str]]]


def codes(name: str) -> set[str]:
    return {entry.code for entry in code_lists()[name]}


def test_three_centres_ten_units_eleven_memberships(registry: Table) -> None:
    assert len(registry("centres")) == 3
    assert len(registry("units")) == 10
    assert len(registry("memberships")) == 11
    per_unit = Counter(row["unit"] for row in registry("memberships"))
    assert sorted(per_unit.values()) == [1] * 9 + [2]
    assert set(per_unit) == {row["unit"] for row in registry("units")}
    assert all(3 <= n <= 5 for n in Counter(row["centre"] for row in registry("memberships")).values())


def test_exactly_one_unit_runs_a_centre_and_it_is_a_company(registry: Table) -> None:
    (operating,) = (row for row in registry("memberships") if row["role"] == "运营主体")
    (unit,) = (row for row in registry("units") if row["unit"] == operating["unit"])
    assert unit["kind"] == "企业"


def test_codes_are_known_and_names_are_marked_as_invented(registry: Table) -> None:
    assert {row["kind"] for row in registry("units")} == {"企业", "科研院所", "高校", "金融机构"}
    assert {row["city"] for row in registry("units") + registry("centres")} <= codes("city")
    assert {row["field"] for row in registry("centres")} <= codes("field")
    assert {row["role"] for row in registry("memberships")} <= codes("role")
    assert {row["industry"] for row in registry("sizes")} <= codes("industry")
    assert {row["size"] for row in registry("sizes")} == codes("enterprise_size")
    assert all(
        "示例" in row["name"] for table in ("units", "centres", "recipients") for row in registry(table)
    )


def test_credit_codes_are_valid_and_distinct(registry: Table) -> None:
    numbers = [row["uscc"] for row in registry("units")]
    assert all(uscc.is_valid(number) for number in numbers)
    assert len(set(numbers)) == 10


def test_every_address_lies_in_a_reserved_domain(registry: Table) -> None:
    addresses = [row["email"] for table in ("contacts", "recipients") for row in registry(table)]
    assert len(addresses) == 12
    assert all(address.endswith(".example") for address in addresses)


@pytest.mark.parametrize(("day", "recognised"), [("2026-03-31", 1), ("2026-06-30", 2), ("2026-09-30", 2)])
def test_recognised_centres_moved_within_the_three_quarters(
    registry: Table, day: str, recognised: int
) -> None:
    on_the_day = [row for row in registry("stages") if row["from"] <= day <= (row["to"] or "9999")]
    assert len(on_the_day) == 3, "every centre is at exactly one stage"
    assert sum(row["stage"] in {"省级", "国家级"} for row in on_the_day) == recognised


def test_stages_of_a_centre_follow_each_other_without_a_gap(registry: Table) -> None:
    stages = registry("stages")
    for before, after in pairwise(stages):
        if before["centre"] == after["centre"]:
            next_day = date.fromisoformat(before["to"]) + timedelta(days=1)
            assert next_day == date.fromisoformat(after["from"])


def test_the_calendar_gives_instants_in_order_with_their_offset(registry: Table) -> None:
    calendar = registry("calendar")
    quarters = [Quarter.parse(row["quarter"]) for row in calendar]
    assert set(QUARTERS) < set(quarters), "and the next one, whose returns are not yet due"
    assert all(after == before.shift(1) for before, after in pairwise(quarters))
    for row in calendar:
        opens, due, report = (datetime.fromisoformat(row[name]) for name in ("opens", "due", "report_at"))
        assert opens < due < due + timedelta(days=int(row["grace_days"])) < report
        assert due.utcoffset() == timedelta(hours=8)


def test_the_policy_targets_are_five_and_fifteen_centres(registry: Table) -> None:
    found = {
        (row["by"], row["value"]) for row in registry("targets") if row["indicator"] == "centres_recognised"
    }
    assert found == {("2020-12-31", "5"), ("2025-12-31", "15")}
