"""Charts: a typed drawing → SVG or PNG at the width where it is shown, text never scaled.

Same drawing, width and theme: same bytes (one lock file, one architecture).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import vl_convert

from reports.bars import draw_bars
from reports.blocks import Chart
from reports.canvas import Label, height_of, picture, texts
from reports.columns import draw_columns
from reports.shapes import Bars, Columns, Stacks, Steps, Tiles
from reports.stacks import draw_stacks
from reports.steps import draw_steps
from reports.theme import Theme
from reports.tiles import draw_tiles

_SCALE = 2  # mail pictures stay sharp on dense screens


def draw(chart: Chart, width: int, theme: Theme, height: int | None = None) -> str:
    """The chart as an SVG of ``width`` pixels (points in print); bars and tiles are as high as they need."""
    drawing = chart.drawing
    tall = height or natural_height(chart, width, theme)
    match drawing:
        case Steps():
            return draw_steps(drawing, width, theme, tall)
        case Tiles():
            return draw_tiles(drawing, width, theme) if drawing.tiles else _nothing(width, theme)
        case _ if not drawing.bars:
            return _nothing(width, theme)
        case Bars():
            return draw_bars(drawing, width, theme)
        case Columns():
            return draw_columns(drawing, width, theme, tall)
        case Stacks():
            return draw_stacks(drawing, width, theme, tall)


def png(chart: Chart, width: int, theme: Theme, height: int | None = None) -> bytes:
    """The chart as an opaque PNG on paper colour, twice as dense as ``width``."""
    _register(theme.fonts.resolve())  # a link that goes later would take the letters of every picture with it
    drawn = draw(chart, width, theme, height)
    board = drawn.index(">") + 1
    paper = f'<rect width="100%" height="100%" fill="{theme.palette.paper}"/>'
    return vl_convert.svg_to_png(drawn[:board] + paper + drawn[board:], scale=_SCALE)


def natural_height(chart: Chart, width: int, theme: Theme) -> int:
    """The height a chart gets when none is asked for: in proportion, taller on narrow screens."""
    narrow = width < theme.size * 34
    if isinstance(chart.drawing, Columns | Stacks):
        return round(min(max(width * (0.6 if narrow else 0.34), theme.size * 11), theme.size * 17))
    return round(min(max(width * (0.72 if narrow else 0.4), theme.size * 14), theme.size * 26))


def shared_height(charts: Sequence[Chart], width: int, theme: Theme) -> int:
    """The height for charts side by side: what bars and tiles need, the rest stretched to it by two thirds at most."""
    natural = [natural_height(chart, width, theme) for chart in charts if not _fixed(chart)]
    needed = [height_of(draw(chart, width, theme)) for chart in charts if _fixed(chart)]
    tallest = round(max([*natural, *needed]))
    return min([tallest, *(height * 5 // 3 for height in natural)])


def _fixed(chart: Chart) -> bool:
    return isinstance(chart.drawing, Bars | Tiles)


def _nothing(width: int, theme: Theme) -> str:
    """A dash where there is nothing to draw: a missing value is not nought."""
    return picture(
        width, theme.size * 2, texts([Label(0, theme.size, "—", theme.palette.mute)], theme), theme
    )


@lru_cache(maxsize=8)
def _register(fonts: Path) -> None:
    vl_convert.register_font_directory(str(fonts))
