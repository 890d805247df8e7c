"""Charts: every word stands inside the picture and none covers another, whatever the data."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
import zlib
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from reports.blocks import Chart
from reports.charts import draw, png, shared_height
from reports.fonts import text_width
from reports.mail import LETTERS, PICTURE
from reports.places import Box
from reports.shapes import (
    Bar,
    Bars,
    Break,
    Columns,
    Drawing,
    Mark,
    Stack,
    StackPart,
    Stacks,
    Step,
    Steps,
    Target,
    Tile,
    Tiles,
)
from reports.stacks import fills
from reports.steps import goal, level, ticks
from reports.theme import DARK, LIGHT, Palette, Theme
from reports.tiles import is_heading, shades
from tests.reports.long_sample import LongSample
from tests.reports.reading import contrast, luminance
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


def _long_tiles(columns: int) -> Tiles:
    places = [divmod(index, columns) for index in range(columns * 2)]
    return Tiles(
        columns=columns,
        tiles=tuple(
            Tile(
                label=LONG,
                text="1,234,567",
                sub="环比 −12,345 ▼",
                row=row,
                column=column,
                shade=3,
                strong=True,
            )
            for row, column in places
        ),
    )


def _stacks(*values: tuple[float, ...]) -> Stacks:
    return Stacks(
        bars=tuple(
            Stack(
                label=f"{index}季",
                parts=tuple(StackPart(label=f"{LONG} {value}\u00a0家", value=value) for value in parts),
                text=f"{sum(parts):,}",
                strong=index == len(values) - 1,
            )
            for index, parts in enumerate(values)
        )
    )


def _samples() -> dict[str, Drawing]:
    """Every shape of the long report in both languages."""
    found: dict[str, Drawing] = {}
    for sample in (LongSample("zh"), LongSample("en")):
        shapes = (
            sample.tile_map(),
            sample.branch_matrix(),
            sample.stacks(),
            sample.stacks(3),
            sample.stacks(1),
        )
        shapes_too = (sample.ticked(), sample.thresholds(), sample.steps(), sample.columns(40))
        found |= {f"{sample.lang} {at}": drawing for at, drawing in enumerate((*shapes, *shapes_too))}
    return found


DRAWINGS: dict[str, Drawing] = _samples() | {
    "a map of long names": _long_tiles(3),
    "a matrix of long names": _long_tiles(9),
    "stacks of nought": _stacks((0, 0), (0, 0)),
    "one stack of long parts": _stacks((3, 1, 2)),
    "a part of nought on top": _stacks((3, 1, 0), (4, 1, 0)),
    "thresholds at one place": Bars(
        bars=(Bar(label=LONG, value=3, text="3%"), Bar(label="示例", value=40, text="40%", strong=True)),
        marks=(
            Mark(value=10, text="示例省不得分"),
            Mark(value=11, text="示例省满分"),
            Mark(value=60, text="60% 示例"),
        ),
    ),
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


def _chart(drawing: Drawing) -> Chart:
    return Chart(name="x", title="示例", drawing=drawing, alt="示例")


def _words(svg: str, theme: Theme) -> list[Word]:
    """Each line of text with its box, from the SVG's own positions."""
    found = []
    for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        size, line = float(text.get("font-size", theme.size)), text.text or ""
        width = text_width(theme.fonts, line, size, int(text.get("font-weight", 400)))
        x, base = float(text.attrib["x"]), float(text.attrib["y"])
        left = x - {"start": 0, "middle": width / 2, "end": width}[text.get("text-anchor", "start")]
        found.append(Word(line, left, base - size * 0.86, left + width, base + size * 0.12))
    return found


def _rects(svg: str) -> list[Word]:
    found = []
    for rect in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}rect"):
        x, y, width, height = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
        found.append(Word(rect.attrib["fill"], x, y, x + width, y + height))
    return found


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


@pytest.mark.parametrize("width", [236, 312, 340, 499, 760, 1120])
@pytest.mark.parametrize("name", [name for name, drawing in DRAWINGS.items() if isinstance(drawing, Tiles)])
def test_words_of_a_tile_stand_in_it(name: str, width: int, fonts: Path) -> None:
    theme = Theme(fonts=fonts, size=9 if width in (236, 499) else 13)
    drawing = DRAWINGS[name]
    assert isinstance(drawing, Tiles)
    svg = draw(_chart(drawing), width, theme)
    tiles, words = _rects(svg), _words(svg, theme)
    assert len(tiles) == sum(not is_heading(tile) for tile in drawing.tiles)
    inside = 0
    for word in words:
        x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
        for tile in tiles:
            if tile.left <= x <= tile.right and tile.top <= y <= tile.bottom:
                inside += 1
                assert tile.left <= word.left <= word.right <= tile.right, (word, tile)
                assert tile.top <= word.top <= word.bottom <= tile.bottom, (word, tile)
    assert inside >= 2 * len(tiles)
    said = "".join(word.text for word in words).replace(" ", "").replace("\u00a0", "")
    for one in drawing.tiles:
        assert (one.label.replace(" ", "")) in said
        assert one.text in said


