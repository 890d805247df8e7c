"""Horizontal bars: lengths from 0, every one labelled directly, no axis of numbers.

A tick on a bar is what it was before; a line over all bars is a published threshold.
"""

from __future__ import annotations

from typing import NamedTuple

from reports.canvas import LEADING, Label, fold, path, picture, rect, texts, tick, width_of
from reports.fonts import text_width
from reports.shapes import Bar, Bars, Mark
from reports.theme import Theme


class _Plan(NamedTuple):
    """Where bars begin and end, the values these stand for, and where the words go.

    Names stand above the bars (phone) or beside them, second lines of a value ``below`` or beside it.
    Values stand at the ends of their bars, or ``aligned`` in a column where ticks would run through them.
    """

    left: float
    right: float
    low: float
    high: float
    above: bool
    below: bool
    aligned: bool
    value: float

    def x(self, value: float) -> float:
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)


def draw_bars(drawing: Bars, width: int, theme: Theme) -> str:
    """Horizontal bars as an SVG as high as they need."""
    size = theme.size
    plan = _plan_bars(drawing, width, theme)
    labels, top = _mark_labels(drawing.marks, plan, width, theme)
    first, shapes, over = top, "", ""
    for bar in drawing.bars:
        names = _name(bar, width if plan.above else plan.left - size * 0.7, theme)
        head = len(names) * size * LEADING + size * 0.25 if plan.above else 0.0
        lines = max(1.0 if plan.above else len(names), 2.0 if plan.below and bar.sub else 1.0)
        thick = max(size * 1.6, lines * size * LEADING)
        middle = top + head + thick / 2
        labels += [*_names(bar, names, plan, top, middle, theme), *_values(bar, plan, middle, width, theme)]
        shapes += _bar(bar, plan, middle, theme)
        if bar.before is not None:
            over += tick(plan.x(bar.before), middle - size * 1.05, middle + size * 1.05, theme)
        top += head + thick + size * (0.7 if plan.above else 0.5)
    end = max(top - size * 0.4, size)
    zero = path([(plan.x(0), first), (plan.x(0), end)], theme.palette.mute, size / 15)
    lines_over = "".join(
        _threshold(mark, label, plan, end, theme) for mark, label in zip(drawing.marks, labels, strict=False)
    )
    key, height = _key(drawing, end, theme)
    return picture(width, height, shapes + zero + lines_over + over + key + texts(labels, theme), theme)


def extent(values: list[float]) -> tuple[float, float]:
    """Lowest and highest of the values and 0, never the same."""
    low, high = min([0.0, *values]), max([0.0, *values])
    return low, high if high > low else low + 1


def _plan_bars(drawing: Bars, width: int, theme: Theme) -> _Plan:
    size, bars = theme.size, drawing.bars
    widest = max(text_width(theme.fonts, bar.label, size, 700) for bar in bars)
    narrow = width < size * 34
    left = min(widest + size * 0.7, width * (0.42 if narrow else 0.36))
    deep = max(len(_name(bar, left - size * 0.7, theme)) for bar in bars)
    value = max(text_width(theme.fonts, bar.text, size, 700) for bar in bars)
    sub = max(text_width(theme.fonts, bar.sub, size) for bar in bars)
    befores = [bar.before for bar in bars if bar.before is not None]
    beside = value + (sub + size * 0.8 if sub else 0) + size * 0.6
    below = bool(sub) and beside > width * 0.42
    tail = max(value, sub) + size * 0.6 if below else beside
    above = narrow and (deep > 3 or width - tail - left < width * 0.3)
    left = 0.0 if above else left
    low, high = extent([*(bar.value for bar in bars), *befores, *(mark.value for mark in drawing.marks)])
    aligned = bool(befores or drawing.marks)
    return _Plan(left, max(width - tail, left + size * 2), low, high, above, below, aligned, value)


def _name(bar: Bar, limit: float, theme: Theme) -> list[str]:
    return fold(bar.label, limit, theme, 700 if bar.strong else 400)


