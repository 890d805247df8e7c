"""ledger, disk and clock → trouble: what nobody else would notice is looked for, told once and cleared when it is over."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from tasks.alert import clear_alert, raise_alert, standing_alerts
from tasks.approve import open_proposals
from tasks.backup import copies
from tasks.behind import returns_behind
from tasks.due import began
from tasks.settings import House
from warehouse.archive import written_whole
from warehouse.records import Alert
from warehouse.workdays import working_days_between

STAMP = "collected-at"
COLLECTS_EVERY = timedelta(hours=2)  # an hourly run may fail once and be done again
BACKS_UP_EVERY = timedelta(days=2)  # a daily one likewise
DECIDES_WITHIN = 3  # working days for a reviewer
HOLIDAYS_AHEAD = timedelta(days=60)  # a year's are published in the last weeks of the one before
TOLD_AGAIN_AFTER = timedelta(days=1)
GB = 1_000_000_000


class Trouble(NamedTuple):
    """What a kind of trouble is about, and what fills its sentences."""

    about: str
    detail: dict[str, str]


Told = dict[str, Alert]  # the alerts of a kind that stand, by what they are about
Check = Callable[[House, Told], Iterator[Trouble]]


def mark_collected(house: House) -> None:
    """Leave word that an hourly run came through: a file, for the ledger is no place for a row an hour."""
    with written_whole(house.home / STAMP) as path:
        path.write_text(house.now().isoformat(), "utf-8")


def last_collected(house: House) -> datetime | None:
    """When the hourly run last came through, None if it never did."""
    path = house.home / STAMP
    return datetime.fromisoformat(path.read_text("utf-8")) if path.exists() else None


def watch(house: House) -> dict[str, int]:
    """Look for each kind of trouble that needs no Airflow to be seen; returns how many were raised, cleared, and stand."""
    counts = {"raised": 0, "cleared": 0}
    for kind, check in CHECKS.items():
        told = {_about(one.cause): one for one in standing_alerts(house) if one.cause.split()[0] == kind}
        found = {one.about: one.detail for one in check(house, told)}
        for about in told.keys() - found.keys():
            counts["cleared"] += clear_alert(house, told[about].cause)
        for about, detail in found.items():
            counts["raised"] += raise_alert(house, f"{kind} {about}".strip(), **detail)
    return counts | {"standing": len(standing_alerts(house))}


def _about(cause: str) -> str:
    return cause.partition(" ")[2]


def _collecting_stopped(house: House, _: Told) -> Iterator[Trouble]:
    """Whether the hourly run is paused, fails every time, or the scheduler is not there to start it."""
    last = last_collected(house) or began(house)
    if house.now() - last > COLLECTS_EVERY:
        hours = int((house.now() - last) / timedelta(hours=1))
        yield Trouble("", {"since": f"{last:%Y-%m-%d %H:%M}", "hours": str(hours)})


def _disk_low(house: House, told: Told) -> Iterator[Trouble]:
    """Where the house lies and where its backup does. A tenth more than the least ends it, or it would come and go."""
    folders = {"backup": house.backup, "home": house.home}
    # On one disk it is one trouble, and told of where the house lies.
    disks = {path.stat().st_dev: (about, path) for about, path in folders.items() if path.exists()}
    for about, folder in disks.values():
        least = house.settings.disk_free_gb * (1.1 if about in told else 1)
        free = shutil.disk_usage(folder).free / GB
        if free < least:
            limit = f"{house.settings.disk_free_gb:g}"
            yield Trouble(about, {"folder": str(folder), "free": f"{free:.1f}", "least": limit})


def _letters_undelivered(house: House, told: Told) -> Iterator[Trouble]:
    """Letters that failed or may not have gone out. Those that come later are told of too, but once a day at most."""
    letters = house.ledger.letters("failed", "unknown")
    if letters and told:
        (before,) = told.values()
        since = house.ledger.known_at(before.seq)
        news = any(one.changed_at and one.changed_at > since for one in letters)
        if news and house.now() - since >= TOLD_AGAIN_AFTER:
            clear_alert(house, before.cause)
    if letters:
        yield Trouble(
            "", {"n": str(len(letters)), "first": letters[-1].key, "error": letters[-1].error[:200]}
        )


def _holidays_unknown(house: House, _: Told) -> Iterator[Trouble]:
    """Deadlines that are near and lie in a year whose public holidays the calendar does not know."""
    for year in house.registry.unknown_years:
        due = min(term.due for term in house.registry.calendar if term.due.year == year)
        if house.now() + HOLIDAYS_AHEAD > due and house.now().year <= year:
            yield Trouble(str(year), {"due": f"{due:%Y-%m-%d}"})


def _backup_old(house: House, _: Told) -> Iterator[Trouble]:
    found = copies(house.backup)
    last = found[-1].at if found else began(house)
    if house.now() - last > BACKS_UP_EVERY:
        since = f"{last:%Y-%m-%d %H:%M}" if found else "—"
        yield Trouble("", {"since": since, "days": str((house.now() - last).days)})


def _approval_overdue(house: House, _: Told) -> Iterator[Trouble]:
    """Drafts that wait for a reviewer for longer than he has."""
    for one in open_proposals(house):
        since = house.ledger.known_at(one.seq)
        days = working_days_between(since, house.now(), house.registry.own_days)
        if days > DECIDES_WITHIN:
            detail = {"quarter": one.quarter, "since": f"{since.astimezone(house.now().tzinfo):%Y-%m-%d}"}
            yield Trouble(f"{one.quarter} {one.scope}", detail | {"days": str(days)})


def _returns_behind(house: House, told: Told) -> Iterator[Trouble]:
    for quarter, detail in returns_behind(house, frozenset(told)):
        yield Trouble(quarter, detail)


CHECKS: dict[str, Check] = {
    "collecting_stopped": _collecting_stopped,
    "disk_low": _disk_low,
    "letters_undelivered": _letters_undelivered,
    "holidays_unknown": _holidays_unknown,
    "backup_old": _backup_old,
    "approval_overdue": _approval_overdue,
    "returns_behind": _returns_behind,
}
