"""Each rule of wording, by facts small enough to be seen: what is said, and what must not be."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from expectations.quarter import Quarter
from reports import sentences
from reports.facts import TargetFact
from reports.numbers import bound, change, change_words, printed, said
from reports.wording import wording
from tests.wording.facts import MEASURES, facts

SAY = wording("zh")
BOTH = {"甲": "accepted", "乙": "accepted"}
OVERDUE = TargetFact(date(2025, 12, 31), 15, "示例规划")


def test_with_the_same_returns_the_plain_change_is_said():
    told = facts({("rd_person_years", "quarter"): "110", ("rd_person_years", "before"): "100"}, BOTH, BOTH)
    assert (
        sentences.figure_sentence(told, "rd_person_years", SAY)
        == "研发人员投入 **110.0 人年**，比上季增长 10.0%"
    )
    assert sentences.uneven_note(told, SAY) == ""


def test_a_return_that_dropped_out_is_not_told_as_a_fall():
    values = {
        ("smes_served", "quarter"): 24,
        ("smes_served", "before"): 30,
        ("smes_served", "like"): 24,
        ("smes_served", "like_before"): 13,
    }
    told = facts(values, {"甲": "accepted", "乙": "missing"}, BOTH)
    assert (
        sentences.figure_sentence(told, "smes_served", SAY) == "服务中小企业 **24 家**，同口径比上季多 11 家"
    )
    assert sentences.uneven_note(told, SAY) == "（只比两季都采用的报表：1 份上季采用的本季未采用）"
    assert "少 6 家" not in sentences.headline(told, SAY)


def test_a_return_that_came_new_is_not_told_as_growth():
    values = {
        ("smes_served", "quarter"): 30,
        ("smes_served", "before"): 20,
        ("smes_served", "like"): 19,
        ("smes_served", "like_before"): 20,
    }
    told = facts(values, BOTH, {"甲": "accepted", "乙": "missing"})
    assert (
        sentences.figure_sentence(told, "smes_served", SAY) == "服务中小企业 **30 家**，同口径比上季少 1 家"
    )
    assert sentences.uneven_note(told, SAY) == "（只比两季都采用的报表：1 份上季未采用的本季采用）"


def test_without_a_quarter_before_nothing_is_compared():
    told = facts({("smes_served", "quarter"): 14}, BOTH)
    assert sentences.figure_sentence(told, "smes_served", SAY) == "服务中小企业 **14 家**"


def test_no_data_is_a_dash_and_never_zero():
    told = facts({}, {"甲": "missing", "乙": "missing"})
    assert sentences.figure_sentence(told, "smes_served", SAY) == "服务中小企业 **—**"
    assert "无数据" in sentences.headline(told, SAY)


def test_trust_says_what_is_missing_and_how_much_it_may_matter():
    values = {("rd_person_years", "before"): 100, ("rd_person_years", "like_before"): "97"}
    small = facts(values, {"甲": "accepted", "乙": "returned"}, BOTH)
    assert sentences.trust(small, SAY).endswith(
        "退回待报 1 份。未采用的报表上季占全省研发人员投入 3.0%，总数可用。"
    )
    values[("rd_person_years", "like_before")] = "60"
    large = facts(values, {"甲": "accepted", "乙": "held"}, BOTH)
    assert "**40.0%，总数慎用**" in sentences.trust(large, SAY)
    unknown = facts(values, {"甲": "accepted", "乙": "missing"}, {"甲": "accepted", "乙": "missing"})
    assert "1 份上季也未采用，影响无从估计" in sentences.trust(unknown, SAY)
    assert sentences.trust(facts({}, BOTH), SAY) == "应报 2 份，全部采用。"


@pytest.mark.parametrize(
    ("by", "value", "phrase"),
    [
        (date(2025, 12, 31), 15, "**期限已过 3 个季度，还差 13 家**"),
        (date(2027, 12, 31), 15, "还差 13 家，每季需 2.6 家"),
        (date(2027, 12, 31), 12, "还差 10 家，每季需 2 家"),
        (date(2025, 12, 31), 2, "**已达到**"),
    ],
)
def test_a_target_is_met_ahead_or_overdue(by, value, phrase):
    told = facts({("centres_recognised", "quarter"): 2}, BOTH, targets=[TargetFact(by, value, "示例")])
    assert phrase in sentences.findings(told, SAY)[0].text


def test_decisions_name_question_facts_who_and_when():
    told = facts(
        {("centres_recognised", "quarter"): 2},
        {"甲": "held", "乙": "missing", "丙": "returned", "丁": "missing", "戊": "missing", "己": "missing"},
        targets=[OVERDUE],
        recognised=[date(2020, 12, 1), date(2026, 8, 1)],
    )
    deadline, held, chase = sentences.decisions(told, SAY)
    assert deadline.label == "明确补齐 13 家的时限"
    assert "定在2027年末，每季须认定 2.6 家；定在2028年末，每季 1.5 家。近一季共认定 1 家。" in deadline.text
    assert deadline.who == "提请厅务会·2026年11月15日前"
    assert held.text.startswith("示例甲：原因")
    assert chase.label == "督促补报 5 份报表"
    assert chase.text.endswith("等 5 份，名单见“数据质量”。")
    assert "示例己" not in chase.text


def test_nothing_to_decide_is_said():
    (only,) = sentences.decisions(
        facts({("centres_recognised", "quarter"): 15}, BOTH, targets=[OVERDUE]), SAY
    )
    assert only.label == "本季无需研究的事项"


@pytest.mark.parametrize(
    ("code", "now", "before", "beside", "in_sentence"),
    [
        ("smes_served", "24", "18", "+6 家", "多 6 家"),
        ("smes_served", "18", "24", "−6 家", "少 6 家"),
        ("smes_served", "18", "18", "持平", "持平"),
        ("contract_value_wan_cny", "110", "100", "+10.0%", "增长 10.0%"),
        ("contract_value_wan_cny", "100.4", "100", "+0.4%", "基本持平"),
        ("contract_value_wan_cny", "5", "0", "—", ""),
        ("operating_rd_staff_share", "0.6897", "0.6782", "+1.2 个百分点", "提高 1.2 个百分点"),
        ("operating_rd_staff_share", "0.6790", "0.6782", "+0.1 个百分点", "基本持平"),
        ("days_output_to_transfer", "86.5", "102", "−15 天", "少 15 天"),
    ],
)
def test_changes(code, now, before, beside, in_sentence):
    measure = MEASURES[code]
    assert change(Decimal(now), Decimal(before), measure) == beside
    assert change_words(Decimal(now), Decimal(before), measure) == in_sentence


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("smes_served", "1234", "1,234 家"),
        ("contract_value_wan_cny", "2607.5", "2,608 万元"),
        ("contract_value_wan_cny", "36812.4", "3.68 亿元"),
        ("operating_rd_staff_share", "0.68965", "69.0%"),
        ("rd_person_years", "36.25", "36.3 人年"),
        ("days_output_to_transfer", "86.5", "87 天"),
    ],
)
def test_values_are_rounded_half_up_and_keep_their_unit(code, value, text):
    assert said(Decimal(value), MEASURES[code]) == text


def test_no_value_is_a_dash_without_a_unit():
    assert printed(None, MEASURES["smes_served"]) == ("—", "")


def test_a_number_never_parts_from_its_unit():
    assert bound({"a": ["24 家", "2026年 9 月"]}) == {"a": ["24\u00a0家", "2026年 9\u00a0月"]}


def test_a_pace_that_is_kept_reaches_the_target():
    assert sentences.per_quarter(13, 5) == "2.6"
    assert sentences.per_quarter(13, 9) == "1.5"
    assert Decimal("1.5") * 9 >= 13
    assert sentences.quarters_between(Quarter.parse("2026-Q3").end, date(2027, 12, 31)) == 5
