"""plans → sentences: what is missing to a target, and what it takes each quarter from now."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from reports.dates import end_text
from reports.facts import Facts, Measure, TargetFact
from reports.numbers import NO_DATA, counting_unit, plain, rounded, said
from reports.plans import WORST_FIRST, CentrePlan, actual, gap, per_quarter, quarters_between
from reports.wording import Wording


@dataclass(frozen=True)
class Outcome:
    """A target in words: where we are, whether it is met, and what it takes."""

    now: str
    state: str
    need: str
    met: bool


def quarters_left(facts: Facts, target: TargetFact) -> int:
    """Whole quarters until a target's date; negative when it has passed."""
    return quarters_between(facts.quarter.end, target.by)


def amount(value: Decimal, measure: Measure, say: Wording) -> str:
    """A difference in an indicator's unit: ``13 家``, ``2.5 个百分点``."""
    if measure.share:
        return say("numbers.points", n=plain(value * 100, 1))
    return said(value, measure, say)


def pace(value: Decimal, quarters: int, measure: Measure, say: Wording) -> str:
    """What each quarter needs: counts with a tenth, so that keeping to it does reach the target."""
    if measure.share or say.at("numbers.scales").get(measure.unit.zh):
        return amount(value / quarters, measure, say)
    each = per_quarter(value, quarters)
    text, unit = plain(each, 0 if each == rounded(each, 0) else 1), counting_unit(measure, say)
    return f"{text} {unit}".strip()


def target_words(facts: Facts, target: TargetFact, say: Wording) -> str:
    """``规划2025年末达到 15 家，**期限已过 3 个季度，还差 3 家**。``"""
    measure, missing = facts.measures[target.indicator], gap(facts, target)
    left = quarters_left(facts, target)
    fields = {"by": end_text(target.by, say), "target": said(target.value, measure, say)}
    if missing is None:
        return say("targets.no_data", **fields)
    if missing <= 0:
        return say("targets.met", **fields)
    fields["gap"] = amount(missing, measure, say)
    if left > 0:
        return say("targets.ahead", **fields, pace=pace(missing, left, measure, say))
    return say("targets.overdue" if left else "targets.due", **fields, late=-left)


def outcome_words(facts: Facts, target: TargetFact, say: Wording) -> Outcome:
    """The same for a table's cells."""
    measure, missing, left = (
        facts.measures[target.indicator],
        gap(facts, target),
        quarters_left(facts, target),
    )
    now = said(actual(facts, target), measure, say)
    if missing is None:
        return Outcome(NO_DATA, say("targets.states.no_data"), "", met=False)
    if missing <= 0:
        return Outcome(now, say("targets.states.met"), "", met=True)
    short = amount(missing, measure, say)
    if left > 0:
        need = say("targets.states.pace", pace=pace(missing, left, measure, say), n=left)
        return Outcome(now, say("targets.states.short", gap=short), need, met=False)
    late = say("targets.states.overdue", late=-left) if left else say("targets.states.due")
    return Outcome(now, say("targets.states.missed", gap=short), late, met=False)


def status_counts(plans: list[CentrePlan], say: Wording) -> str:
    """``3 家落后、2 家关注、6 家按期、1 家暂不评``."""
    counts = {status: sum(one.status == status for one in plans) for status in WORST_FIRST}
    return say.names(say(f"plans.counts.{status}", n=n) for status, n in counts.items() if n)
