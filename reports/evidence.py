"""facts → evidence: what each figure of the quarter is made of, for the page's panels and the annex's sheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby

from reports.attached import AnnexLink, AnnexSheet, Evidence, EvidenceGroup, EvidenceRow
from reports.chapters.drawings import part_label
from reports.dates import quarter_text
from reports.facts import EvidenceFact, Facts, Measure
from reports.numbers import plain, printed, said
from reports.wording import Wording

MOST = 1000  # rows of one figure that a page shows one by one; the annex has them all
_WIDTHS = "26 18 20 30 8 8 8 8 14 14 12 40 14 60 60"
_LEVELS = ("province", "field", "city", "centre")


def panels(facts: Facts, say: Wording) -> tuple[Evidence, ...]:
    """One panel an indicator, in the order of the definitions: how the province's figure is made, centre by centre."""
    found: dict[str, list[EvidenceFact]] = {}
    for one in facts.evidence:
        if not one.part:
            found.setdefault(one.code, []).append(one)
    return tuple(_panel(facts, facts.measures[code], rows, say) for code, rows in found.items())


def _panel(facts: Facts, measure: Measure, rows: list[EvidenceFact], say: Wording) -> Evidence:
    order = {one.code: position for position, one in enumerate(facts.centres)}
    rows = sorted(rows, key=lambda one: order.get(one.centre, -1))  # stable: units and rows stay in order
    reading = facts.reading(measure.code)
    value, unit = printed(reading.value if reading else None, measure, say)
    return Evidence(
        code=measure.code,
        title=say.text(measure.name),
        value=f"{value} {unit}".strip(),
        formula=say.text(measure.formula),
        basis=say.text(measure.basis),
        made=_made(facts, measure, say),
        groups=tuple(
            _group(facts, measure, centre, list(mine), say, shown=len(rows) <= MOST)
            for centre, mine in groupby(rows, key=lambda one: one.centre)
        ),
        note=say("evidence.in_annex", sheet=sheet_name(measure.chapter, say)),
    )


def _made(facts: Facts, measure: Measure, say: Wording) -> str:
    """``分子 12 ÷ 分母 15，计入 15 条``; of what is only added up, the number of rows."""
    found = facts.reading(measure.code)
    if found is None:
        return ""
    summed = measure.kind in {"flow", "stock"} and found.numerator != found.n
    return say(
        f"evidence.{'ratio' if measure.kind == 'ratio' else 'count' if summed else 'counted'}",
        n=plain(found.n),
        numerator=_number(found.numerator),
        denominator=_number(found.denominator or Decimal(0)),
    )


def _group(
    facts: Facts, measure: Measure, centre: str, rows: list[EvidenceFact], say: Wording, *, shown: bool
) -> EvidenceGroup:
    """A centre's rows; what it comes to is the centre's own figure, which may count what the province counts elsewhere."""
    fact = next((one for one in facts.centres if one.code == centre), None)
    reading = facts.reading(measure.code, level="centre", scope=centre) if fact else None
    text = said(reading.value, measure, say) if reading else ""
    return EvidenceGroup(
        label=say.text(fact.short) if fact else say("evidence.registry"),
        text=text,
        count=say("evidence.rows", n=len(rows)),
        rows=tuple(_row(one, say) for one in rows) if shown else (),
    )


def _row(one: EvidenceFact, say: Wording) -> EvidenceRow:
    adds = _number(one.numerator)
    if one.denominator is not None:
        adds = f"{adds} ÷ {_number(one.denominator)}"
    return EvidenceRow(
        unit=say.text(one.unit),
        file=one.file,
        sheet=say.text(one.sheet),
        cells=say.text(one.cells),
        rests_on=say("evidence.rests_on", rows=rests_on) if (rests_on := say.text(one.rests_on)) else "",
        adds=adds if "province" in one.levels else say("evidence.elsewhere", adds=adds),
    )


def _number(value: Decimal) -> str:
    places = (
        -exponent
        if isinstance(exponent := value.normalize().as_tuple().exponent, int) and exponent < 0
        else 0
    )
    return plain(value, places)


def sheet_name(chapter: str, say: Wording) -> str:
    """What the annex's sheet of a chapter's rows is called."""
    return say("evidence.sheet", chapter=say(f"labels.{chapter}"))


def sheets(facts: Facts, say: Wording) -> tuple[AnnexSheet, ...]:
    """The rows of all figures of the quarter, a sheet a chapter: by indicator and part, with the levels they count at."""
    labels = [label for label, _ in say.headings("evidence.headings")]
    formats = {4: "integer", 5: "integer", 6: "integer", 7: "integer", 8: "decimal", 9: "decimal"}
    columns = [
        {"label": label, "width": int(width), "format": formats.get(index, "text")}
        for index, (label, width) in enumerate(zip(labels, _WIDTHS.split(), strict=True))
    ]
    return tuple(
        AnnexSheet.model_validate(
            {
                "name": sheet_name(chapter, say),
                "title": say("evidence.sheet_title", quarter=quarter_text(facts.quarter, say)),
                "columns": columns,
                "rows": [_sheet_row(facts, one, say) for one in rows],
                "note": say("evidence.sheet_note"),
            }
        )
        for chapter, rows in _by_chapter(facts)
    )


def _by_chapter(facts: Facts) -> Iterator[tuple[str, list[EvidenceFact]]]:
    for chapter, rows in groupby(facts.evidence, key=lambda one: facts.measures[one.code].chapter):
        yield chapter, list(rows)


def _sheet_row(facts: Facts, one: EvidenceFact, say: Wording) -> tuple[object, ...]:
    measure = facts.measures[one.code]
    centre = next((each for each in facts.centres if each.code == one.centre), None)
    return (
        say.text(measure.name),
        part_label(measure, one.part, say),
        say.text(centre.short) if centre else "",
        say.text(one.unit),
        *(int(level in one.levels) for level in _LEVELS),
        one.numerator.normalize() + 0,
        None if one.denominator is None else one.denominator.normalize() + 0,
        say.text(one.sheet),
        say.text(one.cells),
        say.code("city", one.city) if one.city else "",
        one.file,
        say.text(one.rests_on),
    )


def links(facts: Facts, figures: Iterable[tuple[str, str]], say: Wording) -> tuple[AnnexLink | None, ...]:
    """Where the rows of each figure (indicator and part) begin: sheet and index of the row among its rows."""
    first: dict[tuple[str, str], AnnexLink] = {}
    for chapter, rows in _by_chapter(facts):
        for index, one in enumerate(rows):
            first.setdefault((one.code, one.part), AnnexLink(sheet=sheet_name(chapter, say), row=index))
    return tuple(first.get(figure) for figure in figures)
