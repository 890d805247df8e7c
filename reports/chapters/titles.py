"""facts → titles: a chart or table is titled with its answer, chosen by rule, with a number in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.comparisons import trend
from reports.facts import Facts
from reports.numbers import percent, said
from reports.wording import Wording

# So many of the largest parts may be named in a title; the second only if it makes up this share of all.
_NAMED, _WORTH_NAMING = 2, Decimal("0.25")


@dataclass(frozen=True)
class Member:
    """One part of a whole (a code of a breakdown, a centre, an indicator): now and a quarter ago."""

    code: str
    label: str
    now: Decimal | None
    before: Decimal | None


def no_data(facts: Facts, code: str, say: Wording) -> str:
    """That a figure is not there, and why: no return covers it, or too few rows for a median."""
    due, found, measure = facts.due(), facts.reading(code), facts.measures[code]
    if measure.kind == "median" and found is not None:
        return say("titles.few", name=say.text(measure.name), n=found.n)
    used = sum(one.in_use for one in due)
    return say("titles.no_data", name=say.text(measure.name), used=used, due=len(due))


def answer(facts: Facts, code: str, say: Wording) -> str:
    """``服务中小企业 412 家，连续两季增加``: a figure and how it moves, or that there is none."""
    measure, now = facts.measures[code], facts.value(code)
    if now is None:
        return no_data(facts, code, say)
    text = say("titles.answer", name=say.text(measure.name), value=said(now, measure, say))
    moves = trend(facts, code, say)
    return say("titles.moved", answer=text, moves=moves) if moves else text


def parts_answer(facts: Facts, code: str, parts: Sequence[Member], say: Wording) -> str:
    """``技术扩散 135 次，共性技术、新工艺占 66%``: the total, its largest parts and their share of all parts."""
    measure, known = facts.measures[code], [one.now for one in parts if one.now is not None]
    if facts.value(code) is None or not known:
        return no_data(facts, code, say)
    name, total = say.text(measure.name), sum(known, Decimal(0))
    if not total:
        return say("titles.nothing", name=name, value=said(Decimal(0), measure, say))
    top = leading_parts(parts)
    share = percent(sum((one.now or Decimal(0) for one in top), Decimal(0)), total)
    value = said(facts.value(code), measure, say)
    return say("titles.parts", name=name, value=value, top=say.names(one.label for one in top), share=share)


def leading_parts(parts: Sequence[Member]) -> Sequence[Member]:
    """The parts a title names: the largest, and the second if it is worth naming; ``parts`` largest first."""
    total = sum((one.now or Decimal(0) for one in parts), Decimal(0))
    if not total:
        return ()
    worth = [one for one in parts[:_NAMED] if (one.now or Decimal(0)) >= total * _WORTH_NAMING]
    return worth or parts[:1]


def reaching(facts: Facts, code: str, centres: Sequence[Member]) -> Sequence[Member]:
    """The centres a title counts: those that reach the published mark, without one the first."""
    goal, known = _goal(facts, code), [one for one in centres if one.now is not None]
    return known[:1] if goal is None else [one for one in known if one.now is not None and one.now >= goal]


def _goal(facts: Facts, code: str) -> Decimal | None:
    levels = {one.mark: one.value for one in facts.thresholds if one.indicator == code}
    return levels.get("full", levels.get("floor"))


def centres_answer(facts: Facts, code: str, centres: Sequence[Member], say: Wording) -> str:
    """How many centres reach the published mark, or which one leads; ``centres`` largest first."""
    measure, known = facts.measures[code], [one for one in centres if one.now is not None]
    if not known:
        return no_data(facts, code, say)
    goal, name = _goal(facts, code), say.text(measure.name)
    if goal is None:
        value = said(known[0].now, measure, say)
        return say("titles.highest", name=name, top=known[0].label, value=value)
    above = len(reaching(facts, code, centres))
    text = say("titles.above", name=name, n=len(known), above=above, goal=said(goal, measure, say))
    marks = (one.value for one in facts.thresholds if (one.indicator, one.mark) == (code, "none"))
    lowest = next(marks, Decimal(0))
    below = sum(one.now < lowest for one in known if one.now is not None)
    return say.clauses((text, say("titles.below", n=below, goal=said(lowest, measure, say)) if below else ""))


def leaders(values: Sequence[Decimal]) -> int:
    """How many of the largest values stand out: at most three, and none that ties with the next."""
    for n in (3, 2, 1):
        if len(values) > n and values[n - 1] > values[n]:
            return n
    return 0
