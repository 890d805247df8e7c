"""Days and quarters in both languages, as letters say them."""

from __future__ import annotations

from datetime import datetime

from expectations.quarter import SHANGHAI, Quarter
from reports.dates import day_text, instant_text
from reports.text import Text
from reports.view import LANGUAGES
from reports.wording import wording


def day(at: datetime) -> Text:
    """``2026年10月15日``, the day of an instant in Shanghai."""
    return Text(*(day_text(at.astimezone(SHANGHAI).date(), wording(one)) for one in LANGUAGES))


def instant(at: datetime) -> Text:
    """``2026年10月15日 23:59``."""
    return Text(*(instant_text(at, wording(one)) for one in LANGUAGES))


def quarter_of(quarter: Quarter) -> Text:
    return Text(quarter.zh, quarter.en)
