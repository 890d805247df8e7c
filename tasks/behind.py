"""ledger → whether returns come in more slowly than in the quarter before, counted to the same day of the deadline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from expectations.quarter import SHANGHAI, Quarter
from reports.plain_letter import said
from tasks.settings import House
from warehouse.registry_rows import Term
from warehouse.returns import Standing, standings, submissions

# Both must be behind: of ten returns one more or less is a tenth, of three hundred a tenth is a centre's worth of calls.
MARGIN = 0.15  # of the returns expected
LEAST = 3  # returns


def returns_behind(house: House, told: frozenset[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Quarters in collection whose returns are behind, with the figures; one that was told ends when it has caught up."""
    now, terms = house.now(), house.registry.term
    for term in house.registry.opened(now):
        quarter = Quarter.parse(term.quarter)
        before = terms.get(str(quarter.shift(-1)))
        if now > term.closes or before is None:
            continue
        found = submissions(house.ledger)
        mine = standings(house.registry, found, quarter)
        others = standings(house.registry, found, Quarter.parse(before.quarter))
        if not mine or not others:
            continue
        here, there = _came_by(mine, now), _came_by(others, _same_day(term, before, now))
        behind = there / len(others) - here / len(mine)
        slow = behind >= MARGIN and behind * len(mine) >= LEAST
        if slow or (term.quarter in told and behind > 0):
            yield term.quarter, _figures(term, before, (here, len(mine)), (there, len(others)), now)


def _same_day(term: Term, before: Term, now: datetime) -> datetime:
    """The instant as far from the deadline before as now is from this one."""
    return before.due + (now - term.due)


def _came_by(found: list[Standing], at: datetime) -> int:
    return sum(1 for one in found if one.first_received_at is not None and one.first_received_at <= at)


def _figures(
    term: Term, before: Term, here: tuple[int, int], there: tuple[int, int], now: datetime
) -> dict[str, str]:
    days = (term.due.astimezone(SHANGHAI).date() - now.date()).days
    when = said("days.before" if days >= 0 else "days.after", n=str(abs(days)))
    return {
        "when": when.zh,
        "when_en": when.en,
        "due": f"{term.due:%Y-%m-%d}",
        "before": before.quarter,
        **_share("here", *here),
        **_share("there", *there),
    }


def _share(name: str, came: int, due: int) -> dict[str, str]:
    return {name: str(came), f"{name}_of": str(due), f"{name}_pct": f"{100 * came / due:.0f}%"}