def _bar(bar: Bar, plan: _Plan, middle: float, theme: Theme) -> str:
    ends = sorted((plan.x(0), plan.x(bar.value)))
    half = theme.size * (0.65 if plan.aligned else 0.8)
    fill = theme.palette.accent if bar.strong else theme.palette.ctx
    return rect(ends[0], middle - half, ends[1], middle + half, fill)


def _names(bar: Bar, names: list[str], plan: _Plan, top: float, middle: float, theme: Theme) -> list[Label]:
    size, (ink, weight) = theme.size, _look(bar, theme)
    name = "\n".join(names)
    if plan.above:
        return [Label(0, top + size * LEADING / 2, name, ink, weight, halo=True)]  # thresholds cross here
    first = middle - (len(names) - 1) * size * LEADING / 2
    return [Label(plan.left - size * 0.7, first, name, ink, weight, "right")]


def _values(bar: Bar, plan: _Plan, middle: float, width: float, theme: Theme) -> list[Label]:
    size, (ink, _), sub = theme.size, _look(bar, theme), theme.palette.sub
    half = size * LEADING / 2
    if plan.aligned:
        edge = width if plan.below or not bar.sub else plan.right + size * 0.6 + plan.value
        value = Label(edge, middle, bar.text, ink, 700, "right")
        second = Label(width, middle, bar.sub, sub, align="right")
    else:
        end = plan.x(max(bar.value, 0)) + size * 0.5
        value = Label(end, middle, bar.text, ink, 700)
        after = 0 if plan.below else text_width(theme.fonts, bar.text, size, 700) + size * 0.8
        second = Label(end + after, middle, bar.sub, sub)
    if not bar.sub:
        return [value]
    if plan.below:
        return [value._replace(y=middle - half), second._replace(y=middle + half)]
    return [value, second]


def _look(bar: Bar, theme: Theme) -> tuple[str, int]:
    return (theme.palette.accent, 700) if bar.strong else (theme.palette.ink, 400)


def _mark_labels(
    marks: tuple[Mark, ...], plan: _Plan, width: float, theme: Theme
) -> tuple[list[Label], float]:
    """The names of the thresholds above the bars, each on the highest line where it is free; and their height."""
    size, lines = theme.size, list[list[tuple[float, float]]]()
    placed: list[tuple[Label, int]] = []
    for mark in marks:
        text = "\n".join(fold(mark.text, width * 0.6, theme))
        label = Label(plan.x(mark.value), 0, text, theme.palette.sub, align="center")
        half = width_of(label, theme) / 2
        label = label._replace(x=min(max(label.x, half), max(width - half, half)))
        ends, deep = (label.x - half - size * 0.4, label.x + half + size * 0.4), text.count("\n") + 1
        line = next(n for n in range(len(lines) + 1) if all(_free(ends, row) for row in lines[n : n + deep]))
        lines += [[] for _ in range(line + deep - len(lines))]
        for row in lines[line : line + deep]:
            row.append(ends)
        placed.append((label, line))
    labels = [label._replace(y=(line + 0.5) * size * LEADING, halo=True) for label, line in placed]
    return labels, len(lines) * size * LEADING + (size * 0.5 if marks else 0)


def _free(ends: tuple[float, float], row: list[tuple[float, float]]) -> bool:
    return all(ends[1] <= left or right <= ends[0] for left, right in row)


def _threshold(mark: Mark, label: Label, plan: _Plan, end: float, theme: Theme) -> str:
    top = label.y + (label.text.count("\n") + 0.5) * theme.size * LEADING + theme.size * 0.1
    return tick(plan.x(mark.value), top, end, theme)


def _key(drawing: Bars, end: float, theme: Theme) -> tuple[str, float]:
    """What the ticks of the bars are, drawn under them; and the height with it."""
    size = theme.size
    if not drawing.before_text or all(bar.before is None for bar in drawing.bars):
        return "", end
    middle = end + size * 1.2
    name = Label(size * 0.9, middle, drawing.before_text, theme.palette.sub)
    return tick(size * 0.3, middle - size * 0.6, middle + size * 0.6, theme) + texts(
        [name], theme
    ), middle + size * 0.7
