"""Tiles: a map of cities or the matrix of field branches, a number in every tile, letters never smaller.

Where a matrix is too wide its rows wrap; a map keeps its places.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from reports.canvas import LEADING, Label, fold, picture, rect, texts
from reports.fonts import text_width
from reports.lines import pieces
from reports.shapes import Tile, Tiles
from reports.theme import Palette, Theme

_NUMBER = 1.25  # of the text size
_PAD, _GAP, _WIDEST, _LEAST = 0.55, 0.3, 12.0, 3.6  # in text sizes
MAP = 4  # up to so many columns the places mean something and are kept


class _Plan(NamedTuple):
    """The width of a tile and of the row headings beside them (0: above); ``wrap`` tiles a line, 0 as given."""

    tile: float
    heading: float
    wrap: int
    one_line: bool


def draw_tiles(drawing: Tiles, width: int, theme: Theme) -> str:
    """Tiles as an SVG as high as they need."""
    plan = _plan_tiles(drawing, width, theme)
    top, parts, labels = 0.0, "", list[Label]()
    for heading, line in _lines(drawing, plan):
        if heading and not plan.heading:
            top += theme.size * 0.4 if top else 0
            labels.append(_heading(heading, top, width, theme))
            top += (labels[-1].text.count("\n") + 1) * theme.size * LEADING + theme.size * 0.3
        tall = max([_height(tile, plan, theme) for _, tile in line], default=theme.size * LEADING)
        if heading and plan.heading:
            labels.append(_heading(heading, top + theme.size * _PAD, plan.heading, theme))
            tall = max(tall, (labels[-1].text.count("\n") + 1) * theme.size * LEADING + theme.size * _PAD)
        for column, tile in line:
            left = plan.heading + column * (plan.tile + theme.size * _GAP)
            parts += rect(left, top, left + plan.tile, top + tall, shades(theme.palette)[tile.shade][0])
            labels += _words(tile, left, top, plan, theme)
        top += tall + theme.size * _GAP
    return picture(width, max(top - theme.size * _GAP, theme.size), parts + texts(labels, theme), theme)


def shades(tokens: Palette) -> tuple[tuple[str, str], ...]:
    """The four classes, each with the colour of its text."""
    return (
        (tokens.pale, tokens.ink),
        (tokens.wash, tokens.ink),
        (tokens.tint, tokens.ink),
        (tokens.accent, tokens.paper),
    )


def is_heading(tile: Tile) -> bool:
    """A tile without a number names its row."""
    return not tile.text and not tile.sub


def _plan_tiles(drawing: Tiles, width: int, theme: Theme) -> _Plan:
    size, gap = theme.size, theme.size * _GAP
    headings = [tile for tile in drawing.tiles if is_heading(tile)]
    tiles = [tile for tile in drawing.tiles if not is_heading(tile)]
    names = max((text_width(theme.fonts, tile.label, size, 700) for tile in headings), default=0.0)
    beside = min(names, size * 8) + size if headings and width > size * 34 else 0.0
    columns = max((tile.column for tile in tiles), default=0) - bool(headings) + 1
    columns = max(columns, 1) if headings else drawing.columns
    least = max([size * _LEAST, *(_least(tile, theme) for tile in tiles)]) + 2 * size * _PAD
    fit = max(int((width - beside + gap) / (least + gap)), 1)
    wrap = fit if columns > MAP and fit < columns else 0
    tile = min((width - beside + gap) / (wrap or columns) - gap, size * _WIDEST)
    room = tile - 2 * size * _PAD
    return _Plan(tile, beside, wrap, all(_beside(tile, theme) <= room for tile in tiles))


def _least(tile: Tile, theme: Theme) -> float:
    """The width of what cannot be broken: a word, the number."""
    words = [text_width(theme.fonts, part, theme.size, 700) for part in pieces(tile.label) + pieces(tile.sub)]
    return max([*words, text_width(theme.fonts, tile.text, theme.size * _NUMBER, 700)])


def _beside(tile: Tile, theme: Theme) -> float:
    """The width of name and number on one line."""
    name = text_width(theme.fonts, tile.label, theme.size, 700)
    return name + theme.size * 0.5 + text_width(theme.fonts, tile.text, theme.size * _NUMBER, 700)


def _lines(drawing: Tiles, plan: _Plan) -> Iterator[tuple[Tile | None, list[tuple[int, Tile]]]]:
    """Lines from the top: the heading a line begins with, and its tiles with the columns they stand in.

    What is wrapped is wrapped anew below each heading, whatever rows it had.
    """
    ordered = sorted(drawing.tiles, key=lambda tile: (tile.row, tile.column))
    heads = [tile.row for tile in ordered if is_heading(tile)]
    headed = bool(heads)
    for _, group in groupby(
        ordered, key=lambda tile: bisect(heads, tile.row) if plan.wrap and headed else tile.row
    ):
        row = list(group)
        heading = next((tile for tile in row if is_heading(tile)), None)
        tiles = [tile for tile in row if not is_heading(tile)]
        if not plan.wrap:
            yield heading, [(tile.column - headed, tile) for tile in tiles]
            continue
        count = max(-(-len(tiles) // plan.wrap), 1)
        each = max(-(-len(tiles) // count), 1)
        for start in range(0, max(len(tiles), 1), each):
            yield heading if not start else None, list(enumerate(tiles[start : start + each]))


def _heading(tile: Tile, top: float, room: float, theme: Theme) -> Label:
    text = "\n".join(fold(tile.label, room - theme.size * 0.8, theme, 700))
    return Label(0, top + theme.size * LEADING / 2, text, theme.palette.ink, 700)


def _texts(tile: Tile, plan: _Plan, theme: Theme) -> tuple[list[str], list[str]]:
    """Name and second line, broken to the tile's width."""
    room, weight = plan.tile - 2 * theme.size * _PAD, 700 if tile.strong else 400
    return fold(tile.label, room, theme, weight), fold(tile.sub, room, theme, weight) if tile.sub else []


def _height(tile: Tile, plan: _Plan, theme: Theme) -> float:
    size = theme.size
    name, sub = _texts(tile, plan, theme)
    lines = len(sub) + (0 if plan.one_line else len(name))
    return 2 * size * _PAD + size * _NUMBER * LEADING + lines * size * LEADING


def _words(tile: Tile, left: float, top: float, plan: _Plan, theme: Theme) -> list[Label]:
    size, ink = theme.size, shades(theme.palette)[tile.shade][1]
    name, sub = _texts(tile, plan, theme)
    weight, x, right = 700 if tile.strong else 400, left + size * _PAD, left + plan.tile - size * _PAD
    line = size * _NUMBER * LEADING
    first = top + size * _PAD + (line if plan.one_line else size * LEADING) / 2
    labels = [Label(x, first, "\n".join(name), ink, weight)]
    y = first if plan.one_line else top + size * _PAD + len(name) * size * LEADING + line / 2
    number = Label(x, y, tile.text, ink, 700, size=size * _NUMBER)
    labels.append(number._replace(x=right, align="right") if plan.one_line else number)
    if sub:
        labels.append(Label(x, y + line / 2 + size * LEADING / 2, "\n".join(sub), ink, weight))
    return labels
