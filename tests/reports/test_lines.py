"""Line breaking and columns of plain text."""

from __future__ import annotations

import pytest

from reports.lines import break_lines, columns, even_lines, pieces
from reports.plain import WIDTH, grid, wrap


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("还差 3\u00a0家。", ["还", "差", " ", "3\u00a0家。"]),
        ("2026年末", ["2026年", "末"]),
        ("（12.5%），“好”", ["（12.5%），", "“好”"]),
        ("+1.0\u00a0个百分点", ["+1.0\u00a0个", "百", "分", "点"]),
    ],
)
def test_pieces(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_no_line_is_too_wide_or_starts_with_a_closing_mark() -> None:
    text = "缺报\u00a01\u00a0家、退回待报 1\u00a0家；示例理工大学已连续两季缺报，三家上季占 4.4%。" * 3
    for limit in range(12, 73):
        lines = break_lines(text, limit, columns)
        assert all(columns(line) <= limit for line in lines)
        assert not any(line[0] in "，。；、）" for line in lines)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_even_lines_leave_no_orphan() -> None:
    assert even_lines("首次商业化应用示例", 16, columns) == ["首次商业化", "应用示例"]


def test_wrap_hangs() -> None:
    lines = wrap("研发供给：" + "研发投入" * 20, 2, 4).split("\n")
    assert [line[:5] == "    发" or line[:3] == "  研" for line in lines[:2]] == [True, True]
    assert all(columns(line) <= WIDTH for line in lines)


def test_grid_aligns_full_width_text() -> None:
    lines = grid([["指标", "本季"], ["已认定中心", "2"], ["a", "4,862"]], [False, True]).split("\n")
    assert len({columns(line) for line in lines}) == 1


def test_grid_too_wide_becomes_records() -> None:
    text = grid(
        [["单位", "原因", "处理"], ["示例公司", "研发人员人数大于从业人员人数" * 3, "重报"]], [False] * 3
    )
    assert "原因：研发人员" in text
    assert all(columns(line) <= WIDTH for line in text.split("\n"))
