"""Targets of the policy and of build plans: met, to go, overdue; on time, to watch, behind, not rated."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from expectations.quarter import Quarter
from reports import plans, targets
from reports.chapters import centres, system
from reports.chapters.decisions import decisions
from reports.facts import ReadingKey
from reports.wording import wording
from tests.wording.facts import NOW, centre, facts, reading, retold, target

ZH, EN = wording("zh"), wording("en")
BOTH = {"甲": "accepted", "乙": "accepted"}
YEAR_END = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("by", "value", "phrase", "english"),
    [
        (date(2025, 12, 31), 15, "**期限已过 3 个季度，还差 13 家**", "**3 quarters overdue, 13 short**"),
        (date(2026, 6, 30), 15, "**期限已过 1 个季度，还差 13 家**", "**1 quarter overdue, 13 short**"),
        (date(2026, 9, 30), 15, "**期限已到，还差 13 家**", "**the date is reached, 13 short**"),
        (date(2027, 12, 31), 15, "还差 13 家，每季需 2.6 家", "13 to go, 2.6 a quarter"),
        (date(2027, 12, 31), 12, "还差 10 家，每季需 2 家", "10 to go, 2 a quarter"),
        (date(2025, 12, 31), 2, "**已达到**", "**met**"),
    ],
)
def test_a_policy_target_is_met_ahead_or_overdue(by, value, phrase, english):
    told = facts({("centres_recognised", "quarter"): 2}, BOTH, targets=[target(by, value)])
    assert phrase in system.finding(told, ZH)
    assert english in system.finding(told, EN)


def test_a_pace_that_is_kept_reaches_the_target():
    assert plans.per_quarter(13, 5) == Decimal("2.6")
    assert plans.per_quarter(13, 9) == Decimal("1.5")
    assert Decimal("1.5") * 9 >= 13
    assert plans.quarters_between(Quarter.parse("2026-Q3").end, date(2027, 12, 31)) == 5


def test_the_pace_of_a_share_is_in_points():
    measure = facts({}, {}).measures["operating_rd_staff_share"]
    assert targets.pace(Decimal("0.05"), 5, measure, ZH) == "1.0 个百分点"
    assert targets.pace(Decimal("0.05"), 5, measure, EN) == "1.0 percentage points"


def _planned(values: dict[str, object], wanted: dict[str, object], by: date = YEAR_END):
    """One recognised centre with its year-to-date and quarter values, and its plan."""
    readings: dict[ReadingKey, object] = {}
    for code, value in values.items():
        for period in ("quarter", "ytd"):
            readings[code, str(NOW), period, "centre", "A", ""] = reading(value)
    aims = tuple(target(by, value, code, "A") for code, value in wanted.items())
    return retold(facts({}, BOTH), centres=(centre("A"),), readings=readings, targets=aims)


@pytest.mark.parametrize(
    ("values", "status", "met"),
    [
        ((30, 9, "0.5"), "on_time", 3),
        ((30, 9, "0.4"), "watch", 2),
        ((30, 8, "0.4"), "behind", 1),
        ((0, 0, "0.1"), "behind", 0),
        ((30, 9, None), "unrated", 2),
    ],
)
def test_a_centre_is_rated_by_the_share_of_its_plan_it_meets(values, status, met):
    """By the third quarter three quarters of a year's total are due: 30 of 40, 9 of 12; a share is due as it is."""
    codes = ("smes_served", "invention_patents_granted", "operating_rd_staff_share")
    known = {code: value for code, value in zip(codes, values, strict=True) if value is not None}
    told = _planned(known, dict(zip(codes, (40, 12, "0.5"), strict=True)))
    (plan,) = plans.centre_plans(told)
    assert (plan.status, plan.met) == (status, met)


def test_the_largest_gap_is_named_with_what_was_due():
    codes = ("smes_served", "invention_patents_granted", "operating_rd_staff_share")
    told = _planned(
        dict(zip(codes, (15, 8, "0.4"), strict=True)), dict(zip(codes, (40, 12, "0.5"), strict=True))
    )
    table = next(
        one for one in system.chapter(told, ZH).blocks if getattr(one, "title", "").startswith("1 家中心")
    )
    (row,) = table.rows
    assert (row[1].text, row[1].sub, row[1].strong) == ("落后", "0/3 项达标", True)
    assert (row[2].text, row[2].sub) == ("服务中小企业 50%", "实绩 15 家，应达 30 家")
    assert row[3].text == "运营主体研发人员占比 80%、发明专利授权 88%"
    assert "示例A（服务中小企业 50%）" in centres.finding(told, ZH)
    assert "Example A (SMEs served: 50% of due)" in centres.finding(told, EN)


def test_fewer_days_are_better():
    told = _planned({"days_output_to_transfer": 90}, {"days_output_to_transfer": 100})
    (plan,) = plans.centre_plans(told)
    assert plan.items[0].met is True


def test_a_plan_whose_year_has_passed_is_held_to_that_year():
    told = _planned({}, {"smes_served": 40}, date(2025, 12, 31))
    last = ("smes_served", "2025-Q4", "ytd", "centre", "A", "")
    told = retold(told, readings={last: reading(30)})
    (plan,) = plans.centre_plans(told)
    assert (plan.items[0].actual, plan.items[0].due, plan.items[0].met) == (Decimal(30), Decimal(40), False)


def test_decisions_name_question_facts_who_and_when():
    told = facts(
        {("centres_recognised", "quarter"): 2},
        {"甲": "held", "乙": "missing", "丙": "returned", "丁": "missing", "戊": "missing", "己": "missing"},
        targets=[target(date(2025, 12, 31), 15)],
        recognised=[date(2020, 12, 1), date(2026, 8, 1)],
    )
    deadline, held, chase = decisions(told, ZH)
    assert deadline.label == "明确补齐 13 家的时限"
    assert "定在2027年末，每季需 2.6 家；定在2028年末，每季需 1.5 家。" in deadline.text
    assert deadline.text.endswith("近一季共认定 1 家，照此要到2029年第四季度。")
    assert deadline.who == "提请厅务会·11月15日前"
    assert held.text.startswith("示例甲：原因")
    assert chase.label == "督促补报 5 份报表"
    assert "示例丙（退回待报）等，名单见“数据质量”。" in chase.text
    assert "示例戊" not in chase.text


def test_who_did_not_send_last_quarter_either_is_said():
    told = facts({}, {"甲": "accepted", "乙": "missing"}, {"甲": "accepted", "乙": "missing"})
    (chase,) = decisions(told, ZH)
    assert "其中 1 份上季也未采用。" in chase.text


def test_calling_in_is_asked_only_where_a_centre_is_behind():
    codes = ("smes_served", "invention_patents_granted", "operating_rd_staff_share")
    wanted = dict(zip(codes, (40, 12, "0.5"), strict=True))
    (asked,) = decisions(_planned(dict(zip(codes, (15, 8, "0.4"), strict=True)), wanted), ZH)
    assert asked.label == "是否约谈示例A"
    assert asked.text == "示例A 3 项中 0 项达标，服务中小企业仅 50%。"
    (nothing,) = decisions(_planned(dict(zip(codes, (30, 9, "0.5"), strict=True)), wanted), ZH)
    assert nothing.label == "本季无需研究的事项"


def test_nothing_to_decide_is_said():
    told = facts({("centres_recognised", "quarter"): 15}, BOTH, targets=[target(date(2025, 12, 31), 15)])
    (only,) = decisions(told, EN)
    assert only.label == "Nothing to decide this quarter"