def test_a_map_keeps_its_places_and_a_matrix_wraps(fonts: Path) -> None:
    theme = Theme(fonts=fonts, size=13)
    for sample in (LongSample("zh"), LongSample("en")):
        map_ = _rects(draw(_chart(sample.tile_map()), 340, theme))
        assert len({tile.left for tile in map_}) == 3
        matrix = _rects(draw(_chart(sample.branch_matrix()), 340, theme))
        assert 2 <= len({tile.left for tile in matrix}) < 8


def test_a_matrix_wraps_below_the_names_of_its_rows(fonts: Path) -> None:
    """Rows once wrapped into the column of their names: a branch stood where a field is read."""
    sizes = (5, 8, 5, 4)
    tiles, row = list[Tile](), 0
    for n, size in enumerate(sizes):
        tiles.append(Tile(label=f"示例领域{n} 2/{size}", text="", row=row, column=0, shade=0))
        for index in range(size):
            down, right = divmod(index, 5)
            name = f"分支{n}-{index}"
            tiles.append(Tile(label=name, text="1", row=row + down, column=right + 1, shade=2))
        row += -(-size // 5)
    theme = Theme(fonts=fonts, size=13)
    svg = draw(_chart(Tiles(columns=6, tiles=tuple(tiles))), 340, theme)
    boxes, words = _rects(svg), _words(svg, theme)
    assert len(boxes) == sum(sizes)
    heads = [word for word in words if word.text.startswith("示例")]
    assert [head.left for head in heads] == [0] * len(sizes)
    for head, below in pairwise([*heads, None]):
        assert head is not None
        end = below.top if below else float("inf")
        mine = [word.text[2] for word in words if head.top < word.top < end and word.text.startswith("分支")]
        assert set(mine) == {head.text[4]}
        assert not any(box.top < head.bottom and box.bottom > head.top for box in boxes)


def test_ticks_and_thresholds_stand_at_their_values(fonts: Path) -> None:
    bars = Bars(
        bars=(
            Bar(label="甲", value=50, text="50", before=100),
            Bar(label="乙", value=100, text="100", before=25),
        ),
        before_text="上季",
        marks=(Mark(value=75, text="满分"),),
    )
    svg = draw(_chart(bars), 340, Theme(fonts=fonts, size=13))
    first, second = _rects(svg)[:2]
    left, whole = second.left, second.right - second.left
    assert first.right == pytest.approx(left + whole / 2, abs=0.1)
    lines = re.findall(r'<path d="M([\d.]+) [\d.]+L\1 [\d.]+" fill="none" stroke="#1A1F24"', svg)
    *_, key = [float(x) for x in lines]
    ticks_at = sorted((float(x) - left) / whole for x in lines if float(x) != key)
    assert ticks_at == pytest.approx([0.25, 0.75, 1.0], abs=0.01)
    assert {"上季", "满分"} <= {word.text for word in _words(svg, Theme(fonts=fonts, size=13))}


@pytest.mark.parametrize("width", [260, 340, 760])
def test_a_break_is_a_dashed_line_between_two_columns(fonts: Path, width: int) -> None:
    """From its name, above all numbers, down to the floor; the columns lose only the room of the name."""
    bars = tuple(Bar(label="示例季", value=one, text=f"{one:,}") for one in (100, 400, 120_000, 120_000, 90))
    theme, broken = Theme(fonts=fonts, size=13), (Break(before=3, text="口径调整"),)
    stacked = Stacks(
        bars=tuple(
            Stack(label=b.label, text=b.text, parts=(StackPart(label="", value=b.value),)) for b in bars
        ),
        breaks=broken,
    )
    for drawing in (Columns(bars=bars, breaks=broken), stacked):
        svg = draw(_chart(drawing), width, theme, 240)
        (line,) = re.findall(r'<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"[^>]*stroke-dasharray', svg)
        x, top, x2, bottom = map(float, line)
        columns = [one for one in _rects(svg) if one.bottom > bottom - 4]
        assert x == x2
        assert columns[2].right < x < columns[3].left
        assert bottom > 180
        (name,) = (word for word in _words(svg, theme) if word.text == "口径调整")
        assert name.left < x < name.right
        assert name.bottom <= top + 1
        assert all(word.top >= name.bottom - 1 for word in _words(svg, theme) if word != name)


def test_breaks_that_would_touch_are_named_once(fonts: Path) -> None:
    bars = tuple(Bar(label="季", value=1, text="1") for _ in range(8))
    breaks = tuple(Break(before=at, text="口径调整") for at in (3, 4))
    svg = draw(_chart(Columns(bars=bars, breaks=breaks)), 300, Theme(fonts=fonts, size=13))
    assert svg.count("stroke-dasharray") == 2
    assert svg.count("口径调整") == 1


def test_stacks_start_at_the_floor_and_add_up(fonts: Path) -> None:
    svg = draw(_chart(_stacks((30, 10), (60, 20))), 480, Theme(fonts=fonts, size=13), 300)
    before, now = _rects(svg)[:2], _rects(svg)[2:4]
    assert before[0].bottom == pytest.approx(now[0].bottom, abs=0.6)
    high, higher = (column[0].bottom - column[1].top for column in (before, now))
    assert higher == pytest.approx(2 * high, abs=3)
    low, top = (part.bottom - part.top + 1 for part in now)
    assert low == pytest.approx(3 * top, rel=0.02)
    assert now[1].bottom <= now[0].top


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_letters_on_tiles_are_read(palette: Palette) -> None:
    for fill, ink in shades(palette):
        assert contrast(fill, ink) >= 4.5, fill


@pytest.mark.parametrize("now", [True, False])
@pytest.mark.parametrize("parts", [1, 2, 3])
def test_parts_differ_in_grey_print(parts: int, now: bool) -> None:
    greys = [luminance(colour) for colour in fills(parts, now, LIGHT)]
    assert len(greys) == parts
    assert all(low - high > 0.1 for low, high in pairwise(greys))


def test_charts_side_by_side_are_equally_high(fonts: Path) -> None:
    theme, sample = Theme(fonts=fonts, size=9), LongSample("zh")
    row = [_chart(sample.tile_map()), _chart(sample.stacks())]
    tall = shared_height(row, 236, theme)
    heights = [float(draw(chart, 236, theme, tall).split('height="')[1].split('"')[0]) for chart in row]
    assert heights[0] == pytest.approx(heights[1], abs=1)


@pytest.mark.parametrize("name", DRAWINGS)
def test_names_are_text(name: str, fonts: Path) -> None:
    """Whatever a name holds, it is drawn as letters: the drawing stays one well-formed picture."""
    hostile = "<script>alert('1')</script>&\x00]]>\""
    spoiled = _spoil(DRAWINGS[name].model_dump(), hostile)
    svg = draw(_chart(type(DRAWINGS[name]).model_validate(spoiled)), 760, Theme(fonts=fonts, size=13))
    tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(svg).iter()}
    assert tags <= {"svg", "rect", "path", "circle", "text"}
    assert "script>alert" in "".join(word.text for word in _words(svg, Theme(fonts=fonts, size=13))).replace(
        " ", ""
    )


