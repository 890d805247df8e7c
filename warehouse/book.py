"""indicators → indicator book: every indicator on a page people can read. ``python -m warehouse.book``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from warehouse.indicators import Indicator, Version, indicators

PAGE = Path(__file__).parent.parent / "docs" / "indicator-book.md"
CHAPTERS = {
    "system": "体系建设 system",
    "rd": "研发供给 R&D supply",
    "diffusion": "技术扩散 diffusion",
    "industrialisation": "产业化与首次应用 industrialisation and first use",
    "finance": "金融与机制 finance and mechanism",
    "outcome": "成效 outcome",
    "quality": "数据质量 data quality",
}
KINDS = {
    "flow": ("流量", "各季相加；累计为年初至本季之和", "quarters add up; the year to date is their sum"),
    "stock": (
        "存量",
        "季末数；累计即最近一个季末",
        "at quarter end; the year to date is the last quarter end",
    ),
    "ratio": (
        "比率",
        "同一批单位的分子之和 ÷ 分母之和；累计亦然",
        "sum of numerators ÷ sum of denominators over the same units, in the year to date too",
    ),
    "distinct": (
        "去重",
        "各级、各期均由记录去重计数，不相加",
        "counted from rows at every level and for every period, never summed",
    ),
    "median": ("中位数", "由全部记录取中位数，不足起点数的记“—”", "of pooled rows; — below the least number"),
}
LEVELS = {"province": "全省", "field": "领域", "city": "城市", "centre": "中心", "unit": "单位"}
DIMENSIONS = {
    "kind": "类型",
    "fund": "资金",
    "stage": "环节",
    "level": "级别",
    "content": "内容",
    "mode": "方式",
}
_INTRO = """# 指标手册 indicator book

Made from `warehouse/indicators.yml` by `make docs`; do not edit.

各指标均由记录逐级计算：同一单位在全省、领域、城市只计一次，在其参加的每个中心各计一次。
“—”表示没有采用的报表覆盖该格；采用的零报为 0。
每个指标另有同口径数：与上季（`like`、`like_before`）、与上年同季（`like_year`、`like_year_before`）两期均被采用的单位之比较。
一项内容由几个单位申报而数值不同的，按中心、单位代码和行次取首行。
各季按该季末有效的口径、门槛、代码和成员计算。口径改变的，改变前一季另按新口径计一次（`overlap`），跨改变的比较两期均按新口径。

Every level is computed from rows: the province, a field and a city count a unit once, each of its centres counts it.
— stands where no accepted return covers the cell; an accepted nil return is 0. Like for like compares the returns
accepted both times, with last quarter (`like`, `like_before`) and with a year ago (`like_year`, `like_year_before`).
A quarter is measured by the definition, marks, codes and members valid on its last day. Where a definition changed, the
quarter before is measured by the new one too (`overlap`), and comparisons across the change are made by it both times.
Where units claim the same thing with different values, the first row by centre, unit code and row stands.
"""


def book(found: Iterable[Indicator]) -> str:
    """The book as Markdown; the same definitions give the same text."""
    found = list(found)
    kinds = [(f"{zh} {kind}", rule, rule_en) for kind, (zh, rule, rule_en) in KINDS.items()]
    lines = [_INTRO, "## 性质 kinds", "", *_table(("性质 kind", "如何汇总", "how it adds up"), kinds)]
    for chapter, title in CHAPTERS.items():
        lines += [f"## {title}", ""]
        for one in found:
            if one.chapter == chapter:
                lines += _entry(one)
    return "\n".join(lines).rstrip("\n") + "\n"


def _entry(one: Indicator) -> list[str]:
    """One indicator: its names as heading, then what it is."""
    rows = [
        ("口径 formula", one.formula, one.formula_en),
        ("依据 basis", one.basis, one.basis_en),
        ("单位 unit", one.unit, one.unit_en),
        ("性质 kind", KINDS[one.kind][0], one.kind),
        ("级次 levels", "、".join(LEVELS[level] for level in one.levels), ", ".join(one.levels)),
    ]
    if one.threshold is not None:
        rows.append(("修订门槛 significance", *_significance(one)))
    if one.bounded:
        rows.append(
            (
                "覆盖 coverage",
                "已报数为下限；缺报单位另按近四季中最近一次采用的报数估其分量",
                "what is reported is the least it can be; missing returns are weighed as last used within four quarters",
            )
        )
    for dimension, breakdown in one.by.items():
        entries = breakdown.entries()
        names = "、".join(code.name for code in entries)
        names_en = ", ".join(code.en for code in entries)
        rows.append((f"分组 by {dimension}", f"{DIMENSIONS[dimension]}：{names}", names_en))
    rows.append(("数据 data", *_data(one)))
    for before in one.versions[-2::-1]:
        rows += _before(before, one)
    return [f"### {one.zh} {one.en} `{one.code}`", "", *_table(("", "中文", "English"), rows)]


def _data(one: Indicator) -> tuple[str, str]:
    where = f" where `{one.where}`" if one.where else ""
    mark = f"; `mark`: the {one.mark} of thresholds.csv, by date" if one.mark else ""
    return f"`{one.source}`{where}", f"counts once: `{', '.join(one.key)}`{_note(one)}{mark}"


def _before(before: Version, now: Indicator) -> list[tuple[str, str, str]]:
    """A definition that was in force until a quarter, and why it was changed."""
    one, until = before.of, f"至 until {before.until}"
    return [
        (f"{until}：口径 formula", one.formula, one.formula_en),
        (f"{until}：依据 basis", one.basis, one.basis_en),
        (f"{until}：数据 data", *_data(one)),
        *(
            [(f"{until}：修订门槛 significance", *_significance(one))]
            if one.threshold != now.threshold
            else []
        ),
        (f"{until}：调整原因 why changed", *before.why),
    ]


def _significance(one: Indicator) -> tuple[str, str]:
    """The least change of the province's total that a revised edition is issued for."""
    assert one.threshold is not None
    if one.kind != "ratio":
        return f"变动达到 {one.threshold:.0%}", f"a change of {one.threshold:.0%}"
    if one.unit != "%":
        return f"变动达到 {one.threshold}", f"a change of {one.threshold}"
    points = f"{one.threshold * 100:f}".rstrip("0").rstrip(".")
    return f"变动达到 {points} 个百分点", f"a change of {points} percentage points"


def _note(one: Indicator) -> str:
    """What the general rules of the kind do not say."""
    notes = [
        "for ever" if one.ever else "",
        "year to date as of the last quarter" if one.rolling else "",
        f"— in the first {one.warm_up} quarters" if one.warm_up else "",
        f"— below {one.min_n}" if one.min_n else "",
    ]
    return "".join(f"; {note}" for note in notes if note)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table; a bar inside a cell would end it."""
    escaped = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows]
    return [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *(f"| {row} |" for row in escaped), ""]


if __name__ == "__main__":
    PAGE.write_text(book(indicators().values()), "utf-8")
