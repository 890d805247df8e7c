"""A number as large as a return may hold is judged: were it to run over, it would stop every other unit's return."""

from __future__ import annotations

from pathlib import Path

from expectations.form import the_form
from tests.returns.cases import Past, key_of
from tests.returns.filled import changed, records
from tests.returns.judging import judged_after
from warehouse.registry import Registry

LARGEST = 1_000_000_000_000


def test_a_thousand_times_the_largest_number_can_be_compared(tmp_path: Path, registry: Registry) -> None:
    """Before and now: last quarter's is multiplied by a thousand, the recipient's and the unit's revenue by less."""
    money = ["revenue_wan_cny", "total_cost_wan_cny", "rd_spend_wan_cny"]
    product = {**records()["industrialisation"][0], "sales_wan_cny": LARGEST}
    before = {**{name: [] for name in records()}, "cover": {}, "unit": dict.fromkeys(money, LARGEST)}
    before["industrialisation"] = [product]
    unit = the_form().by_name["unit"]
    now = {
        "单位情况": {unit.address(name, 0): LARGEST for name in money},
        "产业化": {"D7": LARGEST},
        "技术扩散": {"M7": LARGEST, "R7": LARGEST},
        "研发项目": {f"{column}7": LARGEST for column in "LMNO"},
        "资金与机制": {"D7": LARGEST},
    }
    past = Past("U02", "EQ01", "2026-Q2", "good", before)
    largest, good = judged_after([changed(now), changed({})], [past], tmp_path, registry)
    assert [key_of(one) for one in largest] == [
        "warning R2.11 单位情况!D12",
        "hold R2.12 单位情况!D9",
        "hold R2.13 单位情况!D11",
    ]
    assert good == []
