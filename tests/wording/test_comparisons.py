"""What is compared with what: like for like wherever others reported, and nothing a change contradicts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from expectations.quarter import Quarter
from reports import comparisons
from reports.chapters import summary
from reports.chapters.titles import answer
from reports.facts import ReadingKey
from reports.wording import wording
from tests.wording.facts import NOW, facts, reading, retold, returns

ZH, EN = wording("zh"), wording("en")
BOTH = {"甲": "accepted", "乙": "accepted"}


def test_with_the_same_returns_the_plain_change_is_said():
    told = facts({("rd_person_years", "quarter"): "110", ("rd_person_years", "before"): "100"}, BOTH, BOTH)
    assert comparisons.figure(told, "rd_person_years", ZH) == "研发人员投入 **110.0 人年**，比上季增长 10.0%"
    assert (
        comparisons.figure(told, "rd_person_years", EN)
        == "R&D person-years: **110.0 person-years**, up 10.0% on the previous quarter"
    )
    assert comparisons.uneven_note(told, ZH) == ""


def test_a_return_that_dropped_out_is_not_told_as_a_fall():
    values = {
        ("smes_served", "quarter"): 24,
        ("smes_served", "before"): 30,
        ("smes_served", "like"): 24,
        ("smes_served", "like_before"): 13,
    }
    told = facts(values, {"甲": "accepted", "乙": "missing"}, BOTH)
    assert comparisons.figure(told, "smes_served", ZH) == "服务中小企业 **24 家**，同口径比上季多 11 家"
    assert answer(told, "smes_served", ZH) == "服务中小企业 24 家，同口径比上季多 11 家"
    assert comparisons.uneven_note(told, ZH) == "同口径只比两季都采用的报表：1 份上季采用的本季未采用。"
    assert "少 6 家" not in summary.headline(told, ZH)
    assert comparisons.beside(told, "smes_served", ZH) == ("+11 家", "同口径")


def test_a_return_that_came_new_is_not_told_as_growth():
    values = {
        ("smes_served", "quarter"): 30,
        ("smes_served", "before"): 20,
        ("smes_served", "like"): 19,
        ("smes_served", "like_before"): 20,
    }
    told = facts(values, BOTH, {"甲": "accepted", "乙": "missing"})
    assert comparisons.figure(told, "smes_served", ZH) == "服务中小企业 **30 家**，同口径比上季少 1 家"
    assert comparisons.uneven_note(told, EN) == (
        "Like for like compares only the returns in use both times: 1 return not used last quarter is used now."
    )


def test_coverage_does_not_touch_what_the_registry_knows():
    values = {("centres_recognised", "quarter"): 12, ("centres_recognised", "before"): 11}
    told = facts(values, {"甲": "accepted", "乙": "missing"}, BOTH)
    assert comparisons.figure(told, "centres_recognised", ZH) == "已认定创新中心 **12 家**，比上季多 1 家"


def test_a_centre_is_compared_by_its_own_returns():
    """Another centre's missing return makes no comparison of this one uneven."""
    told = facts({}, {}, {})
    readings: dict[ReadingKey, object] = {
        ("smes_served", str(NOW), "quarter", "centre", "A", ""): reading(9),
        ("smes_served", str(NOW.shift(-1)), "quarter", "centre", "A", ""): reading(7),
    }
    known = [
        *returns(NOW, BOTH),
        *returns(NOW.shift(-1), BOTH),
        *returns(NOW.shift(-1), {"丙": "accepted"}, "B"),
    ]
    told = retold(told, readings=readings, returns=tuple(known))
    pair = comparisons.compared(told, "smes_served", place=comparisons.Place("centre", "A"))
    assert (pair.now, pair.before, pair.like) == (Decimal(9), Decimal(7), False)


