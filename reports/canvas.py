"""What every drawing is made of: SVG elements in the house style, text measured before it is placed.

Written directly: every position here is already a pixel, so a chart grammar would only repeat them
(0.15 s a drawing instead of under 1 ms, and an edition has two hundred).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from markupsafe import escape

from reports.fonts import text_width
from reports.lines import even_lines
from reports.theme import FAMILY, Theme

Align = Literal["left", "center", "right"]
Point = tuple[float, float]
LEADING = 1.3
_ANCHOR = {"left": "", "center": ' text-anchor="middle"', "right": ' text-anchor="end"'}
_BASELINE = 0.36  # of the text size, from the middle of a line down to where its letters stand
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # no XML may hold these


class Label(NamedTuple):
    """A text at a pixel position; ``y`` is the middle of its first line; lines are parted by a newline.

    ``size`` 0 is the theme's; ``halo`` clears what lies behind the words (a box of paper: an outline of each
    letter would eat the letter before it in print).
    """

    x: float
    y: float
    text: str
    colour: str
    weight: int = 400
    align: Align = "left"
    size: float = 0
    halo: bool = False


def width_of(label: Label, theme: Theme) -> float:
    """The width of the widest line in pixels."""
    size = label.size or theme.size
    return max(text_width(theme.fonts, line, size, label.weight) for line in label.text.split("\n"))


def fold(text: str, limit: float, theme: Theme, weight: int = 400) -> list[str]:
    """Lines of nearly equal width, none wider than ``limit`` pixels at the theme's size."""
    return even_lines(text, limit, lambda part: text_width(theme.fonts, part, theme.size, weight))


def number(value: float) -> str:
    """A coordinate as short as two decimals allow."""
    short = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def rect(left: float, top: float, right: float, bottom: float, fill: str, stroke: str = "") -> str:
    """A filled rectangle, with a hairline inside its edge if ``stroke`` is given."""
    inset = 0.5 if stroke else 0.0
    x, y = left + inset, top + inset
    across, down = max(right - left - 2 * inset, 0), max(bottom - top - 2 * inset, 0)
    line = f' stroke="{stroke}"' if stroke else ""
    size = f'width="{number(across)}" height="{number(down)}"'
    return f'<rect x="{number(x)}" y="{number(y)}" {size} fill="{fill}"{line}/>'


def path(points: Sequence[Point], colour: str, width: float, dash: str = "", cap: str = "") -> str:
    """A line through ``points``, first to last."""
    steps = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    more = (f' stroke-dasharray="{dash}"' if dash else "") + (f' stroke-linecap="{cap}"' if cap else "")
    return f'<path d="M{steps}" fill="none" stroke="{colour}" stroke-width="{number(width)}"{more}/>'


def polygon(corners: Sequence[Point], fill: str, stroke: str, width: float) -> str:
    """A closed shape."""
    steps = "L".join(f"{number(x)} {number(y)}" for x, y in corners)
    return f'<path d="M{steps}Z" fill="{fill}" stroke="{stroke}" stroke-width="{number(width)}"/>'


def tick(x: float, top: float, bottom: float, theme: Theme) -> str:
    """A vertical line that shows on paper and on bars alike: ink with a rim of paper."""
    line = [(x, top), (x, bottom)]
    return path(line, theme.palette.paper, theme.size / 4) + path(line, theme.palette.ink, theme.size / 9)


def dot(at: Point, radius: float, fill: str, stroke: str, width: float) -> str:
    """A circle."""
    place = f'cx="{number(at[0])}" cy="{number(at[1])}" r="{number(radius)}"'
    return f'<circle {place} fill="{fill}" stroke="{stroke}" stroke-width="{number(width)}"/>'


def texts(labels: Iterable[Label], theme: Theme) -> str:
    """Each line of each label as an element of its own."""
    lines = [(label, index, line) for label in labels for index, line in enumerate(label.text.split("\n"))]
    boxes = [_box(*line, theme) for line in lines if line[0].halo]
    return "".join(boxes + [_text(*line, theme) for line in lines])


def picture(width: float, height: float, inside: str, theme: Theme | None = None) -> str:
    """The SVG of ``inside``; ``theme`` sets the type of its texts."""
    letters = f' font-family="{FAMILY}" font-size="{number(theme.size)}"' if theme else ""
    board = f'width="{number(width)}" height="{number(height)}"'
    view = f'viewBox="0 0 {number(width)} {number(height)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {board} {view}{letters}>{inside}</svg>'


def height_of(svg: str) -> float:
    """The height a picture was made with."""
    return float(svg.partition(' height="')[2].partition('"')[0])


def _box(label: Label, index: int, line: str, theme: Theme) -> str:
    size = label.size or theme.size
    width, y = text_width(theme.fonts, line, size, label.weight), label.y + size * index * LEADING
    left = label.x - {"left": 0.0, "center": width / 2, "right": width}[label.align]
    edge = size / 5
    return rect(left - edge, y - size * 0.5, left + width + edge, y + size * 0.5, theme.palette.paper)


def _text(label: Label, index: int, line: str, theme: Theme) -> str:
    size = label.size or theme.size
    y = label.y + size * (index * LEADING + _BASELINE)
    look = f' fill="{label.colour}"{_ANCHOR[label.align]}'
    look += f' font-size="{number(size)}"' if label.size else ""
    look += f' font-weight="{label.weight}"' if label.weight != 400 else ""
    return f'<text x="{number(label.x)}" y="{number(y)}"{look}>{escape(_ILLEGAL.sub(" ", line))}</text>'
