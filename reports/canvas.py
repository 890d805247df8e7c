"""What every chart shares: pixel scales, text layers and the Altair settings that keep drawings exact."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

import altair as alt

from reports.fonts import text_width
from reports.theme import FAMILY, Theme

Align = Literal["left", "center", "right"]
LEADING = 1.3


class Label(NamedTuple):
    """A text at a pixel position; ``y`` is the middle of its first line; lines are parted by a newline."""

    x: float
    y: float
    text: str
    colour: str
    weight: int = 400
    align: Align = "left"


def width_of(label: Label, theme: Theme) -> float:
    """The width of the widest line in pixels."""
    return max(text_width(theme.fonts, line, theme.size, label.weight) for line in label.text.split("\n"))


def pixels(length: float) -> alt.Scale:
    """A scale on which data are pixels."""
    return alt.Scale(domain=[0, length], range=[0, length], nice=False, zero=False)


def rows(values: Iterable[dict[str, Any]]) -> alt.InlineData:
    return alt.InlineData(values=[dict(value) for value in values])


def across(field: str, scale: alt.Scale) -> alt.X:
    return alt.X(f"{field}:Q", scale=scale, axis=None)


def down(field: str, scale: alt.Scale) -> alt.Y:
    return alt.Y(f"{field}:Q", scale=scale, axis=None)


def colour(field: str = "colour") -> alt.Color:
    return alt.Color(f"{field}:N", scale=None)


def texts(
    labels: Iterable[Label], theme: Theme, width: float, height: float, halo: bool = False
) -> list[alt.Chart]:
    """One layer for each weight and alignment; ``halo`` clears the lines behind the letters first."""
    groups: dict[tuple[int, Align], list[Label]] = {}
    for label in labels:
        groups.setdefault((label.weight, label.align), []).append(label)
    layers = []
    for (weight, align), group in sorted(groups.items()):
        values = [{"x": item.x, "y": item.y, "text": item.text, "colour": item.colour} for item in group]
        style: dict[str, Any] = {
            "align": align,
            "baseline": "middle",
            "font": FAMILY,
            "fontSize": theme.size,
            "fontWeight": weight,
            "lineBreak": "\n",
            "lineHeight": theme.size * LEADING,
        }
        base = alt.Chart(rows(values))
        position = {
            "x": across("x", pixels(width)),
            "y": down("y", pixels(height)),
            "text": alt.Text("text:N"),
        }
        if halo:
            paper = theme.palette.paper
            clear = base.mark_text(
                **style, color=paper, stroke=paper, strokeWidth=theme.size / 2.5, strokeJoin="round"
            )
            layers.append(clear.encode(**position))
        layers.append(base.mark_text(**style).encode(**position, color=colour()))
    return layers


def compose(layers: list[alt.Chart], width: float, height: float) -> dict[str, Any]:
    """The Vega-Lite specification of ``layers`` on a board of exactly ``width`` × ``height`` pixels."""
    board = alt.layer(*layers).properties(
        width=width, height=height, padding=0, autosize=alt.AutoSizeParams(type="none")
    )
    board = board.configure(aria=False, font=FAMILY).configure_view(stroke=None, fill=None)
    spec: dict[str, Any] = board.to_dict(validate=False)  # vl-convert reads it next: half the time saved
    return spec | {"background": None}
