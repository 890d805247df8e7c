"""Vertical columns over quarters: heights from 0, numbered directly; numbers that would touch are thinned."""

from __future__ import annotations

import re
from typing import NamedTuple

from reports.bars import extent
from reports.canvas import LEADING, Label, fold, number, path, picture, rect, texts, width_of
from reports.fonts import text_width
from reports.shapes import Bar, Break, Columns
from reports.theme import Theme


class Plan(NamedTuple):
    """Slots from left to right, and the pixels of the lowest and the highest value."""

    slot: float
    thick: float
    base: float
    head: float
    low: float
    high: float
    width: float

    def x(self, index: int) -> float:
        return self.slot * (index + 0.5)

    def y(self, value: float) -> float:
        return self.base - (value - self.low) / (self.high - self.low) * (self.base - self.head)

    def sides(self, index: int) -> tuple[float, float]:
        return self.x(index) - self.thick / 2, self.x(index) + self.thick / 2


def draw_columns(drawing: Columns, width: int, theme: Theme, height: float) -> str:
    """Columns as an SVG. The last column and the strong ones keep their labels first."""
    bars = drawing.bars
    plan = plan_columns(bars, width, theme, height, drawing.breaks)
    shapes = "".join(_column(bar, plan, index, theme) for index, bar in enumerate(bars))
    return picture(width, height, shapes + frame(bars, plan, theme, drawing.breaks), theme)


def plan_columns(
    bars: tuple[Bar, ...], width: float, theme: Theme, height: float, breaks: tuple[Break, ...] = ()
) -> Plan:
    """Slots as wide as ``width`` allows, room for the names under the floor, the numbers on top and breaks above them."""
    size = theme.size
    slot = min(width / len(bars), size * 7)
    lines = max(name.count("\n") + 1 for name in _captions(bars, slot, theme))
    foot = lines * size * LEADING + size * 0.5
    low, high = extent([bar.value for bar in bars])
    head = size * (1.6 + LEADING if breaks else 1.6)
    return Plan(slot, min(slot * 0.74, size * 3.6), height - foot, head, low, high, width)


def frame(bars: tuple[Bar, ...], plan: Plan, theme: Theme, breaks: tuple[Break, ...] = ()) -> str:
    """The floor, the numbers over the columns and the names under them; lines where the way of counting changed."""
    floor = [(0.0, plan.y(0)), (plan.slot * len(bars), plan.y(0))]
    numbers = [one._replace(halo=bool(breaks)) for one in _numbers(bars, plan, theme)]
    named = _break_names(breaks, plan, theme)
    labels = _inside([*numbers, *_names(bars, plan, theme), *named], plan.width, theme)
    lines = "".join(_break(one, plan, theme) for one in breaks)
    return path(floor, theme.palette.mute, theme.size / 15) + lines + texts(labels, theme)


def _break(one: Break, plan: Plan, theme: Theme) -> str:
    """Dashes from the name down to the floor, in the middle between two columns."""
    x, size = plan.slot * one.before, theme.size
    dash = f"{number(size / 3)} {number(size / 4)}"
    return path([(x, size * LEADING), (x, plan.base)], theme.palette.sub, size / 12, dash)


def _break_names(breaks: tuple[Break, ...], plan: Plan, theme: Theme) -> list[Label]:
    """The name of each break above its line, the newest first; what would touch another is left to the note."""
    labels: list[Label] = []
    for one in reversed(breaks):
        label = Label(plan.slot * one.before, theme.size * 0.6, one.text, theme.palette.sub, 400, "center")
        room = width_of(label, theme) + theme.size / 2
        if all(abs(label.x - other.x) >= room for other in labels):
            labels.append(label)
    return labels


def _column(bar: Bar, plan: Plan, index: int, theme: Theme) -> str:
    (left, right), ends = plan.sides(index), sorted((plan.y(0), plan.y(bar.value)))
    return rect(left, ends[0], right, ends[1], theme.palette.accent if bar.strong else theme.palette.ctx)


def _numbers(bars: tuple[Bar, ...], plan: Plan, theme: Theme) -> list[Label]:
    """Values over their columns, lifted over a neighbour they would cover, left out if that is too far."""
    widths = [text_width(theme.fonts, bar.text, theme.size, 700) for bar in bars]
    labels = []
    for index in _kept(widths, plan, theme, [bar.strong for bar in bars]):
        bar, reach = bars[index], widths[index] / 2 + plan.thick / 2
        covered = [other.value for at, other in enumerate(bars) if abs(at - index) * plan.slot < reach]
        own, top = plan.y(max(bar.value, 0)), plan.y(max(0.0, *covered, bar.value))
        if own - top > theme.size * 1.2 and not bar.strong and index != len(bars) - 1:
            continue
        ink, weight = (theme.palette.accent, 700) if bar.strong else (theme.palette.sub, 400)
        labels.append(Label(plan.x(index), top - theme.size * 0.8, bar.text, ink, weight, "center"))
    return labels


def _names(bars: tuple[Bar, ...], plan: Plan, theme: Theme) -> list[Label]:
    names = _captions(bars, plan.slot, theme)
    widths = [
        max(text_width(theme.fonts, line, theme.size, 700) for line in name.split("\n")) for name in names
    ]
    labels = []
    for index in _kept(widths, plan, theme, [False] * len(bars)):
        ink, weight = (theme.palette.accent, 700) if bars[index].strong else (theme.palette.mute, 400)
        labels.append(Label(plan.x(index), plan.base + theme.size, names[index], ink, weight, "center"))
    return labels


def _captions(bars: tuple[Bar, ...], slot: float, theme: Theme) -> list[str]:
    return [_caption(bar, before, slot, theme) for before, bar in zip((None, *bars), bars, strict=False)]


def _caption(bar: Bar, before: Bar | None, slot: float, theme: Theme) -> str:
    """The label and, under it, the second line; a year is written once, where it begins."""
    lines = fold(bar.label, max(slot - theme.size * 0.3, theme.size * 4), theme, 700)
    same_year = before is not None and before.sub == bar.sub and re.fullmatch(r"\d{4}年?", bar.sub)
    return "\n".join(lines if same_year or not bar.sub else [*lines, bar.sub])


def _kept(widths: list[float], plan: Plan, theme: Theme, must: list[bool]) -> list[int]:
    """Which labels stand: all if they fit, else those in ``must`` and every n-th counted from the last."""
    gap, last = theme.size * 0.25, len(widths) - 1
    centres = [
        min(max(plan.x(at), wide / 2), max(plan.width - wide / 2, wide / 2)) for at, wide in enumerate(widths)
    ]
    step = next((n for n in range(1, len(widths) + 1) if max(widths) + gap <= n * plan.slot), len(widths))
    kept: list[int] = []
    for index in [last, *(index for index in range(last, -1, -1) if must[index]), *range(last, -1, -step)]:
        if all(abs(centres[index] - centres[k]) >= (widths[index] + widths[k]) / 2 + gap for k in kept):
            kept.append(index)
    return kept


def _inside(labels: list[Label], width: float, theme: Theme) -> list[Label]:
    """Move centred labels of the outer columns in, so that none is cut at the edge."""
    moved = []
    for label in labels:
        half = width_of(label, theme) / 2
        moved.append(label._replace(x=min(max(label.x, half), max(width - half, half))))
    return moved
