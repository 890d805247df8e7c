"""Pace: what happened as steps, what was planned as diamonds joined by dashes, and the gap that is left."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import altair as alt

from reports.blocks import Steps, Target
from reports.canvas import LEADING, Label, across, compose, down, pixels, rows, texts, width_of
from reports.fonts import text_width
from reports.lines import even_lines
from reports.places import Box, Path, place
from reports.theme import Theme


class _Frame(NamedTuple):
    """The board, the plot on it in pixels, and the data it spans (days as ordinals, levels from 0)."""

    width: int
    height: int
    first: int
    last: int
    high: float
    left: float
    right: float
    top: float
    bottom: float

    def at(self, day: date, value: float) -> tuple[float, float]:
        x = self.left + (day.toordinal() - self.first) / (self.last - self.first) * (self.right - self.left)
        return x, self.bottom - value / self.high * (self.bottom - self.top)


def steps_spec(drawing: Steps, width: int, theme: Theme, height: int) -> dict[str, Any]:
    """The pace chart as a Vega-Lite specification; the gap is drawn to the next target (or the last)."""
    frame = _frame(drawing, width, height, theme)
    layers = [*_grid(frame, theme), *_plan(drawing, frame, theme)]
    layers += _happened(drawing, frame, theme)
    layers += texts(_place_labels(drawing, frame, theme), theme, width, height, halo=True)
    return compose(layers, width, height)


def goal(drawing: Steps) -> Target | None:
    """The target the gap is measured to: the next one, or the last when all dates have passed."""
    ahead = [target for target in drawing.targets if target.at > drawing.now]
    return (
        min(ahead, key=lambda target: target.at)
        if ahead
        else max(drawing.targets, key=lambda t: t.at, default=None)
    )


def level(drawing: Steps) -> float:
    """How much there is now."""
    reached = [step for step in drawing.steps if step.at <= drawing.now]
    return max(reached, key=lambda step: step.at).value if reached else 0.0


def ticks(high: float, most: int = 5) -> list[int]:
    """Round whole numbers from 0 to at least ``high``."""
    scales = (unit * 10**power for power in range(12) for unit in (1, 2, 5))
    step = next(unit for unit in scales if high / unit <= most)
    return [step * index for index in range(int(-(-high // step)) + 1)]


def _frame(drawing: Steps, width: int, height: int, theme: Theme) -> _Frame:
    size = theme.size
    days = [drawing.now, *(step.at for step in drawing.steps), *(target.at for target in drawing.targets)]
    first, last = min(days).toordinal(), max(days).toordinal()
    first = min(first, last - 730)  # a series of one point still needs a time axis
    high = max([1.0, *(step.value for step in drawing.steps), *(target.value for target in drawing.targets)])
    scale = ticks(high)
    left = text_width(theme.fonts, f"{scale[-1]:,}", size) + size * 0.8
    return _Frame(
        width,
        height,
        first,
        last,
        max(high, scale[-2]),
        left,
        width - size * 0.8,
        size * 1.9,
        height - size * 1.9,
    )


def _grid(frame: _Frame, theme: Theme) -> list[alt.Chart]:
    size, tokens = theme.size, theme.palette
    levels = [tick for tick in ticks(frame.high) if tick <= frame.high]
    lines, labels = [], []
    for tick in levels:
        y = frame.bottom - tick / frame.high * (frame.bottom - frame.top)
        lines.append({"x": frame.left, "end": frame.width, "y": y})
        labels.append(Label(frame.left - size * 0.7, y, f"{tick:,}", tokens.mute, align="right"))
    labels += _years(frame, theme)
    grid = alt.Chart(rows(lines[1:])).mark_rule(color=tokens.rule, strokeWidth=size / 18)
    floor = alt.Chart(rows(lines[:1])).mark_rule(color=tokens.mute, strokeWidth=size / 15)
    marks = [
        layer.encode(x=across("x", pixels(frame.width)), x2="end:Q", y=down("y", pixels(frame.height)))
        for layer in (grid, floor)
    ]
    return [*marks, *texts(labels, theme, frame.width, frame.height)]


def _years(frame: _Frame, theme: Theme) -> list[Label]:
    """Each year's name in the middle of the part of it that is shown; every n-th where they would touch."""
    room = text_width(theme.fonts, "2026", theme.size)
    shown = []
    for year in range(date.fromordinal(frame.first).year, date.fromordinal(frame.last).year + 1):
        begin = max(date(year, 1, 1), date.fromordinal(frame.first))
        end = min(date(year, 12, 31), date.fromordinal(frame.last))
        left, right = frame.at(begin, 0)[0], frame.at(end, 0)[0]
        shown.append((year, (left + right) / 2, right - left))
    full = max(part for _, _, part in shown)
    every = next(n for n in (1, 2, 5, 10, 20, 50) if full * n >= room * 1.5)
    y = frame.bottom + theme.size * 1.1
    fits = [(year, x) for year, x, part in shown if part >= room * 0.9 or (every > 1 and part >= full * 0.5)]
    latest = fits[-1][0] if fits else shown[-1][0]
    return [
        Label(x, y, str(year), theme.palette.mute, align="center")
        for year, x in fits
        if (latest - year) % every == 0
    ]


