"""ledger → reminders: each unit that still owes a return, then its centre, then the authority, told exactly what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from expectations.findings import Finding
from expectations.quarter import SHANGHAI, Quarter
from expectations.raw import visible
from reports.plain_letter import Item, PlainLetter, said
from reports.text import Text
from tasks.calendar_words import day, instant, quarter_of
from tasks.due import reminder_due
from tasks.owed import Owed, owed
from tasks.settings import House
from warehouse.records import Letter, Milestone
from warehouse.registry_rows import Reminder

Told = dict[str, Any]  # one return that is owed, as JSON keeps it


def remind(house: House, quarter: str) -> int | None:
    """Write to all who owe a return of the quarter what the reminder of the day calls for, once; returns the number of
    letters, None if no reminder is due.

    ValueError for a wrong key, LookupError for a quarter that is not in the calendar.
    """
    key = Quarter.parse(quarter)
    if str(key) not in house.registry.term:
        raise LookupError(f"{key} is not in the calendar")
    reminder = reminder_due(house, house.registry.term[str(key)])
    if reminder is None:
        return None
    letters = list(_letters(house, key, reminder))
    house.ledger.record(Milestone(str(key), reminder.milestone), letters, house.now())
    return len(letters)


def _letters(house: House, quarter: Quarter, reminder: Reminder) -> Iterator[Letter]:
    """One letter for everybody who is written to, whatever the number of returns it is about."""
    found = [one for one in owed(house, quarter) if one.until is None]
    registry, office = house.registry, house.registry.says
    for unit, mine in _by(found, "unit"):
        yield _letter(
            house,
            quarter,
            reminder,
            "unit",
            unit,
            registry.reached_at(unit),
            mine,
        )
    if reminder.tells == "unit" or not found:
        return
    for centre, mine in _by(found, "centre"):
        to = tuple(one.email for one in registry.centre_contacts if one.centre == centre)
        yield _letter(house, quarter, reminder, "centre", centre, to or (office("operator_email"),), mine)
    if reminder.tells == "authority":
        to = (registry.office_email("department_email"),)
        yield _letter(house, quarter, reminder, "authority", "all", to, found)


def _by(found: Iterable[Owed], name: str) -> Iterator[tuple[str, list[Owed]]]:
    def of(one: Owed) -> str:
        return str(getattr(one.standing, name))

    for code, mine in groupby(sorted(found, key=of), of):
        yield code, list(mine)


def _letter(
    house: House,
    quarter: Quarter,
    reminder: Reminder,
    reader: str,
    code: str,
    to: tuple[str, ...],
    mine: Sequence[Owed],
) -> Letter:
    about = {
        "reader": reader,
        "code": code,
        "at": house.now().isoformat(),
        "owed": [told(one) for one in mine],
    }
    return Letter(
        f"{reminder.milestone}-{quarter}-{code}",
        "reminder",
        str(quarter),
        to,
        about=json.dumps(about, ensure_ascii=False),
    )


def told(one: Owed) -> Told:
    """What is said of a return at this instant; by the time the letter goes out it may stand otherwise."""
    newest = one.standing.in_force or one.standing.newest
    return {
        "unit": one.standing.unit,
        "centre": one.standing.centre,
        "state": one.standing.state,
        "file": newest.arrival.name if newest else "",
        "received": newest.arrival.received_at.isoformat() if newest else "",
        "reasons": [each.model_dump(include={"sheet", "cell", "zh", "en"}) for each in one.reasons],
        "more": one.more,
    }


# ── what is written
def written_reminder(house: House, letter: Letter) -> PlainLetter:
    """A reminder in words, from what it was queued with and the registry's names."""
    about = json.loads(letter.about)
    quarter, now = Quarter.parse(letter.subject), datetime.fromisoformat(about["at"])
    term, found, reader = house.registry.term[str(quarter)], about["owed"], about["reader"]
    days = (term.due.astimezone(SHANGHAI).date() - now.date()).days
    stage = "before" if now <= term.due else "grace" if now <= term.closes else "after"
    fields: dict[str, Text | str] = {
        "quarter": quarter_of(quarter),
        "due": day(term.due),
        "closes": day(term.closes),
        "now": instant(now),
        "days": str(abs(days)),
        "n": str(len(found)),
    }
    return PlainLetter(
        subject=said(f"reminders.subject_{'before' if stage == 'before' else 'after'}", **fields),
        who=_reader(house, reader, about["code"]),
        paragraphs=(said(f"reminders.{stage}", **fields), said(f"reminders.to_{reader}")),
        items=tuple(_items(house, reader, found)),
        closing=(Text(*house.registry.both("submit")),) if reader == "unit" else (),
        contact=None if reader == "authority" else Text(*house.registry.both("contact")),
    )


def _reader(house: House, reader: str, code: str) -> Text:
    if reader == "unit":
        return unit_text(house, code)
    return centre_text(house, code) if reader == "centre" else Text(*house.registry.both("issuer"))


def _items(house: House, reader: str, found: Sequence[Told]) -> Iterator[Item]:
    """By centre for a unit, by unit for a centre; the authority gets a line a return below each centre."""
    if reader != "authority":
        for one in found:
            head = centre_text(house, one["centre"]) if reader == "unit" else unit_text(house, one["unit"])
            yield Item(head, tuple(told_lines(one)))
        return
    for centre, mine in groupby(found, lambda one: one["centre"]):
        lines = [
            said("reminders.line", name=unit_text(house, one["unit"]), state=_state(one)) for one in mine
        ]
        yield Item(centre_text(house, centre), tuple(lines))


def told_lines(one: Told) -> Iterator[Text]:
    """How a return stands, and what is wrong with it."""
    yield _state(one)
    for each in one["reasons"]:
        yield _reason(Finding(severity="note", rule="", **each))
    if one["more"]:
        yield said("reminders.more", n=str(one["more"]))


def _state(one: Told) -> Text:
    if one["state"] == "missing":
        return said("reminders.missing")
    received = instant(datetime.fromisoformat(one["received"]))
    name = visible(one["file"].rpartition("/")[2])
    return said(f"reminders.{one['state']}", received=received, name=name)


def _reason(one: Finding) -> Text:
    where = f"{one.sheet} {one.cell}".strip()
    return Text(f"{where}：{one.zh}" if where else one.zh, f"{where}: {one.en}" if where else one.en)


def unit_text(house: House, code: str) -> Text:
    """A unit by name and code."""
    unit = house.registry.unit[code]
    return Text(f"{unit.name}（{code}）", f"{unit.name_en} ({code})")


def centre_text(house: House, code: str) -> Text:
    """A centre by name and code."""
    centre = house.registry.centre[code]
    return Text(f"{centre.name}（{code}）", f"{centre.name_en} ({code})")
