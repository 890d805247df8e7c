"""What shares a row, and how a long matrix is cut."""

from __future__ import annotations

from reports.blocks import Matrix, MatrixGroup, MatrixRow, View
from reports.layout import figure_columns, matrix_columns, rows


def test_findings_stand_beside_decisions_and_charts_in_pairs(view: View) -> None:
    kinds = [[block.kind for block in row] for row in rows(view.chapters[0].blocks)]
    assert kinds == [["contents"], ["headline"], ["prose", "prose"], ["figures"], ["chart"], ["note"]]
    names = [[block.kind for block in row] for row in rows(view.chapters[1].blocks)]
    assert names == [["chart"], ["chart", "chart"], ["table"]]


def test_figures_fill_their_rows() -> None:
    assert [figure_columns(count) for count in range(1, 10)] == [1, 2, 3, 4, 3, 3, 4, 4, 3]


def _matrix(*sizes: int) -> Matrix:
    groups = tuple(
        MatrixGroup(
            label=f"示例{index}",
            rows=tuple(MatrixRow(label=f"{index}-{row}", states=("accepted",)) for row in range(size)),
        )
        for index, size in enumerate(sizes)
    )
    return Matrix(title="", columns=("本季",), groups=groups, legend=())


def test_every_row_of_a_long_matrix_is_drawn_once_in_order() -> None:
    matrix = _matrix(4, 3, 90, *[4] * 40)
    pieces = matrix_columns(matrix, 3, 38)
    drawn = [row.label for piece in pieces for column in piece for group in column for row in group.rows]
    assert drawn == [row.label for group in matrix.groups for row in group.rows]
    for piece in pieces:
        assert len(piece) <= 3
        assert all(sum(len(group.rows) + 1.6 for group in column) <= 38 for column in piece)


def test_columns_are_even() -> None:
    (piece,) = matrix_columns(_matrix(4, 3, 3, 4, 4, 3), 3, 38)
    assert [sum(len(group.rows) for group in column) for column in piece] == [7, 7, 7]


def test_nothing_to_draw() -> None:
    assert matrix_columns(_matrix(), 3, 38) == ()
