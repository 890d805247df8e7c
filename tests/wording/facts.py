"""Facts for tests: small ones made to be seen at a glance, and a whole province made by rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from expectations.codes import code_lists
from expectations.quarter import Quarter
from reports.blocks import State
from reports.changes import ClaimantFact, DisputeFact, DisputeState
from reports.coverage import CoverageKey, Covered
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
from tasks.facts import measure_of
from warehouse.indicators import indicators

NOW, BEFORE = Quarter.parse("2026-Q3"), Quarter.parse("2026-Q2")
USED = {"accepted", "warned", "late", "nil"}


MEASURES = {one.code: measure_of(one) for one in indicators().values()}


def both(text: str) -> Text:
    """A name that is the same in both languages."""
    return Text(text, text)


def returns(quarter: Quarter, states: Mapping[str, State], centre: str = "A") -> list[ReturnFact]:
    """One return a unit: ``{"甲": "accepted", "乙": "missing"}``."""
    return [
        ReturnFact(
            quarter=quarter,
            centre_code=centre,
            centre=Text(f"示例{centre}", f"Example {centre}"),
            unit_code=unit,
            unit=Text(f"示例{unit}", f"Example unit {ord(unit[0])}"),
            unit_short=Text(unit, f"Unit {ord(unit[0])}"),
            state=state,
            in_use=state in USED,
            received=state != "missing",
            reason=Text("", "") if state in USED else Text("原因", "Reason"),
        )
        for unit, state in states.items()
    ]


def dispute(state: DisputeState, kind: Text, number: str, *shares: str, **more: Any) -> DisputeFact:
    """What as many units claim as there are shares, the first in centre A."""
    claimants = tuple(
        ClaimantFact(
            Text(unit, f"Unit {ord(unit)}"), Text(f"示例{centre}", f"Example {centre}"), NOW, Decimal(credit)
        )
        for unit, centre, credit in zip("甲乙丙", "ABC", shares, strict=False)
    )
    return DisputeFact(kind, number, state, NOW, more.pop("doubtful", False), claimants, **more)


PATENT, CONTRACT = Text("发明专利授权", "invention patent granted"), Text("技术合同", "technology contract")
DISPUTES = (
    dispute("agreed", PATENT, "201710601862.3", "0.6", "0.4"),
    dispute("open", CONTRACT, "HT-2026-001", "0", "0", doubtful=True),
    dispute("decided", PATENT, "95115608.X", "1", "0", settled_by="Office A", settled_on=date(2026, 10, 20)),
)


def target(
    by: date, value: object, indicator: str = "centres_recognised", scope: str = "province"
) -> TargetFact:
    return TargetFact(indicator, scope, by, Decimal(str(value)), Text("示例规划", "Example plan"))


def centre(
    code: str, city: str = "1401", branch: str = "先进不锈钢", *, recognised: bool = True
) -> CentreFact:
    part_of = next(one.part_of for one in code_lists()["branch"] if one.code == branch)
    return CentreFact(
        code=code,
        name=Text(f"示例{code}中心", f"Example Centre {code}"),
        short=Text(f"示例{code}", f"Example {code}"),
        field=part_of,
        branch=branch,
        city=city,
        stage="省级" if recognised else "培育",
        recognised=recognised,
        since=date(2020, 12, 1),
    )


def reading(value: object, n: int = 1) -> Reading:
    """One figure; a ratio is given as it is, over 1."""
    number = None if value is None else Decimal(str(value))
    return Reading(number, number or Decimal(0), Decimal(1), n)


def facts(
    values: Mapping[tuple[str, str], object],
    now: Mapping[str, State],
    before: Mapping[str, State] | None = None,
    targets: Sequence[TargetFact] = (),
    recognised: Sequence[date] = (),
) -> Facts:
    """``values`` by (indicator, period of 2026-Q3: quarter, like, like_before, before)."""
    readings: dict[ReadingKey, Reading] = {}
    for (code, period), value in values.items():
        quarter = BEFORE if period == "before" else NOW
        key = (code, str(quarter), "quarter" if period == "before" else period, "province", "province", "")
        readings[key] = reading(value)
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
        thresholds=(),
        report_on=date(2026, 10, 20),
        plan_start=date(2017, 1, 1),
        issuer=Text("示例厅", "Example Department"),
        notice=Text("示例数据", "Example data"),
        contact=Text("示例", "Example"),
    )


def covered(plain: object, warned: object, missing: object, returns: int = 1, unknown: int = 0) -> Covered:
    """A total made of these parts; what is missing matters from one per cent on."""
    sums = [Decimal(str(one)) for one in (plain, warned, missing)]
    matters = sums[2] > 0 and sums[2] * 100 >= sums[0] + sums[1]
    return Covered(*sums, returns, unknown, matters)


def totals(**parts: tuple[object, ...]) -> dict[CoverageKey, Covered]:
    """Coverage of totals of the province by indicator, as :func:`covered` takes it."""
    return {(code, "province", "province"): covered(*one) for code, one in parts.items()}  # type: ignore[arg-type]


def retold(old: Facts, **changes: object) -> Facts:
    return replace(old, **changes)  # type: ignore[arg-type]


# A whole province -----------------------------------------------------------------------------------------------

BRANCHES = (
    "先进不锈钢",
    "碳纤维",
    "铝镁合金",
    "轨道交通装备",
    "能源装备",
    "重型机械",
    "大数据",
    "信息安全",
    "人工智能",
    "新能源及新能源汽车",
)
BRANCHES += ("生物医药", "增材制造", "机械基础件", "钕铁硼")
CITIES = [one.code for one in code_lists()["city"] if len(one.code) == 4]
SCALE = {
    "%": Decimal("0.3"),
    "万元": Decimal(240),
    "万元/人": Decimal("2.2"),
    "人年": Decimal("11.5"),
    "天": Decimal(17),
}
PLANNED = ("smes_served", "invention_patents_granted", "rd_spend_wan_cny", "operating_rd_staff_share")
STATES: tuple[State, ...] = ("accepted", "warned", "late", "nil", "returned", "held", "missing", "refused")


# Figures that are part of another, and how much of it.
PART_OF = {
    "smes_served": ("enterprises_served", "0.8"),
    "smes_new": ("smes_served", "0.35"),
    "diffusion_events_inside": ("diffusion_events", "0.2"),
    "projects_common_key": ("projects_active", "0.5"),
    "projects_frontier": ("projects_active", "0.2"),
    "projects_applicable": ("projects_active", "0.3"),
    "contracts_registered": ("contracts", "0.7"),
    "transaction_value_wan_cny": ("contract_value_wan_cny", "0.8"),
    "received_wan_cny": ("contract_value_wan_cny", "0.6"),
    "outputs_credited": ("outputs", "0.9"),
    "invention_patents_granted_credited": ("invention_patents_granted", "0.9"),
    "standards_led_credited": ("standards_led", "0.9"),
    "key_breakthroughs_credited": ("key_breakthroughs", "0.9"),
}


def value_by_rule(measure: Measure, quarter_index: int, size: Decimal, place: int) -> Decimal:
    """Plausible and never twice the same: grows with time and size, with a season and a place's own habit."""
    if measure.code in PART_OF:
        whole, share = PART_OF[measure.code]
        value = value_by_rule(MEASURES[whole], quarter_index, size, place) * Decimal(share)
        return value.quantize(Decimal(1) if measure.decimals == 0 else Decimal("0.1"))
    season = Decimal(1) + Decimal((quarter_index % 4) - 1) / 10
    growth = Decimal(1) + Decimal(quarter_index) * Decimal("0.04")
    habit = Decimal(1) + Decimal((place * 7 + len(measure.code)) % 11 - 5) / 20
    if measure.share:
        return min(Decimal("0.95"), (Decimal("0.25") + size / 100) * growth * habit)
    if measure.kind == "ratio":
        return SCALE.get(measure.unit.zh, Decimal("2.1")) * 10 * growth * habit / 10
    if measure.kind == "median":
        return (SCALE["天"] * 10 / growth * habit).quantize(Decimal(1))
    value = SCALE.get(measure.unit.zh, Decimal(4)) * size * growth * season * habit
    return value.quantize(Decimal(1) if measure.decimals == 0 else Decimal("0.1"))


