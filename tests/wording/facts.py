"""Small facts for sentences: quarters, returns in use and a few values, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from expectations.quarter import Quarter
from reports.blocks import State
from reports.facts import Facts, Measure, Reading, Recognition, ReturnFact, TargetFact
from warehouse.indicators import indicators

NOW, BEFORE = Quarter.parse("2026-Q3"), Quarter.parse("2026-Q2")
MEASURES = {
    one.code: Measure(one.code, one.zh, one.kind, one.unit, one.decimals, one.formula, one.basis)
    for one in indicators().values()
}


def returns(quarter: Quarter, states: Mapping[str, State]) -> list[ReturnFact]:
    """One return a unit: ``{"甲": "accepted", "乙": "missing"}``."""
    used = {"accepted", "warned", "late", "nil"}
    return [
        ReturnFact(
            quarter=quarter,
            centre_code="A",
            centre="示例",
            unit_code=unit,
            unit=f"示例{unit}",
            unit_short=unit,
            state=state,
            in_use=state in used,
            received=state != "missing",
            reason="" if state in used else "原因",
        )
        for unit, state in states.items()
    ]


def facts(
    values: Mapping[tuple[str, str], object],
    now: Mapping[str, State],
    before: Mapping[str, State] | None = None,
    targets: Sequence[TargetFact] = (),
    recognised: Sequence[date] = (),
) -> Facts:
    """``values`` by (indicator, period of 2026-Q3: quarter, like, like_before, before)."""
    readings = {}
    for (code, period), value in values.items():
        quarter = BEFORE if period == "before" else NOW
        key = (code, str(quarter), "quarter" if period == "before" else period, "province", "province")
        readings[key] = Reading(Decimal(str(value)), Decimal(0), None, 1)
    known = returns(NOW, now) + (returns(BEFORE, before) if before is not None else [])
    return Facts(
        quarter=NOW,
        quarters=(BEFORE, NOW) if before is not None else (NOW,),
        measures=MEASURES,
        readings=readings,
        centres=(),
        returns=tuple(known),
        recognitions=tuple(Recognition(day, None) for day in recognised),
        targets=tuple(targets),
        scope_names={},
        report_on=date(2026, 10, 20),
        plan_start=date(2017, 1, 1),
        issuer="示例厅",
        notice="示例",
        contact="示例",
    )


def retold(old: Facts, **changes: object) -> Facts:
    return replace(old, **changes)  # type: ignore[arg-type]
