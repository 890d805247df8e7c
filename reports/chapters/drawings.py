"""facts → charts that every chapter uses: columns and stacks over quarters, bars by part, by centre, by indicator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from expectations.quarter import Quarter
from reports.blocks import Chart
from reports.breaks import break_lines, break_note, breaks_told
from reports.chapters.titles import Member, answer, centres_answer, leading_parts, parts_answer, reaching
from reports.comparisons import PROVINCE, Place, value_before
from reports.dates import quarter_label, quarter_text
from reports.facts import Facts, Measure
from reports.numbers import drawn, heading_unit, in_table, said
from reports.shapes import Bar, Bars, Columns, Mark, Stack, StackPart, Stacks
from reports.wording import Wording


def alternative(title: str, pairs: Iterable[tuple[str, str]], say: Wording, told: str = "") -> str:
    """What a chart says to those who cannot see it: its answer, what else is ``told``, and its values."""
    title = say("charts.told", title=title, told=told) if told else title
    values = say.names(f"{label} {text}".rstrip() for label, text in pairs)
    return say("charts.alt", title=title, values=values) if values else say("charts.alt_none", title=title)


def unit_note(measure: Measure, say: Wording, *more: str) -> str:
    """The unit, then whatever must be known."""
    unit = heading_unit(measure, say)
    return say.sentences(say("charts.unit", unit=unit) if unit else "", *more)


def quarter_columns(facts: Facts, say: Wording, code: str, name: str, note: str = "") -> Chart:
    """A figure of the province over the quarters shown; a quarter without data has a dash and no column."""
    measure, title = facts.measures[code], answer(facts, code, say)
    bars = []
    for quarter in facts.quarters:
        value = facts.value(code, quarter)
        bars.append(
            Bar(
                label=quarter_label(quarter, say),
                sub=str(quarter.year),
                value=drawn(value or Decimal(0), measure),
                text=in_table(value, measure, say),
                strong=quarter == facts.quarter,
            )
        )
    pairs = [(quarter_text(q, say), bar.text) for q, bar in zip(facts.quarters, bars, strict=True)]
    alt = alternative(title, pairs, say, breaks_told(facts, say, code))
    drawing = Columns(bars=tuple(bars), breaks=break_lines(facts, say, code))
    note = unit_note(measure, say, note, break_note(facts, say, code))
    return Chart(name=name, title=title, drawing=drawing, alt=alt, note=note)


def quarter_stacks(
    facts: Facts,
    say: Wording,
    code: str,
    name: str,
    title: str,
    parts: Mapping[str, Sequence[Decimal | None]],
    note: str = "",
) -> Chart:
    """A figure over the quarters in at most three parts: ``parts`` is label → its value each quarter."""
    measure, bars = facts.measures[code], []
    for index, quarter in enumerate(facts.quarters):
        bars.append(
            Stack(
                label=quarter_label(quarter, say),
                sub=str(quarter.year),
                parts=tuple(
                    StackPart(label=label, value=drawn(values[index] or Decimal(0), measure))
                    for label, values in parts.items()
                ),
                text=in_table(facts.value(code, quarter), measure, say),
                strong=quarter == facts.quarter,
            )
        )
    pairs = [(quarter_text(q, say), bar.text) for q, bar in zip(facts.quarters, bars, strict=True)]
    pairs += [
        (label, in_table(values[-1], measure, say))
        for label, values in parts.items()
        if values[-1] is not None
    ]
    alt = alternative(title, pairs, say, breaks_told(facts, say, code))
    drawing = Stacks(bars=tuple(bars), breaks=break_lines(facts, say, code))
    note = unit_note(measure, say, note, break_note(facts, say, code))
    return Chart(name=name, title=title, drawing=drawing, alt=alt, note=note)


def members(facts: Facts, say: Wording, code: str, dimension: str) -> list[Member]:
    """The parts of an indicator, largest first; those never seen are left out."""
    found = []
    for member in facts.parts(code, dimension):
        part = f"{dimension}:{member}"
        label = part_label(facts.measures[code], part, say)
        before = part_before(facts, code, part)
        found.append(Member(member, label, part_value(facts, code, part, facts.quarter), before))
    return sorted(found, key=lambda one: -(one.now or Decimal(0)))


def part_label(measure: Measure, part: str, say: Wording) -> str:
    """``前沿技术`` for ``content:前沿技术``; blank for the total."""
    dimension, _, member = part.partition(":")
    return say.code(measure.lists[dimension], member) if part else ""


def part_value(facts: Facts, code: str, part: str, quarter: Quarter) -> Decimal | None:
    """One part; where the total has data, a part without rows is 0."""
    value = facts.value(code, quarter, part=part)
    return Decimal(0) if value is None and facts.value(code, quarter) is not None else value


def part_before(facts: Facts, code: str, part: str) -> Decimal | None:
    """The same a quarter ago, by today's definition."""
    values = [value_before(facts, code, Place(part=one), facts.quarter) for one in (part, "")]
    return Decimal(0) if values[0] is None and values[1] is not None else values[0]


