"""What shares a row, and how a long matrix is cut."""

from __future__ import annotations

from reports.blocks import MatrixGroup, MatrixRow, View
from reports.layout import figure_columns, parts, rows


def test_findings_stand_beside_decisions_and_charts_in_pairs(view: View) -> None:
    kinds = [[block.kind for block in row] for row in rows(view.chapters[0].blocks)]
    assert kinds == [["contents"], ["headline"], ["prose", "prose"], ["figures"], ["chart"], ["note"]]
    names = [[block.kind for block in row] for row in rows(view.chapters[1].blocks)]
    assert names == [["chart"], ["chart", "chart"], ["table"]]


def test_figures_fill_their_rows() -> None:
    assert [figure_columns(count) for count in range(1, 10)] == [1, 2, 3, 4, 3, 3, 4, 4, 3]


def test_a_long_group_is_cut_into_parts_of_the_same_name() -> None:
    lines = tuple(MatrixRow(label=f"{row}", states=("accepted",)) for row in range(90))
    cut = parts(MatrixGroup(label="示例", rows=lines), 36)
    assert [(one.label, len(one.rows)) for one in cut] == [("示例", 36), ("示例", 36), ("示例", 18)]
    assert tuple(row for one in cut for row in one.rows) == lines


def test_a_group_without_rows_is_named() -> None:
    assert parts(MatrixGroup(label="示例", rows=()), 36) == [MatrixGroup(label="示例", rows=())]
