"""Charts: every word stands inside the picture and none covers another, whatever the data."""

from __future__ import annotations

import re
import struct
import zlib
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pytest

from reports.blocks import Bar, Bars, Chart, Columns, Step, Steps, Target
from reports.charts import draw, png
from reports.fonts import text_width
from reports.steps import goal, level, ticks
from reports.theme import Theme
from tests.reports.sample import sample_steps

LONG = "示例先进复合材料与智能装备协同创新中心（筹备）有限公司"
NOW = date(2026, 9, 30)


def _steps(
    *steps: tuple[date, float], targets: tuple[tuple[date, float, str], ...] = (), gap: str = ""
) -> Steps:
    return Steps(
        steps=tuple(Step(at=at, value=value) for at, value in steps),
        targets=tuple(Target(at=at, value=value, text=text) for at, value, text in targets),
        now=NOW,
        now_text=f"实有 {steps[-1][1] if steps else 0:.0f}\u00a0家",
        gap_text=gap,
    )


def _bars(kind: type[Bars] | type[Columns], values: list[float], label: str, sub: str = "") -> Bars | Columns:
    return kind(
        bars=tuple(
            Bar(
                label=f"{label}{index}",
                value=value,
                text=f"{value:,.0f}\u00a0万元",
                sub=sub,
                strong=index == len(values) - 1,
            )
            for index, value in enumerate(values)
        )
    )


DRAWINGS: dict[str, Steps | Bars | Columns] = {
    "one bar": _bars(Bars, [3], "示例"),
    "three long names": _bars(Bars, [12345, 600, 0], LONG, "占研发投入 12.8%"),
    "fifteen bars": _bars(Bars, list(range(30, 0, -2)), "示例", "首季"),
    "bars of nought": _bars(Bars, [0, 0, 0], "示例"),
    "one column": _bars(Columns, [3], "2026年第三季度"),
    "eight columns": _bars(Columns, [28, 25, 31, 37, 39, 36, 42, 48], "季", "2026"),
    "fifteen columns": _bars(Columns, [1000 + 77 * index for index in range(15)], "2026年第三季度"),
    "columns of nought": _bars(Columns, [0] * 8, "季"),
    "sample": sample_steps(),
    "one step": _steps((date(2026, 7, 1), 1)),
    "step today": _steps(
        (NOW, 1), targets=((date(2026, 12, 31), 1, "规划：2026年末 1\u00a0家"),), gap="已达到"
    ),
    "no step": _steps(targets=((date(2027, 12, 31), 5, "规划：2027年末 5\u00a0家"),), gap="还差 5\u00a0家"),
    "past": _steps(
        (date(2017, 7, 1), 0),
        (date(2020, 12, 5), 5),
        (date(2026, 8, 5), 12),
        targets=(
            (date(2020, 12, 31), 5, "规划：2020年末 5\u00a0家"),
            (date(2025, 12, 31), 15, "规划：2025年末 15\u00a0家"),
        ),
        gap="期限已过，还差 3\u00a0家",
    ),
    "long target": _steps(
        (date(2017, 7, 1), 0),
        (date(2026, 8, 5), 2),
        targets=((date(2030, 12, 31), 40, "规划第二阶段：2030年末 40\u00a0家（含国家级、省级、培育）"),),
        gap="还差 38\u00a0家",
    ),
}


class Word(NamedTuple):
    text: str
    left: float
    top: float
    right: float
    bottom: float


def _chart(drawing: Steps | Bars | Columns) -> Chart:
    return Chart(name="x", title="示例", drawing=drawing, alt="示例")


def _words(svg: str, theme: Theme) -> list[Word]:
    """Each line of text with its box, from the SVG's own positions; halos are left out."""
    found = set()
    place = r'transform="translate\(([-\d.]+),([-\d.]+)\)"'
    pattern = rf'<text text-anchor="(\w+)" {place}[^>]*font-weight="(\d+)"([^>]*)>(.*?)</text>'
    for anchor, x, y, weight, rest, inside in re.findall(pattern, svg):
        if "stroke" in rest:
            continue
        lines = re.findall(r"<tspan[^>]*>(.*?)</tspan>", inside) or [inside]
        for index, line in enumerate(lines):
            width = text_width(theme.fonts, line, theme.size, int(weight))
            left = float(x) - {"start": 0, "middle": width / 2, "end": width}[anchor]
            base = float(y) + index * theme.size * 1.3
            found.add(Word(line, left, base - theme.size * 0.8, left + width, base + theme.size * 0.12))
    return sorted(found)


@pytest.mark.parametrize("width", [236, 340, 760])
@pytest.mark.parametrize("name", DRAWINGS)
def test_words_stand_inside_and_apart(name: str, width: int, fonts: Path) -> None:
    theme = Theme(fonts=fonts, size=9 if width == 236 else 13)
    svg = draw(_chart(DRAWINGS[name]), width, theme)
    height = float(re.search(r'height="([\d.]+)"', svg).group(1))  # type: ignore[union-attr]
    words = _words(svg, theme)
    assert words
    for word in words:
        assert -0.6 <= word.left < word.right <= width + 0.6, word
        assert -1 <= word.top < word.bottom <= height + 1, word
    for one, other in combinations(words, 2):
        across = min(one.right, other.right) - max(one.left, other.left)
        down = min(one.bottom, other.bottom) - max(one.top, other.top)
        assert across <= 0.6 or down <= 1, (one, other)


def test_every_label_of_bars_is_drawn(fonts: Path) -> None:
    theme = Theme(fonts=fonts, size=13)
    words = "".join(
        word.text for word in _words(draw(_chart(DRAWINGS["three long names"]), 340, theme), theme)
    )
    for part in ("12,345\u00a0万元", "占研发投入 12.8%"):
        assert part in words
    assert words.count("示例") == 3


def test_svg_is_as_wide_as_asked_and_links_nothing(fonts: Path) -> None:
    svg = draw(_chart(sample_steps()), 340, Theme(fonts=fonts, size=13))
    assert 'width="340"' in svg
    assert not any(mark in svg for mark in ("<image", "href=", " id="))


def test_png_is_twice_as_dense_and_opaque(fonts: Path) -> None:
    data = png(_chart(sample_steps()), 312, Theme(fonts=fonts, size=13))
    width, _, depth, colour = struct.unpack(">IIBB", data[16:26])
    assert (width, depth, colour) == (624, 8, 6)
    start, packed = 8, b""
    while start < len(data):
        (length,) = struct.unpack(">I", data[start : start + 4])
        if data[start + 4 : start + 8] == b"IDAT":
            packed += data[start + 8 : start + 8 + length]
        start += 12 + length
    assert zlib.decompress(packed)[4] == 255, "the first pixel must be opaque"


def test_the_gap_is_measured_to_the_next_target_or_the_last() -> None:
    assert goal(sample_steps()).at == date(2027, 12, 31)  # type: ignore[union-attr]
    assert goal(DRAWINGS["past"]).value == 15  # type: ignore[union-attr,arg-type]
    assert goal(_steps((NOW, 1))) is None
    assert level(sample_steps()) == 2
    assert level(_steps()) == 0


def test_ticks_are_round_and_few() -> None:
    assert ticks(5) == [0, 1, 2, 3, 4, 5]
    assert ticks(15) == [0, 5, 10, 15]
    assert ticks(48000) == [0, 10000, 20000, 30000, 40000, 50000]


def test_nothing_to_draw_is_a_dash(fonts: Path) -> None:
    assert "—" in draw(_chart(Bars(bars=())), 340, Theme(fonts=fonts, size=13))