def part_bars(facts: Facts, say: Wording, code: str, dimension: str, name: str, note: str = "") -> Chart:
    """An indicator by its parts, longest first, with a tick at last quarter's value."""
    parts = members(facts, say, code, dimension)
    title = parts_answer(facts, code, parts, say)
    return _bars(facts, say, code, name, title, parts, note, named=leading_parts(parts))


def mix_bars(
    facts: Facts, say: Wording, codes: Sequence[str], name: str, title: str, note: str = ""
) -> Chart:
    """Several indicators of one unit as bars, in the order given."""
    parts = [
        Member(
            code,
            say.text(facts.measures[code].name),
            facts.value(code),
            value_before(facts, code, PROVINCE, facts.quarter),
        )
        for code in codes
    ]
    return _bars(facts, say, codes[0], name, title, parts, note, named=parts[:1])


def by_centre(facts: Facts, say: Wording, code: str) -> list[Member]:
    """An indicator of every recognised centre, largest first, those without data last."""
    found = [
        Member(
            centre.code,
            say.text(centre.short),
            facts.at_centre(code, centre.code),
            value_before(facts, code, Place("centre", centre.code), facts.quarter),
        )
        for centre in facts.centres
        if centre.recognised
    ]
    return sorted(found, key=lambda one: (one.now is None, -(one.now or Decimal(0))))


def centre_bars(facts: Facts, say: Wording, code: str, name: str, note: str = "") -> Chart:
    """An indicator by recognised centre, longest first, against the published thresholds."""
    centres, mine = by_centre(facts, say, code), [one for one in facts.thresholds if one.indicator == code]
    measure = facts.measures[code]
    marks = tuple(
        Mark(
            value=drawn(one.value, measure),
            text=say(f"marks.{one.mark}", value=said(one.value, measure, say)),
        )
        for one in mine
    )
    source = say.names(dict.fromkeys(say.text(one.source) for one in mine))
    told = say("charts.marks", source=source) if mine else ""
    title = centres_answer(facts, code, centres, say)
    named = reaching(facts, code, centres)
    return _bars(facts, say, code, name, title, centres, say.sentences(told, note), marks, named)


def _bars(
    facts: Facts,
    say: Wording,
    code: str,
    name: str,
    title: str,
    parts: Sequence[Member],
    note: str,
    marks: tuple[Mark, ...] = (),
    named: Sequence[Member] = (),
) -> Chart:
    """Bars as given; those that the title is about stand out."""
    measure = facts.measures[code]
    bars = tuple(
        Bar(
            label=one.label,
            value=drawn(one.now or Decimal(0), measure),
            text=in_table(one.now, measure, say),
            strong=one in named and one.now is not None,
            before=None if one.before is None else drawn(one.before, measure),
        )
        for one in parts
    )
    ticked = any(bar.before is not None for bar in bars)
    drawing = Bars(bars=bars, before_text=say("charts.before") if ticked else "", marks=marks)
    alt = alternative(title, ((bar.label, bar.text) for bar in bars), say)
    return Chart(name=name, title=title, drawing=drawing, alt=alt, note=unit_note(measure, say, note))
