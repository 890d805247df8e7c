"""dates and quarters → how a language writes them."""

from __future__ import annotations

from datetime import date, datetime

from expectations.quarter import SHANGHAI, Quarter
from reports.wording import Wording


def quarter_text(quarter: Quarter, say: Wording) -> str:
    """``2026年第三季度``, ``third quarter of 2026``."""
    ordinal = say.at("dates.ordinals")[quarter.number - 1]
    return say("dates.quarter", year=quarter.year, ordinal=ordinal)


def quarter_short(quarter: Quarter, say: Wording) -> str:
    """``26年3季``, ``2026 Q3``."""
    return say("dates.quarter_short", year=quarter.year, yy=quarter.year % 100, number=quarter.number)


def quarter_label(quarter: Quarter, say: Wording) -> str:
    """``3季``, ``Q3``: the year stands below."""
    return say("dates.quarter_label", number=quarter.number)


def day_text(day: date, say: Wording) -> str:
    """``2026年9月30日``, ``30 September 2026``."""
    return say("dates.day", year=day.year, month=_month(day, say), day=day.day)


def day_of_year(day: date, say: Wording) -> str:
    """``10月16日``, ``16 October``."""
    return say("dates.day_of_year", month=_month(day, say), day=day.day)


def month_text(day: date, say: Wording) -> str:
    """``2026年9月``, ``September 2026``."""
    return say("dates.month", year=day.year, month=_month(day, say))


def end_text(day: date, say: Wording) -> str:
    """``2025年末``, ``the end of 2025``; a day in another month than December names it."""
    key = "dates.year_end" if day.month == 12 else "dates.month_end"
    return say(key, year=day.year, month=_month(day, say))


def instant_text(at: datetime, say: Wording) -> str:
    """``2026年10月24日 18:00``, wall time in Shanghai."""
    local = at.astimezone(SHANGHAI)
    return say("dates.instant", day=day_text(local.date(), say), time=f"{local:%H:%M}")


def count_text(value: int, say: Wording) -> str:
    """``七`` for 7: counts in titles up to ten."""
    words = say.at("dates.counts")
    return str(words[value]) if value < len(words) else str(value)


def _month(day: date, say: Wording) -> str:
    return str(say.at("dates.months")[day.month - 1])
