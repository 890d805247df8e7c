"""demo → house: the story as it is lived, instant by instant: what has come is judged, what was held decided, reports issued."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from tasks.annual import annual, years_due
from tasks.collect import collect
from tasks.decide import decide
from tasks.deliver import deliver
from tasks.demo import planted, write_returns
from tasks.process import process
from tasks.publish import publish
from tasks.report import report
from tasks.settings import House


def live(house: House, *quarters: str) -> None:
    """Live through the story up to the instant of ``house``, whose clock must be a fixed one.

    The reports of ``quarters`` are issued each on its day, but the last of them at the end. What an official decides
    afterwards is judged at once, and the report it changes issued once more.
    """
    for then in (*before(house, *quarters), house):
        arrive(then)
        decided = settle(then)
        if decided:
            process(then)
        for year in years_due(then):
            annual(then, year)
        for quarter in quarters:
            if quarter in decided or quarter in _due(then, house, quarters):
                report(then, quarter)
                publish(then, quarter)


def history(house: House, *quarters: str) -> Iterator[str]:
    """Live up to what ``house`` is to find: the reports of ``quarters`` but the last are out and mailed, decisions are
    taken but not yet acted upon, and all that has come since lies in the inbox. Tells of each day.

    A house that has been through it already is left alone.
    """
    for then in before(house, *quarters):
        counts = arrive(then)
        issued = [str(annual(then, year)) for year in years_due(then)]
        issued += [
            folder
            for quarter in _due(then, house, quarters)
            for folder in (report(then, quarter), *publish(then, quarter))
        ]
        deliver(then)
        decided = settle(then)
        said = [f"{count} {verdict}" for verdict, count in sorted(counts.items())]
        said += [f"编报 issued {folder}" for folder in issued] + [
            f"决定 decided {quarter}" for quarter in decided
        ]
        yield f"{then.now():%Y-%m-%d} {', '.join(said)}"
    write_returns(house.inbox, house.settings.registry, until=house.now())


def before(house: House, *quarters: str) -> list[House]:
    """The house on each day before its own on which a report but the last of ``quarters`` is due or something is
    decided, in order of time. Days that its ledger has passed are left out.
    """
    days = {one.settled.at for one in planted(house.settings.registry) if one.settled}
    days |= {house.registry.term[quarter].report_at for quarter in quarters[:-1]}
    seq = house.ledger.last_seq()
    since = house.ledger.known_at(seq) if seq else min(days, default=house.now())
    return [_on(house, day) for day in sorted(days) if since <= day < house.now()]


def _on(house: House, day: datetime) -> House:
    return House(house.settings.model_copy(update={"now": day}))


def _due(then: House, house: House, quarters: Sequence[str]) -> list[str]:
    """The quarters whose report is issued on a day: the last of them waits for the house's own."""
    if then is house:
        return list(quarters[-1:])
    return [quarter for quarter in quarters[:-1] if house.registry.term[quarter].report_at == then.now()]


def arrive(house: House) -> dict[str, int]:
    """What has come by the house's instant is put into the inbox, collected and judged; counts by verdict."""
    write_returns(house.inbox, house.settings.registry, until=house.now())
    collect(house)
    return process(house)


def settle(house: House) -> list[str]:
    """Take the decisions of the house's day on what is held; returns the quarters they are about."""
    known = house.ledger.decisions()
    by_name = {one.name: one.sha256 for one in house.ledger.arrivals()}
    quarters = []
    for one in planted(house.settings.registry):
        if one.settled and one.settled.at == house.now():
            sha256 = by_name[f"{one.quarter}/{one.file}"]
            if sha256 not in known:
                decide(house, sha256, one.settled.action, one.settled.by, one.settled.reason)
            quarters.append(one.quarter)
    return list(dict.fromkeys(quarters))