def test_without_a_quarter_before_nothing_is_compared():
    told = facts({("smes_served", "quarter"): 14}, BOTH)
    assert comparisons.figure(told, "smes_served", ZH) == "服务中小企业 **14 家**"
    assert comparisons.beside(told, "smes_served", ZH) == ("首季", "")


def test_no_data_is_said_and_never_zero():
    told = facts({}, {"甲": "missing", "乙": "missing"})
    assert comparisons.figure(told, "smes_served", ZH) == "服务中小企业**无数据**"
    assert comparisons.figure(told, "smes_served", EN) == "SMEs served: **no data**"
    assert "无数据" in summary.headline(told, ZH)


def _over_quarters(code: str, values: list[object]):
    quarters = [NOW.shift(-back) for back in range(len(values) - 1, -1, -1)]
    readings = {
        (code, str(quarter), "quarter", "province", "province", ""): reading(value)
        for quarter, value in zip(quarters, values, strict=True)
        if value is not None
    }
    known = tuple(one for quarter in quarters for one in returns(quarter, BOTH))
    return retold(facts({}, BOTH), quarters=tuple(quarters), readings=readings, returns=known)


@pytest.mark.parametrize(
    ("values", "title", "english"),
    [
        ([5, 6, 8, 9], "服务中小企业 9 家，连续三季增加", "SMEs served: 9, up for three quarters running"),
        ([9, 9, 8, 6], "服务中小企业 6 家，连续两季减少", "SMEs served: 6, down for two quarters running"),
        ([9, 5, 6], "服务中小企业 6 家，比上季多 1 家", "SMEs served: 6, up 1 on the previous quarter"),
        ([5, 6, 6], "服务中小企业 6 家，比上季持平", "SMEs served: 6, unchanged on the previous quarter"),
        ([5, None, 6], "服务中小企业 6 家", "SMEs served: 6"),
        ([0, 0, 0], "服务中小企业 0 家，比上季持平", "SMEs served: 0, unchanged on the previous quarter"),
        (
            [5, 6, None],
            "服务中小企业无数据：应报 2 份，采用 2 份",
            "SMEs served: no data (2 of 2 returns used)",
        ),
    ],
)
def test_a_title_tells_how_a_figure_moves(values, title, english):
    told = _over_quarters("smes_served", values)
    assert answer(told, "smes_served", ZH) == title
    assert answer(told, "smes_served", EN) == english


def test_a_run_stops_where_coverage_speaks_against_it():
    """Totals rise each quarter only because more report: like for like they fell."""
    told = _over_quarters("smes_served", [5, 7, 9])
    before, now = str(NOW.shift(-1)), str(NOW)
    readings = dict(told.readings) | {
        ("smes_served", now, "like", "province", "province", ""): reading(6),
        ("smes_served", now, "like_before", "province", "province", ""): reading(7),
    }
    known = [
        *(one for one in told.returns if str(one.quarter) != now),
        *returns(NOW, {**BOTH, "丙": "accepted"}),
    ]
    told = retold(told, readings=readings, returns=tuple(known))
    assert Quarter.parse(before) in told.quarters
    assert answer(told, "smes_served", ZH) == "服务中小企业 9 家，同口径比上季少 1 家"


def test_both_like_for_like_changes_are_said_with_one_reservation():
    values = {("smes_served", "quarter"): 30, ("smes_served", "like"): 19, ("smes_served", "like_before"): 20}
    told = facts(values, BOTH, {"甲": "accepted"})
    readings = dict(told.readings) | {
        ("smes_served", str(NOW), "like_year", "province", "province", ""): reading(12),
        ("smes_served", str(NOW), "like_year_before", "province", "province", ""): reading(10),
    }
    known = (*told.returns, *returns(NOW.shift(-4), {"甲": "accepted"}))
    told = retold(told, readings=readings, returns=known)
    assert (
        comparisons.figure(told, "smes_served", ZH)
        == "服务中小企业 **30 家**，同口径比上季少 1 家、比上年同期多 2 家"
    )
