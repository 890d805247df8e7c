"""calendar + ledger → what is due: quarters to be opened, reminders to be written, reports to be issued now."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from expectations.quarter import SHANGHAI, Quarter
from tasks.approve import may_be_drafted
from tasks.settings import House
from warehouse.records import AUTHORITY, Milestone
from warehouse.registry_rows import Reminder, Term
from warehouse.returns import standings, submissions
from warehouse.workdays import next_working

OFFICE_OPENS = time(9)  # nobody is written to at midnight
LAPSES = timedelta(days=7)  # what was not said within a week is not said any more


def reports_due(house: House, collected: int | None = None) -> list[str]:
    """Quarters whose report date has come, or whose returns are all in, and that have no edition yet, oldest first.

    One whose draft waits for a reviewer is not due, see :func:`tasks.approve.may_be_drafted`. A house that starts with
    past quarters reports the last of them; older ones were reported by whatever was there before, and are issued by hand
    where somebody wants them.
    """
    issued = {one.quarter for one in house.ledger.editions()}
    now, since = house.now(), reported_since(house)
    return [
        term.quarter
        for term in sorted(house.registry.calendar, key=lambda term: term.report_at)
        if since <= term.report_at
        and term.quarter not in issued
        and may_be_drafted(house, term.quarter, AUTHORITY, collected)
        and (term.report_at <= now or (term.opens <= now and _all_in(house, term)))
    ]


def reported_since(house: House) -> datetime:
    """The report date of the first quarter this house is to report: what is issued of earlier ones is a backfill, and mails
    nobody.
    """
    since = began(house)
    return max((one.report_at for one in house.registry.calendar if one.report_at <= since), default=since)


def _all_in(house: House, term: Term) -> bool:
    found = standings(house.registry, submissions(house.ledger), Quarter.parse(term.quarter))
    return bool(found) and all(one.state == "accepted" for one in found)


def openings_due(house: House) -> list[str]:
    """Quarters that have opened since the house began and whose units were not sent their templates yet."""
    now, since, done = house.now(), began(house), _done(house)
    return [
        term.quarter
        for term in house.registry.calendar
        if since <= at_office(house, term.opens) <= now < term.due and (term.quarter, "opened") not in done
    ]


def reminders_due(house: House) -> list[str]:
    """Quarters of which a reminder is due."""
    return [term.quarter for term in house.registry.opened(house.now()) if reminder_due(house, term)]


def reminder_due(house: House, term: Term) -> Reminder | None:
    """The newest reminder of a quarter whose time has come, unless it was written already: one that is overtaken by the
    next is not made up for, nor is one from before the house began; and nobody is reminded on the day of the templates.
    """
    now, since = house.now(), began(house)
    opened = at_office(house, term.opens)
    come = [
        (at, one)
        for one in house.registry.reminders
        if opened < (at := reminder_at(house, term, one.days)) <= now
    ]
    if not come:
        return None
    at, newest = max(come, key=lambda each: (each[0], each[1].days))
    fresh = at >= since and now - at < LAPSES
    return newest if fresh and (term.quarter, newest.milestone) not in _done(house) else None


def reminder_at(house: House, term: Term, days: int) -> datetime:
    """The instant of a reminder: the office's first hour so many days from the deadline, or on the next working day."""
    return at_office(house, term.due + timedelta(days=days))


def at_office(house: House, at: datetime) -> datetime:
    """The office's first hour of an instant's day, or of the next working day."""
    morning = datetime.combine(at.astimezone(SHANGHAI).date(), OFFICE_OPENS, SHANGHAI)
    return next_working(morning, house.registry.own_days)


def began(house: House) -> datetime:
    """The first instant the house's ledger knows: a new house mails nobody about what lies behind it."""
    return house.ledger.known_at(1) if house.ledger.last_seq() else house.now()


def _done(house: House) -> set[tuple[str, str]]:
    return {(one.quarter, one.kind) for one in house.ledger.recorded(Milestone)}
