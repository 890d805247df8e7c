"""Tables and titles after the first page, by facts small enough to be seen."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reports import chapters
from reports.facts import CentreFact, Reading
from reports.wording import wording
from tests.wording.facts import NOW, facts, retold

SAY = wording("zh")
BOTH = {"甲": "accepted"}
CITIES = {
    ("city", "1401"): "太原",
    ("city", "1402"): "大同",
    ("city", "1403"): "阳泉",
    ("city", "1404"): "长治",
}


def reading(value: object) -> Reading:
    return Reading(Decimal(str(value)), Decimal(0), None, 1)


def test_a_table_keeps_the_unit_of_its_heading():
    centre = CentreFact("A", "示例甲中心", "甲", "新材料", "太原", "省级", None)
    key = ("contract_value_wan_cny", str(NOW), "quarter", "centre", "A")
    told = retold(facts({}, BOTH), centres=(centre,), readings={key: reading("36800.4")})
    (row,) = chapters.centres(told, SAY).blocks[0].rows
    assert "36,800" in [cell.text for cell in row], "never 3.68 under a heading that says 万元"


@pytest.mark.parametrize(
    ("served", "title"),
    [
        ((4, 3, 3, 0), "太原、大同、阳泉占省内 100%；长治本季无"),
        ((4, 2, 2, 2), "太原占省内 40%；省内各市均有企业得到服务"),
        ((1, 1, 1, 1), "4 个市有企业得到服务；省内各市均有企业得到服务"),
        ((2, 0, 0, 0), "太原占省内 100%；大同、阳泉、长治本季无"),
        ((0, 0, 0, 0), "本季省内各市均无中小企业得到服务"),
    ],
)
def test_only_cities_that_stand_out_are_named(served, title):
    readings = {
        ("smes_served", str(NOW), "quarter", "city", code): reading(value)
        for (_, code), value in zip(CITIES, served, strict=True)
    }
    readings["smes_served", str(NOW), "quarter", "province", "province"] = reading(sum(served))
    told = retold(facts({}, BOTH), scope_names=CITIES, readings=readings)
    assert chapters._cities(told, SAY).title == title


def test_without_data_no_city_is_said_to_have_none():
    told = retold(facts({}, {"甲": "missing"}), scope_names=CITIES)
    assert chapters._cities(told, SAY).title == "本季无各市数据"
