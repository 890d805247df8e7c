"""Vertical columns over quarters: heights from 0, numbered directly; numbers that would touch are thinned."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import altair as alt

from reports.bars import bar_mark, extent
from reports.blocks import Bar, Columns
from reports.canvas import LEADING, Label, across, colour, compose, down, pixels, rows, texts, width_of
from reports.fonts import text_width
from reports.lines import even_lines
from reports.theme import Theme


class _Plan(NamedTuple):
    """Slots from left to right, and the pixels of the lowest and the highest value."""

    slot: float
    thick: float
    base: float
    head: float
    low: float
    high: float

    def x(self, index: int) -> float:
        return self.slot * (index + 0.5)

    def y(self, value: float) -> float:
        return self.base - (value - self.low) / (self.high - self.low) * (self.base - self.head)


def columns_spec(drawing: Columns, width: int, theme: Theme, height: int) -> dict[str, Any]:
    """Columns as a Vega-Lite specification. The last column and the strong ones keep their labels first."""
    size, bars = theme.size, drawing.bars
    slot = min(width / len(bars), size * 7)
    names = [_name(bar, before, slot, theme) for before, bar in zip((None, *bars), bars, strict=False)]
    foot = max(name.count("\n") + 1 for name in names) * size * LEADING + size * 0.5
    low, high = extent(bars)
    plan = _Plan(slot, min(slot * 0.74, size * 3.6), height - foot, size * 1.6, low, high)
    labels = _inside(
        [*_numbers(bars, plan, width, theme), *_names(bars, names, plan, width, theme)], width, theme
    )
    marks = [
        bar_mark(bar, theme)
        | {"left": plan.x(index) - plan.thick / 2, "right": plan.x(index) + plan.thick / 2}
        for index, bar in enumerate(bars)
    ]
    heights = alt.Scale(domain=[low, high], range=[plan.base, plan.head], nice=False)
    columns = (
        alt.Chart(rows(marks))
        .mark_bar()
        .encode(
            x=across("left", pixels(width)),
            x2="right:Q",
            y=down("value", heights),
            y2="zero:Q",
            color=colour(),
        )
    )
    floor = alt.Chart(rows([{"x": 0, "end": slot * len(bars), "y": plan.y(0)}]))
    line = floor.mark_rule(color=theme.palette.mute, strokeWidth=size / 15)
    line_at = line.encode(x=across("x", pixels(width)), x2="end:Q", y=down("y", pixels(height)))
    words = alt.layer(line_at, *texts(labels, theme, width, height))
    return compose([alt.layer(columns, words).resolve_scale(y="independent")], width, height)


def _numbers(bars: tuple[Bar, ...], plan: _Plan, width: float, theme: Theme) -> list[Label]:
    """Values over their columns, lifted over a neighbour they would cover, left out if that is too far."""
    widths = [text_width(theme.fonts, bar.text, theme.size, 700) for bar in bars]
    labels = []
    for index in _kept(widths, plan.slot, width, theme, [bar.strong for bar in bars]):
        bar, reach = bars[index], widths[index] / 2 + plan.thick / 2
        covered = [other.value for at, other in enumerate(bars) if abs(at - index) * plan.slot < reach]
        own, top = plan.y(max(bar.value, 0)), plan.y(max(0.0, *covered, bar.value))
        if own - top > theme.size * 1.2 and not bar.strong and index != len(bars) - 1:
            continue
        ink, weight = (theme.palette.accent, 700) if bar.strong else (theme.palette.sub, 400)
        labels.append(Label(plan.x(index), top - theme.size * 0.8, bar.text, ink, weight, "center"))
    return labels


def _names(bars: tuple[Bar, ...], names: list[str], plan: _Plan, width: float, theme: Theme) -> list[Label]:
    widths = [
        max(text_width(theme.fonts, line, theme.size, 700) for line in name.split("\n")) for name in names
    ]
    labels = []
    for index in _kept(widths, plan.slot, width, theme, [False] * len(bars)):
        ink, weight = (theme.palette.accent, 700) if bars[index].strong else (theme.palette.mute, 400)
        labels.append(Label(plan.x(index), plan.base + theme.size, names[index], ink, weight, "center"))
    return labels


def _name(bar: Bar, before: Bar | None, slot: float, theme: Theme) -> str:
    """The label and, under it, the second line; a year is written once, where it begins."""
    room = max(slot - theme.size * 0.3, theme.size * 4)
    lines = even_lines(bar.label, room, lambda text: text_width(theme.fonts, text, theme.size, 700))
    same_year = before is not None and before.sub == bar.sub and re.fullmatch(r"\d{4}年?", bar.sub)
    return "\n".join(lines if same_year or not bar.sub else [*lines, bar.sub])


def _kept(widths: list[float], slot: float, width: float, theme: Theme, must: list[bool]) -> list[int]:
    """Which labels stand: all if they fit, else those in ``must`` and every n-th counted from the last."""
    gap, last = theme.size * 0.25, len(widths) - 1
    centres = [min(max(slot * (at + 0.5), wide / 2), width - wide / 2) for at, wide in enumerate(widths)]
    step = next((n for n in range(1, len(widths) + 1) if max(widths) + gap <= n * slot), len(widths))
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
