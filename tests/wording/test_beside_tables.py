"""Sentences and notes that a reader can check against the table they stand beside: they must hold of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

import reports.wording
from expectations.quarter import SHANGHAI
from expectations.yaml12 import read_yaml
from reports.changes import MovedFigure, Restated, RestatedCell, Revision, Track
from reports.chapters import centres, diffusion, quality, rd, revisions, summary, tables, year
from reports.chapters.restated import restated_table
from reports.text import Text
from reports.wording import wording
from tests.wording.facts import BEFORE, DISPUTES, NOW, both, centre, facts, province, reading, retold
from tests.wording.test_wording import leaves
from warehouse.indicators import indicators

ZH, EN = wording("zh"), wording("en")
ONE = {"甲": "accepted"}


def by_centre(code, whole, recognised, cultivated=()):
    """Facts of centres A, B, C, … with one figure each, the recognised first."""
    values = dict(zip("ABCDEFGH", (*recognised, *cultivated), strict=False))
    told = retold(
        facts({(code, "quarter"): whole, ("centres_recognised", "quarter"): len(recognised)}, ONE),
        centres=tuple(centre(name, recognised=at < len(recognised)) for at, name in enumerate(values)),
    )
    more = {(code, str(NOW), "quarter", "centre", name, ""): reading(value) for name, value in values.items()}
    return retold(told, readings=dict(told.readings) | more)


def revised(**told):
    known_at = datetime(2026, 8, 3, 9, tzinfo=SHANGHAI)
    parts = {"moved": (), "returns": (), "disputes": (), "restated": ()} | told
    return Revision(1, known_at, **parts, registry=False, definitions=False)


@pytest.mark.parametrize(
    ("recognised", "cultivated", "leading", "english"),
    [
        (
            (9, 8, 6, 2),
            (),
            "服务中小企业最多的是示例A、示例B、示例C，占各中心合计 25 家次的 92%。",
            "Example A, Example B, Example C served most SMEs: 92% of the 25 that all centres add up to.",
        ),
        (
            (11, 8, 8, 8, 8),
            (10,),
            "服务中小企业最多的是示例A、示例F，占各中心合计 53 家次的 40%。",
            "Example A, Example F served most SMEs: 40% of the 53 that all centres add up to.",
        ),
        (
            (11, 8, 8, 8, 8),
            (4,),
            "服务中小企业最多的是示例A，占各中心合计 47 家次的 23%。",
            "Example A served most SMEs: 23% of the 47 that all centres add up to.",
        ),
        ((8, 8, 8, 8, 3), (), "", ""),
        ((0, 0, 0, 0), (), "", ""),
    ],
    ids=["three", "one in cultivation", "a tie", "all alike", "nobody"],
)
def test_leaders_are_ahead_of_all_others_and_their_share_is_of_what_all_centres_add_up_to(
    recognised, cultivated, leading, english
):
    told = by_centre("smes_served", 40, recognised, cultivated)
    assert centres.finding(told, ZH) == f"各中心建设方案的目标尚未登记。{leading}"
    assert centres.finding(told, EN) == f"No build plan's targets are registered yet. {english}".strip()
    if leading:  # its base is the total that the table of served enterprises is titled with
        base = f"合计服务 {sum(recognised) + sum(cultivated)} 家次"
        assert base in diffusion._by_centre(told, ZH).title


@pytest.mark.parametrize(
    ("code", "table", "zh", "en"),
    [
        ("smes_served", diffusion._by_centre, "家次", ""),
        ("outputs", rd._credited, "项", ""),
    ],
)
def test_what_a_total_counts_and_its_table_does_not_list_is_told(code, table, zh, en):
    told = by_centre(code, 20, (9, 8), (4, 1))
    shown, english = table(told, ZH), table(told, EN)
    listed = sum(int(row[1].text) for row in shown.rows)
    assert (listed, "合计" in shown.title, f"22 {zh}" in shown.title) == (17, True, True)
    assert f"合计含培育中的 2 个中心 5 {zh}，表中未列。" in shown.note
    assert "Not listed: 2 centres in cultivation with 5 of the total." in english.note
    assert "培育" not in table(by_centre(code, 16, (9, 8)), ZH).note


# --- what stands under 累计 and 全年 ---


def test_the_year_to_date_of_what_several_quarters_hold_is_told_as_it_is_counted():
    """A project active in three quarters counts once in the year, so the year is neither a sum nor the last quarter."""
    told = province()
    note, english = tables.figures_table(told, ZH, "rd").note, tables.figures_table(told, EN, "rd").note
    projects = "在研项目、受托研发项目、共性关键技术项目、前沿技术项目、先进实用技术项目"
    assert f"{projects}，年内任一季计入的都计入累计，各只计一次。" in note
    assert "累计即本季数" not in note, "there is no such indicator in the table"
    assert "whatever any quarter of the year counts, each once, for: Active projects, " in english
    finance = tables.figures_table(told, ZH, "finance").note
    assert "风险金余额的累计即本季数。" in finance
    assert "各只计一次" not in finance
    assert "条数。累计即本季数。" in tables.figures_table(told, ZH, "system").note.replace(
        "环比、同比按同口径，只计两期都采用的报表。", ""
    )


def test_what_an_indicator_s_year_is_made_of_is_what_its_figures_are():
    ways = {code: one.of_year for code, one in indicators().items()}
    assert {ways[one] for one in ("projects_active", "smes_served", "cities_reached")} == {"once"}
    assert {ways[one] for one in ("leading_enterprises", "cities_with_centre", "joint_stock_share")} == {
        "last"
    }
    assert {ways[one] for one in ("outputs", "smes_new", "contracts", "sme_event_share")} == {"all"}


def test_the_year_s_table_names_what_is_as_of_its_end_and_what_counts_once():
    told = province()
    (table,) = year.measures(told, "rd", ZH).blocks
    assert "先进实用技术项目，年内任一季计入的都计入“全年”，各只计一次。" in table.note
    assert "年末数" not in table.note
    (table,) = year.measures(told, "outcome", ZH).blocks
    assert table.note == "全员劳动生产率、龙头企业的“全年”为年末数。“—”为无数据。"
    (table,) = year.measures(told, "rd", EN).blocks
    assert "each once, for: Active projects, Commissioned projects" in table.note


def test_a_stock_that_moved_has_no_year_to_date():
    values = {"quarter": (Decimal(13), Decimal(14)), "ytd": (Decimal(13), Decimal(14))}
    moved = [MovedFigure(code, values, ()) for code in ("leading_enterprises", "first_applications")]
    told = retold(facts({}, ONE), revision=revised(moved=tuple(moved)))
    texts = {item.label: item.text for item in revisions.chapter(told, ZH).blocks[0].items}
    assert texts["龙头企业"] == "本季由 13 家改为 **14 家**（+1 家，修订门槛 1%）。"
    assert texts["首次应用"].endswith("累计由 13 项改为 14 项。")


# --- which figures a list is of ---


def test_what_became_of_first_figures_names_all_that_were_compared():
    tracks = [
        Track(BEFORE, code, (Decimal(10), Decimal(12 if code == "smes_served" else 10)))
        for code in summary.KEY
    ]
    (table,) = revisions.chapter(retold(facts({}, ONE), tracks=tuple(tracks)), ZH).blocks
    assert table.title == "出过修订版的 1 个季度，季度报告首页八项数字前后不同的共 1 项"
    assert [row[1].text for row in table.rows] == ["服务中小企业"]
    assert (
        "只比较首页八项数字（已认定创新中心、研发项目支出、运营主体研发投入强度、发明专利授权、服务中小企业、技术合同成交额、"
        "首次应用、财政资金带动倍数）：列出的前后不同，其余各版相同" in table.note
    )
    (english,) = revisions.chapter(retold(facts({}, ONE), tracks=tuple(tracks)), EN).blocks
    assert (
        english.title
        == "1 quarter with revised editions: 1 key figure of the first page differs between editions"
    )
    assert "New product sales" not in english.note
    assert "the others are the same in all of them" in english.note


def test_one_word_is_not_said_of_three_lists():
    """主要 is said of the totals that coverage is told of, and of no other list."""
    tree = read_yaml(Path(reports.wording.__file__).parent / "zh.yml")
    said = {place for place, text in leaves(tree) if "主要" in str(text)}
    assert said == {
        ".trust.usable",
        ".trust.careful",
        ".coverage.title",
        ".coverage.level",
        ".coverage.warned",
    }


# --- how many figures can be compared ---


def test_a_title_counts_the_changes_that_its_table_prints():
    """Nothing twice is 持平, as much as any other figure twice; what comes after nothing has no percentage."""
    values = {
        "funds_raised_wan_cny": (0, 0),
        "member_contributions_wan_cny": (5, 0),
        "distributions_wan_cny": (5, 10),
        "risk_fund_balance_wan_cny": ("100.01", 100),
    }
    told = facts(
        {(code, at): pair[k] for code, pair in values.items() for k, at in enumerate(("quarter", "before"))},
        ONE,
        ONE,
    )
    table = tables.figures_table(told, ZH, "finance")
    assert table.title == "本章 5 项指标，3 项可与上季比：0 项上升、1 项下降"
    assert [row[5].text for row in table.rows] == ["持平", "—", "−50.0%", "—", "持平"]


# --- what a revised edition tells of disputes and of restated cells ---


def test_a_revision_note_says_that_its_disputes_are_the_new_ones_only():
    told = retold(facts({}, ONE), disputes=DISPUTES, revision=revised(disputes=DISPUTES[1:2]))
    (new,) = revisions.chapter(told, ZH).blocks
    everything = next(
        one for one in quality.chapter(told, ZH).blocks if getattr(one, "note", "") == ZH("disputes.note")
    )
    assert new.title == "上一版以后新出现 1 项有两家以上单位或中心填报的：争议 1 项"
    assert everything.title == "3 项有两家以上单位或中心填报：争议 1 项、已商定 1 项、已裁定 1 项"
    assert "只列上一版以后新出现的" in new.note
    (english,) = revisions.chapter(told, EN).blocks
    assert english.title == (
        "1 claim newly made by more than one unit or centre since the edition before: 1 in dispute"
    )


RESTATED = Restated(
    both("X"),
    both("Y"),
    Text("研发项目", "Projects"),
    "F9",
    both("as the unit was told"),
    (
        RestatedCell(Text("立项时技术成熟度", "TRL at start"), "", "2", "F9", BEFORE, "3", "F8"),
        RestatedCell(
            Text("技术类别", "Technology class"), "technology_class", "前沿技术", "E9", BEFORE, "", "E8"
        ),
    ),
)


def test_what_was_restated_is_counted_and_told_by_cells():
    told = retold(facts({}, ONE), revision=revised(restated=(RESTATED,)))
    said, english = revisions.chapter(told, ZH), revisions.chapter(told, EN)
    assert "这些报表另改动了以前各季已采用的内容 2 处。" in said.lead
    (table,) = said.blocks
    assert table.title == "1 家单位的报表改动了以前各季已采用的内容，共 2 处"
    assert (table.rows[0][1].sub, table.rows[0][2].text) == (
        "F9、E9",
        "立项时技术成熟度 3→2（2026年第二季度 研发项目!F8）；技术类别 空→前沿技术（2026年第二季度 研发项目!E8）",
    )
    (table,) = english.blocks
    assert table.title == "2 cells in returns of 1 unit told otherwise than accepted in earlier quarters"
    assert table.rows[0][2].text == (
        "TRL at start 3→2 (second quarter of 2026, Projects!F8); "
        "Technology class blank→frontier technology (second quarter of 2026, Projects!E8)"
    )


def test_what_cannot_be_told_apart_is_told_as_the_unit_was():
    (row,) = restated_table([replace(RESTATED, cells=())], EN).rows
    assert (row[1].sub, row[2].text) == ("F9", "as the unit was told")


def test_the_threshold_of_a_revision_is_told_beside_what_moved():
    ten = (Decimal("0.10"), Decimal("0.12"))
    counts = [MovedFigure(one, {"quarter": (Decimal(10), Decimal(12))}, ()) for one in summary.KEY[3:7]]
    more = [MovedFigure(one, {"quarter": ten}, ()) for one in ("sme_sales_share", "nonfiscal_per_fiscal")]
    more += [
        MovedFigure(code, {"quarter": (Decimal(1000), Decimal(1012))}, ())
        for code in ("outputs", "contracts")
    ]
    more += [MovedFigure("top_city_share", {"quarter": (Decimal("0.5"), Decimal("0.51"))}, ())]
    told = retold(facts({}, ONE), revision=revised(moved=(*counts, *more)))
    prose, table = revisions.chapter(told, ZH).blocks
    texts = {item.label: item.text for item in prose.items}
    assert texts["发明专利授权"] == "本季由 10 件改为 **12 件**（+2 件，修订门槛 1%）。"
    assert "修订门槛 0.005 倍" in texts["财政资金带动倍数"]
    assert "修订门槛 0.5 个百分点" in texts["销往中小企业占比"]
    assert (table.headings[3].label, table.headings[3].sub) == ("变动", "修订门槛")
    assert [(row[0].text, row[3].sub) for row in table.rows] == [("技术合同", "1%")]
    prose, table = revisions.chapter(told, EN).blocks
    assert "threshold of revision 0.5 percentage points" in prose.items[-3].text + prose.items[-2].text
    assert table.headings[3].sub == "threshold of revision"


def test_both_languages_tell_from_what_gap_on_a_total_is_doubtful_and_revised():
    told = province()
    zh, en = (
        next(one for one in quality.chapter(told, say).blocks if getattr(one, "mail", True) is False)
        for say in (ZH, EN)
    )
    assert "缺口占 5% 以上的合计慎用；参考值只列与已报数相差达到修订门槛（1%）的。" in zh.note
    assert "A total that lacks 5% or more is to be used with care." in en.note
    assert "the threshold of revision (1%) or more" in en.note
    assert en.title.startswith("Gaps in 9 of 9 main totals reach the threshold of revision, the largest ")
