"""ledger → what people allowed units: to be late with a return, to break a rule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from warehouse.records import Exemption

LATE, WAIVER = "late", "waiver"


def allowed(found: Iterable[Exemption], unit: str, centre: str, quarter: str) -> Exemption | None:
    """What was said of how late a unit may be with a centre's return of a quarter: the last word."""
    said = [
        one for one in found if (one.kind, one.unit, one.centre, one.quarter) == (LATE, unit, centre, quarter)
    ]
    return said[-1] if said else None


def allowed_until(found: Iterable[Exemption], unit: str, centre: str, quarter: str) -> datetime | None:
    """The instant up to which a unit may be late with a centre's return of a quarter."""
    said = allowed(found, unit, centre, quarter)
    return said.until if said else None


def waived(found: Iterable[Exemption], unit: str, at: datetime) -> dict[str, Exemption]:
    """The rules that what a unit sends may break at an instant, with who said so: the last word on each rule counts."""
    said = {one.rule: one for one in found if (one.kind, one.unit) == (WAIVER, unit)}
    return {rule: one for rule, one in said.items() if at <= one.until}