def _spoil(value: Any, text: str) -> Any:
    if isinstance(value, dict):
        return {key: part if key == "shape" else _spoil(part, text) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(_spoil(part, text) for part in value)
    return value + text if isinstance(value, str) and value else value


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


OVERDUE = _steps(
    (date(2018, 11, 20), 1),
    (date(2019, 6, 28), 2),
    (date(2019, 12, 16), 3),
    (date(2020, 8, 10), 4),
    (date(2020, 12, 1), 5),
    (date(2021, 10, 18), 6),
    (date(2022, 6, 30), 7),
    (date(2023, 3, 20), 8),
    (date(2023, 11, 28), 9),
    (date(2024, 9, 25), 10),
    (date(2025, 7, 15), 11),
    (date(2026, 5, 20), 12),
    targets=(
        (date(2020, 12, 31), 5, "规划：2020年末 5\u00a0家"),
        (date(2025, 12, 31), 15, "规划：2025年末 15\u00a0家"),
    ),
    gap="差 3\u00a0家",
)


@pytest.mark.parametrize(
    ("width", "size", "height"),
    [
        (PICTURE, LETTERS, None),
        (312, 13, None),
        (340, 13, None),
        (760, 15, None),
        (499, 9, 260),
        (499, 9, 155),
    ],
)
def test_words_stand_beside_their_mark(width: int, size: int, height: int | None, fonts: Path) -> None:
    """The name of the overdue target once lay on the steps of the years before, far below its diamond."""
    theme = Theme(fonts=fonts, size=size)
    svg = draw(_chart(OVERDUE), width, theme, height)
    marks = [
        (sum(x) / len(x), sum(y) / len(y))
        for points in re.findall(r'd="M([^"]+)Z"', svg)
        for x, y in [zip(*(map(float, one.split()) for one in points.split("L")), strict=True)]
    ]
    (now,) = [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg)]
    anchors = {"规划：2025": marks[1], "规划：2020": marks[0], "2025年末": marks[1], "实有": now}
    words = {word.text: Box(*word[1:]) for word in _words(svg, theme)}
    for begin, anchor in anchors.items():
        for text, box in words.items():
            if text.startswith(begin):
                assert box.away(anchor) <= size * 2.6, text


def test_ticks_are_round_and_few() -> None:
    assert ticks(5) == [0, 1, 2, 3, 4, 5]
    assert ticks(15) == [0, 5, 10, 15]
    assert ticks(48000) == [0, 10000, 20000, 30000, 40000, 50000]


def test_nothing_to_draw_is_a_dash(fonts: Path) -> None:
    assert "—" in draw(_chart(Bars(bars=())), 340, Theme(fonts=fonts, size=13))
