"""cell → number: what a unit may write for one, in which unit and with which marks, and what is sent back."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from expectations.columns import Column
from expectations.raw import UNSEEN, Raw, exact

_MOMENTS = (date, time, timedelta)
FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)}
PLAIN = {**FULL_WIDTH, **UNSEEN, 0x2212: "-", 0x2013: "-"}
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_GROUPING = str.maketrans("", "", ", ")
_WITH_UNIT = re.compile(rf"({_NUMBER.pattern})\s*([^0-9.,\s]+)")
_EUROPEAN = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[+-]?[0-9]+,[0-9]{1,2}|\([0-9.,]+\)")
_CHINESE_NUMERAL = re.compile(r"[〇零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟]+")
_FRACTION = "0至1的小数"
_UNIT_SIZES = (  # units that convert into each other, each with its size
    {
        "元": Decimal(1),
        "千元": Decimal(10**3),
        "万元": Decimal(10**4),
        "百万元": Decimal(10**6),
        "亿元": Decimal(10**8),
    },
    {"%": Decimal("0.01"), _FRACTION: Decimal(1)},
)
LIMIT = Decimal(10) ** 12


class Value(NamedTuple):
    """One cell read for one column: ``text`` canonical, or None with the ``reason`` why not; ``note`` if changed.

    ``doubt`` is why a person should look at it although it can be read. An empty cell has none of them.
    """

    text: str | None = None
    reason: str = ""
    note: str = ""
    doubt: str = ""


def number_of(raw: Raw, column: Column, shown_as: str) -> Value:
    if isinstance(raw, str):
        return _number_text(raw, column)
    if isinstance(raw, bool):
        return Value(reason="not_a_number_flag")
    if isinstance(raw, _MOMENTS):
        return Value(reason="not_a_number_date")
    if raw is None or (isinstance(raw, float) and not math.isfinite(raw)):
        return Value(reason="not_a_number")
    if shown_as == "percent":
        # Typed as 5%, stored as 0.05. Only a column of shares can mean that.
        share = _factor("%", column.unit)
        return (
            Value(reason="percent_format")
            if share is None
            else _scaled(exact(raw) * 100 * share, column, "percent_format")
        )
    if shown_as:
        return Value(reason="scaled_format")
    written = format(raw, ".15g")
    # The usual number needs no arithmetic: within bounds, with no more decimals than the column has, no -0.
    decimals = len(written.partition(".")[2])
    if decimals <= (column.scale or 0) and "e" not in written and written != "-0" and abs(raw) <= LIMIT:
        return Value(text=written)
    return _scaled(exact(raw), column)


def _factor(written: str, unit: str) -> Decimal | None:
    """By what a number in the unit ``written`` becomes one in ``unit``; None if they do not convert."""
    if written == unit:
        return Decimal(1)
    for sizes in _UNIT_SIZES:
        if written in sizes and unit in sizes:
            return sizes[written] / sizes[unit]
    return None


def _number_text(raw: str, column: Column) -> Value:
    clean = raw.translate(PLAIN).strip()
    # 1,234 is a grouped number and (2,5) a European one; only the second is ambiguous.
    if _NUMBER.fullmatch(clean):
        digits = clean.translate(_GROUPING)
        return _scaled(Decimal(digits), column, "normalised" if digits != raw.strip() else "")
    with_unit = _WITH_UNIT.fullmatch(clean)
    if with_unit:
        factor = _factor(with_unit[2], column.unit)
        if factor is not None:
            return _scaled(Decimal(with_unit[1].translate(_GROUPING)) * factor, column, "unit_converted")
        return Value(reason="unit_unknown")
    if _EUROPEAN.fullmatch(clean):
        return Value(reason="ambiguous_number")
    if _CHINESE_NUMERAL.fullmatch(clean) or any(
        unicodedata.numeric(c, None) is not None for c in clean if c > "\x7f"
    ):
        return Value(reason="numeral_words")
    return Value(reason="not_a_number")


def _scaled(number: Decimal, column: Column, note: str = "") -> Value:
    if abs(number) > LIMIT:  # first: rounding a number of thirty digits is an error of its own
        return Value(reason="too_large")
    scale = column.scale or 0
    rounded = round(number, scale)
    if rounded != number:
        return Value(reason="not_whole" if scale == 0 else "too_many_decimals")
    text = format(rounded.normalize() + 0, "f")
    return Value(text=text, note=note)
