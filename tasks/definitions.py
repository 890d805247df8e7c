"""Indicators + registry → how each figure was counted when: the definitions, marks and tables that have changed."""

from __future__ import annotations

from datetime import date
from itertools import pairwise, zip_longest

from expectations.quarter import Quarter
from reports.dates import day_text
from reports.facts import DefinitionFact
from reports.text import Text
from reports.view import LANGUAGES
from reports.wording import wording
from warehouse.indicators import Indicator, indicators
from warehouse.registry import Registry
from warehouse.registry_rows import Threshold


def definitions_of(registry: Registry, quarter: Quarter) -> dict[str, tuple[DefinitionFact, ...]]:
    """Of every indicator counted otherwise than now in a quarter of the calendar up to ``quarter``: all its definitions,
    oldest first.
    """
    quarters = [each for term in registry.calendar if (each := Quarter.parse(term.quarter)) <= quarter]
    found = {}
    for one in indicators().values():
        made = [_measure(one, registry, each) for each in quarters]
        starts = [now for (before, now) in pairwise(range(len(quarters))) if made[before] != made[now]]
        if starts:
            found[one.code] = tuple(
                _fact(one, registry, quarters[since], quarters[later - 1] if later else None, first=not since)
                for since, later in zip_longest((0, *starts), starts)
            )
    return found


def _measure(one: Indicator, registry: Registry, quarter: Quarter) -> tuple[object, ...]:
    """What a quarter is measured by; a mark that was not there yet measured nothing otherwise."""
    mark = _mark(one, registry, quarter)
    return _version(one, quarter), mark.value if mark else None, _sizes(one, registry, quarter)


def _version(one: Indicator, quarter: Quarter) -> int:
    return sum(version.broke and version.since <= str(quarter) for version in one.versions)


def _mark(one: Indicator, registry: Registry, quarter: Quarter) -> Threshold | None:
    """The mark valid on a quarter's last day."""
    mine = [each for each in registry.thresholds if (each.indicator, each.mark) == (one.code, one.mark)]
    # Before the first there was no figure: that it came is no change.
    valid = [each for each in mine if each.valid_from <= quarter.end] or sorted(mine, key=_since)[:1]
    return max(valid, key=_since, default=None)


def _since(mark: Threshold) -> date:
    return mark.valid_from


def _sizes(one: Indicator, registry: Registry, quarter: Quarter) -> date | None:
    """The day from which the table of sizes is valid that tells who was an SME on a quarter's last day."""
    valid = [size.valid_from for size in registry.sizes if one.sized and size.valid_from <= quarter.end]
    return max(valid, default=None)


def _fact(
    one: Indicator, registry: Registry, since: Quarter, until: Quarter | None, *, first: bool
) -> DefinitionFact:
    of, mark, sizes = one.at(str(since)), _mark(one, registry, since), _sizes(one, registry, since)
    return DefinitionFact(
        since=None if first else since,
        until=until,
        formula=Text(of.formula, of.formula_en),
        basis=Text(of.basis, of.basis_en),
        why=_why(one, since, mark, sizes),
        mark=mark.value if mark else None,
        mark_unit=Text(one.mark_unit, one.mark_unit_en),
        sizes=sizes,
    )


def _why(one: Indicator, since: Quarter, mark: Threshold | None, sizes: date | None) -> Text:
    """What brought a definition in: the change of its rule, else where its mark stands, else the table of sizes."""
    before = str(since.shift(-1))
    rule = next((version.why for version in one.versions if version.until == before), None)
    if rule:
        return Text(*rule)
    if mark:
        return Text(mark.source, mark.source_en)
    if sizes is None:
        return Text("", "")
    told = (say("breaks.sizes_why", day=day_text(sizes, say)) for say in map(wording, LANGUAGES))
    return Text(*told)
