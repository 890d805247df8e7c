"""The demo province: what the rest of the program may rely on in registry/*.csv."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from stdnum.cn import uscc

from expectations.codes import code_lists
from expectations.quarter import Quarter
from tasks.demo_members import LAST

Table = Callable[[str], list[dict[str, str]]]


def codes(name: str) -> set[str]:
    return {entry.code for entry in code_lists()[name]}


def test_fourteen_centres_eighty_units_of_all_kinds_some_in_two_centres(registry: Table) -> None:
    assert len(registry("centres")) == 14
    assert len(registry("units")) == 80
    assert {row["kind"] for row in registry("units")} == {"企业", "科研院所", "高校", "金融机构"}
    per_unit = Counter(row["unit"] for row in registry("memberships"))
    assert set(per_unit) == {row["unit"] for row in registry("units")}
    assert Counter(per_unit.values()) == {1: 72, 2: 8}
    assert all(4 <= n <= 8 for n in Counter(row["centre"] for row in registry("memberships")).values())


def test_every_centre_is_run_by_a_company_of_its_own(registry: Table) -> None:
    kinds = {row["unit"]: row["kind"] for row in registry("units")}
    operating = [row for row in registry("memberships") if row["role"] == "运营主体"]
    assert sorted(row["centre"] for row in operating) == sorted(row["centre"] for row in registry("centres"))
    assert len({row["unit"] for row in operating}) == 14
    assert {kinds[row["unit"]] for row in operating} == {"企业"}


def test_the_five_groups_and_most_cities_have_a_centre(registry: Table) -> None:
    centres = registry("centres")
    assert {row["field"] for row in centres} == {"IT", "EQ", "NM", "EM", "BA"}
    field_of = {entry.code: entry.part_of for entry in code_lists()["branch"]}
    assert all(field_of[row["branch"]] == row["field"] for row in centres)
    assert 8 <= len({row["city"] for row in centres}) < 11, "and some have none, so that coverage can grow"


def test_codes_are_known_and_names_are_marked_as_invented(registry: Table) -> None:
    assert {row["city"] for row in registry("units") + registry("centres")} <= codes("city")
    assert {row["role"] for row in registry("memberships")} <= codes("role")
    assert {row["industry"] for row in registry("sizes")} <= codes("industry")
    assert {row["size"] for row in registry("sizes")} == codes("enterprise_size")
    for table in ("units", "centres", "recipients"):
        assert all("示例" in row["name"] for row in registry(table))


def test_every_name_has_an_english_one_that_says_it_is_an_example(registry: Table) -> None:
    for row in registry("units") + registry("centres"):
        assert row["name_en"].startswith("Example ")
        assert not re.search("[\u4e00-\u9fff]", row["name_en"] + row["short_en"])
    for table in ("units", "centres"):
        for column in ("name", "name_en", "short", "short_en"):
            assert len({row[column] for row in registry(table)}) == len(registry(table)), column


def test_credit_codes_are_valid_and_distinct(registry: Table) -> None:
    numbers = [row["uscc"] for row in registry("units")]
    assert all(uscc.is_valid(number) and "MA0EX" in number for number in numbers)
    assert len(set(numbers)) == 80


def test_every_unit_has_an_address_and_all_lie_in_a_reserved_domain(registry: Table) -> None:
    assert {row["unit"] for row in registry("contacts")} == {row["unit"] for row in registry("units")}
    addresses = [row["email"] for table in ("contacts", "recipients") for row in registry(table)]
    assert all(address.endswith(".example") for address in addresses)


_RECOGNISED = [
    ("2018-12-31", 1),
    ("2020-12-31", 5),
    ("2024-12-31", 10),
    ("2025-12-31", 11),
    ("2026-09-30", 12),
]


@pytest.mark.parametrize(("day", "recognised"), _RECOGNISED)
def test_recognised_centres_grow_to_twelve(registry: Table, day: str, recognised: int) -> None:
    on_the_day = [row for row in registry("stages") if row["from"] <= day <= (row["to"] or "9999")]
    assert len({row["centre"] for row in on_the_day}) == len(on_the_day), "a centre is at one stage at a time"
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
    assert quarters == [LAST.shift(step) for step in range(-7, 2)], (
        "eight, and the next, which is not yet due"
    )
    for row in calendar:
        opens, due, report = (datetime.fromisoformat(row[name]) for name in ("opens", "due", "report_at"))
        assert opens < due < due + timedelta(days=int(row["grace_days"])) < report
        assert due.utcoffset() == timedelta(hours=8)


def test_the_policy_targets_are_five_and_fifteen_centres(registry: Table) -> None:
    found = {(row["by"], row["value"]) for row in registry("targets") if row["scope"] == "province"}
    assert found == {("2020-12-31", "5"), ("2025-12-31", "15")}


def test_every_centre_has_a_build_plan_with_sources(registry: Table) -> None:
    plans: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in registry("targets"):
        plans[row["scope"]].append(row)
        assert row["source"]
        assert row["source_en"]
    for centre in registry("centres"):
        plan = plans[centre["centre"]]
        assert 5 <= len({row["indicator"] for row in plan}) <= 7
        assert {row["by"] for row in plan} <= {"2025-12-31", "2026-12-31", "2027-12-31"}
    past = [row for row in registry("targets") if row["scope"] != "province" and row["by"] < "2026"]
    assert len(past) >= 8, "some dates have passed"


def test_thresholds_are_fractions_or_floors_and_risk_funds_have_an_opening(registry: Table) -> None:
    marks = {(row["indicator"], row["mark"]): float(row["value"]) for row in registry("thresholds")}
    assert marks["operating_rd_staff_share", "full"] == 0.5
    assert marks["operating_rd_intensity", "none"] == 0.1
    assert marks["projects_common_key", "floor"] == 5
    assert marks["leading_enterprises", "floor"] > 10000
    assert {row["centre"] for row in registry("openings")} == {row["centre"] for row in registry("centres")}
