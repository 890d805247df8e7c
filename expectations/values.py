"""cell → value: what a unit may write for a number, a date, a code; what is normalised and what is sent back.

A value becomes a canonical text (``1234.86``, ``2026-09-30``, ``true``, a code) that every store can cast, or a reason
(a key of messages.yml). Nothing is guessed: where two readings are possible the cell goes back to the unit.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from stdnum.cn import uscc

from expectations.codes import spellings
from expectations.doubts import doubt_of
from expectations.form import Column
from expectations.quarter import Quarter
from expectations.raw import UNSEEN, Raw, exact, is_blank

_MOMENTS = (date, time, timedelta)
_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)}
_NUMBER_TABLE = {**_FULL_WIDTH, **UNSEEN, 0x2212: "-", 0x2013: "-"}
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_GROUPING = str.maketrans("", "", ", ")
_WITH_UNIT = re.compile(rf"({_NUMBER.pattern})\s*([^0-9.,\s]+)")
_EUROPEAN = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[+-]?[0-9]+,[0-9]{1,2}|\([0-9.,]+\)")
_CHINESE_NUMERAL = re.compile(r"[〇零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟]+")
_DATES = (
    re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"),
    re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})"),
    re.compile(r"([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})"),
    re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日"),
    re.compile(r"(20[0-9]{2})([01][0-9])([0-3][0-9])"),
)
_LINE_ENDS = frozenset("\r\n")
_REPLACEMENT = "\ufffd"  # what programs write for a character they could not read
_QUARTER = re.compile(r"([0-9]{4})\s*(?:-?Q|年第?)\s*([1-4一二三四])(?:季度?)?")
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
_FIRST_SERIAL, _LAST_SERIAL = 36526, 73050  # 2000-01-01 … 2099-12-31 as day numbers of the 1900 system
_FLAGS = {"是": "true", "否": "false", "true": "true", "false": "false", "yes": "true", "no": "false"}
# What people write where they have nothing to say. As a contract's or a patent's number it would be one and the same
# for everybody who writes it. ``NA``, ``N/A`` and ``null`` are none of them: firms are called that.
_PLACEHOLDERS = frozenset(
    {"无", "暂无", "没有", "不适用", "/", "\\", "-", "--", "—", "——", "–", "〃", "同上", "…"}
)
LIMIT = Decimal(10) ** 12
LONGEST_REMARK = 200
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[A-Za-z]")
_PHONE = re.compile(
    r"(?<![0-9.])(?:\+?86[- ]?)?(?:1[3-9][0-9](?:[- ]?[0-9]{4}){2}|0[0-9]{2,3}[- ]?[0-9]{7,8})(?!\.?[0-9])"
)


class Value(NamedTuple):
    """One cell read for one column: ``text`` canonical, or None with the ``reason`` why not; ``note`` if changed.

    ``doubt`` is why a person should look at it although it can be read. An empty cell has none of them.
    """

    text: str | None = None
    reason: str = ""
    note: str = ""
    doubt: str = ""


def read_value(raw: Raw, column: Column, shown_as: str = "") -> Value:
    """Read one raw cell for ``column``; ``shown_as``: its format shows another number (``percent``, ``scaled``)."""
    if is_blank(raw):
        return Value()
    if isinstance(raw, str) and raw.strip().lower() in _PLACEHOLDERS:
        return Value(reason="placeholder")
    if column.scale is not None:
        return _number(raw, column, shown_as)
    if column.type == "date":
        return _date(raw)
    if column.type == "flag":
        return _flag(raw)
    text = _remark(raw) if column.type == "remark" else _text(raw)
    if text.text is None:
        return text
    if column.type == "code":
        return _code(text.text, column)
    if column.type == "uscc":
        return _uscc(text.text)
    if column.type == "quarter":
        return _quarter(text.text)
    doubt = doubt_of(text.text, column)
    return text._replace(doubt=doubt) if doubt else text


def _number(raw: Raw, column: Column, shown_as: str) -> Value:
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
    clean = raw.translate(_NUMBER_TABLE).strip()
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


def _date(raw: Raw) -> Value:
    value = _any_date(raw)
    # 1900-02-28 is what the number 59 looks like in a cell formatted as a date (60 is a day that never was).
    return Value(reason="date_of_1900") if (value.text or "").startswith(("1899-", "1900-")) else value


def _any_date(raw: Raw) -> Value:
    if isinstance(raw, datetime):
        return Value(text=raw.date().isoformat())
    if isinstance(raw, date):
        return Value(text=raw.isoformat())
    if isinstance(raw, bool | time | timedelta):
        return Value(reason="not_a_date")
    if isinstance(raw, int | float):
        whole = int(raw) if math.isfinite(raw) else 0
        if whole == raw and _FIRST_SERIAL <= whole <= _LAST_SERIAL:
            return Value(text=(date(1899, 12, 30) + timedelta(days=whole)).isoformat(), note="date_serial")
        raw = format(raw, ".15g")
    clean = str(raw).translate(_NUMBER_TABLE).strip()
    for pattern in _DATES:
        match = pattern.fullmatch(clean)
        if match:
            try:
                found = date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                return Value(reason="no_such_day")
            return Value(text=found.isoformat(), note="" if found.isoformat() == raw else "normalised")
    ambiguous = re.fullmatch(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}", clean)
    return Value(reason="ambiguous_date" if ambiguous else "not_a_date")


def _flag(raw: Raw) -> Value:
    if isinstance(raw, bool):
        return Value(text=str(raw).lower())
    text = _FLAGS.get(str(raw).translate(_NUMBER_TABLE).strip().lower())
    return Value(text=text) if text else Value(reason="not_a_flag")


def _text(raw: Raw) -> Value:
    if not isinstance(raw, str):
        return _number_as_text(raw)
    if raw.isprintable():
        clean = raw.strip()
    else:
        clean = raw.translate(UNSEEN).strip()
        if any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"} for c in clean):
            broken = set(clean) & _LINE_ENDS and _text(" ".join(clean.split())).text is not None
            return Value(reason="line_break" if broken else "control_characters")
    if _REPLACEMENT in clean:
        return Value(reason="lost_characters")
    return Value(text=clean, note="normalised" if clean != raw.strip() else "")


def _remark(raw: Raw) -> Value:
    """Sentences on one or more lines. What would be read out to others must not say how to reach somebody."""
    text = _text(" ".join(raw.split()) if isinstance(raw, str) else raw)
    if text.text is None:
        return text
    plain = unicodedata.normalize("NFKC", text.text)
    if _MAIL.search(plain) or _PHONE.search(plain):
        return Value(reason="contact_data")
    return text if len(text.text) <= LONGEST_REMARK else Value(reason="too_long")


def _number_as_text(raw: Raw) -> Value:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        return Value(reason="not_text")
    # A spreadsheet number holds fifteen digits; a longer code has lost its tail for good.
    if abs(raw) >= 10**15:
        return Value(reason="precision_lost")
    return Value(text=format(exact(raw), "f"))


def _code(text: str, column: Column) -> Value:
    known = spellings(column.codes)
    code = known.get(text)
    return Value(text=known.get(unicodedata.normalize("NFKC", text), text) if code is None else code)


def _uscc(text: str) -> Value:
    clean = text.translate(_FULL_WIDTH).replace(" ", "").replace("-", "").upper()
    if not _valid_uscc(clean):
        return Value(reason="bad_credit_code")
    return Value(text=clean, note="normalised" if clean != text else "")


@lru_cache(maxsize=10_000)
def _valid_uscc(code: str) -> bool:
    """Whether the check digit is right; the same firms stand in many returns."""
    return bool(uscc.is_valid(code))


def _quarter(text: str) -> Value:
    match = _QUARTER.fullmatch(text.translate(_FULL_WIDTH))
    if match is None:
        return Value(reason="not_a_quarter")
    number = "一二三四".find(match[2]) + 1 or int(match[2])
    return Value(text=str(Quarter(int(match[1]), number)))
