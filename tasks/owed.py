"""ledger → how the returns of a quarter stand, and which are still owed: missing, held, returned or refused, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from expectations.findings import Finding
from expectations.quarter import Quarter
from tasks.settings import House
from warehouse.exemptions import allowed_until
from warehouse.history import findings_of
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
    return with_reasons(house, standings(house.registry, submissions(house.ledger), quarter))


def with_reasons(house: House, found: Sequence[Standing]) -> list[Owed]:
    """How returns stand, in their order, each with why it is not in use."""
    files = {one.newest.judged.sha256 for one in found if one.newest and one.state != "accepted"}
    said, allowed = findings_of(house.ledger, files), house.ledger.recorded(Exemption)
    return [_owed(house, one, said, allowed) for one in found]


def _owed(house: House, one: Standing, said: dict[str, list[Finding]], allowed: list[Exemption]) -> Owed:
    until = allowed_until(allowed, one.unit, one.centre, one.quarter)
    ahead = until if until and until > house.now() else None
    if one.newest is None or one.state == "accepted":
        return Owed(one, (), 0, ahead)
    mine = said.get(one.newest.judged.sha256, [])
    reasons = [each for each in mine if each.severity == _DECIDING[one.state]]
    return Owed(one, tuple(reasons[:MOST]), max(len(reasons) - MOST, 0), ahead)