def _places(code: str, centres: Sequence[CentreFact]) -> list[tuple[str, str, Decimal, int]]:
    """(level, scope, size, place) of every figure an indicator has."""
    found = [("province", "province", Decimal(len(centres)), 0)]
    levels = indicators()[code].levels
    if "field" in levels:
        found += [("field", one.code, Decimal(3), i) for i, one in enumerate(code_lists()["field"])]
    if "city" in levels:
        found += [("city", city, Decimal(i % 5), i) for i, city in enumerate([*CITIES, "11", "41"])]
    if "centre" in levels:
        found += [("centre", one.code, Decimal(1), i) for i, one in enumerate(centres)]
    return found


def _readings(quarters: Sequence[Quarter], centres: Sequence[CentreFact]) -> dict[ReadingKey, Reading]:
    found: dict[ReadingKey, Reading] = {}
    for index, quarter in enumerate(quarters):
        for code, measure in MEASURES.items():
            for level, scope, size, place in _places(code, centres):
                values = {back: value_by_rule(measure, index - back, size, place) for back in (0, 1, 4)}
                whole = 1 if measure.kind in {"stock", "ratio", "median"} else quarter.number
                periods = {"quarter": values[0], "ytd": values[0] * whole}
                if index >= 1:
                    periods |= _like(measure, "like", values[0], values[1], "0.97")
                if index >= 4:
                    periods |= _like(measure, "like_year", values[0], values[4], "0.8")
                for period, value in periods.items():
                    found[code, str(quarter), period, level, scope, ""] = reading(value, len(centres))
                found |= _parts(measure, str(quarter), level, scope, values[0])
    return found


