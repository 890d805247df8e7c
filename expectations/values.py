"""cell → value: what a unit may write for a number, a date, a code; what is normalised and what is sent back.

A value becomes a canonical text (``1234.86``, ``2026-09-30``, ``true``, a code) that every store can cast, or a reason
(a key of messages.yml). Nothing is guessed: where two readings are possible the cell goes back to the unit.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from stdnum.cn import uscc

from expectations.codes import spellings
from expectations.columns import Column
from expectations.doubts import doubt_of
from expectations.numbers_read import FULL_WIDTH, LIMIT, PLAIN, Value, number_of
from expectations.quarter import Quarter
from expectations.raw import UNSEEN, Raw, exact, is_blank

__all__ = ["LIMIT", "Value", "read_value"]

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
_FIRST_SERIAL, _LAST_SERIAL = 36526, 73050  # 2000-01-01 … 2099-12-31 as day numbers of the 1900 system
_FLAGS = {"是": "true", "否": "false", "true": "true", "false": "false", "yes": "true", "no": "false"}
# What people write where they have nothing to say. As a contract's or a patent's number it would be one and the same
# for everybody who writes it. ``NA``, ``N/A`` and ``null`` are none of them: firms are called that.
_PLACEHOLDERS = frozenset(
    {"无", "暂无", "没有", "不适用", "/", "\\", "-", "--", "—", "——", "–", "〃", "同上", "…"}
)
LONGEST_REMARK = 200
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[A-Za-z]")
_PHONE = re.compile(
    r"(?<![0-9.])(?:\+?86[- ]?)?(?:1[3-9][0-9](?:[- ]?[0-9]{4}){2}|0[0-9]{2,3}[- ]?[0-9]{7,8})(?!\.?[0-9])"
)


def read_value(raw: Raw, column: Column, shown_as: str = "") -> Value:
    """Read one raw cell for ``column``; ``shown_as``: its format shows another number (``percent``, ``scaled``)."""
    if is_blank(raw):
        return Value()
    if isinstance(raw, str) and raw.strip().lower() in _PLACEHOLDERS:
        return Value(reason="placeholder")
    if column.scale is not None:
        return number_of(raw, column, shown_as)
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
    clean = str(raw).translate(PLAIN).strip()
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
    text = _FLAGS.get(str(raw).translate(PLAIN).strip().lower())
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
    if says_how_to_reach(text.text):
        return Value(reason="contact_data")
    return text if len(text.text) <= LONGEST_REMARK else Value(reason="too_long")


def says_how_to_reach(text: str) -> bool:
    """Whether a text holds a mail address or a phone number."""
    plain = unicodedata.normalize("NFKC", text)
    return bool(_MAIL.search(plain) or _PHONE.search(plain))


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
    clean = text.translate(FULL_WIDTH).replace(" ", "").replace("-", "").upper()
    if not _valid_uscc(clean):
        return Value(reason="bad_credit_code")
    return Value(text=clean, note="normalised" if clean != text else "")


@lru_cache(maxsize=10_000)
def _valid_uscc(code: str) -> bool:
    """Whether the check digit is right; the same firms stand in many returns."""
    return bool(uscc.is_valid(code))


def _quarter(text: str) -> Value:
    match = _QUARTER.fullmatch(text.translate(FULL_WIDTH))
    if match is None:
        return Value(reason="not_a_quarter")
    number = "一二三四".find(match[2]) + 1 or int(match[2])
    return Value(text=str(Quarter(int(match[1]), number)))
