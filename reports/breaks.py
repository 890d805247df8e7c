"""Changed definitions → what is said of them: a line in the chart, both values of the quarter before, both wordings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from reports.dates import quarter_text
from reports.facts import DefinitionFact, Facts, Measure
from reports.numbers import said
from reports.shapes import Break
from reports.wording import Wording


def break_lines(facts: Facts, say: Wording, code: str) -> tuple[Break, ...]:
    """Where in the quarters shown a figure is counted otherwise than before."""
    return tuple(
        Break(before=facts.quarters.index(one.since), text=say("breaks.label"))
        for one in facts.breaks(code)
        if one.since
    )


def break_note(facts: Facts, say: Wording, *codes: str) -> str:
    """Of every break in the quarters shown: what changed and why, and the quarter before by both definitions."""
    return say.sentences(*(_note(facts, say, code, one) for code in codes for one in facts.breaks(code)))


def breaks_told(facts: Facts, say: Wording, code: str) -> str:
    """From when on a figure is counted otherwise, for those who cannot see the line; blank if it never was."""
    days = [quarter_text(one.since, say) for one in facts.breaks(code) if one.since]
    return say("breaks.told", since=say.names(days)) if days else ""


def _note(facts: Facts, say: Wording, code: str, new: DefinitionFact) -> str:
    assert new.since
    measure, last = facts.measures[code], new.since.shift(-1)
    old = next(one for one in facts.definitions[code] if one.until == last)
    values = facts.value(code, last), facts.value(code, new.since, period="overlap")
    before, now = (said(value, measure, say) for value in values)
    return say(
        "breaks.note",
        name=say.text(measure.name),
        since=quarter_text(new.since, say),
        change=_change(measure, old, new, say),
        last=quarter_text(last, say),
        before=before,
        now=now,
    )


def _change(measure: Measure, old: DefinitionFact, new: DefinitionFact, say: Wording) -> str:
    """What is otherwise: the rule, the mark, the table of sizes."""
    rule = say("breaks.rule", chapter=say("chapters.definitions"))
    marks = [mark_text(measure, one, say) for one in (old, new)]
    mark = say("breaks.mark", old=marks[0], new=marks[1])
    sizes = say("breaks.sizes") if old.sizes != new.sizes else ""
    return (rule if old.formula != new.formula else "") + (mark if old.mark != new.mark else "") + sizes


def mark_text(measure: Measure, one: DefinitionFact, say: Wording) -> str:
    """The mark a definition holds a figure against, in the mark's own unit; blank without one."""
    if one.mark is None:
        return ""
    return said(one.mark, replace(measure, kind="stock", unit=one.mark_unit, decimals=0), say)


def valid_text(one: DefinitionFact, say: Wording) -> str:
    """``2026年第一季度起``, ``至2025年第四季度``: the quarters a definition measures."""
    since, until = (quarter_text(at, say) if at else "" for at in (one.since, one.until))
    key = "both" if since and until else "since" if since else "until" if until else "always"
    return say(f"breaks.valid.{key}", since=since, until=until)


def earlier_texts(facts: Facts, say: Wording, code: str) -> list[str]:
    """The definitions of a figure that came before, newest first, each with its validity and what changed it."""
    found = []
    for one, later in pairwise(facts.definitions.get(code, ())):
        told = formula_text(facts.measures[code], one, say, alone=one.formula == facts.measures[code].formula)
        found.append(say("breaks.earlier", valid=valid_text(one, say), formula=told, why=say.text(later.why)))
    return found[::-1]


def formula_text(measure: Measure, one: DefinitionFact, say: Wording, *, alone: bool = False) -> str:
    """How it is counted, with the mark it is held against; ``alone``: the mark, where nothing else differs."""
    formula, mark = say.text(one.formula), mark_text(measure, one, say)
    if not mark:
        return formula
    return say("breaks.only_mark" if alone else "breaks.with_mark", formula=formula, mark=mark)


def broken_over(facts: Facts, codes: Iterable[str], back: int) -> bool:
    """Whether any of the figures is compared over a change so many quarters back."""
    return any(facts.broken(code, facts.quarter, back) for code in codes)
