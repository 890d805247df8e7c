"""Sheet 2 of the demo: how large a unit is, what it earns and spends. A unit of two centres tells both the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import exp, log

from expectations.quarter import Quarter
from tasks.demo_members import Member, Row, age, dice

Span = tuple[float, float]
_SEASON = {1: 0.88, 2: 0.99, 3: 1.02, 4: 1.11}  # of sales; the first quarter holds the Spring Festival
_RD_SEASON = {1: 0.84, 2: 0.98, 3: 1.02, 4: 1.16}  # R&D money is spent before the year ends


@dataclass(frozen=True)
class _Profile:
    """Spans a unit of one kind is drawn from: heads, shares of them and of money, revenue a head and quarter (万元)."""

    employees: Span
    technical: Span
    time: Span
    earned: Span
    value_added: Span
    cost: Span
    research: Span


_PROFILES = {
    "运营主体": _Profile(
        (52, 140), (0.44, 0.76), (0.78, 0.9), (11, 17), (0.34, 0.42), (0.9, 0.97), (0.2, 0.4)
    ),
    "企业": _Profile(
        (170, 3600), (0.12, 0.28), (0.68, 0.85), (14, 28), (0.22, 0.3), (0.86, 0.94), (0.035, 0.07)
    ),
    "科研院所": _Profile(
        (90, 420), (0.6, 0.78), (0.74, 0.9), (14, 21), (0.38, 0.46), (0.86, 0.95), (0.28, 0.42)
    ),
    "高校": _Profile(
        (760, 2600), (0.24, 0.38), (0.45, 0.62), (8, 12), (0.44, 0.52), (0.88, 0.96), (0.12, 0.2)
    ),
    "金融机构": _Profile(
        (36, 110), (0.03, 0.06), (0.5, 0.7), (25, 42), (0.5, 0.6), (0.6, 0.74), (0.003, 0.006)
    ),
    "其他": _Profile((40, 200), (0.3, 0.5), (0.5, 0.8), (8, 14), (0.3, 0.4), (0.86, 0.95), (0.1, 0.2)),
}


def unit_figures(member: Member, quarter: Quarter) -> Row:
    """Sheet 2 of a unit in a quarter. It depends on the unit alone, never on the centre it tells."""
    return dict(_figures(member.unit, member.profile, quarter))


def numbers_of_year(member: Member, year: int) -> tuple[int, int]:
    """A unit as others describe it in ``year``: heads at the end of the last one and its revenue (万元)."""
    of_year = [_figures(member.unit, member.profile, Quarter(year - 1, number)) for number in (1, 2, 3, 4)]
    return int(number(of_year[-1], "employees")), round(
        sum(number(one, "revenue_wan_cny") for one in of_year)
    )


def number(row: Row, name: str) -> float:
    """A cell that holds a number; anything else is a mistake of the story."""
    cell = row[name]
    assert isinstance(cell, int | float), (name, cell)
    return cell


@cache
def _figures(unit: str, profile: str, quarter: Quarter) -> Row:
    spans, rng, years = _PROFILES[profile], dice(f"unit {unit}"), age(quarter) / 4
    employees = exp(rng.uniform(*map(log, spans.employees)))
    technical, time = rng.uniform(*spans.technical), rng.uniform(*spans.time)
    earned, added = rng.uniform(*spans.earned), rng.uniform(*spans.value_added)
    cost, research = rng.uniform(*spans.cost), rng.uniform(*spans.research)
    more_heads, more_sales, more_research = (
        rng.uniform(-0.01, 0.05),
        rng.uniform(0.01, 0.1),
        rng.uniform(0, 0.06),
    )

    chance = dice(f"unit {unit} {quarter}")
    heads = round(employees * (1 + more_heads) ** years)
    staff = min(round(heads * technical * (1 + more_research / 2) ** years), heads)
    revenue = employees * earned * (1 + more_heads + more_sales) ** years * _SEASON[quarter.number]
    revenue = round(revenue * chance.uniform(0.975, 1.025), 2)
    total_cost = round(revenue * cost * chance.uniform(0.985, 1.015), 2)
    # Research follows the year's costs, not the season's.
    yearly = total_cost / _SEASON[quarter.number] * _RD_SEASON[quarter.number]
    spend = min(research * (1 + more_research) ** years, 0.55) * yearly * chance.uniform(0.97, 1.03)
    return {
        "employees": heads,
        "rd_technical_staff": staff,
        "rd_person_years": round(staff * 0.25 * time * chance.uniform(0.97, 1.03), 2),
        "revenue_wan_cny": revenue,
        "value_added_wan_cny": round(revenue * (added + 0.004 * years) * chance.uniform(0.97, 1.03), 2),
        "total_cost_wan_cny": total_cost,
        "rd_spend_wan_cny": round(spend, 2),
    }
