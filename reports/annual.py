"""facts of a fourth quarter → view of the year: its flows and year-end stocks, its quarters, and how far first figures moved."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from expectations.quarter import Quarter
from reports.blocks import (
    Cell,
    Change,
    Chapter,
    Contents,
    Figure,
    Figures,
    Heading,
    Headline,
    Item,
    Prose,
    Table,
    View,
)
from reports.chapters import definitions, revisions
from reports.chapters.centres import CODES
from reports.chapters.summary import KEY, plan
from reports.chapters.system import build_plans, policy
from reports.chapters.tables import centre_cell, code_headings, headings
from reports.dates import quarter_short
from reports.facts import Facts, Measure
from reports.numbers import change, drawn, heading_unit, in_table, percent, printed, said
from reports.plans import centre_plans
from reports.sheets import sheets
from reports.view import edition_head, finished
from reports.wording import Wording, wording

_CHAPTERS = ("system", "rd", "diffusion", "industrialisation", "finance", "outcome")


def build_annual_view(
    facts: Facts, number: int, known_at: datetime, language: str = "zh", *, issued: bool = True
) -> View:
    """Everything edition ``number`` of a year says in one language; ``facts`` are those of its fourth quarter."""
    say = wording(language)
    year = facts.quarter.year
    kind = "no_number" if not issued else "number_revised" if facts.revision else "number"
    head = edition_head(facts.quarter, number, known_at, say, kind)
    return finished(
        {
            "lang": language,
            "title": say("annual.title"),
            "issuer": say.text(facts.issuer),
            "notice": say.text(facts.notice),
            "edition": head.model_copy(
                update={"quarter": str(year), "quarter_text": say("annual.year", year=year)}
            ),
            "subject": _subject(facts, say),
            "chapters": tuple(one for one in _chapters(facts, say) if one.blocks),
            "annex": sheets(facts, say),
            "attachments": say("attachments"),
            "contact": say("correction"),
        },
        say,
    )


def _subject(facts: Facts, say: Wording) -> str:
    if facts.revision:
        moved = revisions.most_moved(facts, say) or say("revisions.lead_still").rstrip(say("joints.stop"))
        return say("annual.subject_revised", year=facts.quarter.year, moved=moved)
    return say(
        "annual.subject", year=facts.quarter.year, headline=_headline(facts, say).rstrip(say("joints.stop"))
    )


def _chapters(facts: Facts, say: Wording) -> list[Chapter]:
    changed = [revisions.chapter(facts, say)] if facts.revision else []
    measures = [_chapter(facts, one, say) for one in _CHAPTERS]
    return [
        _summary(facts, say),
        *changed,
        *measures,
        _plans(facts, say),
        _centres(facts, say),
        _returns(facts, say),
        _tracks(facts, say),
        definitions.chapter(facts, say),
    ]


def _year(facts: Facts, code: str) -> Decimal | None:
    return facts.value(code, period="ytd")


def _headline(facts: Facts, say: Wording) -> str:
    told = [
        say(
            "titles.answer",
            name=say.text(facts.measures[code].name),
            value=said(value, facts.measures[code], say),
        )
        for code in CODES
        if (value := _year(facts, code)) is not None
    ]
    return say("annual.headline", year=facts.quarter.year, told=say.clauses(told), plan=plan(facts, say))


def _summary(facts: Facts, say: Wording) -> Chapter:
    due = [one for one in facts.returns if one.quarter in _quarters(facts)]
    used = sum(one.in_use for one in due)
    share = percent(used, len(due), 1) if due else ""
    items = (
        Item(
            label=say("annual.basis_label"),
            text=say("annual.basis", due=len(due), used=used, share=share),
        ),
        Item(label=say("annual.closed_label"), text=say("annual.closed", year=facts.quarter.year)),
        Item(label=say("annual.revised_label"), text=_revised(facts, say)),
    )
    return Chapter(
        id="summary",
        title=say("annual.overview"),
        mail=True,
        blocks=(
            Contents(),
            Headline(text=_headline(facts, say)),
            Figures(
                title=say("annual.figures"),
                column=say("annual.column"),
                figures=tuple(_figure(facts, code, say) for code in KEY),
                note=say("annual.figures_note"),
                spark_note=say("annual.spark_note"),
            ),
            Prose(title=say("annual.reading"), items=items),
        ),
    )


def _quarters(facts: Facts) -> list[Quarter]:
    return [one for one in facts.quarters if one.year == facts.quarter.year]


def _revised(facts: Facts, say: Wording) -> str:
    """How many key figures of how many quarters differ between the first edition and what is known now."""
    moved = sum(len(set(one.values)) > 1 for one in facts.tracks)
    quarters = {one.quarter for one in facts.tracks}
    return say(
        "annual.revised" if quarters else "annual.not_issued",
        n=len(facts.tracks),
        moved=moved,
        quarters=len(quarters),
    )


def _figure(facts: Facts, code: str, say: Wording) -> Figure:
    measure = facts.measures[code]
    value, unit = printed(_year(facts, code), measure, say)
    series = [facts.value(code, one) for one in _quarters(facts)]
    return Figure(
        code=code,
        label=say.text(measure.name),
        value=value,
        unit=unit,
        changes=_against_year_before(facts, measure, say),
        series=tuple(None if one is None else drawn(one, measure) for one in series),
    )


def _against_year_before(facts: Facts, measure: Measure, say: Wording) -> tuple[Change, ...]:
    """Only where all four quarters of the year before are held and were counted alike: part of a year is no year."""
    last = facts.quarter.shift(-4)
    held = [one for one in facts.quarters if one.year == last.year]
    before, now = facts.value(measure.code, last, period="ytd"), _year(facts, measure.code)
    changed = any(one.since == Quarter(facts.quarter.year, 1) for one in facts.breaks(measure.code))
    if len(held) < 4 or changed or before is None or now is None:
        return ()
    return (Change(label=say("annual.year_before"), text=change(now, before, measure, say)),)


def _chapter(facts: Facts, name: str, say: Wording) -> Chapter:
    """Every indicator of a chapter, quarter by quarter and for the year."""
    mine = [one for one in facts.measures.values() if one.chapter == name]
    quarters = _quarters(facts)
    table = Table(
        title=say("annual.table", n=len(mine)),
        headings=(
            *headings(say, "annual.headings"),
            *(Heading(label=quarter_short(one, say), number=True) for one in quarters),
            *headings(say, "annual.year_heading", 0),
        ),
        rows=tuple(
            (
                Cell(text=_named(one, say)),
                *(Cell(text=in_table(facts.value(one.code, at), one, say)) for at in quarters),
                Cell(text=in_table(_year(facts, one.code), one, say), strong=True),
            )
            for one in mine
        ),
        note=say("annual.table_note"),
    )
    return Chapter(id=name, title=say(f"chapters.{name}"), blocks=(table,))


def _named(measure: Measure, say: Wording) -> str:
    unit, name = heading_unit(measure, say), say.text(measure.name)
    return say("tables.named", name=name, unit=unit) if unit else name


def _plans(facts: Facts, say: Wording) -> Chapter:
    plans = centre_plans(facts)
    blocks = (*policy(facts, say), *([build_plans(facts, plans, say)] if plans else []))
    return Chapter(id="plans", title=say("annual.plans"), blocks=blocks)


def _centres(facts: Facts, say: Wording) -> Chapter:
    """Recognised centres by the year's figures, largest first by the first of them."""

    def of(code: str, centre: str) -> Decimal | None:
        return facts.value(code, level="centre", scope=centre, period="ytd")

    rows = sorted(
        (one for one in facts.centres if one.recognised), key=lambda one: -(of(CODES[0], one.code) or 0)
    )
    table = Table(
        title=say("annual.centres", n=len(rows)),
        headings=(*headings(say, "tables.centre"), *code_headings(facts, say, CODES)),
        rows=tuple(
            (
                centre_cell(one, say),
                *(Cell(text=in_table(of(code, one.code), facts.measures[code], say)) for code in CODES),
            )
            for one in rows
        ),
    )
    return Chapter(id="centres", title=say("chapters.centres"), blocks=(table,) if rows else ())


