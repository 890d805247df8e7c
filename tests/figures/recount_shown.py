"""What page and annex show, read back as text and native numbers, to be held against a recount."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from html import unescape
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineWorkbook

NO_DATA = "—"
# What a unit printed beside a number makes of the value as it is kept.
WORTH = {"%": Decimal(100), "亿元": Decimal("0.0001")}
QUANTITIES = ("万元", "万元/人", "人年")  # their changes are said in per cent
ANNEX_HEADER = 3  # rows: title, edition, headings


class PageTable(NamedTuple):
    """A table of the page; a cell's lines are parted by ``|``."""

    headings: list[str]
    rows: list[list[str]]


def text_of(fragment: str) -> str:
    """What a reader sees of a piece of the page: lines of a cell parted by ``|``, blanks as one."""
    seen = re.sub(r"<small[^>]*>", "|", fragment)
    return re.sub(r"[\s\u00a0]+", " ", unescape(re.sub(r"<[^>]+>", "", seen))).strip()


def undrawn(page: str) -> str:
    """The page without its styles, scripts and drawings; the drawings' words stand beside them."""
    return re.sub(r"<(style|svg|script).*?</\1>", "", page, flags=re.DOTALL)


def page_tables(page: str) -> Iterator[PageTable]:
    for table in re.findall(r"<table.*?</table>", undrawn(page), flags=re.DOTALL):
        rows = re.findall(r"<tr.*?</tr>", table, flags=re.DOTALL)
        cells = [re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL) for row in rows]
        heads, *body = [[text_of(cell) for cell in row] for row in cells]
        yield PageTable(heads, body)


def page_tiles(page: str) -> dict[str, tuple[str, str]]:
    """The numbers that stand out: indicator → its number and unit."""
    tile = re.compile(r'id="fig-(\w+)">.*?<p class="v">(.*?)</p>', re.DOTALL)
    return {code: tuple(text_of(said).split("|", 1)) for code, said in tile.findall(undrawn(page))}  # type: ignore[misc]


def page_charts(page: str) -> list[dict[str, str]]:
    """What the charts say in words: the number beside each name; the charts' titles come before."""
    said = re.findall(r'role="img" aria-label="([^"]*)"', page)
    listed = [text_of(one).rstrip("。").rpartition("。")[2].split("、") for one in said]
    return [dict(pair.rsplit(" ", 1) for pair in pairs if " " in pair) for pairs in listed]  # type: ignore[misc]


def annex_sheet(path: Path, name: str) -> list[list[object]]:
    """The rows of a sheet below its headings."""
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_name(name)
    return sheet.to_python(skip_empty_area=False)[ANNEX_HEADER:]


def rounded(value: Decimal, places: int) -> Decimal:
    """Half rounds up, away from nought."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def number(text: str) -> Decimal:
    """``−1,234.5`` as a number, with its places."""
    return Decimal(text.replace(",", "").replace("\u2212", "-"))


def is_printed(text: str, value: Decimal | None, unit: str) -> bool:
    """Whether a printed number is the value, rounded to the places that are printed."""
    if value is None or text == NO_DATA:
        return value is None and text == NO_DATA
    try:
        said = number(text)
    except InvalidOperation:  # a word
        return False
    return said == rounded(value * WORTH.get(unit, Decimal(1)), -int(said.as_tuple().exponent))


def is_change(text: str, now: Decimal | None, before: Decimal | None, unit: str, places: int) -> bool:
    """Whether a printed change leads from one value to the other: in points, per cent, or units as printed."""
    if now is None or before is None or (unit in QUANTITIES and now and not before):
        return text == NO_DATA
    if unit == "%":
        moved = rounded((now - before) * 100, places)
    elif unit in QUANTITIES:
        moved = rounded((now - before) / before * 100, 1) if before else Decimal(0)
    else:
        moved = rounded(now, places) - rounded(before, places)
    if not moved:
        return text == "持平"
    found = re.fullmatch(r"([+\u2212])([\d,.]+)(?: ?(.*))?", text)
    assert found, text
    named = {"%": "个百分点"}.get(unit, "%" if unit in QUANTITIES else unit)
    return number(found[1] + found[2]) == moved and found[3] in {named, ""}


def is_native(cell: object, value: Decimal | None, unit: str, places: int) -> bool:
    """Whether a cell of the annex holds the value as a number: shares in per cent, whole numbers as they are."""
    if value is None or cell == NO_DATA:
        return value is None and cell == NO_DATA
    whole = not places and value == value.to_integral_value()
    told = rounded(value * WORTH.get(unit, Decimal(1)), 0 if whole else max(places, 2))
    return isinstance(cell, float) and Decimal(repr(cell)) == told
