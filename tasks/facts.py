"""warehouse + ledger + registry → the facts a report is written from, in no language: every name in both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from expectations.findings import Finding
from expectations.quarter import SHANGHAI, Quarter
from reports.dates import day_of_year
from reports.facts import (
    CentreFact,
    Facts,
    Measure,
    Reading,
    ReadingKey,
    Recognition,
    ReturnFact,
    TargetFact,
    ThresholdFact,
)
from reports.text import Text
from reports.view import LANGUAGES
from reports.wording import Wording, wording
from tasks.coverage import covered
from tasks.decided import decided
from tasks.definitions import definitions_of
from tasks.disputes import dispute_facts
from tasks.known import Known
from tasks.rulings import EXCLUDED, REJECTED
from tasks.shown_state import shown_state
from warehouse.exemptions import allowed_until
from warehouse.figures import Figures
from warehouse.indicators import Indicator, indicators
from warehouse.registry import Registry
from warehouse.returns import Standing

_RECOGNISED = {"省级", "国家级"}  # stages as registry/stages.csv writes them


def facts_of(known: Known, quarter: Quarter) -> Facts:
    """The facts of one quarter as they were known."""
    registry = known.registry
    shown = known.shown(quarter)
    stands = {one: known.standings(one) for one in shown}
    return Facts(
        quarter=quarter,
        quarters=shown,
        measures={one.code: measure_of(one.at(str(quarter))) for one in indicators().values()},
        readings=_readings(known, shown),
        centres=tuple(_centre(registry, centre, quarter) for centre in registry.centre),
        returns=tuple(_return(known, one) for mine in stands.values() for one in mine),
        recognitions=_recognitions(registry),
        targets=_targets(registry),
        thresholds=_thresholds(registry, quarter),
        report_on=registry.term[str(quarter)].report_at.astimezone(SHANGHAI).date(),
        plan_start=date.fromisoformat(registry.says("plan_start")),
        issuer=_office(registry, "issuer"),
        notice=_office(registry, "notice"),
        contact=_office(registry, "contact"),
        definitions=definitions_of(registry, quarter),
        disputes=dispute_facts(known, quarter),
        coverage=covered(known, quarter),
        decided=decided(known, quarter),
    )


def measure_of(one: Indicator) -> Measure:
    """An indicator as reports print it."""
    return Measure(
        code=one.code,
        chapter=one.chapter,
        name=Text(one.zh, one.en),
        kind=one.kind,
        unit=Text(one.unit, one.unit_en),
        decimals=one.decimals,
        formula=Text(one.formula, one.formula_en),
        basis=Text(one.basis, one.basis_en),
        lists={dimension: breakdown.codes for dimension, breakdown in one.by.items()},
        registry=one.from_registry,
        of_year=one.of_year,
        threshold=one.threshold,
    )


def _readings(known: Known, shown: Iterable[Quarter]) -> dict[ReadingKey, Reading]:
    """Every figure of the quarters shown, units apart."""
    with known.reading() as connection:
        figures = Figures(connection)
    return {
        (f.indicator, f.quarter, f.period, f.level, f.scope, f.part): Reading(
            f.value, f.numerator, f.denominator, f.n
        )
        for quarter in shown
        for f in figures.of(str(quarter))
        if f.level != "unit"
    }


def _office(registry: Registry, key: str) -> Text:
    return Text(registry.says(key), registry.says(f"{key}_en"))


def _centre(registry: Registry, code: str, quarter: Quarter) -> CentreFact:
    centre = registry.centre[code]
    stage = next(
        (s for s in registry.stages if s.centre == code and s.touches(quarter.end, quarter.end)), None
    )
    return CentreFact(
        code=code,
        name=Text(centre.name, centre.name_en),
        short=Text(centre.short, centre.short_en),
        field=centre.field,
        branch=centre.branch,
        city=centre.city,
        stage=stage.stage if stage else "",
        recognised=stage is not None and stage.stage in _RECOGNISED,
        since=stage.start if stage else None,
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


def _targets(registry: Registry) -> tuple[TargetFact, ...]:
    return tuple(
        TargetFact(one.indicator, one.scope, one.by, one.value, Text(one.source, one.source_en))
        for one in sorted(registry.targets, key=lambda one: (one.scope, one.indicator, one.by))
        if one.indicator in indicators()
    )


def _thresholds(registry: Registry, quarter: Quarter) -> tuple[ThresholdFact, ...]:
    """The marks valid at the quarter's end: the newest of each indicator and mark."""
    newest = {
        (one.indicator, one.mark): ThresholdFact(
            one.indicator, one.mark, one.value, Text(one.source, one.source_en)
        )
        for one in sorted(registry.thresholds, key=lambda one: one.valid_from)
        if one.valid_from <= quarter.end
    }
    return tuple(newest.values())


