"""A 合计 row (bad-inputs S06): left out, and held against the sum of the rows."""

from __future__ import annotations

from typing import Any

import pytest

from expectations.form import the_form
from tasks.reader import read_workbook
from tests.returns.filled import changed

SHEET = "资金与机制"  # A event_no, B event_date, C kind, D amount_wan_cny, E counterparty, F its kind
ROWS = {
    "A7": "F-1", "B7": "2026-07-10", "C7": "贷款", "D7": 120.5, "E7": "示例银行", "F7": "金融机构",
    "A8": "F-2", "B8": "2026-08-10", "C8": "股权", "D8": 30, "E8": "示例投资公司", "F8": "企业",
}  # fmt: skip
NOTHING = dict.fromkeys(f"{column}{row}" for column in "ABCDEF" for row in range(7, 20))


def said(cells: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    content = changed({SHEET: {**NOTHING, **ROWS, **cells}})
    found, findings = read_workbook(content, "季报.xlsx", the_form())
    rows = {one.row for one in found if one.sheet == "finance"}
    assert {7, 8} <= rows
    assert not any(one.found in {"合计", "小计"} for one in found)
    return [(one.severity, one.rule, one.cell, one.found) for one in findings if one.sheet == SHEET]


@pytest.mark.parametrize("word", ["合计", "合 计：", "总计", "共计", "Total", " 合计 "])
def test_s06_a_total_that_agrees_is_a_note(word: str) -> None:
    ((severity, rule, cell, _),) = said({"A9": word, "D9": 150.5})
    assert (severity, rule, cell) == ("note", "total_agrees", "A9")


def test_it_may_stand_at_the_top_or_behind_blank_rows_and_in_any_column_of_text() -> None:
    assert said({"E12": "合计", "D12": "150.50"}) == [("note", "total_agrees", "E12", "合计")]
    moved = {f"{one[0]}{int(one[1]) + 2}": value for one, value in ROWS.items()}
    content = changed({SHEET: {**NOTHING, **moved, "A7": "合计", "D7": 150.5}})
    found, findings = read_workbook(content, "季报.xlsx", the_form())
    assert {one.row for one in found if one.sheet == "finance"} == {9, 10}
    assert [one.rule for one in findings] == ["total_agrees"]


def test_s06_a_total_that_differs_is_a_warning_that_shows_both() -> None:
    content = changed({SHEET: {**NOTHING, **ROWS, "A9": "合计", "D9": 160.5}})
    warning, note = read_workbook(content, "季报.xlsx", the_form())[1]
    assert (warning.severity, warning.rule, warning.cell) == ("warning", "total_differs", "D9")
    assert "160.5" in warning.zh
    assert "150.5" in warning.zh
    assert (note.severity, note.rule, note.cell) == ("note", "total_left_out", "A9")


def test_a_subtotal_adds_up_what_stands_above_it_and_a_total_everything() -> None:
    third = {"A10": "F-3", "B10": "2026-09-01", "C10": "保险", "D10": 5, "E10": "示例保险", "F10": "金融机构"}
    totals = {"A9": "小计", "D9": 150.5, "A11": "小计", "D11": 5, "A12": "合计", "D12": 155.5}
    assert [rule for _, rule, _, _ in said({**third, **totals})] == ["total_agrees"] * 3
    assert [rule for _, rule, _, _ in said({**third, **totals, "D11": 6})] == [
        "total_agrees",
        "total_differs",
        "total_left_out",
        "total_agrees",
    ]


def test_a_total_of_what_cannot_be_read_proves_nothing() -> None:
    assert said({"D8": "三十", "A9": "合计", "D9": 150.5}) == [("note", "total_left_out", "A9", "合计")]
    assert said({"A9": "合计", "D9": "一百五十"}) == [("note", "total_left_out", "A9", "合计")]
    assert said({"A9": "合计"}) == [("note", "total_left_out", "A9", "合计")]


@pytest.mark.parametrize(
    "cells", [{"A9": "合计", "C9": "贷款"}, {"A9": "合计", "B9": "2026-09-01"}, {"A9": "合计单"}]
)
def test_a_row_with_more_than_that_is_a_record(cells: dict[str, Any]) -> None:
    content = changed({SHEET: {**NOTHING, **ROWS, **cells, "D9": 1}})
    found, _ = read_workbook(content, "季报.xlsx", the_form())
    assert {one.row for one in found if one.sheet == "finance"} == {7, 8, 9}
