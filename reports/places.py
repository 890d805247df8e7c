"""Where a chart label goes: of all places around its point, the one that covers the least."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

Point = tuple[float, float]
Path = list[Point]


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """The shared area in square pixels."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across * down if across > 0 and down > 0 else 0.0


def place(anchor: Point, extent: Point, step: float, board: Box, taken: list[Box], lines: list[Path]) -> Box:
    """The box of ``extent`` (width, height) near ``anchor`` that stays on the board and off boxes and lines.

    ``step`` is the distance tried first (the text size); a farther place costs a little more than a near one.
    """
    best: tuple[float, Box] | None = None
    for cost, box in _candidates(anchor, extent, step, board):
        air = Box(box.left - step / 3, box.top, box.right + step / 3, box.bottom)
        covered = sum(air.overlap(other) for other in taken) * 200  # text on text is the worst
        crossed = sum(_inside(air, path) for path in lines) * step * 8
        price = covered + crossed + cost * step
        if best is None or price < best[0]:
            best = (price, box)
    assert best is not None  # there is always a first candidate
    return best[1]


def _candidates(anchor: Point, extent: Point, step: float, board: Box) -> list[tuple[float, Box]]:
    """Boxes around the anchor, pushed onto the board, each with what the way to it costs."""
    (x, y), (width, height) = anchor, extent
    found = []
    for ring in range(7):
        away = step * (0.75 + ring * 0.9)
        for order, (side, rise) in enumerate(_SIDES):
            left = {-1: x - away - width, 0: x - width / 2, 1: x + away}[side]
            top = {-1: y - away - height + step * 0.2, 0: y - height / 2, 1: y + away - step * 0.2}[rise]
            moved_left = min(max(left, board.left), board.right - width)
            moved_top = min(max(top, board.top), board.bottom - height)
            push = abs(moved_left - left) + abs(moved_top - top)
            box = Box(moved_left, moved_top, moved_left + width, moved_top + height)
            found.append((ring * 1.5 + order * 0.1 + push / step, box))
    return found


# Beside first, then the corners (as the eye reads a label beside a point), then above and below.
_SIDES = ((1, 0), (-1, 0), (-1, -1), (1, -1), (1, 1), (-1, 1), (0, -1), (0, 1))


def _inside(box: Box, path: Path, every: float = 2.0) -> float:
    """About how many pixels of the path lie inside the box."""
    length = 0.0
    for (x0, y0), (x1, y1) in pairwise(path):
        reach = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        count = max(int(reach / every), 1)
        for index in range(count + 1):
            x, y = x0 + (x1 - x0) * index / count, y0 + (y1 - y0) * index / count
            length += (reach / (count + 1)) * (box.left <= x <= box.right and box.top <= y <= box.bottom)
    return length
