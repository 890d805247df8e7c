"""Indicators + registry → how each figure was counted when: the definitions and marks that have changed."""

from __future__ import annotations

from itertools import pairwise, zip_longest

from expectations.quarter import Quarter
from reports.facts import DefinitionFact
from reports.text import Text
from warehouse.indicators import Indicator, indicators
from warehouse.registry import Registry
from warehouse.registry_rows import Threshold


def definitions_of(registry: Registry, quarter: Quarter) -> dict[str, tuple[DefinitionFact, ...]]:
    """Of every indicator counted otherwise than now in a quarter of the calendar up to ``quarter``: all its definitions,
    oldest first.
    """
    found = {}
    for one in indicators().values():
        starts = _starts(one, registry, quarter)
        if len(starts) > 1:
            found[one.code] = tuple(
                _fact(one, registry, since, later, first=starts[0])
                for since, later in zip_longest(starts, starts[1:])
            )
    return found


def _starts(one: Indicator, registry: Registry, quarter: Quarter) -> list[Quarter]:
    """The quarters a definition or mark begins to measure, the first of the calendar before them."""
    quarters = [each for term in registry.calendar if (each := Quarter.parse(term.quarter)) <= quarter]
    broke = {version.since for version in one.versions if version.broke}
    starts = quarters[:1]
    for before, now in pairwise(quarters):
        marks = [_mark(one, registry, each) for each in (before, now)]
        raised = None not in marks and marks[0].value != marks[1].value  # type: ignore[union-attr]  # neither is None
        if str(now) in broke or raised:
            starts.append(now)
    return starts


def _mark(one: Indicator, registry: Registry, quarter: Quarter) -> Threshold | None:
    """The mark valid on a quarter's last day."""
    mine = [
        each
        for each in registry.thresholds
        if (each.indicator, each.mark) == (one.code, one.mark) and each.valid_from <= quarter.end
    ]
    return max(mine, key=lambda each: each.valid_from, default=None)


def _fact(
    one: Indicator, registry: Registry, since: Quarter, later: Quarter | None, *, first: Quarter
) -> DefinitionFact:
    of, mark = one.at(str(since)), _mark(one, registry, since)
    reasons = {version.until: version.why for version in one.versions}
    why = reasons.get(str(since.shift(-1)))
    source = Text(mark.source, mark.source_en) if mark else Text("", "")
    return DefinitionFact(
        since=None if since == first else since,
        until=later.shift(-1) if later else None,
        formula=Text(of.formula, of.formula_en),
        basis=Text(of.basis, of.basis_en),
        why=Text(*why) if why else source,
        mark=mark.value if mark else None,
        mark_unit=Text(one.mark_unit, one.mark_unit_en),
    )
