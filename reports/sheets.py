"""facts → the annex's sheets: every figure of the quarter with native numbers, targets, returns, definitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from reports.attached import AnnexSheet
from reports.breaks import formula_text, valid_text
from reports.chapters.drawings import part_label
from reports.comparisons import QUARTER, YEAR, Place, value_at
from reports.dates import quarter_text
from reports.evidence import links
from reports.facts import DefinitionFact, Facts, Measure, Reading
from reports.numbers import rounded
from reports.plans import gap, progress
from reports.targets import quarters_left
from reports.text import Text
from reports.wording import Wording

Value = str | int | Decimal | date | None
Row = tuple[Value, ...]
# The periods that stand beside each figure of the quarter, after those of other quarters.
_BESIDE = ("ytd", "like", "like_before", "like_year", "like_year_before")
_WIDTHS = {
    "figures": "14 26 18 8 26 12 14 14 14 14 14 14 14 14 10 16 16",
    "coverage": "14 26 8 26 12 14 14 14 14 14 12 12 12 10 12 10",
    "targets": "26 26 12 14 14 14 14 14 12 60",
    "returns": "10 20 34 16 10 60",
    "definitions": "14 26 14 80 50 40",
}
_LEVELS = ("province", "field", "city", "centre", "unit")  # from the whole to its parts
# How money and labour are rounded in the annex, shares (in per cent) as well.
_PLACES = 2


def sheets(facts: Facts, say: Wording) -> tuple[AnnexSheet, ...]:
    """Figures, coverage, targets, returns, definitions; shares stand in per cent, money in 万元."""
    figures = dict.fromkeys(range(5, 17), "decimal") | {5: "text", 14: "integer"}
    coverage = dict.fromkeys(range(5, 13), "decimal") | dict.fromkeys((13, 14), "integer")
    targets = {2: "date", 8: "integer"} | dict.fromkeys(range(3, 8), "decimal")
    table = _sheet(say, "figures", figures, _figures(facts, say), facts)
    asked = ((code, place.part) for code, place, _ in _ordered(facts))
    return (
        table.model_copy(update={"links": links(facts, asked, say)}) if facts.evidence else table,
        _sheet(say, "coverage", coverage, _coverage(facts, say), facts),
        _sheet(say, "targets", targets, _targets(facts, say), facts),
        _sheet(say, "returns", {}, _returns(facts, say), facts),
        _sheet(say, "definitions", {}, _definitions(facts, say), facts),
    )


def _sheet(say: Wording, key: str, formats: dict[int, str], rows: Iterable[Row], facts: Facts) -> AnnexSheet:
    labels = [label for label, _ in say.headings(f"annex.{key}.headings")]
    return AnnexSheet.model_validate(
        {
            "name": say(f"annex.{key}.name"),
            "title": say(f"annex.{key}.title", quarter=quarter_text(facts.quarter, say)),
            "columns": [
                {"label": label, "width": int(width), "format": formats.get(index, "text")}
                for index, (label, width) in enumerate(zip(labels, _WIDTHS[key].split(), strict=True))
            ],
            "rows": list(rows),
            "note": say(f"annex.{key}.note"),
        }
    )


def native(value: Decimal | None, measure: Measure) -> Decimal | None:
    """A value to calculate with: shares in per cent, nothing rounded that is printed."""
    if value is None:
        return None
    places = max(measure.decimals, _PLACES) if measure.decimals or _divisible(value) else 0
    return rounded(value * 100 if measure.share else value, places)


def _divisible(value: Decimal) -> bool:
    return value != value.to_integral_value()


def _figures(facts: Facts, say: Wording) -> Iterator[Row]:
    """Each figure of the quarter at every level and part, with its year to date and all that it is compared with."""
    for code, place, found in _ordered(facts):
        measure = facts.measures[code]
        before = [value_at(facts, code, place, facts.quarter.shift(-back)) for back in (QUARTER, YEAR)]
        ytd, *like = (value_at(facts, code, place, facts.quarter, one) for one in _BESIDE)
        yield (
            say(f"chapters.{measure.chapter}"),
            say.text(measure.name),
            part_label(measure, place.part, say),
            say(f"levels.{place.level}"),
            _place(facts, place.level, place.scope, say),
            say.text(measure.unit),
            *(native(one, measure) for one in (found.value, ytd, *before, *like)),
            found.n,
            found.numerator.normalize() + 0,
            None if found.denominator is None else found.denominator.normalize() + 0,
        )


def _coverage(facts: Facts, say: Wording) -> Iterator[Row]:
    """What part of each total of returns is there, at every level a return can be missed at."""
    order = {code: index for index, code in enumerate(facts.measures)}
    keys = sorted(facts.coverage, key=lambda key: (order[key[0]], _LEVELS.index(key[1]), key[2]))
    for code, level, scope in keys:
        measure, one = facts.measures[code], facts.coverage[code, level, scope]
        parts = (one.plain, one.warned, one.missing)
        yield (
            say(f"chapters.{measure.chapter}"),
            say.text(measure.name),
            say(f"levels.{level}"),
            _place(facts, level, scope, say),
            say.text(measure.unit),
            *(native(value, measure) for value in (one.reported, *parts, one.indication)),
            *(rounded(one.share(part) * 100, _PLACES) for part in parts),
            one.returns,
            one.unknown,
            say(f"annex.used.{'yes' if one.significant else 'no'}"),
        )


def _ordered(facts: Facts) -> list[tuple[str, Place, Reading]]:
    """The readings of the quarter in the order of the definitions, the province before its fields, cities, centres."""
    order = {code: index for index, code in enumerate(facts.measures)}
    now = [
        (code, Place(level, scope, part), found)
        for (code, quarter, period, level, scope, part), found in facts.readings.items()
        if (quarter, period) == (str(facts.quarter), "quarter")
    ]
    return sorted(
        now, key=lambda one: (order[one[0]], _LEVELS.index(one[1].level), one[1].part, one[1].scope)
    )


def _place(facts: Facts, level: str, scope: str, say: Wording) -> str:
    if level in {"field", "city"}:
        return say.code(level, scope)
    centre = next((one for one in facts.centres if one.code == scope), None)
    return say.text(centre.name) if centre and level == "centre" else say("levels.province")


def _targets(facts: Facts, say: Wording) -> Iterator[Row]:
    """Each target of the policy and of build plans: what is due by now, what was reached, what is missing."""
    for one in sorted(facts.targets, key=lambda one: (one.scope != "province", one.scope, one.by)):
        measure = facts.measures[one.indicator]
        done, missing, left = progress(facts, one), gap(facts, one), quarters_left(facts, one)
        pace = missing / left if missing is not None and missing > 0 and left > 0 else None
        short = None if missing is None else max(missing, Decimal(0))
        numbers = (one.value, done.due, done.actual, short, pace)
        yield (
            _place(facts, "province" if one.scope == "province" else "centre", one.scope, say),
            say.text(measure.name),
            one.by,
            *(native(value, measure) for value in numbers),
            left,
            say.text(one.source),
        )


def _returns(facts: Facts, say: Wording) -> Iterator[Row]:
    for one in facts.returns:
        yield (
            str(one.quarter),
            say.text(one.centre),
            say.text(one.unit),
            say(f"legend.{one.state}"),
            say(f"annex.used.{'yes' if one.in_use else 'no'}"),
            say.text(one.reason),
        )


def _definitions(facts: Facts, say: Wording) -> Iterator[Row]:
    """Every indicator as it is counted now; below one that has changed, how it was counted before."""
    nothing = Text("", "")
    for one in facts.measures.values():
        always = DefinitionFact(None, None, one.formula, one.basis, nothing, None, nothing)
        for made in reversed(facts.definitions.get(one.code, (always,))):
            yield (
                say(f"chapters.{one.chapter}"),
                say.text(one.name),
                say.text(one.unit),
                formula_text(one, made, say),
                say.text(made.basis),
                valid_text(made, say),
            )
