"""warehouse + ledger + registry → the facts a report is written from."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from expectations.codes import code_lists, name_of
from expectations.findings import Finding
from expectations.quarter import SHANGHAI, Quarter
from reports.blocks import State
from reports.facts import CentreFact, Facts, Measure, Reading, ReadingKey, Recognition, ReturnFact, TargetFact
from tasks.load import inputs_of
from tasks.settings import House
from warehouse.indicators import Figures, indicators
from warehouse.registry import Registry
from warehouse.returns import Standing, standings

SHOWN_QUARTERS = 8
_RECOGNISED = {"省级", "国家级"}


def facts_of(house: House, quarter: Quarter) -> Facts:
    """The facts of one quarter, from the generation in force and the ledger it was built from."""
    inputs = inputs_of(house)
    registry = inputs.registry
    shown = tuple(one for one in inputs.quarters if one <= quarter)[-SHOWN_QUARTERS:]
    with house.store.reading() as connection:
        figures = Figures(connection)
    readings: dict[ReadingKey, Reading] = {
        (f.indicator, f.quarter, f.period, f.level, f.scope): Reading(
            f.value, f.numerator, f.denominator, f.n
        )
        for q in shown
        for f in figures.of(str(q))
    }
    counts = house.ledger.finding_counts()
    return Facts(
        quarter=quarter,
        quarters=shown,
        measures={
            i.code: Measure(i.code, i.zh, i.kind, i.unit, i.decimals, i.formula, i.basis)
            for i in indicators().values()
        },
        readings=readings,
        centres=tuple(_centre(registry, centre, quarter) for centre in registry.centre),
        returns=tuple(
            _return(house, registry, one, counts)
            for q in shown
            for one in standings(registry, inputs.submissions, q)
        ),
        recognitions=_recognitions(registry),
        targets=tuple(
            TargetFact(one.by, int(one.value), one.source)
            for one in sorted(registry.targets, key=lambda one: one.by)
            if one.indicator == "centres_recognised" and one.scope == "province"
        ),
        scope_names=_scope_names(registry),
        report_on=registry.term[str(quarter)].report_at.astimezone(SHANGHAI).date(),
        plan_start=date.fromisoformat(registry.says("plan_start")),
        issuer=registry.says("issuer"),
        notice=registry.says("notice"),
        contact=registry.says("contact"),
    )


def _centre(registry: Registry, code: str, quarter: Quarter) -> CentreFact:
    centre = registry.centre[code]
    stage = next(
        (s for s in registry.stages if s.centre == code and s.touches(quarter.end, quarter.end)), None
    )
    return CentreFact(
        code,
        centre.name,
        centre.short,
        name_of("field", centre.field),
        name_of("city", centre.city),
        stage.stage if stage else "",
        stage.start if stage else None,
    )


def _recognitions(registry: Registry) -> tuple[Recognition, ...]:
    """Spans of recognition; a centre that goes on from 省级 to 国家级 was recognised once."""
    spans: dict[str, list[Recognition]] = {}
    for stage in sorted(registry.stages, key=lambda one: one.start):
        if stage.stage not in _RECOGNISED:
            continue
        mine = spans.setdefault(stage.centre, [])
        if mine and mine[-1].end and mine[-1].end + timedelta(days=1) >= stage.start:
            mine[-1] = Recognition(mine[-1].start, stage.end)
        else:
            mine.append(Recognition(stage.start, stage.end))
    return tuple(sorted((one for mine in spans.values() for one in mine), key=lambda one: one.start))


def _scope_names(registry: Registry) -> dict[tuple[str, str], str]:
    names = {("province", "province"): "全省"}
    names |= {("field", entry.code): entry.name for entry in code_lists()["field"]}
    names |= {("city", entry.code): entry.name for entry in code_lists()["city"]}
    return names | {("centre", centre.centre): centre.name for centre in registry.centres}


def _return(house: House, registry: Registry, one: Standing, counts: dict[str, dict[str, int]]) -> ReturnFact:
    unit, centre = registry.unit[one.unit], registry.centre[one.centre]
    state: State = one.state
    if one.in_force:
        warned = counts.get(one.in_force.judged.sha256, {}).get("warning", 0)
        state = (
            "late" if one.in_force.judged.late else "nil" if one.nil else "warned" if warned else "accepted"
        )
    return ReturnFact(
        quarter=Quarter.parse(one.quarter),
        centre_code=one.centre,
        centre=centre.short,
        unit_code=one.unit,
        unit=unit.name,
        unit_short=unit.short,
        state=state,
        in_use=one.in_force is not None,
        received=one.received > 0,
        reason=_reason(house, one),
    )


def _reason(house: House, one: Standing) -> str:
    """Why a return is not used, in a few words."""
    if one.in_force:
        return ""
    if one.newest is None:
        return "未收到报表"
    findings = house.ledger.findings(one.newest.judged.sha256)
    if one.state == "held":
        return "；".join(_held(f, one.newest.arrival.received_at) for f in findings if f.severity == "hold")
    sheets = Counter(f.sheet for f in findings if f.severity == "error")
    return "，".join(f"{sheet}表 {n} 处错误" for sheet, n in sheets.items())


def _held(finding: Finding, received: datetime) -> str:
    if finding.rule == "late":
        local = received.astimezone(SHANGHAI)
        return f"逾期，{local.month}月{local.day}日收到"
    return finding.zh.split("。")[0]