def _returns(facts: Facts, say: Wording) -> Chapter:
    """How the year's returns stand, quarter by quarter."""
    rows = []
    for at in _quarters(facts):
        due = [one for one in facts.returns if one.quarter == at]
        used, late = sum(one.in_use for one in due), sum(one.state == "late" for one in due)
        missing = [say.text(one.unit_short) for one in due if not one.in_use]
        rows.append(
            (
                Cell(text=quarter_short(at, say)),
                Cell(text=str(len(due))),
                Cell(text=str(used), sub=percent(used, len(due), 1) if due else ""),
                Cell(text=str(late)),
                Cell(text=say.names(missing) if missing else say("annual.none_missing")),
            )
        )
    table = Table(
        title=say("annual.returns"), headings=headings(say, "annual.returns_headings", 99), rows=tuple(rows)
    )
    return Chapter(id="quality", title=say("chapters.quality"), blocks=(table,))


def _tracks(facts: Facts, say: Wording) -> Chapter:
    """Key figures of the year's quarters as their editions told them, and as they are known now."""
    rows = []
    for one in facts.tracks:
        measure = facts.measures[one.code]
        first, last = one.values[0], one.values[-1]
        rows.append(
            (
                Cell(text=quarter_short(one.quarter, say), sub=say("annual.editions", n=len(one.values) - 1)),
                Cell(text=say.text(measure.name), sub=say.text(measure.unit)),
                Cell(text=in_table(first, measure, say)),
                Cell(text=in_table(last, measure, say)),
                Cell(
                    text=change(last, first, measure, say) if first != last else say("annual.unmoved"),
                    strong=first != last,
                ),
            )
        )
    table = Table(
        title=_revised(facts, say).rstrip(say("joints.stop")),
        headings=headings(say, "annual.tracks_headings", 2),
        rows=tuple(rows),
    )
    return Chapter(id="tracks", title=say("chapters.revised_before"), blocks=(table,) if rows else ())
