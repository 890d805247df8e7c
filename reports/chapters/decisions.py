"""facts → 提请研究事项: each a question, the facts for it, who and by when. No advice the figures do not carry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from expectations.quarter import Quarter
from reports.blocks import Item
from reports.chapters.centres import lag_words
from reports.chapters.quality import NOT_USED
from reports.comparisons import in_use
from reports.dates import count_text, day_of_year, end_text, quarter_text
from reports.facts import Facts, ReturnFact
from reports.plans import centre_plans, gap, next_target, quarters_between
from reports.targets import amount, pace
from reports.wording import Wording

# What is asked for is due so long after the report: the office's own follow-up, and a decision of the department.
FOLLOW_UP, DECISION = timedelta(days=10), timedelta(days=26)
# So many returns are named where a sentence lists them, so many with the reason; the rest is counted.
NAMED, _EXPLAINED = 2, 2
# So many lagging centres are named with their gaps; the others are counted.
_CALLED_IN = 2


def decisions(facts: Facts, say: Wording) -> tuple[Item, ...]:
    """What must be decided, the gravest first; that there is nothing is said too."""
    found = (_deadline(facts, say), _call_in(facts, say), _held(facts, say), _chase(facts, say))
    nothing = Item(label=say("decisions.none"), text=say("decisions.none_text"))
    return tuple(one for one in found if one) or (nothing,)


def _deadline(facts: Facts, say: Wording) -> Item | None:
    """When a target's date has passed unmet, officials set a new one: what each of two dates would take."""
    target = next_target(facts)
    missing = gap(facts, target) if target else None
    if target is None or not missing or missing <= 0 or target.by > facts.quarter.end:
        return None
    measure, end = facts.measures[target.indicator], facts.quarter.end
    # The first year whose end leaves at least two quarters, and the one after.
    year = facts.quarter.shift(2).year
    choices = [Quarter(year + more, 4) for more in (0, 1)]
    options = [
        say(
            "decisions.option",
            by=end_text(one.end, say),
            pace=pace(missing, quarters_between(end, one.end), measure, say),
        )
        for one in choices
    ]
    return Item(
        label=say("decisions.deadline", gap=amount(missing, measure, say)),
        text=say(
            "decisions.deadline_text", options=say.clauses(options), recent=_recent(facts, missing, say)
        ),
        who=say("decisions.deadline_who", by=_by(facts, DECISION, say)),
    )


def _recent(facts: Facts, missing: Decimal, say: Wording) -> str:
    """How many were recognised over the quarters shown, and when that speed would be enough."""
    window, end = facts.quarters[0].start, facts.quarter.end
    recent = sum(window <= one.start <= end for one in facts.recognitions)
    n = count_text(len(facts.quarters), say)
    if not recent:
        return say("decisions.recent_none", n=n)
    needed = int((missing * len(facts.quarters) / recent).to_integral_value(ROUND_CEILING))
    return say("decisions.recent", n=n, recent=recent, when=quarter_text(facts.quarter.shift(needed), say))


def _call_in(facts: Facts, say: Wording) -> Item | None:
    """Whether to call in the centres that lag behind their own plans."""
    lagging = [one for one in centre_plans(facts) if one.status == "behind"]
    if not lagging:
        return None
    worst = lagging[:_CALLED_IN]
    names = say.names(say.text(one.centre.short) for one in worst)
    key = "decisions.call_in" if len(lagging) <= len(worst) else "decisions.call_in_many"
    return Item(
        label=say(key, names=names, n=len(lagging)),
        text=say(
            "decisions.call_in_text",
            plans=say.clauses(lag_words(facts, one, say, "decisions.lag") for one in worst),
        ),
        who=say("decisions.call_in_who", by=_by(facts, FOLLOW_UP, say)),
    )


def _held(facts: Facts, say: Wording) -> Item | None:
    held = [one for one in facts.due() if one.state == "held" and not one.in_use]
    if not held:
        return None
    # A unit that sends the same to two centres is one doubt.
    doubts = dict.fromkeys((say.text(one.unit), say.text(one.reason)) for one in held)
    named = [say("decisions.named", name=name, why=why) for name, why in doubts][:_EXPLAINED]
    key = "decisions.held_many" if len(doubts) > _EXPLAINED else "decisions.held_text"
    return Item(
        label=say("decisions.held", n=len(held)),
        text=say(key, names=say.clauses(named)),
        who=say("decisions.held_who", by=_by(facts, FOLLOW_UP, say)),
    )


def _chase(facts: Facts, say: Wording) -> Item | None:
    """Who has yet to send a return that counts; who had sent none a quarter ago either is counted."""
    due = [one for one in facts.due() if not one.in_use and one.state in NOT_USED and one.state != "held"]
    if not due:
        return None
    key = "decisions.chase_many" if len(due) > NAMED else "decisions.chase_text"
    names = say.names(
        say("decisions.state", name=say.text(one.unit), state=say(f"states.{one.state}"))
        for one in due[:NAMED]
    )
    again = _again(facts, due)
    return Item(
        label=say("decisions.chase", n=len(due)),
        text=say.sentences(
            say(key, names=names),
            say("decisions.again", n=again) if again else "",
        ),
        who=say("decisions.chase_who", by=_by(facts, FOLLOW_UP, say)),
    )


def _again(facts: Facts, due: Sequence[ReturnFact]) -> int:
    """How many of these were expected a quarter ago and not in use then either."""
    last = facts.quarter.shift(-1)
    expected = {(one.centre_code, one.unit_code) for one in facts.returns if one.quarter == last}
    lacking = expected - in_use(facts, last)
    return sum((one.centre_code, one.unit_code) in lacking for one in due)


def _by(facts: Facts, after: timedelta, say: Wording) -> str:
    day: date = facts.report_on + after
    return day_of_year(day, say)