def _return(known: Known, one: Standing) -> ReturnFact:
    unit, centre = known.registry.unit[one.unit], known.registry.centre[one.centre]
    return ReturnFact(
        quarter=Quarter.parse(one.quarter),
        centre_code=one.centre,
        centre=Text(centre.short, centre.short_en),
        unit_code=one.unit,
        unit=Text(unit.name, unit.name_en),
        unit_short=Text(unit.short, unit.short_en),
        state=shown_state(one, known.finding_counts),
        in_use=one.in_force is not None,
        received=one.received > 0,
        reason=_reason(known, one),
    )


def _reason(known: Known, one: Standing) -> Text:
    """Why a return is not used, in a few words."""
    if one.in_force:
        return Text("", "")
    if one.newest is None:
        return _missing(known, one)
    findings = known.findings(one.newest.judged.sha256)
    if said := next((f for f in findings if f.rule in {EXCLUDED, REJECTED}), None):
        return _both(said.rule, why=Text(said.found, said.found))
    if one.state in {"held", "refused"}:
        severity = "hold" if one.state == "held" else "refuse"
        grave = [f for f in findings if f.severity == severity]
        return _first_of(grave, one.newest.arrival.received_at)
    sheets = Counter(f.sheet for f in findings if f.severity == "error")
    english = {sheet.zh: sheet.en for sheet in known.inputs.form.sheets}
    errors = [_both("errors", sheet=Text(one, english.get(one, one)), n=n) for one, n in sheets.items()]
    return _joined(errors, "names")


def _missing(known: Known, one: Standing) -> Text:
    """That nothing came, and how late it may be."""
    until = allowed_until(known.exemptions, one.unit, one.centre, one.quarter)
    return _both("allowed_late", day=until.astimezone(SHANGHAI).date()) if until else _both("missing")


def _first_of(findings: list[Finding], received: datetime) -> Text:
    """The first of these findings in its first sentence, and how many there are; being late comes with its day."""
    if any(one.rule in {"late", "year_closed"} for one in findings):
        return _both("late", day=received.astimezone(SHANGHAI).date())
    if not findings:
        return Text("", "")
    rule, zh, en = findings[0].rule, findings[0].zh, findings[0].en
    first = Text(
        zh.removeprefix(f"{rule}：").split("。")[0], en.removeprefix(f"{rule}: ").split(". ")[0].rstrip(".")
    )
    return _both("more", first=first, n=len(findings)) if len(findings) > 1 else first


def _both(key: str, **fields: Text | date | int) -> Text:
    """One of the wording's reasons in both languages, filled with names and days as each writes them."""
    zh, en = (
        say(f"reasons.{key}", **{name: _said(field, say) for name, field in fields.items()})
        for say in map(wording, LANGUAGES)
    )
    return Text(zh, en)


def _said(field: Text | date | int, say: Wording) -> object:
    if isinstance(field, Text):
        return say.text(field)
    return day_of_year(field, say) if isinstance(field, date) else field


def _joined(texts: list[Text], joint: str) -> Text:
    zh, en = (str(wording(one).at(f"joints.{joint}")) for one in LANGUAGES)
    return Text(zh.join(one.zh for one in texts), en.join(one.en for one in texts))
