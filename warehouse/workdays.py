"""Which days the office works: the published holidays and make-up days of China, which the registry may overrule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from chinese_calendar import is_workday

_SATURDAY = 5


def is_working(day: date, own: Mapping[date, bool]) -> bool:
    """Whether a day is worked: as the registry says, else as the State Council's notice of the year; of a year whose
    notice the library does not know, weekends alone are free.
    """
    if day in own:
        return own[day]
    try:
        return bool(is_workday(day))
    except NotImplementedError:
        return day.weekday() < _SATURDAY


def is_known(year: int) -> bool:
    """Whether the library knows the holidays of a year; they are published in the last weeks of the year before."""
    try:
        is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def next_working(at: datetime, own: Mapping[date, bool]) -> datetime:
    """The same time on the first working day on or after an instant's day."""
    while not is_working(at.date(), own):
        at += timedelta(days=1)
    return at


def working_days_between(since: datetime, until: datetime, own: Mapping[date, bool]) -> int:
    """The working days after an instant's day up to and with another's."""
    days = (until.date() - since.astimezone(until.tzinfo).date()).days
    return sum(is_working(until.date() - timedelta(days=n), own) for n in range(days))
