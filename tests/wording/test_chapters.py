"""Titles and sentences of the chapters, by facts small enough to be seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reports.changes import Track
from reports.chapters import diffusion, disputes, finance, quality, rd, revisions, summary, system, tables
from reports.chapters.coverage import coverage_block
from reports.chapters.drawings import centre_bars, part_bars
from reports.chapters.tables import figures_table
from reports.chapters.tiles import city_tiles, shade
from reports.facts import ThresholdFact
from reports.tiles import is_heading
from reports.wording import wording
from tests.wording.facts import (
    DISPUTES,
    NOW,
    PATENT,
    both,
    centre,
    dispute,
    facts,
    province,
    reading,
    retold,
    target,
    totals,
)

ZH, EN = wording("zh"), wording("en")
ONE = {"甲": "accepted"}
BOTH = {"甲": "accepted", "乙": "accepted"}


def _at(told, values):
    """``told`` with more figures of the quarter: (code, level, scope, part) → value."""
    more = {
        (code, str(NOW), "quarter", level, scope, part): reading(value)
        for (code, level, scope, part), value in values.items()
    }
    return retold(told, readings=dict(told.readings) | more)


# --- trust ---


def test_trust_says_what_is_missing_and_how_much_it_may_matter():
    one_of_two = facts({}, {"甲": "accepted", "乙": "returned"}, BOTH)
    slight = {"rd_spend_wan_cny": (90, 7, 3), "smes_served": (40, 0, 1)}
    small = retold(one_of_two, coverage=totals(**slight))
    assert quality.finding(small, ZH).endswith(
        "按最近一次报数计，未采用的报表在主要合计中至多占 3.0%（研发项目支出），总数可用。"
    )
    assert "收到 2 份，**采用 1 份（50.0%）**；退回待报 1 份。" in quality.chapter(small, ZH).lead
    large = retold(one_of_two, coverage=totals(**slight, received_wan_cny=(50, 10, 40)))
    assert "至多占 **40.0%（技术合同到账金额），3 项中 1 项占 5% 以上，慎用**" in quality.finding(large, ZH)
    assert "Missing: **up to 40.0% of a total (Payments received), use 1 of 3 with care**" in quality.finding(
        large, EN
    )
    two = totals(rd_spend_wan_cny=(90, 7, 3, 2, 1))
    assert quality.finding(retold(one_of_two, coverage=two), ZH).endswith(
        "总数可用。另有 1 份近四季均未采用，影响无从估计。"
    )
    none = totals(rd_spend_wan_cny=(90, 7, 0, 2, 2))
    assert "这 2 份近四季均未采用，影响无从估计，总数慎用。" in quality.finding(
        retold(one_of_two, coverage=none), ZH
    )
    assert quality.finding(facts({}, BOTH), ZH) == "应报 2 份，全部采用。"
    first = facts({}, {"甲": "accepted", "乙": "missing"})
    assert "此前没有采用的报表" in quality.finding(first, ZH)
    assert "没有一份报表可用" in quality.finding(facts({}, {"甲": "missing"}, ONE), ZH)


def test_each_main_total_says_what_is_accepted_with_warnings_and_missing():
    told = retold(
        facts({}, BOTH), coverage=totals(rd_spend_wan_cny=(60, 20, 20, 3), smes_served=(40, 10, 0, 3))
    )
    (table,) = coverage_block(told, ZH)
    assert table.title == "2 项主要合计中 1 项的缺口达到修订门槛，至多缺 20.0%（研发项目支出）"
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["研发项目支出（万元）", "80", "100", "60.0%", "20.0%", "20.0%"],
        ["服务中小企业（家）", "50", "", "80.0%", "20.0%", "0.0%"],
    ]
    assert "近四季均未采用" not in table.note
    unknown = retold(told, coverage=totals(rd_spend_wan_cny=(60, 20, 20, 3, 1)))
    assert coverage_block(unknown, ZH)[0].note.endswith("另有 1 份近四季均未采用，无从估计，未计入参考值。")


def test_where_no_gap_matters_a_sentence_takes_the_table_s_place():
    level = retold(facts({}, BOTH), coverage=totals(rd_spend_wan_cny=(800, 199, 1), smes_served=(40, 10, 0)))
    (note,) = coverage_block(level, ZH)
    assert note.text == (
        "缺报单位按最近一次报数计入，各项主要合计的变动均未达到修订门槛（1%）。"
        "各项主要合计中，有提示的报表至多占 20.0%（服务中小企业）。"
    )
    whole = retold(level, coverage=totals(smes_served=(40, 0, 0, 0)))
    assert coverage_block(whole, EN)[0].text.startswith("All returns are used, so no total has a gap. ")
    assert coverage_block(facts({}, BOTH), ZH) == []


def test_a_figure_that_may_be_more_says_so_where_it_stands():
    now = {("rd_spend_wan_cny", "quarter"): 20000, ("smes_served", "quarter"): 89}
    told = facts(now, BOTH, BOTH)
    short = retold(told, coverage=totals(rd_spend_wan_cny=(20000, 0, 3700), smes_served=(80, 9, 12)))
    assert "**2.00 亿元**（至少；含缺报约 2.37 亿元）" in rd.finding(short, ZH)
    assert "**CNY 200.0 million** (at least; about CNY 237.0 million in all)" in rd.lead(short, EN)
    assert "**CNY 200.0 million** (at least); " in rd.finding(short, EN)
    assert "服务中小企业至少 89 家" in summary.headline(short, ZH)
    assert "at least 89 SMEs served" in summary.headline(short, EN)
    tiles = {one.code: one.note for one in _tiles(short).figures}
    assert tiles["rd_spend_wan_cny"] == "至少；含缺报约 2.37 亿元"
    assert tiles["first_applications"] == ""
    assert "“至少”为已报数" in _tiles(short).note
    level = retold(told, coverage=totals(rd_spend_wan_cny=(20000, 0, 199), smes_served=(80, 9, 0)))
    assert "至少" not in rd.finding(level, ZH) + summary.headline(level, ZH) + _tiles(level).note


def _tiles(told):
    (found,) = [one for one in summary.chapter(told, ZH).blocks if one.kind == "figures"]
    return found


def test_what_several_claim_is_counted_and_listed_with_how_it_stands():
    told = retold(facts({}, ONE), disputes=DISPUTES)
    lead = quality.chapter(told, ZH).lead
    assert "3 项有两家以上单位或中心填报，全省各计一项：争议 1 项、已商定 1 项、已裁定 1 项。" in lead
    assert "3 claims are made by more than one unit or centre" in quality.chapter(told, EN).lead
    (table,) = (
        block for block in quality.chapter(told, ZH).blocks if "填报：" in getattr(block, "title", "")
    )
    rows = [[(cell.text, cell.sub) for cell in row] for row in table.rows]
    both = "甲（示例A）、乙（示例B）"
    doubt = "所填受让方不同，可能是编号相同的两份合同"
    assert rows == [
        [("技术合同", "HT-2026-001"), (both, doubt), ("2026年第三季度", ""), ("争议", ""),
         ("全省计 1 项；未计入任何中心的份额", "")],
        [("发明专利授权", "201710601862.3"), (both, ""), ("2026年第三季度", ""), ("已商定", ""),
         ("全省计 1 项；份额：甲（示例A）0.6、乙（示例B）0.4", "")],
        [("发明专利授权", "95115608.X"), (both, ""), ("2026年第三季度", ""), ("已裁定", "Office A，2026年10月20日"),
         ("全省计 1 项；份额：甲（示例A）1、乙（示例B）0", "")],
    ]  # fmt: skip


def test_a_claim_made_since_the_decision_is_open_and_the_shares_decided_stand():
    again = dispute(
        "open", PATENT, "95115608.X", "0.7", "0.3", "0", settled_by="示例处长甲", settled_on=date(2026, 7, 1)
    )
    (row,) = disputes.disputes_table((again,), ZH).rows
    assert row[3].text == "争议"
    assert row[3].strong
    assert row[4].text == (
        "全省计 1 项；裁定后又有填报，另行裁定前份额：甲（示例A）0.7、乙（示例B）0.3、丙（示例C）0"
    )


def test_without_a_dispute_nothing_is_said_of_any():
    plain = quality.chapter(facts({}, ONE), ZH)
    assert "填报，" not in plain.lead
    assert not any("填报：" in getattr(block, "title", "") for block in plain.blocks)


def test_a_centre_s_contracts_stand_beside_what_it_is_credited_with():
    """Only where the two differ, whatever the chapter: the distinct figure above, the share-weighted one below."""
    told = _at(
        facts({}, ONE),
        {
            ("contract_value_wan_cny", "centre", "A", ""): 186,
            ("contract_value_credited_wan_cny", "centre", "A", ""): 0,
            ("first_applications", "centre", "A", ""): 2,
            ("first_applications_credited", "centre", "A", ""): 2,
        },
    )
    cell = tables.code_cell(told, ZH, "contract_value_wan_cny", "A")
    assert (cell.text, cell.sub) == ("186", "按份额 0")
    assert tables.code_cell(told, EN, "contract_value_wan_cny", "A").sub == "credited 0"
    cell = tables.code_cell(told, ZH, "first_applications", "A")
    assert (cell.text, cell.sub) == ("2", "")
    for codes, note in ((["contract_value_wan_cny"], "数下所列“按份额”"), (["first_applications"], "")):
        table = tables.centre_table(retold(told, centres=(centre("A"),)), ZH, codes, "", "")
        assert table.note.startswith(note)
        assert bool(table.note) == bool(note)


# --- cities ---


@pytest.mark.parametrize(
    ("served", "title"),
    [
        ((4, 3, 3, 0), "太原、大同、阳泉占省内 100%，11 个市中 3 个得到服务"),
        ((4, 2, 2, 2), "太原占省内 40%，11 个市中 4 个得到服务"),
        ((1, 1, 1, 1), "太原、大同、阳泉、长治占省内 100%"),
        ((2, 0, 0, 0), "太原占省内 100%，11 个市中 1 个得到服务"),
        ((0, 0, 0, 0), "11 个市本季均无中小企业得到服务"),
    ],
)
def test_only_cities_that_stand_out_are_named(served, title):
    cities = dict(zip(("1401", "1402", "1403", "1404"), served, strict=True))
    values = {("smes_served", "city", code, ""): value for code, value in cities.items()}
    told = _at(facts({("smes_served", "quarter"): sum(served)}, ONE), values)
    found = diffusion._cities_title(told, ZH)
    assert (
        found == title if len(set(served)) > 1 or not sum(served) else found == "11 个市中 4 个有企业得到服务"
    )


def test_without_data_no_city_is_said_to_have_none():
    told = facts({}, {"甲": "missing"})
    assert diffusion._cities_title(told, ZH) == "服务中小企业无数据：应报 1 份，采用 0 份"
    assert {tile.text for tile in city_tiles(told, ZH, "smes_served").tiles} == {"—"}


def test_a_city_without_rows_has_nobody_where_the_province_has_data():
    told = _at(facts({("smes_served", "quarter"): 5}, ONE), {("smes_served", "city", "1401", ""): 5})
    tiles = {tile.label: (tile.text, tile.shade) for tile in city_tiles(told, ZH, "smes_served").tiles}
    assert (tiles["太原"], tiles["大同"]) == (("5", 3), ("0", 0))


def test_tiles_grow_darker_by_class():
    assert [shade(Decimal(value), Decimal(100)) for value in (0, 1, 25, 26, 50, 51, 100)] == [
        0,
        1,
        1,
        2,
        2,
        3,
        3,
    ]
    assert shade(None, Decimal(100)) == shade(Decimal(0), Decimal(0)) == 0


# --- parts and thresholds ---


def _contents(**parts):
    values = {("diffusion_events", "province", "province", f"content:{name}"): n for name, n in parts.items()}
    return _at(facts({("diffusion_events", "quarter"): sum(parts.values())}, ONE), values)


@pytest.mark.parametrize(
    ("parts", "title"),
    [
        ({"共性技术": 6, "新工艺": 3, "新知识": 1}, "技术扩散事项 10 项，共性技术、新工艺占 90%"),
        ({"共性技术": 8, "新工艺": 1, "新知识": 1}, "技术扩散事项 10 项，共性技术占 80%"),
        ({"共性技术": 0, "新工艺": 0}, "技术扩散事项 0 项"),
    ],
)
def test_the_largest_parts_are_named_with_their_share(parts, title):
    assert part_bars(_contents(**parts), ZH, "diffusion_events", "content", "x").title == title


def test_parts_have_english_names_and_a_tick_at_last_quarter():
    told = _contents(共性技术=6, 新工艺=2)
    before = ("diffusion_events", str(NOW.shift(-1)), "quarter", "province", "province", "content:新工艺")
    told = retold(told, readings=dict(told.readings) | {before: reading(5)})
    drawing = part_bars(told, EN, "diffusion_events", "content", "x").drawing
    assert [(bar.label, bar.value, bar.before) for bar in drawing.bars] == [
        ("common technology", 6.0, None),
        ("new process", 2.0, 5.0),
    ]
    assert drawing.before_text == "previous quarter"


def test_a_centre_is_held_against_published_marks():
    code = "operating_rd_intensity"
    told = retold(
        facts({(code, "quarter"): "0.2"}, ONE),
        centres=(centre("A"), centre("B"), centre("C")),
        thresholds=(
            ThresholdFact(code, "full", Decimal("0.3"), both("X")),
            ThresholdFact(code, "none", Decimal("0.1"), both("X")),
        ),
    )
    told = _at(told, {(code, "centre", "A", ""): "0.35", (code, "centre", "B", ""): "0.05"})
    chart = centre_bars(told, ZH, code, "x")
    assert chart.title == "运营主体研发投入强度：2 家中 1 家达到 30.0%；1 家低于 10.0%"
    assert [(mark.value, mark.text) for mark in chart.drawing.marks] == [
        (30.0, "满分线 30.0%"),
        (10.0, "不得分线 10.0%"),
    ]
    assert [bar.text for bar in chart.drawing.bars] == ["35.0", "5.0", "—"]
    assert "X" in chart.note


# --- single rules ---


def test_a_stack_says_who_was_served_for_the_first_time():
    told = facts({("smes_served", "quarter"): 40, ("smes_new", "quarter"): 15}, ONE)
    chart = diffusion._served(told, ZH)
    assert chart.title == "服务中小企业 40 家；首次服务 15 家，占 38%"
    assert [(part.label, part.value) for part in chart.drawing.bars[-1].parts] == [
        ("再次服务", 25.0),
        ("首次服务", 15.0),
    ]
    unknown = diffusion._served(facts({("smes_served", "quarter"): 40}, ONE), ZH)
    assert [(part.label, part.value) for part in unknown.drawing.bars[-1].parts] == [("未区分", 40.0)]


def test_a_median_of_few_is_not_given():
    told = facts({}, ONE)
    few = {("days_output_to_transfer", str(NOW), "quarter", "province", "province", ""): reading(None, n=3)}
    assert "不足 5 项（3 项），不计中位天数" in diffusion.lead(retold(told, readings=few), ZH)
    known = {("days_output_to_transfer", str(NOW), "quarter", "province", "province", ""): reading(86, n=7)}
    assert "7 项产出本季首次转移，自取得到转移中位 **86 天**" in diffusion.lead(
        retold(told, readings=known), ZH
    )


def test_without_fiscal_money_there_is_no_ratio():
    told = facts({("funds_raised_wan_cny", "quarter"): 100}, ONE)
    assert "本季无财政资金" in finance.finding(told, ZH)
    assert "本季无财政资金" not in finance.finding(facts({}, {"甲": "missing"}), ZH), "nobody knows that"


def test_distinct_results_stand_beside_what_centres_are_credited_with():
    told = retold(facts({("outputs", "quarter"): 9}, ONE), centres=(centre("A"), centre("B")))
    told = _at(
        told,
        {
            ("outputs", "centre", "A", ""): 6,
            ("outputs", "centre", "B", ""): 4,
            ("outputs_credited", "centre", "A", ""): "5.5",
            ("outputs_credited", "centre", "B", ""): 4,
        },
    )
    table = rd._credited(told, ZH)
    assert table.title == "各中心合计 10 项，去除重复后全省 9 项"
    assert [(row[1].text, row[1].sub) for row in table.rows] == [("6", "按份额 5.50"), ("4", "")]


def test_branches_of_the_plan_are_all_there():
    told = retold(facts({}, ONE), centres=(centre("A"), centre("B", branch="大数据", recognised=False)))
    chart = system._branches(told, ZH)
    assert chart.title == "26 个分支已覆盖 1 个，1 个领域有已认定中心"
    tiles = {tile.label: tile for tile in chart.drawing.tiles}
    assert (tiles["先进不锈钢"].text, tiles["大数据"].sub) == ("1", "另培育 1 家")
    heads = [tile for tile in chart.drawing.tiles if is_heading(tile)]
    assert [tile.label for tile in heads if tile.label.startswith("新材料")] == ["新材料 1/5"]
    assert len(heads) == 5, "each field heads its branches"
    places = [(tile.row, tile.column) for tile in chart.drawing.tiles]
    assert len(places) == len(set(places)) == 26 + 5


def test_the_pace_chart_says_what_became_of_both_targets():
    by = ("2020-12-31", "2025-12-31")
    from datetime import date

    told = facts(
        {("centres_recognised", "quarter"): 2},
        ONE,
        targets=[target(date.fromisoformat(by[0]), 1), target(date.fromisoformat(by[1]), 4)],
        recognised=[date(2020, 12, 1), date(2026, 8, 1)],
    )
    (chart,) = summary._pace(told, ZH)
    assert chart.title == "2020年末目标如期达到；2025年末目标差 2 家，逾期 3 个季度"
    assert [(step.at.year, step.value) for step in chart.drawing.steps] == [(2017, 0), (2020, 1), (2026, 2)]


def test_every_figure_of_a_chapter_stands_with_all_it_is_compared_with():
    table = figures_table(province(), ZH, "diffusion")
    row = next(row for row in table.rows if row[0].text == "服务中小企业（家）")
    assert [cell.text for cell in row[1:]] == ["76", "", "228", "67", "+9 家", "66", "+8 家"]
    share = next(row for row in table.rows if row[0].text == "中小企业事项占比（%）")
    assert share[2].text == "14", "how many cases a ratio rests on"
    assert "按同口径" in table.note
    assert table.title.startswith("本章 18 项指标，18 项可与上年同期比")


@pytest.mark.parametrize(
    ("say", "expected"),
    [
        (ZH, ("技术合同成交额", "万元", "10,806", "8,843", "8,843")),
        (EN, ("Technology contract value", "CNY million", "108.06", "88.43", "88.43")),
    ],
)
def test_a_revised_figure_stands_beside_the_unit_it_is_counted_in(say, expected):
    """English tables count money in millions, whatever the indicator's own unit is."""
    track = Track(NOW, "contract_value_wan_cny", (Decimal(10806), Decimal(8843), Decimal(8843)))
    (table,) = revisions.chapter(replace(province(), tracks=(track,)), say).blocks
    ((_, name, *values, _),) = table.rows
    assert (name.text, name.sub, *(one.text for one in values)) == expected


@pytest.mark.parametrize("say", [ZH, EN])
def test_a_ratio_on_a_card_says_what_it_is_counted_over(say):
    told = facts({("operating_rd_intensity", "quarter"): "0.3", ("nonfiscal_per_fiscal", "quarter"): 2}, ONE)
    notes = {one.code: one.note for one in summary._figures(told, say).figures}
    cases = [notes["operating_rd_intensity"], notes["nonfiscal_per_fiscal"]]
    zh, en = ("家运营主体计", "笔融资计"), ("operating compan", "raised")
    assert all(word in note for word, note in zip(zh if say is ZH else en, cases, strict=True))
