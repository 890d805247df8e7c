"""A changed definition is told with both values, and nothing is compared across it that was counted in two ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from reports import breaks, comparisons, sheets
from reports.chapters import definitions
from reports.chapters.drawings import centre_bars, part_bars, quarter_columns, quarter_stacks
from reports.chapters.tables import figures_table
from reports.facts import DefinitionFact, Facts
from reports.shapes import Bars, Break, Columns, Stacks
from reports.text import Text
from reports.wording import wording
from tests.wording.facts import BEFORE, NOW, centre, facts, reading

ZH, EN = wording("zh"), wording("en")
BOTH = {"甲": "accepted", "乙": "accepted"}
LEADING, SMES, CENTRES = "leading_enterprises", "smes_served", "centres_recognised"
NOTHING = Text("", "")


def defined(since: bool, formula: str, why: str = "", mark: int | None = None) -> DefinitionFact:
    return DefinitionFact(
        since=NOW if since else None,
        until=None if since else BEFORE,
        formula=Text(formula, f"{formula} en"),
        basis=Text(f"{formula}据", f"{formula} basis"),
        why=Text(why, f"{why} en"),
        mark=None if mark is None else Decimal(mark),
        mark_unit=Text("万元", "CNY 10k"),
    )


def changed(code: str, values: Mapping[str, object], *, marks: bool = False, broken: bool = True) -> Facts:
    """A figure counted otherwise this quarter: by another mark, or by another rule."""
    told = facts({(code, period): value for period, value in values.items()}, BOTH, BOTH)
    new, old = ("同", "同") if marks else ("新", "旧")
    both = (
        defined(False, old, mark=80000 if marks else None),
        defined(True, new, "办法修订", 100000 if marks else None),
    )
    return replace(told, definitions={code: both} if broken else {})


VALUES = {"quarter": 11, "before": 12, "overlap": 10, "like": 11, "like_before": 10}


def test_a_change_says_what_why_and_both_values_of_the_quarter_before() -> None:
    assert breaks.break_note(changed(LEADING, VALUES, marks=True), ZH, LEADING) == (
        "龙头企业自2026年第三季度起口径调整，门槛由 8.00 亿元改为 10.00 亿元："
        "2026年第二季度旧口径 12 家，新口径 10 家，跨期比较均按新口径。"
    )
    told = breaks.break_note(changed(SMES, VALUES), EN, SMES)
    assert told == (
        'SMEs served: the definition changed from the third quarter of 2026 on (both are in "Methods and definitions"). '
        "The second quarter of 2026 comes to 12 by the old one and 10 by the new one, by which all comparisons across "
        "the change are made."
    )


def test_a_quarter_whose_old_value_is_unknown_says_so() -> None:
    told = changed(LEADING, {**VALUES, "before": None}, marks=True)
    assert "旧口径 —，新口径 10 家" in breaks.break_note(told, ZH, LEADING)


def test_the_chart_has_a_line_where_counting_changed_and_says_it_in_words() -> None:
    told = changed(LEADING, VALUES, marks=True)
    chart = quarter_columns(told, ZH, LEADING, "leading", "注。")
    assert isinstance(chart.drawing, Columns)
    assert chart.drawing.breaks == (Break(before=1, text="口径调整"),)
    assert "2026年第三季度起口径调整" in chart.alt
    assert chart.note.endswith("跨期比较均按新口径。")
    stacked = quarter_stacks(told, ZH, LEADING, "leading", "题", {"甲": [Decimal(12), Decimal(11)]})
    assert isinstance(stacked.drawing, Stacks)
    assert stacked.drawing.breaks == chart.drawing.breaks
    without = quarter_columns(changed(LEADING, VALUES, broken=False), ZH, LEADING, "leading")
    assert isinstance(without.drawing, Columns)
    assert (without.drawing.breaks, "口径" in without.alt + without.note) == ((), False)


def test_a_change_before_the_quarters_shown_is_history() -> None:
    told = replace(changed(LEADING, VALUES, marks=True), quarters=(NOW,))
    assert breaks.break_lines(told, ZH, LEADING) == ()
    assert breaks.break_note(told, ZH, LEADING) == ""


def test_old_and_new_are_never_set_against_each_other() -> None:
    """12 by the old definition would make it a fall; by the new one it rose from 10."""
    told, without = changed(SMES, VALUES), changed(SMES, VALUES, broken=False)
    assert comparisons.figure(told, SMES, ZH) == "服务中小企业 **11 家**，同口径比上季多 1 家"
    assert comparisons.figure(without, SMES, ZH) == "服务中小企业 **11 家**，比上季少 1 家"
    assert comparisons.run(told, SMES) == (1, "up", True)
    assert comparisons.beside(told, SMES, ZH) == ("+1 家", "同口径")
    # Neither was measured anew: nothing to compare.
    alone = changed(SMES, {"quarter": 11, "before": 12})
    assert comparisons.figure(alone, SMES, ZH) == "服务中小企业 **11 家**"
    assert comparisons.beside(alone, SMES, ZH)[0] == "—"


def test_what_the_registry_knows_is_compared_with_the_quarter_measured_anew() -> None:
    told = changed(CENTRES, {"quarter": 11, "before": 12, "overlap": 9})
    assert comparisons.figure(told, CENTRES, ZH) == "已认定创新中心 **11 家**，同口径比上季多 2 家"
    pair = comparisons.compared(told, CENTRES, comparisons.YEAR)
    assert (pair.before, pair.like) == (None, True)


def test_ticks_of_bars_are_by_the_new_definition() -> None:
    told = changed("diffusion_events", VALUES)
    readings = {
        ("diffusion_events", str(quarter), period, *place): reading(value)
        for quarter, period, value in ((NOW, "quarter", 5), (BEFORE, "quarter", 9), (NOW, "overlap", 4))
        for place in (("province", "province", "mode:培训"), ("centre", "A", ""))
    }
    told = replace(told, readings={**told.readings, **readings}, centres=(centre("A"),))
    for chart in (
        part_bars(told, ZH, "diffusion_events", "mode", "modes"),
        centre_bars(told, ZH, "diffusion_events", "centres"),
    ):
        assert isinstance(chart.drawing, Bars)
        assert [(bar.value, bar.before) for bar in chart.drawing.bars] == [(5, 4)]


def test_a_table_of_figures_says_the_change_for_a_year() -> None:
    told = changed(LEADING, VALUES, marks=True)
    table = figures_table(told, ZH, "outcome")
    assert "旧口径 12 家，新口径 10 家" in table.note
    (row,) = (line for line in table.rows if line[1].code == LEADING)
    assert [cell.text for cell in row][1:6] == ["11", "", "—", "12", "+1 家"]
    later = NOW.shift(4)
    long_after = replace(told, quarter=later, quarters=(NOW, later))
    assert "口径调整" not in figures_table(long_after, ZH, "outcome").note


@pytest.mark.parametrize(
    ("say", "valid"), [(ZH, "至2026年第二季度：旧"), (EN, "Up to the second quarter of 2026: 旧 en")]
)
def test_both_definitions_stand_in_the_chapter_of_definitions(say: object, valid: str) -> None:
    told = changed(SMES, VALUES)
    made = definitions.chapter(told, say)  # type: ignore[arg-type]
    cells = [cell for block in made.blocks for row in block.rows for cell in row]  # type: ignore[union-attr]
    (cell,) = (one for one in cells if valid in one.sub)
    assert "办法修订" in cell.sub
    without = definitions.chapter(replace(told, definitions={}), say)  # type: ignore[arg-type]
    assert made.lead.startswith(without.lead)
    assert made.lead != without.lead


def test_of_a_mark_that_changed_alone_only_the_mark_is_told() -> None:
    told = changed(LEADING, VALUES, marks=True)
    formula = told.measures[LEADING].formula
    old, new = (replace(one, formula=formula) for one in told.definitions[LEADING])
    told = replace(told, definitions={LEADING: (old, new)})
    assert breaks.earlier_texts(told, ZH, LEADING) == [
        "至2026年第二季度：门槛 8.00 亿元。调整依据：办法修订。"
    ]


def test_both_definitions_stand_in_the_annex_with_the_quarters_they_measure() -> None:
    told = changed(LEADING, VALUES, marks=True)
    sheet = sheets.sheets(told, ZH)[-1]
    mine = [row[3:] for row in sheet.rows if row[1] == "龙头企业"]
    assert mine == [
        ("同（门槛 10.00 亿元）", "同据", "2026年第三季度起"),
        ("同（门槛 8.00 亿元）", "同据", "至2026年第二季度"),
    ]
    assert {row[5] for row in sheet.rows if row[1] != "龙头企业"} == {"全部季度"}
