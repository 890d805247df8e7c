"""Pace: what happened as steps, what was planned as diamonds joined by dashes, and the gap that is left."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from reports.canvas import LEADING, Label, Point, dot, fold, number, path, picture, polygon, texts, width_of
from reports.fonts import text_width
from reports.places import Box, Path, place
from reports.shapes import Steps, Target
from reports.theme import Theme


class _Frame(NamedTuple):
    """The board, the plot on it in pixels, and the data it spans (days as ordinals, levels from 0)."""

    width: int
    height: float
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


def draw_steps(drawing: Steps, width: int, theme: Theme, height: float) -> str:
    """The pace chart as an SVG; the gap is drawn to the next target (or the last)."""
    frame = _frame(drawing, width, height, theme)
    shapes = _grid(frame, theme) + _plan(drawing, frame, theme) + _happened(drawing, frame, theme)
    return picture(width, height, shapes + texts(_place_labels(drawing, frame, theme), theme), theme)


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


def _frame(drawing: Steps, width: int, height: float, theme: Theme) -> _Frame:
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


def _grid(frame: _Frame, theme: Theme) -> str:
    size, tokens = theme.size, theme.palette
    lines, labels = "", _years(frame, theme)
    for tick in ticks(frame.high):
        if tick <= frame.high:
            y = frame.bottom - tick / frame.high * (frame.bottom - frame.top)
            look = (tokens.rule, size / 18) if tick else (tokens.mute, size / 15)
            lines += path([(frame.left, y), (frame.width, y)], *look)
            labels.append(Label(frame.left - size * 0.7, y, f"{tick:,}", tokens.mute, align="right"))
    return lines + texts(labels, theme)


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


def _plan(drawing: Steps, frame: _Frame, theme: Theme) -> str:
    tokens, size = theme.palette, theme.size
    dash = f"{number(size / 4)} {number(size / 5)}"
    drawn = path(planned, tokens.mute, size / 11, dash) if (planned := _planned(drawing, frame)) else ""
    if gap := _gap(drawing, frame):
        drawn += path(gap[0], tokens.ctx, size / 12) + path(gap[1], tokens.ink, size / 7)
    return drawn


def _diamond(at: Point, theme: Theme) -> str:
    (x, y), half = at, theme.size * 0.45
    corners = [(x, y - half), (x + half, y), (x, y + half), (x - half, y)]
    return polygon(corners, theme.palette.paper, theme.palette.ink, theme.size / 9)


def _happened(drawing: Steps, frame: _Frame, theme: Theme) -> str:
    accent, size = theme.palette.accent, theme.size
    now = frame.at(drawing.now, level(drawing))
    targets = "".join(_diamond(frame.at(target.at, target.value), theme) for target in drawing.targets)
    stairs = path(_stairs(drawing, frame), accent, size / 5)
    return stairs + targets + dot(now, size * 0.4, accent, accent, 0)


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
        lines_of = fold(text, (frame.width - frame.left) * 0.44, theme, weight)
        label = Label(*anchor, "\n".join(lines_of), ink, weight, halo=True)
        size_of = (width_of(label, theme), (label.text.count("\n") + 1) * size * LEADING)
        # Words beside another point's mark would be read as that point's.
        others = [
            Box(x - size * 2, y - size * 1.3, x + size * 2, y + size * 1.3)
            for x, y in [*marks, now]
            if anchor != (x, y)
        ]
        box = place(
            anchor, size_of, size, board, [*taken, *others] if anchor in [*marks, now] else taken, lines
        )
        taken.append(box)
        placed.append(label._replace(x=box.left, y=box.top + size * LEADING / 2))
    return placed
