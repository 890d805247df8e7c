"""Small hand-made SVG where no grammar of graphics has a mark: sparklines, the marks of the state matrix.

Marks differ by shape, never by colour alone, so grey print and dark screens read the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from reports.blocks import State
from reports.theme import Palette

MARK = 18  # the side of a mark's square
_YEAR_AGO = -5
_CROSS = "M5.5 5.5 12.5 12.5M12.5 5.5 5.5 12.5"


def mark(state: State, tokens: Palette) -> str:
    """The inside of an SVG of ``MARK`` × ``MARK`` for one state; blank for ``none``."""
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
            return ""


def blank(tokens: Palette) -> str:
    """The mark that stands for an empty cell in a legend."""
    frame = f'fill="none" stroke="{tokens.mute}" stroke-dasharray="2 2"'
    return f'<rect x="1.5" y="1.5" width="15" height="15" {frame}/>'


def mark_svg(inside: str) -> str:
    """A mark as a picture of its own."""
    return _svg(MARK, MARK, inside)


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
        f'<path d="M{_n(a[0])} {_n(a[1])}L{_n(b[0])} {_n(b[1])}" fill="none" stroke="{tokens.ctx}" '
        f'stroke-width="{_n(height / 14)}" stroke-linecap="round"/>'
        for a, b in pairwise(points)
        if a is not None and b is not None
    ]
    if len(points) >= -_YEAR_AGO and (ago := points[_YEAR_AGO]) is not None:
        parts.append(_dot(ago, radius * 0.85, tokens.paper, tokens.sub, height / 18))
    if (now := points[-1]) is not None:
        parts.append(_dot(now, radius, tokens.accent, tokens.accent, height / 18))
    return _svg(width, height, "".join(parts))


def _svg(width: int, height: int, inside: str) -> str:
    frame = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {frame}>{inside}</svg>'


def _square(fill: str, stroke: str, width: float = 1) -> str:
    side, at = 17 - width, 0.5 + width / 2
    return (
        f'<rect x="{_n(at)}" y="{_n(at)}" width="{_n(side)}" height="{_n(side)}" fill="{fill}" '
        f'stroke="{stroke}" stroke-width="{_n(width)}"/>'
    )


def _stroke(path: str, stroke: str, width: float) -> str:
    return (
        f'<path d="{path}" fill="none" stroke="{stroke}" stroke-width="{_n(width)}" stroke-linecap="round"/>'
    )


def _dot(at: tuple[float, float], radius: float, fill: str, stroke: str, width: float) -> str:
    return (
        f'<circle cx="{_n(at[0])}" cy="{_n(at[1])}" r="{_n(radius)}" fill="{fill}" '
        f'stroke="{stroke}" stroke-width="{_n(width)}"/>'
    )


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
