"""Horizontal bars: lengths from 0, every one labelled directly, no axis of numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

import altair as alt

from reports.blocks import Bar, Bars
from reports.canvas import LEADING, Label, across, colour, compose, down, pixels, rows, texts
from reports.fonts import text_width
from reports.lines import even_lines
from reports.theme import Theme


class _Plan(NamedTuple):
    """Where bars begin and end, and whether labels stand above the bars (phone) or beside them."""

    left: float
    right: float
    above: bool
    below: bool  # the second line of a value stands under it


def bars_spec(drawing: Bars, width: int, theme: Theme) -> dict[str, Any]:
    """Horizontal bars as a Vega-Lite specification; as high as the bars need."""
    plan = _plan_bars(drawing.bars, width, theme)
    size = theme.size
    labels: list[Label] = []
    marks: list[dict[str, Any]] = []
    top = 0.0
    scale = _LengthScale(drawing.bars, plan.left, plan.right)
    for bar in drawing.bars:
        names = _name(bar, width if plan.above else plan.left - size * 0.7, theme)
        head = len(names) * size * LEADING + size * 0.25 if plan.above else 0.0
        lines = max(1.0 if plan.above else len(names), 2.0 if plan.below and bar.sub else 1.0)
        thick = max(size * 1.6, lines * size * LEADING)
        middle = top + head + thick / 2
        labels += _bar_labels(bar, names, plan, top, middle, scale(max(bar.value, 0)), theme)
        marks.append(bar_mark(bar, theme) | {"top": middle - size * 0.8, "bottom": middle + size * 0.8})
        top += head + thick + size * (0.7 if plan.above else 0.5)
    height = max(top - size * 0.4, size)
    lengths = alt.Scale(domain=extent(drawing.bars), range=[plan.left, plan.right], nice=False)
    zero = alt.Chart(rows([{"zero": 0}])).mark_rule(color=theme.palette.mute, strokeWidth=size / 15)
    layers = [
        alt.Chart(rows(marks))
        .mark_bar()
        .encode(
            x=across("value", lengths),
            x2="zero:Q",
            y=down("top", pixels(height)),
            y2="bottom:Q",
            color=colour(),
        ),
        zero.encode(x=across("zero", lengths)),
    ]
    # Text stands on its own pixel scale: the lengths of the bars keep theirs.
    layered = alt.layer(alt.layer(*layers), alt.layer(*texts(labels, theme, width, height))).resolve_scale(
        x="independent"
    )
    return compose([layered], width, height)


def _plan_bars(bars: tuple[Bar, ...], width: int, theme: Theme) -> _Plan:
    size = theme.size
    widest = max(text_width(theme.fonts, bar.label, size, 700) for bar in bars)
    value = max(text_width(theme.fonts, bar.text, size, 700) for bar in bars)
    sub = max(text_width(theme.fonts, bar.sub, size) for bar in bars)
    above = width < size * 34 and widest > width * 0.28
    left = 0.0 if above else min(widest + size * 0.7, width * 0.36)
    beside = value + (sub + size * 0.8 if sub else 0) + size * 0.6
    below = bool(sub) and beside > width * 0.42
    tail = max(value, sub) + size * 0.6 if below else beside
    return _Plan(left, max(width - tail, left + size * 2), above, below)


def _name(bar: Bar, limit: float, theme: Theme) -> list[str]:
    weight = 700 if bar.strong else 400
    return even_lines(bar.label, limit, lambda text: text_width(theme.fonts, text, theme.size, weight))


def _bar_labels(
    bar: Bar, names: list[str], plan: _Plan, top: float, middle: float, end: float, theme: Theme
) -> list[Label]:
    size, tokens = theme.size, theme.palette
    ink, weight = (tokens.accent, 700) if bar.strong else (tokens.ink, 400)
    name = "\n".join(names)
    if plan.above:
        labels = [Label(0, top + size * LEADING / 2, name, ink, weight)]
    else:
        first = middle - (len(names) - 1) * size * LEADING / 2
        labels = [Label(plan.left - size * 0.7, first, name, ink, weight, "right")]
    x = end + size * 0.5
    if bar.sub and plan.below:
        labels.append(Label(x, middle - size * LEADING / 2, bar.text, ink, 700))
        labels.append(Label(x, middle + size * LEADING / 2, bar.sub, tokens.sub))
        return labels
    labels.append(Label(x, middle, bar.text, ink, 700))
    if bar.sub:
        after = x + text_width(theme.fonts, bar.text, size, 700) + size * 0.8
        labels.append(Label(after, middle, bar.sub, tokens.sub))
    return labels


def bar_mark(bar: Bar, theme: Theme) -> dict[str, Any]:
    """The row of data a bar is drawn from: accent for the one to look at."""
    return {
        "value": bar.value,
        "zero": 0,
        "colour": theme.palette.accent if bar.strong else theme.palette.ctx,
    }


def extent(bars: tuple[Bar, ...]) -> list[float]:
    """Lowest and highest value with 0 among them, never the same."""
    low, high = min(0.0, *(bar.value for bar in bars)), max(0.0, *(bar.value for bar in bars))
    return [low, high if high > low else low + 1]


class _LengthScale:
    """Value → pixel, as the chart's own x scale has it: labels are placed by it."""

    def __init__(self, bars: tuple[Bar, ...], left: float, right: float) -> None:
        self.low, self.high = extent(bars)
        self.left, self.right = left, right

    def __call__(self, value: float) -> float:
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)
