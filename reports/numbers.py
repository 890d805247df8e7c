"""values → printed numbers: rounding, units, signs. Half rounds up, minus is U+2212, a number never parts from its unit."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from reports.facts import Measure

NO_DATA = "—"
_RELATIVE = frozenset({"万元", "人年"})  # changes of quantities are said in per cent, of counts in units


def rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def plain(value: Decimal, decimals: int) -> str:
    """``4,862`` or ``−3.4``."""
    return f"{rounded(value, decimals):,}".replace("-", "\u2212")


def printed(value: Decimal | None, measure: Measure) -> tuple[str, str]:
    """A value and its unit as printed: (``24``, ``家``), (``3.68``, ``亿元``), (``69.0``, ``%``), (``—``, blank)."""
    if value is None:
        return NO_DATA, ""
    if measure.kind == "ratio":
        return plain(value * 100, measure.decimals), "%"
    if measure.unit == "万元" and abs(value) >= 10_000:
        return plain(value / 10_000, 2), "亿元"
    return plain(value, measure.decimals), measure.unit


def said(value: Decimal | None, measure: Measure) -> str:
    """A value in a sentence: ``24 家``, ``69.0%``."""
    text, unit = printed(value, measure)
    return f"{text}{unit}" if unit in {"%", ""} else f"{text} {unit}"


def _relative(now: Decimal, before: Decimal) -> Decimal | None:
    return rounded((now - before) / before * 100, 1) if before else None


def change(now: Decimal | None, before: Decimal | None, measure: Measure) -> str:
    """A change beside a figure: ``+38 家``, ``+3.4%``, ``−0.3 个百分点``, ``持平``, or — without a comparison."""
    if now is None or before is None:
        return NO_DATA
    if measure.kind == "ratio":
        moved, unit = rounded((now - before) * 100, measure.decimals), " 个百分点"
    elif measure.unit in _RELATIVE:
        relative = _relative(now, before)
        if relative is None:
            return NO_DATA
        moved, unit = relative, "%"
    else:
        moved, unit = rounded(now, measure.decimals) - rounded(before, measure.decimals), f" {measure.unit}"
    if not moved:
        return "持平"
    return f"{'+' if moved > 0 else chr(0x2212)}{plain(abs(moved), -_exponent(moved))}{unit}"


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def change_words(now: Decimal | None, before: Decimal | None, measure: Measure) -> str:
    """A change in a sentence, after 比上季: ``多 6 家``, ``下降 26.3%``, ``提高 1.1 个百分点``, ``基本持平``, or blank."""
    if now is None or before is None:
        return ""
    if measure.kind == "ratio":
        moved = rounded((now - before) * 100, measure.decimals)
        if abs(moved) < Decimal("0.2"):
            return "基本持平"
        return f"{'提高' if moved > 0 else '降低'} {plain(abs(moved), measure.decimals)} 个百分点"
    if measure.unit in _RELATIVE:
        relative = _relative(now, before)
        if relative is None:
            return ""
        if abs(relative) < 1:
            return "基本持平"
        return f"{'增长' if relative > 0 else '下降'} {plain(abs(relative), 1)}%"
    count = rounded(now, measure.decimals) - rounded(before, measure.decimals)
    return (
        f"{'多' if count > 0 else '少'} {plain(abs(count), measure.decimals)} {measure.unit}"
        if count
        else "持平"
    )


def bound(value: Any) -> Any:
    """Every text below ``value`` with numbers tied to their units (U+00A0 between a digit and a Chinese character)."""
    if isinstance(value, str):
        return re.sub(r"(?<=[0-9]) (?=[^\x00-\x7f])", "\u00a0", value)
    if isinstance(value, dict):
        return {key: bound(part) for key, part in value.items()}
    return [bound(part) for part in value] if isinstance(value, list | tuple) else value
