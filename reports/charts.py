"""Charts: a typed drawing → SVG or PNG at the width where it is shown, text never scaled.

Same drawing, width and theme: same bytes (one lock file, one architecture).
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import vl_convert

from reports.bars import bars_spec
from reports.blocks import Bars, Chart, Columns, Steps
from reports.canvas import Label, compose, texts
from reports.columns import columns_spec
from reports.steps import steps_spec
from reports.theme import Theme

_SCALE = 2  # mail pictures stay sharp on dense screens


def draw(chart: Chart, width: int, theme: Theme, height: int | None = None) -> str:
    """The chart as an SVG of ``width`` pixels (points in print); ``height`` is ignored by horizontal bars."""
    return _trim(vl_convert.vegalite_to_svg(_spec(chart, width, theme, height)))


def png(chart: Chart, width: int, theme: Theme, height: int | None = None) -> bytes:
    """The chart as an opaque PNG on paper colour, twice as dense as ``width``."""
    spec = _spec(chart, width, theme, height)
    spec["background"] = theme.palette.paper
    return vl_convert.vegalite_to_png(spec, scale=_SCALE)


def natural_height(chart: Chart, width: int, theme: Theme) -> int:
    """The height a chart gets when none is asked for: in proportion, taller on narrow screens."""
    narrow = width < theme.size * 34
    if isinstance(chart.drawing, Columns):
        return round(min(max(width * (0.6 if narrow else 0.34), theme.size * 11), theme.size * 17))
    return round(min(max(width * (0.72 if narrow else 0.4), theme.size * 14), theme.size * 26))


def _spec(chart: Chart, width: int, theme: Theme, height: int | None) -> dict[str, Any]:
    _register(theme.fonts)
    drawing = chart.drawing
    if not isinstance(drawing, Steps) and not drawing.bars:
        return _nothing(width, theme)
    if isinstance(drawing, Bars):
        return bars_spec(drawing, width, theme)
    tall = height or natural_height(chart, width, theme)
    if isinstance(drawing, Columns):
        return columns_spec(drawing, width, theme, tall)
    return steps_spec(drawing, width, theme, tall)


def _nothing(width: int, theme: Theme) -> dict[str, Any]:
    """A dash where there is nothing to draw: a missing value is not nought."""
    height = theme.size * 2
    label = Label(0, height / 2, "—", theme.palette.mute)
    return compose(texts([label], theme, width, height), width, height)


@lru_cache(maxsize=8)
def _register(fonts: Path) -> None:
    vl_convert.register_font_directory(str(fonts))


def _trim(svg: str) -> str:
    """Drop what no renderer needs and pages with many charts must not repeat: class names and metadata."""
    return re.sub(r' class="[^"]*"| aria-[a-z]+="[^"]*"| role="[^"]*"', "", svg).replace("\n", "")
