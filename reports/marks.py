"""Small SVG beside words and in cells: sparklines, the marks of the state matrix.

Marks differ by shape, never by colour alone, so grey print and dark screens read the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from reports.blocks import State
from reports.canvas import dot, number, path, picture
from reports.theme import Palette

MARK = 18  # the side of a mark's square
_YEAR_AGO = -5
_CROSS = "M5.5 5.5 12.5 12.5M12.5 5.5 5.5 12.5"


def mark(state: State, tokens: Palette) -> str:
    """The inside of an SVG of ``MARK`` × ``MARK`` for one state; of ``none`` only a dashed frame."""
    quiet = _square(tokens.pale, tokens.ctx)
    match state:
        case "accepted":
            return quiet
        case "warned":
            return quiet + f'<circle cx="9" cy="9" r="2.6" fill="{tokens.sub}"/>'
        case "late":
            return quiet + f'<path d="M1 17 17 1V17Z" fill="{tokens.ctx}"/>'
        case "nil":
            return _square(tokens.paper, tokens.ctx) + _stroke("M4.5 9H13.5", tokens.sub, 2)
        case "returned":
            return _square(tokens.paper, tokens.accent, 2) + _stroke(_CROSS, tokens.accent, 2.2)
        case "held":
            return _square(tokens.pale, tokens.accent, 2) + _stroke("M6.8 5V13M11.2 5V13", tokens.accent, 2.2)
        case "missing":
            return _square(tokens.accent, tokens.accent)
        case "refused":
            return _square(tokens.paper, tokens.ink, 2) + _stroke("M2.5 15.5 15.5 2.5", tokens.ink, 2)
        case "none":
            frame = f'fill="none" stroke="{tokens.ctx}" stroke-dasharray="2 2"'
            return f'<rect x="1.5" y="1.5" width="15" height="15" {frame}/>'


def mark_svg(inside: str) -> str:
    """A mark as a picture of its own."""
    return picture(MARK, MARK, inside)


def sparkline(series: Sequence[float | None], width: int, height: int, tokens: Palette) -> str:
    """A line of the last quarters: filled dot now, hollow dot a year ago, gaps where there are no data.

    Empty text when fewer than three quarters have data: a stub says nothing.
    """
    known = [value for value in series if value is not None]
    if len(known) < 3:
        return ""
    pad, left, radius = height / 6 + 1, 1.0, height / 8
    low, high = min(known), max(known)
    reach = high - low or 1.0
    points = [
        None
        if value is None
        else (
            left + (width - left - pad) * index / (len(series) - 1),
            (height - pad - (height - 2 * pad) * (value - low) / reach) if high > low else height / 2,
        )
        for index, value in enumerate(series)
    ]
    parts = [
        path([a, b], tokens.ctx, height / 14, cap="round")
        for a, b in pairwise(points)
        if a is not None and b is not None
    ]
    if len(points) >= -_YEAR_AGO and (ago := points[_YEAR_AGO]) is not None:
        parts.append(dot(ago, radius * 0.85, tokens.paper, tokens.sub, height / 18))
    if (now := points[-1]) is not None:
        parts.append(dot(now, radius, tokens.accent, tokens.accent, height / 18))
    return picture(width, height, "".join(parts))


def _square(fill: str, stroke: str, width: float = 1) -> str:
    side, at = 17 - width, 0.5 + width / 2
    return (
        f'<rect x="{number(at)}" y="{number(at)}" width="{number(side)}" height="{number(side)}" fill="{fill}" '
        f'stroke="{stroke}" stroke-width="{number(width)}"/>'
    )


def _stroke(path: str, stroke: str, width: float) -> str:
    return f'<path d="{path}" fill="none" stroke="{stroke}" stroke-width="{number(width)}" stroke-linecap="round"/>'
