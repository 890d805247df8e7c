"""facts → plans: targets of the policy and of build plans (建设方案) against what was reached, and the pace still needed.

Targets of flows and of distinct counts are totals of the year their date lies in (but what is counted in the registry
is a level); the others hold at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal

from expectations.quarter import Quarter
from reports.facts import CentreFact, Facts, TargetFact

Status = Literal["behind", "watch", "on_time", "unrated"]
WORST_FIRST: tuple[Status, ...] = ("behind", "watch", "on_time", "unrated")
# A centre is rated once three of its plan's items are known; two thirds met make it one to watch.
_FEWEST_KNOWN, _WATCH = 3, Decimal(2) / 3


@dataclass(frozen=True)
class Progress:
    """One target: ``actual`` now, what was ``due`` by now, and how much of that was done (1 = all)."""

    target: TargetFact
    actual: Decimal | None
    due: Decimal
    done: Decimal | None

    @property
    def met(self) -> bool | None:
        return None if self.done is None else self.done >= 1

    @property
    def percent(self) -> Decimal:
        """``done`` in whole per cent, rounded down: what falls short is never called 100 %."""
        return ((self.done or Decimal(0)) * 100).to_integral_value(ROUND_FLOOR)


@dataclass(frozen=True)
class CentrePlan:
    """How one centre stands against its own build plan."""

    centre: CentreFact
    items: tuple[Progress, ...]
    status: Status

    @property
    def known(self) -> tuple[Progress, ...]:
        return tuple(one for one in self.items if one.done is not None)

    @property
    def met(self) -> int:
        return sum(one.met is True for one in self.known)

    @property
    def short(self) -> tuple[Progress, ...]:
        """The items not met, largest gap first."""
        found = [one for one in self.known if not one.met]
        return tuple(sorted(found, key=lambda one: one.done or Decimal(0)))


def quarters_between(first: date, last: date) -> int:
    """Whole quarters from one quarter end to another."""
    return (last.year - first.year) * 4 + ((last.month - 1) // 3 - (first.month - 1) // 3)


def per_quarter(gap: Decimal | int, quarters: int) -> Decimal:
    """What is needed each quarter, rounded up to a tenth so that keeping to it does reach the target."""
    return (Decimal(gap) / quarters).quantize(Decimal("0.1"), ROUND_CEILING)


def targets_of(facts: Facts, code: str, scope: str = "province") -> list[TargetFact]:
    found = [one for one in facts.targets if one.indicator == code and one.scope == scope]
    return sorted(found, key=lambda one: one.by)


def next_target(facts: Facts, code: str = "centres_recognised", scope: str = "province") -> TargetFact | None:
    """The target to be measured by: the first whose date lies ahead, else the last."""
    found = targets_of(facts, code, scope)
    ahead = [one for one in found if one.by > facts.quarter.end]
    return ahead[0] if ahead else found[-1] if found else None


def yearly(facts: Facts, target: TargetFact) -> bool:
    measure = facts.measures[target.indicator]
    return measure.kind in {"flow", "distinct"} and not measure.registry


def actual(facts: Facts, target: TargetFact) -> Decimal | None:
    """What counts towards a target: this quarter's level, or the total of the target's year so far."""
    level = "province" if target.scope == "province" else "centre"
    if not yearly(facts, target):
        return facts.value(target.indicator, level=level, scope=target.scope)
    last = Quarter(target.by.year, (target.by.month + 2) // 3)
    at = min(facts.quarter, last)
    if at.year != target.by.year:
        return None
    return facts.value(target.indicator, at, level=level, scope=target.scope, period="ytd")


def gap(facts: Facts, target: TargetFact) -> Decimal | None:
    """How much is missing (0 or less: met); fewer days are better."""
    now = actual(facts, target)
    if now is None:
        return None
    return now - target.value if facts.measures[target.indicator].kind == "median" else target.value - now


def progress(facts: Facts, target: TargetFact) -> Progress:
    """A target's year runs evenly: by the third quarter three quarters of it are due."""
    now, due = actual(facts, target), target.value
    if yearly(facts, target) and target.by > facts.quarter.end:
        due = target.value * facts.quarter.number / ((target.by.month + 2) // 3)
    if facts.measures[target.indicator].kind == "distinct":
        due = due.to_integral_value(ROUND_CEILING)  # three quarters of three patents are three, not 2.25
    if now is None or not due:
        return Progress(target, now, due, None)
    if facts.measures[target.indicator].kind == "median":
        return Progress(target, now, due, due / now if now else Decimal(1))
    return Progress(target, now, due, now / due)


def centre_plan(facts: Facts, centre: CentreFact) -> CentrePlan:
    codes = dict.fromkeys(one.indicator for one in facts.targets if one.scope == centre.code)
    found = [_current(facts, code, centre.code) for code in codes if code in facts.measures]
    items = tuple(progress(facts, one) for one in found if one)
    known = [one for one in items if one.done is not None]
    met = sum(one.met is True for one in known)
    if len(known) < _FEWEST_KNOWN:
        return CentrePlan(centre, items, "unrated")
    status: Status = "on_time" if met == len(known) else "watch" if met >= _WATCH * len(known) else "behind"
    return CentrePlan(centre, items, status)


def _current(facts: Facts, code: str, scope: str) -> TargetFact | None:
    """The plan's item of this year, else the next one, else the last."""
    found = targets_of(facts, code, scope)
    ahead = [one for one in found if one.by >= facts.quarter.end]
    return ahead[0] if ahead else found[-1] if found else None


def centre_plans(facts: Facts) -> list[CentrePlan]:
    """Recognised centres against their build plans, worst first: status, share of items met, largest gap.

    None where no plan is registered: then nobody can be rated.
    """
    found = [centre_plan(facts, one) for one in facts.centres if one.recognised]
    return sorted(found, key=_rank) if any(one.items for one in found) else []


def _rank(plan: CentrePlan) -> tuple[int, Decimal, Decimal]:
    share = Decimal(plan.met) / len(plan.known) if plan.known else Decimal(0)
    worst = plan.short[0].done if plan.short else None
    return WORST_FIRST.index(plan.status), share, Decimal(1) if worst is None else worst
