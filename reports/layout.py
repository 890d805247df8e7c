"""How blocks share a row, how a long matrix is cut, which columns hold sentences: decided once for every form."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reports.blocks import Block, Chart, Matrix, MatrixGroup, Prose, Table
from reports.lines import columns as terminal_columns
from reports.shapes import Bars, Steps

SMALL_BARS = 12  # a longer list of bars would tower over the chart beside it
_SENTENCE = 24  # terminal columns: twelve Chinese characters


def rows(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], ...]:
    """Blocks in reading order, one or two a row.

    Findings and decisions stand side by side. Of neighbouring small charts two share a row,
    counted from the last.
    """
    made: list[tuple[Block, ...]] = []
    index = 0
    while index < len(blocks):
        pair = blocks[index : index + 2]
        if len(pair) == 2 and (_prose_pair(*pair) or _chart_pair(blocks, index)):
            made.append(tuple(pair))
            index += 2
        else:
            made.append((blocks[index],))
            index += 1
    return tuple(made)


def figure_columns(count: int) -> int:
    """How many key figures stand in a row on wide paper: rows as even as can be, four at most."""
    return count if count in (1, 2, 3, 4) else 3 if count in (5, 6, 9) else 4


def wordy(table: Table) -> tuple[bool, ...]:
    """Which columns hold sentences: they wrap, and where there is little room take the whole width."""
    return tuple(
        any(terminal_columns(row[at].text) > _SENTENCE for row in table.rows)
        for at in range(len(table.headings))
    )


def roomy(matrix: Matrix) -> bool:
    """Whether every quarter's name fits over its column of marks; else only the first and the last are named."""
    return len(matrix.columns) <= 4


def group_columns(
    matrix: Matrix, measure: Callable[[str], float], cell: float, room: float, gutter: float
) -> int:
    """How many columns of groups stand side by side: three where names fit on a line, else two."""
    names = [row.label for group in matrix.groups for row in group.rows]
    titles = [group.label for group in matrix.groups]
    marks = cell * len(matrix.columns)
    need = max([measure(name) + marks for name in (names + titles if roomy(matrix) else names)], default=0.0)
    return 3 if max([need, *map(measure, titles)]) + cell / 2 <= (room - 2 * gutter) / 3 else 2


def parts(group: MatrixGroup, height: int) -> list[MatrixGroup]:
    """A group in parts of at most ``height`` rows: each is kept on one page."""
    starts = range(0, max(len(group.rows), 1), height)
    return [MatrixGroup(label=group.label, rows=group.rows[start : start + height]) for start in starts]


def _prose_pair(first: Block, second: Block) -> bool:
    return isinstance(first, Prose) and isinstance(second, Prose) and first.numbered != second.numbered


def _chart_pair(blocks: Sequence[Block], index: int) -> bool:
    run = 0
    while index + run < len(blocks) and _small(blocks[index + run]):
        run += 1
    return run >= 2 and run % 2 == 0


def _small(block: Block) -> bool:
    if not isinstance(block, Chart) or isinstance(block.drawing, Steps):
        return False
    return not isinstance(block.drawing, Bars) or len(block.drawing.bars) <= SMALL_BARS
