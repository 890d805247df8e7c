"""Stacked columns over quarters: the part to look at on top, each part named beside the last column."""

from __future__ import annotations

from collections.abc import Iterator

from reports.canvas import LEADING, Label, fold, picture, rect, texts, width_of
from reports.columns import Plan, frame, plan_columns
from reports.shapes import Bar, Stack, Stacks
from reports.theme import Palette, Theme

_LEGEND = 0.3  # of the width at most


def draw_stacks(drawing: Stacks, width: int, theme: Theme, height: float) -> str:
    """Stacks as an SVG: parts from the floor up as given, strong columns in the colours of now."""
    names = _names(drawing.bars[-1], width * _LEGEND, theme)
    legend = max((width_of(name, theme) for name in names), default=0.0) + theme.size * 1.6 if names else 0.0
    totals = tuple(_total(stack) for stack in drawing.bars)
    plan = plan_columns(totals, width - legend, theme, height, drawing.breaks)
    if (
        more := sum(_deep(name, theme) for name in names) - plan.base
    ) > 0:  # names longer than the column is high
        height += more
        plan = plan_columns(totals, width - legend, theme, height, drawing.breaks)
    shapes = "".join(_column(stack, plan, index, theme) for index, stack in enumerate(drawing.bars))
    beside = plan.slot * len(drawing.bars) + theme.size * 0.4
    key = _legend(drawing.bars[-1], names, plan, beside, theme)
    return picture(width, height, shapes + frame(totals, plan, theme, drawing.breaks) + key, theme)


def fills(parts: int, now: bool, tokens: Palette) -> tuple[str, ...]:
    """Colours from the floor up: accent on greys now, tint on paler ones before. Apart in grey print too."""
    ladder = (tokens.pale, tokens.ctx, tokens.accent) if now else (tokens.paper, tokens.pale, tokens.tint)
    return ladder[3 - parts :] if parts else ()


def _total(stack: Stack) -> Bar:
    value = sum(part.value for part in stack.parts)
    return Bar(label=stack.label, sub=stack.sub, value=value, text=stack.text, strong=stack.strong)


def _column(stack: Stack, plan: Plan, index: int, theme: Theme) -> str:
    left, right = plan.sides(index)
    colours = fills(len(stack.parts), stack.strong, theme.palette)
    return "".join(
        _block(left, plan.y(high), right, plan.y(low), fill, theme)
        for (low, high), fill in zip(_levels(stack), colours, strict=True)
        if high > low
    )


def _block(left: float, top: float, right: float, bottom: float, fill: str, theme: Theme) -> str:
    tokens = theme.palette
    edge = tokens.ctx if fill in (tokens.pale, tokens.paper) else ""
    return rect(left, top, right, max(bottom - theme.size / 12, top), fill, edge)


def _levels(stack: Stack) -> Iterator[tuple[float, float]]:
    low = 0.0
    for part in stack.parts:
        yield low, low + part.value
        low += part.value


def _names(last: Stack, limit: float, theme: Theme) -> list[Label]:
    colours = [theme.palette.ink] * (len(last.parts) - 1) + [
        theme.palette.accent if last.strong else theme.palette.ink
    ]
    room = limit - theme.size * 1.6
    return [
        Label(0, 0, "\n".join(fold(part.label, room, theme, 700)), ink, 700)
        for part, ink in zip(last.parts, colours, strict=False)
    ]


def _deep(name: Label, theme: Theme) -> float:
    return (name.text.count("\n") + 1) * theme.size * LEADING


def _legend(last: Stack, names: list[Label], plan: Plan, left: float, theme: Theme) -> str:
    """Each name at the middle of its part, kept apart from the one below; its colour drawn beside it."""
    size = theme.size
    colours = fills(len(last.parts), last.strong, theme.palette)
    deep = [_deep(name, theme) for name in names]
    floor, made = plan.base, ""
    for index, ((low, high), name, fill) in enumerate(zip(_levels(last), names, colours, strict=True)):
        above = sum(deep[index + 1 :])
        middle = min(plan.y((low + high) / 2), floor - deep[index] / 2)
        middle = max(middle, above + deep[index] / 2)
        first = middle - deep[index] / 2 + size * LEADING / 2
        made += _block(left, first - size * 0.35, left + size * 0.7, first + size * 0.35, fill, theme)
        made += texts([name._replace(x=left + size * 1.1, y=first)], theme)
        floor = middle - deep[index] / 2
    return made
