"""ledger → how the returns of a quarter stand, and which are still owed: missing, held, returned or refused, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from expectations.findings import Finding
from expectations.quarter import Quarter
from tasks.settings import House
from warehouse.exemptions import allowed_until
from warehouse.records import Exemption
from warehouse.returns import Standing, standings, submissions

MOST = 3  # reasons that are told of one return
_DECIDING = {"returned": "error", "held": "hold", "refused": "refuse"}


@dataclass(frozen=True)
class Owed:
    """A return with the first findings that decide that it is not in use, and how many there are; ``until`` is the instant
    a person allowed it to be late, where that lies ahead.
    """

    standing: Standing
    reasons: tuple[Finding, ...]
    more: int
    until: datetime | None = None


def owed(house: House, quarter: Quarter) -> list[Owed]:
    """What is owed of a quarter, by centre and unit."""
    return [one for one in due(house, quarter) if one.standing.state != "accepted"]


def due(house: House, quarter: Quarter) -> list[Owed]:
    """Every return that is due of a quarter, whether it is owed still or in use, by centre and unit."""
    found = standings(house.registry, submissions(house.ledger), quarter)
    allowed = house.ledger.recorded(Exemption)
    return [_owed(house, one, allowed) for one in found]


def _owed(house: House, one: Standing, allowed: list[Exemption]) -> Owed:
    until = allowed_until(allowed, one.unit, one.centre, one.quarter)
    ahead = until if until and until > house.now() else None
    if one.newest is None or one.state == "accepted":
        return Owed(one, (), 0, ahead)
    deciding = _DECIDING[one.state]
    reasons = [each for each in house.ledger.findings(one.newest.judged.sha256) if each.severity == deciding]
    return Owed(one, tuple(reasons[:MOST]), max(len(reasons) - MOST, 0), ahead)
