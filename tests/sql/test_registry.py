"""The registry refuses what is said twice, overlaps, or names what is not there."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from warehouse.registry import Registry

HERE = Path(__file__).parent / "registry"
Tables = dict[str, list[dict[str, Any]]]


@pytest.fixture
def tables() -> Tables:
    return {
        name: list(map(dict, rows)) for name, rows in Registry.read(HERE).model_dump(by_alias=True).items()
    }


def again(table: str, **other: Any) -> Callable[[Tables], None]:
    """Add the first row of a table once more, with some values changed."""

    def change(tables: Tables) -> None:
        tables[table].append({**tables[table][0], **other})

    return change


def changed(table: str, **values: Any) -> Callable[[Tables], None]:
    def change(tables: Tables) -> None:
        tables[table][0] |= values

    return change


TARGET = {
    "indicator": "centres_recognised",
    "scope": "province",
    "by": "2025-12-31",
    "value": 15,
    "source": "示例",
    "source_en": "Example",
}
MARK = {
    "indicator": "x",
    "mark": "full",
    "value": 1,
    "valid_from": "2024-01-01",
    "source": "示例",
    "source_en": "Example",
}
SIZE = {"industry": "工业", "size": "大型", "valid_from": "2017-12-28", "min_employees": 1}
WRONG = {
    "a centre twice": (again("centres"), "same centre stands twice: .'A'"),
    "a unit twice": (again("units", uscc="X"), "same unit stands twice: .'OP'"),
    "a credit code twice": (again("units", unit="OTHER"), "same credit code stands twice"),
    "a size twice": (again("sizes", **SIZE), "same size stands twice"),
    "a size that changes within a year": (
        again("sizes", valid_from="2026-07-01"),
        "a later table of sizes begins on 1 January, not on 2026-07-01",
    ),
    "a target twice": (lambda tables: tables["targets"].extend([TARGET, TARGET]), "same target stands twice"),
    "a membership within another": (
        again("memberships", **{"from": "2020-01-01", "to": "2020-12-31"}),
        "memberships of OP in A: two overlap",
    ),
    "a membership that begins on another's last day": (
        lambda tables: tables["memberships"].append(
            {"centre": "B", "unit": "OP", "role": "成员", "from": "2026-02-15", "to": ""}
        ),
        "memberships of OP in B: two overlap",
    ),
    "a membership that ends before it starts": (
        changed("memberships", to="2017-12-31"),
        "memberships of OP in A: one ends before it starts",
    ),
    "two stages at a time": (
        lambda tables: tables["stages"].append(
            {"centre": "B", "stage": "省级", "from": "2026-01-01", "to": ""}
        ),
        "stages of B: two overlap",
    ),
    "a field that is none": (changed("centres", field="XX"), "no such codes: .*'field': .'XX'"),
    "a city that is none": (changed("units", city="9999"), "no such codes: .*'city': .'9999'"),
    "a kind that is none": (changed("units", kind="公司"), "no such codes: .*'unit_kind': .'公司'"),
    "a target of no indicator": (
        lambda tables: tables["targets"].append(TARGET | {"indicator": "smes"}),
        "no such codes: .*'indicator': .'smes'",
    ),
    "a mark of no indicator": (
        lambda tables: tables["thresholds"].append(MARK),
        "no such codes: .*'indicator': .'x'",
    ),
    "a role that is none": (changed("memberships", role="牵头"), "no such codes: .*'role': .'牵头'"),
    "a membership of an unknown unit": (changed("memberships", unit="NOBODY"), "unknown centres or units"),
    "a share above one": (changed("memberships", share=Decimal(30)), "less than or equal to 1"),
}


@pytest.mark.parametrize(("change", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_registry_is_refused_by_name(
    tables: Tables, change: Callable[[Tables], None], message: str
) -> None:
    change(tables)
    with pytest.raises(ValueError, match=message):
        Registry.model_validate(tables)


def test_spans_may_follow_each_other_day_on_day(tables: Tables) -> None:
    tables["memberships"].append(
        {"centre": "B", "unit": "OP", "role": "成员", "from": "2026-02-16", "to": "", "share": ""}
    )
    assert Registry.model_validate(tables).memberships[-1].share is None


def test_a_later_table_of_sizes_begins_with_a_year(tables: Tables) -> None:
    again("sizes", valid_from="2026-01-01")(tables)
    assert str(Registry.model_validate(tables).sizes[-1].valid_from) == "2026-01-01"


def test_a_share_of_equity_is_kept_in_the_snapshot(tables: Tables) -> None:
    changed("memberships", share="0.35")(tables)
    kept = Registry.from_snapshot(Registry.model_validate(tables).snapshot())
    assert kept.memberships[0].share == Decimal("0.35")


def test_without_contacts_all_that_a_page_rests_on_stays(tables: Tables) -> None:
    tables["contacts"].append({"unit": "OP", "email": "op@unit.example"})
    tables["recipients"].append({"name": "甲", "email": "a@office.example", "scope": "authority"})
    tables["office"] += [
        {"key": "operator_email", "value": "b@office.example"},
        {"key": "contact", "value": "c"},
    ]
    registry = Registry.model_validate(tables)
    bare = registry.without_contacts()
    assert "@" in registry.snapshot()
    assert "@" not in bare.snapshot()
    assert bare.says("contact") == "c"
    rest = registry.model_dump(exclude={"contacts", "recipients", "office"})
    assert bare.model_dump(exclude={"contacts", "recipients", "office"}) == rest
    assert Registry.from_snapshot(bare.snapshot()) == bare