def _like(measure: Measure, name: str, now: Decimal, before: Decimal, kept: str) -> dict[str, Decimal]:
    """What the returns in use both times add up to: most of it, and all of a ratio or median."""
    if measure.kind in {"ratio", "median"}:
        return {name: now, f"{name}_before": before}
    places = Decimal(1) if measure.decimals == 0 else Decimal("0.1")
    return {
        name: (now * Decimal(kept)).quantize(places),
        f"{name}_before": (before * Decimal(kept)).quantize(places),
    }


def _parts(
    measure: Measure, quarter: str, level: str, scope: str, value: Decimal
) -> dict[ReadingKey, Reading]:
    found = {}
    for dimension, list_name in measure.lists.items():
        codes = [one.code for one in code_lists()[list_name]]
        if measure.code == "funds_raised_wan_cny":
            codes = codes[:5]
        if measure.code == "member_contributions_wan_cny":
            codes = codes[5:9]
        weights = [Decimal((i * 5) % 7 + 1) for i, _ in enumerate(codes)]
        for code, weight in zip(codes, weights, strict=True):
            part = (value * weight / sum(weights)).quantize(Decimal(1))
            found[measure.code, quarter, "quarter", level, scope, f"{dimension}:{code}"] = reading(part)
    return found


def province(centres: int = 14, quarters: int = 8, *, missing: bool = False) -> Facts:
    """A whole province by rule: the last centre is only cultivated; with ``missing`` no return is in use this quarter."""
    found = [
        centre(
            f"C{i:02d}",
            CITIES[i % len(CITIES)],
            BRANCHES[i % len(BRANCHES)],
            recognised=i < centres - 1 or centres == 1,
        )
        for i in range(centres)
    ]
    shown = [NOW.shift(-back) for back in range(quarters - 1, -1, -1)]
    readings = _readings(shown, found)
    readings |= {
        (code, str(quarter), period, "province", "province", ""): reading(value)
        for quarter in shown
        for period in ("quarter", "ytd")
        for code, value in {
            "centres_recognised": sum(one.recognised for one in found),
            "centres_cultivated": sum(not one.recognised for one in found),
            "centres_national": 0,
            "centres_all_kinds": len(found) // 2,
            "field_groups_covered": len({one.field for one in found if one.recognised}),
            "field_branches_covered": len({one.branch for one in found if one.recognised}),
            "cities_with_centre": len({one.city for one in found if one.recognised}),
            "cities_reached": 9,
        }.items()
    }
    if missing:
        registry = {code for code, one in MEASURES.items() if one.registry}
        readings = {key: one for key, one in readings.items() if key[0] in registry or key[1] != str(NOW)}
    return retold(
        facts({}, {}),
        quarters=tuple(shown),
        centres=tuple(found),
        readings=readings,
        returns=tuple(_states(found, shown, missing=missing)),
        recognitions=tuple(
            Recognition(date(2018 + i // 2, 3 + i % 2 * 6, 1), None) for i, _ in enumerate(found[1:])
        ),
        targets=tuple(_targets(found)),
        thresholds=THRESHOLDS,
        disputes=DISPUTES,
        coverage=_coverage(readings),
    )


def _coverage(readings: Mapping[ReadingKey, Reading]) -> dict[CoverageKey, Covered]:
    """A fifth of every total came with warnings, and what is missing would add a tenth."""
    found = {}
    for (code, quarter, period, level, scope, part), one in readings.items():
        here = (quarter, period, part) == (str(NOW), "quarter", "") and level != "city"
        if here and indicators()[code].bounded and one.value is not None:
            warned = (one.value / 5).quantize(Decimal(1))
            found[code, level, scope] = covered(
                one.value - warned, warned, (one.value / 10).quantize(Decimal(1)), 3
            )
    return found


def _states(centres: Sequence[CentreFact], shown: Sequence[Quarter], *, missing: bool) -> list[ReturnFact]:
    found = []
    for index, quarter in enumerate(shown):
        for place, one in enumerate(centres):
            last = quarter == shown[-1]
            states: dict[str, State] = {
                unit: STATES[(index * 3 + place * 5 + k) % 23 % 8]
                if (index + place + k) % 6 == 0
                else "accepted"
                for k, unit in enumerate("甲乙丙丁戊己")
            }
            if missing and last:
                states = dict.fromkeys(states, "missing")
            found += [
                replace(
                    item,
                    centre=one.short,
                    unit_code=f"{one.code}-{item.unit_code}",
                    unit=Text(f"{one.short.zh}{item.unit_code}单位", f"{one.short.en} unit {k + 1}"),
                    unit_short=Text(f"{item.unit_code}单位", f"Unit {k + 1}"),
                )
                for k, item in enumerate(returns(quarter, states, one.code))
            ]
    return found


def _targets(centres: Sequence[CentreFact]) -> list[TargetFact]:
    found = [
        target(date(2020, 12, 31), 5),
        target(date(2025, 12, 31), len(centres) + 1),
        target(date(2027, 12, 31), 20, "field_branches_covered"),
    ]
    for place, one in enumerate(centres):
        for k, code in enumerate(PLANNED):
            wished = (
                value_by_rule(MEASURES[code], 7, Decimal(1), place)
                * Decimal((place * 3 + k * 2) % 9 + 5)
                / 10
            )
            yearly = 4 if MEASURES[code].kind != "ratio" else 1
            found.append(
                target(date(2026, 12, 31), (wished * yearly).quantize(Decimal("0.01")), code, one.code)
            )
    return found


THRESHOLDS = (
    ThresholdFact(
        "operating_rd_intensity",
        "full",
        Decimal("0.3"),
        Text("外省评分表", "another province's scoring table"),
    ),
    ThresholdFact(
        "operating_rd_intensity",
        "none",
        Decimal("0.1"),
        Text("外省评分表", "another province's scoring table"),
    ),
    ThresholdFact(
        "operating_rd_staff_share",
        "full",
        Decimal("0.5"),
        Text("外省评分表", "another province's scoring table"),
    ),
    ThresholdFact(
        "operating_rd_staff_share",
        "none",
        Decimal("0.1"),
        Text("外省评分表", "another province's scoring table"),
    ),
    ThresholdFact("leading_enterprises", "floor", Decimal(100000), Text("示例标准", "example standard")),
)
