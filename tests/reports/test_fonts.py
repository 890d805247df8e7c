"""Fonts: three static weights of one family, cut once; web fonts hold what a page needs and no more."""

from __future__ import annotations

import io
from pathlib import Path

from fontTools.ttLib import TTFont

from reports.fonts import cut_fonts, font_file, text_width, web_font
from reports.theme import FAMILY, WEIGHTS


def test_weights_are_static_and_renamed(fonts: Path) -> None:
    for weight in WEIGHTS:
        font = TTFont(font_file(fonts, weight), lazy=True)
        assert "fvar" not in font
        assert "CFF " in font
        assert font["OS/2"].usWeightClass == weight
        assert font["name"].getBestFamilyName() == FAMILY
        cmap = font.getBestCmap()
        assert all(ord(char) in cmap for char in "晋创家（）“”—−·÷→■□①㎡Aa0%")


def test_cutting_again_changes_nothing(fonts: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in fonts.iterdir()}
    assert cut_fonts(fonts) == fonts
    assert {path.name: path.stat().st_mtime_ns for path in fonts.iterdir()} == before


def test_web_font_holds_only_the_text(fonts: Path) -> None:
    data = web_font(fonts, 700, "已认定 12 家")
    font = TTFont(io.BytesIO(data))
    assert font.flavor == "woff"
    assert set(font.getBestCmap()) == {ord(char) for char in "已认定 12 家"}
    assert data == web_font(fonts, 700, "家 21 定认已")


def test_widths(fonts: Path) -> None:
    assert text_width(fonts, "中文", 10) == 20
    assert text_width(fonts, "111", 10) == text_width(fonts, "888", 10), "figures must be tabular"
    assert text_width(fonts, "", 10) == 0
