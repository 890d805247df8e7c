"""ledger + calendar → what to do next: what waits for a person, what went wrong, what the calendar brings."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from expectations.findings import Finding
from expectations.quarter import SHANGHAI
from operations.page.picture import OPEN, Picture
from reports.plain_letter import said
from reports.text import Text
from tasks.alert import standing_alerts
from tasks.due import at_office, reminder_at
from tasks.owed import Owed, with_reasons
from tasks.settings import House
from warehouse.history import findings_of, instants, letter_counts
from warehouse.records import ANNUAL, AUTHORITY, PUBLIC, Alert, Decision, Edition, Letter, Proposal
from warehouse.returns import Submission

AHEAD = 6  # dates of the calendar that are shown
STRANGERS = 20  # files nobody can be named for that are shown, the newest


@dataclass(frozen=True)
class Ahead:
    """A date of the calendar: ``days`` from today, ``detail`` the days a reminder is before or after its deadline."""

    at: datetime
    quarter: str
    kind: str
    days: int
    detail: int = 0


@dataclass(frozen=True)
class Trouble:
    """An alert that stands, in words; ``kind`` is the runbook's heading."""

    kind: str
    since: datetime
    title: Text
    todo: Text


@dataclass(frozen=True)
class Stranger:
    """A file of which nobody knows whose return it is; the last finding says why."""

    file: Submission
    why: list[Finding]


@dataclass(frozen=True)
class Todo:
    """All that an operator may have to act on. ``undecided`` are decisions that the next collection will judge by."""

    owed: list[tuple[str, list[Owed]]]
    ahead: list[Ahead]
    troubles: list[Trouble]
    strangers: list[Stranger]
    more_strangers: int
    letters: Counter[str]
    undelivered: list[Letter]
    proposals: list[Proposal]
    editions: list[Edition]
    undecided: list[Decision]

    @property
    def letters_to_see_to(self) -> int:
        return self.letters["failed"] + self.letters["unknown"]


def todo(seen: Picture) -> Todo:
    """What there is to do around the quarter looked at."""
    house, ledger = seen.house, seen.house.ledger
    editions = ledger.editions(scope=None)
    issued = {(one.quarter, one.scope, one.number) for one in editions}
    unnamed = [one for one in seen.found if one.judged.quarter is None]
    why = findings_of(ledger, {one.judged.sha256 for one in unnamed[-STRANGERS:]})
    verdicts = {one.judged.sha256: one.judged.seq for one in seen.found}
    return Todo(
        owed=_owed(seen),
        ahead=ahead(house)[:AHEAD],
        troubles=_troubles(house),
        strangers=[Stranger(one, why.get(one.judged.sha256, [])) for one in unnamed[: -STRANGERS - 1 : -1]],
        more_strangers=max(len(unnamed) - STRANGERS, 0),
        letters=Counter(letter_counts(ledger)),
        undelivered=ledger.letters("failed", "unknown"),
        proposals=[one for one in ledger.unanswered() if (one.quarter, one.scope, one.number) not in issued],
        editions=_by_reader([one for one in editions if one.quarter == seen.term.quarter]),
        undecided=[
            one for sha256, one in ledger.decisions().items() if one.seq > verdicts.get(sha256, one.seq)
        ],
    )


def _owed(seen: Picture) -> list[tuple[str, list[Owed]]]:
    """What is not in use, by state; in each by centre and unit."""
    quarter, found = seen.term.quarter, {state: list[Owed]() for state in OPEN}
    for one in with_reasons(seen.house, seen.standings[quarter]):
        stands = one.standing
        state = seen.cells[stands.centre, stands.unit][quarter].state
        if state in OPEN:
            found[state].append(one)
    return [(state, mine) for state, mine in found.items() if mine]


def ahead(house: House) -> list[Ahead]:
    """The calendar's dates that lie ahead, the next first."""
    now, dates = house.now(), []
    for term in house.registry.calendar:
        dates += [
            (at_office(house, term.opens), term.quarter, "opens", 0),
            (term.due, term.quarter, "due", 0),
        ]
        dates += [(term.report_at, term.quarter, "report", 0)]
        if term.closes != term.due:
            dates.append((term.closes, term.quarter, "closes", 0))
        dates += [
            (reminder_at(house, term, one.days), term.quarter, "reminder", one.days)
            for one in house.registry.reminders
        ]
    today = now.astimezone(SHANGHAI).date()
    return [
        Ahead(at, quarter, kind, (at.astimezone(SHANGHAI).date() - today).days, detail)
        for at, quarter, kind, detail in sorted(dates)
        if at > now
    ]


def _troubles(house: House) -> list[Trouble]:
    found = standing_alerts(house)
    since = instants(house.ledger, [one.seq for one in found])
    return [_trouble(one, since[one.seq]) for one in found]


def _trouble(one: Alert, since: datetime) -> Trouble:
    kind, fields = one.cause.partition(" ")[0], json.loads(one.detail)
    return Trouble(kind, since, said(f"alerts.{kind}", **fields), said(f"alerts.{kind}_do", **fields))


def _by_reader(editions: list[Edition]) -> list[Edition]:
    """The officials' first, then the public's, then the centres'; of each the newest first."""
    order = {AUTHORITY: 0, ANNUAL: 1, PUBLIC: 2}
    return sorted(editions, key=lambda one: (order.get(one.scope, 3), one.scope, -one.number))
