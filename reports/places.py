"""Where a chart label goes: of all places around its point, the one that covers the least."""

from __future__ import annotations

from itertools import pairwise
from math import dist, hypot
from typing import NamedTuple

Point = tuple[float, float]
Path = list[Point]
_FAR = 6.0  # a text size farther away is as bad as so many eighths of a text size of line covered


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def away(self, point: Point) -> float:
        """How many pixels the point lies outside; nought inside."""
        across = max(self.left - point[0], point[0] - self.right, 0.0)
        down = max(self.top - point[1], point[1] - self.bottom, 0.0)
        return hypot(across, down)

    def overlap(self, other: Box) -> float:
        """The shared area in square pixels."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across * down if across > 0 and down > 0 else 0.0


def place(anchor: Point, extent: Point, step: float, board: Box, taken: list[Box], lines: list[Path]) -> Box:
    """The box of ``extent`` (width, height) near ``anchor`` that stays on the board and off boxes and lines.

    ``step`` is the distance tried first (the text size). A farther place costs more by the square of the way: words
    half across the board from their point are read as another's, and crossing a line is the lesser evil.
    """
    best: tuple[float, Box] | None = None
    for cost, box in _candidates(anchor, extent, step, board):
        air = Box(box.left - step / 3, box.top, box.right + step / 3, box.bottom)
        covered = sum(air.overlap(other) for other in taken) * 200  # text on text is the worst
        crossed = sum(_inside(air, path) for path in lines) * step * 8
        price = covered + crossed + cost * step + (box.away(anchor) / step) ** 2 * step * _FAR
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


def _inside(box: Box, path: Path) -> float:
    """How many pixels of the path lie inside the box."""
    return sum(_share(box, *ends) * dist(*ends) for ends in pairwise(path))


def _share(box: Box, start: Point, end: Point) -> float:
    """The share of a straight line that lies inside the box: cut at each of the four sides in turn."""
    first, last = 0.0, 1.0
    across, down = end[0] - start[0], end[1] - start[1]
    left_and_right = ((-across, start[0] - box.left), (across, box.right - start[0]))
    top_and_bottom = ((-down, start[1] - box.top), (down, box.bottom - start[1]))
    for step, room in (*left_and_right, *top_and_bottom):
        if step == 0 and room < 0:
            return 0.0
        if step < 0:
            first = max(first, room / step)
        elif step > 0:
            last = min(last, room / step)
    return max(last - first, 0.0)
