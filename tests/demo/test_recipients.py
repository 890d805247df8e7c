"""Whom the demo's centres serve: firms of every class, new and known, near and far, and their own members."""

from __future__ import annotations

from collections import Counter, defaultdict

from tasks.demo_planted import Arrival
from tasks.demo_story import Return

from .conftest import QUARTERS, Record, Table, rows


def _class_of(firm: Record, sizes: list[dict[str, str]]) -> str:
    """The class of the 2017 standard: the highest whose floors are both met."""
    if "recipient_employees" not in firm:
        return ""
    met = (
        row["size"]
        for row in sizes
        if row["industry"] == firm["recipient_industry"]
        and firm["recipient_employees"] >= int(row["min_employees"])
        and firm["recipient_revenue_wan_cny"] >= int(row["min_revenue_wan_cny"])
    )
    return next(met, "")


def test_declared_classes_are_those_of_the_standard_but_where_planted(
    province: list[Arrival], registry: Table
) -> None:
    sizes = registry("sizes")
    for one in province:
        if one.told:
            firms = [row for row in one.told.sheets["diffusion"] if row["recipient_kind"] == "企业"]
            wrong = [row for row in firms if row.get("declared_size", "") != _class_of(dict(row), sizes)]
            assert len(wrong) == (one.planted.fault == "size_differs"), one.planted


def test_recipients_are_of_every_kind_and_some_come_again(in_force: list[Return]) -> None:
    events = list(rows(in_force, "diffusion"))
    sizes = Counter(row.get("declared_size", "") for _, row in events if row["recipient_kind"] == "企业")
    assert set(sizes) == {"大型", "中型", "小型", "微型", ""}
    assert sizes["小型"] > sizes["大型"] > 20
    assert {row["recipient_kind"] for _, row in events} == {"企业", "科研院所", "高校", "其他"}
    assert 0.06 < sum(len(row["city"]) == 2 for _, row in events) / len(events) < 0.2, "some lie elsewhere"
    assert {row["content"] for _, row in events} == {"前沿技术", "共性技术", "新工艺", "新设备", "新知识"}
    assert len({row["mode"] for _, row in events}) == 7
    fell = [
        row for _, row in events if row.get("declared_size") == "小型" and row["recipient_employees"] >= 300
    ]
    assert fell, "one misses a floor and drops a class"
    inside = {(one.member.centre, one.member.uscc) for one in in_force}
    assert sum((one.member.centre, row.get("recipient_uscc")) in inside for one, row in events) > 5
    before: set[str] = set()
    for quarter in QUARTERS:
        served = {row["recipient_uscc"] for _, row in rows(in_force, "diffusion", quarter)}
        if quarter >= QUARTERS[4]:
            assert 0.3 < len(served - before) / len(served) < 0.8, quarter
        before |= served


def test_some_firms_are_served_by_two_centres(in_force: list[Return]) -> None:
    centres: dict[str, set[str]] = defaultdict(set)
    for one, row in rows(in_force, "diffusion", QUARTERS[-1]):
        if row["recipient_kind"] == "企业":
            centres[row["recipient_uscc"]].add(one.member.centre)
    assert any(len(found) == 2 for found in centres.values())


def test_a_recipient_is_described_the_same_through_a_year(in_force: list[Return]) -> None:
    described = defaultdict(set)
    names = (
        "recipient_name",
        "recipient_industry",
        "recipient_employees",
        "recipient_revenue_wan_cny",
        "city",
    )
    for one, row in rows(in_force, "diffusion"):
        described[row["recipient_uscc"], one.quarter.year].add(tuple(row.get(name) for name in names))
    assert all(len(descriptions) == 1 for descriptions in described.values())
    assert len({row["recipient_name"] for _, row in rows(in_force, "diffusion")}) == len(
        {number for number, _ in described}
    )