def _stairs(drawing: Steps, frame: _Frame) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for step in sorted(drawing.steps, key=lambda step: step.at):
        if step.at > drawing.now:
            break
        x, y = frame.at(step.at, step.value)
        if points:
            points.append((x, points[-1][1]))
        points.append((x, y))
    end = frame.at(drawing.now, level(drawing))
    return [*points, end] if points else [end]


def _planned(drawing: Steps, frame: _Frame) -> list[tuple[float, float]]:
    """The planned line: from the first step, if that came before the first target, through every target."""
    points = [(target.at, target.value) for target in sorted(drawing.targets, key=lambda target: target.at)]
    if points and drawing.steps:
        start = min(drawing.steps, key=lambda step: step.at)
        if start.at < points[0][0]:
            points.insert(0, (start.at, start.value))
    return [frame.at(*point) for point in points]


def _gap(drawing: Steps, frame: _Frame) -> tuple[Path, Path] | None:
    """Two lines: from the level now across to the target's date (or a past target to now), and the gap."""
    target, here = goal(drawing), level(drawing)
    if target is None or target.value <= here or not drawing.gap_text:
        return None
    now, then = frame.at(drawing.now, here), frame.at(target.at, target.value)
    if target.at > drawing.now:
        return [now, (then[0], now[1])], [(then[0], now[1]), then]
    return [then, (now[0], then[1])], [now, (now[0], then[1])]


def _plan(drawing: Steps, frame: _Frame, theme: Theme) -> list[alt.Chart]:
    tokens, size = theme.palette, theme.size
    layers = [
        _line(
            _planned(drawing, frame),
            frame,
            color=tokens.mute,
            strokeWidth=size / 11,
            strokeDash=[size / 4, size / 5],
        )
    ]
    gap = _gap(drawing, frame)
    if gap:
        layers.append(_line(gap[0], frame, color=tokens.ctx, strokeWidth=size / 12))
        layers.append(_line(gap[1], frame, color=tokens.ink, strokeWidth=size / 7))
    diamonds = [frame.at(target.at, target.value) for target in drawing.targets]
    layers.append(
        alt.Chart(rows({"x": x, "y": y} for x, y in diamonds))
        .mark_point(
            shape="diamond",
            size=size * size * 0.75,
            fill=tokens.paper,
            stroke=tokens.ink,
            strokeWidth=size / 9,
            opacity=1,
        )
        .encode(x=across("x", pixels(frame.width)), y=down("y", pixels(frame.height)))
    )
    return layers


def _happened(drawing: Steps, frame: _Frame, theme: Theme) -> list[alt.Chart]:
    tokens, size = theme.palette, theme.size
    x, y = frame.at(drawing.now, level(drawing))
    dot = alt.Chart(rows([{"x": x, "y": y}])).mark_point(
        shape="circle", size=size * size * 0.5, fill=tokens.accent, stroke=tokens.accent, opacity=1
    )
    stairs = _line(
        _stairs(drawing, frame), frame, color=tokens.accent, strokeWidth=size / 5, strokeJoin="miter"
    )
    return [stairs, dot.encode(x=across("x", pixels(frame.width)), y=down("y", pixels(frame.height)))]


def _line(points: Path, frame: _Frame, **style: Any) -> alt.Chart:
    data = rows({"x": x, "y": y, "order": index} for index, (x, y) in enumerate(points))
    chart: alt.Chart = alt.Chart(data).mark_line(**style)
    return chart.encode(
        x=across("x", pixels(frame.width)), y=down("y", pixels(frame.height)), order=alt.Order("order:Q")
    )


def _place_labels(drawing: Steps, frame: _Frame, theme: Theme) -> list[Label]:
    """Texts in order of weight: now, gap, targets; each goes where it covers the least."""
    tokens, size = theme.palette, theme.size
    lines = [_stairs(drawing, frame), _planned(drawing, frame), *(_gap(drawing, frame) or ())]
    marks = [frame.at(target.at, target.value) for target in drawing.targets]
    now = frame.at(drawing.now, level(drawing))
    taken = [Box(x - size * 0.4, y - size * 0.5, x + size * 0.4, y + size * 0.5) for x, y in [*marks, now]]
    board = Box(frame.left, 0, frame.width, frame.bottom - 1)
    gap = _gap(drawing, frame)
    wanted = [(drawing.now_text, now, tokens.accent, 700)]
    if drawing.gap_text:
        (x0, y0), (x1, y1) = gap[1] if gap else (now, now)
        wanted.append((drawing.gap_text, ((x0 + x1) / 2, (y0 + y1) / 2), tokens.ink, 700))
    wanted += [
        (target.text, mark, tokens.sub, 400) for target, mark in zip(drawing.targets, marks, strict=True)
    ]
    placed: list[Label] = []
    for text, anchor, ink, weight in wanted:
        label = Label(*anchor, _fold(text, (frame.width - frame.left) * 0.44, theme, weight), ink, weight)
        size_of = (width_of(label, theme), (label.text.count("\n") + 1) * size * LEADING)
        box = place(anchor, size_of, size, board, taken, lines)
        taken.append(box)
        placed.append(label._replace(x=box.left, y=box.top + size * LEADING / 2))
    return placed


def _fold(text: str, limit: float, theme: Theme, weight: int) -> str:
    return "\n".join(even_lines(text, limit, lambda part: text_width(theme.fonts, part, theme.size, weight)))
