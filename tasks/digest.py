"""ledger → the week's digest for the operator: who is missing, what waits, what is wrong, what comes next."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from expectations.quarter import Quarter
from reports.plain_letter import Item, PlainLetter, joined, said
from reports.text import Text
from tasks.alert import standing_alerts
from tasks.backup import copies, last_drilled
from tasks.calendar_words import day, instant, quarter_of
from tasks.due import reported_since
from tasks.settings import House
from tasks.watch import GB, last_collected
from warehouse.records import Letter
from warehouse.registry_rows import Term
from warehouse.returns import Standing, State, standings, submissions

NAMED = 12  # units that are named; the operations page has them all
NEXT = 4  # deadlines
STATES: tuple[State, ...] = ("accepted", "returned", "held", "refused", "missing")


def digest(house: House) -> bool:
    """Queue the digest of the week, once; False if it was queued before."""
    key = f"digest-{house.now():%G-W%V}"
    if any(one.key == key for one in house.ledger.letters()):
        return False
    items = [[_both(one.head), [_both(line) for line in one.lines]] for one in _items(house)]
    about = json.dumps({"at": house.now().isoformat(), "items": items}, ensure_ascii=False)
    to = (house.registry.says("operator_email"),)
    house.ledger.record_notice(Letter(key, "digest", key, to, about=about), house.now())
    return True


def written_digest(house: House, letter: Letter) -> PlainLetter:
    """The digest in words, as things stood when it was queued."""
    about = json.loads(letter.about)
    at = datetime.fromisoformat(about["at"])
    return PlainLetter(
        subject=said("digest.subject", day=day(at)),
        who=Text(*house.registry.both("operators")),
        paragraphs=(said("digest.gist", at=instant(at)),),
        items=tuple(
            Item(Text(*head), tuple(Text(*line) for line in lines)) for head, lines in about["items"]
        ),
        links=((said("digest.page"), f"{house.settings.base_url.rstrip('/')}/ops/"),),
        contact=said("digest.weekly"),
    )


def _both(text: Text) -> list[str]:
    return [text.zh, text.en]


def _items(house: House) -> Iterator[Item]:
    found = submissions(house.ledger)
    reported = {one.quarter for one in house.ledger.editions()}
    since = reported_since(house)
    for term in house.registry.opened(house.now()):
        if term.quarter not in reported and term.report_at >= since:
            yield _quarter(house, term, standings(house.registry, found, Quarter.parse(term.quarter)))
    yield Item(said("digest.alerts"), tuple(_alerts(house)) or (said("digest.none"),))
    yield Item(said("digest.letters"), tuple(_letters(house)) or (said("digest.none"),))
    yield Item(said("digest.next"), tuple(_next(house)) or (said("digest.none"),))
    yield Item(said("digest.upkeep"), tuple(_upkeep(house)))


# ── the quarters in collection
def _quarter(house: House, term: Term, found: list[Standing]) -> Item:
    counts = Counter(one.state for one in found)
    states = [said(f"digest.{state}", n=str(counts[state])) for state in STATES if counts[state]]
    head = said(
        "digest.quarter",
        quarter=quarter_of(Quarter.parse(term.quarter)),
        n=str(len(found)),
        due=day(term.due),
    )
    missing = [_name(house, one) for one in found if one.state == "missing"]
    lines = [joined(states)] if states else []
    lines += [said("digest.missing_is", name=one) for one in missing[:NAMED]]
    if len(missing) > NAMED:
        lines.append(said("digest.more", n=str(len(missing) - NAMED)))
    waiting = [one for one in found if one.newest and one.newest.judged.verdict == "held"]
    return Item(head, (*lines, *(_held(house, one) for one in waiting)))


def _held(house: House, one: Standing) -> Text:
    assert one.newest is not None
    received = one.newest.arrival.received_at
    days = max((house.now() - received).days, 0)
    return said("digest.held_since", name=_name(house, one), since=instant(received), days=str(days))


def _name(house: House, one: Standing) -> Text:
    unit = house.registry.unit[one.unit]
    return Text(f"{unit.name}（{one.centre}）", f"{unit.name_en} ({one.centre})")


# ── what is wrong, and what comes next
def _alerts(house: House) -> Iterator[Text]:
    for one in standing_alerts(house):
        kind = one.cause.split()[0]
        since = instant(house.ledger.known_at(one.seq))
        yield said("digest.alert", what=said(f"alerts.{kind}", **json.loads(one.detail)), since=since)


def _letters(house: House) -> Iterator[Text]:
    counts = Counter(one.state for one in house.ledger.letters())
    for state in ("queued", "failed", "unknown", "lapsed"):
        if counts[state]:
            yield said(f"digest.letters_{state}", n=str(counts[state]))


def _next(house: House) -> Iterator[Text]:
    """The days of the calendar that lie ahead, the nearest first."""
    ahead = [
        (getattr(term, name), name, term)
        for term in house.registry.calendar
        for name in ("opens", "due", "closes", "report_at")
        if getattr(term, name) > house.now()
    ]
    for at, name, term in sorted(ahead, key=lambda one: one[0])[:NEXT]:
        yield said(f"digest.{name}", day=day(at), quarter=quarter_of(Quarter.parse(term.quarter)))


def _upkeep(house: House) -> Iterator[Text]:
    found, drilled, collected = copies(house.backup), last_drilled(house), last_collected(house)
    never = said("digest.never")
    yield said("digest.backup", at=instant(found[-1].at) if found else never)
    yield said("digest.drill", at=instant(drilled) if drilled else never)
    yield said("digest.collected", at=instant(collected) if collected else never)
    yield said("digest.disk", free=f"{shutil.disk_usage(house.home).free / GB:.0f}")
