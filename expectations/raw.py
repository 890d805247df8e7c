"""A raw cell: what a parser of workbooks gives for it, whether anything can be seen in it, how it is quoted to a person."""

from __future__ import annotations

import math
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal

Raw = str | int | float | bool | date | datetime | time | timedelta | None

# Blanks that are none of a keyboard's, and what takes no room at all.
UNSEEN: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2009\u202f\u3000"), " "),
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff")),
}


def is_blank(raw: Raw) -> bool:
    """Whether a cell holds nothing that can be seen: a blank typed into it is none."""
    if isinstance(raw, str):
        return not (raw if raw.isprintable() else raw.translate(UNSEEN)).strip()
    return raw is None


def exact(raw: float) -> Decimal:
    """Excel keeps 1234.86 as 1234.8599999999999: fifteen significant digits are what it shows and what was meant."""
    return Decimal(format(raw, ".15g")) if isinstance(raw, float) else Decimal(raw)


def shown(raw: Raw, shown_as: str = "") -> str:
    """A raw cell as quoted to a person: at most 60 characters, dates as ISO, a ``percent`` as one."""
    if isinstance(raw, str):
        text = raw
    elif shown_as == "percent" and isinstance(raw, int | float) and math.isfinite(raw):
        text = f"{(exact(raw) * 100).normalize() + 0:f}%"
    elif isinstance(raw, float):
        text = format(raw, ".15g")
    elif isinstance(raw, bool):
        text = "TRUE" if raw else "FALSE"
    elif isinstance(raw, datetime):
        text = raw.date().isoformat() if raw.time() == time() else raw.isoformat(sep=" ")
    else:
        text = "" if raw is None else str(raw)
    text = visible(text)
    return text if len(text) <= 60 else text[:59] + "…"


def visible(text: str) -> str:
    """Foreign text as it may be shown: on one line, without what would steer a terminal, a mail program or a reader."""
    if text.isprintable():
        return text
    return "".join("·" if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else c for c in text)
