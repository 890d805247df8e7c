"""facts of a fourth quarter → view of the year: its flows and year-end stocks, its quarters, and how far first figures moved."""

from __future__ import annotations

from datetime import datetime

from expectations.quarter import Quarter
from reports.blocks import Change, Chapter, Contents, Figure, Figures, Headline, Item, Prose, View
from reports.chapters import definitions, revisions, year
from reports.chapters.centres import CODES
from reports.chapters.summary import KEY, plan
from reports.dates import count_text
from reports.facts import Facts, Measure
from reports.numbers import change, drawn, on_card, percent, said
from reports.sheets import sheets
from reports.view import edition_head, finished, number_kind
from reports.wording import Wording, wording

_CHAPTERS = ("system", "rd", "diffusion", "industrialisation", "finance", "outcome")


def build_annual_view(
    facts: Facts, number: int, known_at: datetime, language: str = "zh", *, issued: bool = True
) -> View:
    """Everything edition ``number`` of a year says in one language; ``facts`` are those of its fourth quarter."""
    say = wording(language)
    kind = number_kind(revised=facts.revision is not None, issued=issued)
    head = edition_head(facts.quarter, number, known_at, say, kind)
    return finished(
        {
            "lang": language,
            "title": say("annual.title"),
            "issuer": say.text(facts.issuer),
            "notice": say.text(facts.notice),
            "edition": head.model_copy(
                update={
                    "quarter": str(facts.quarter.year),
                    "quarter_text": say("annual.year", year=facts.quarter.year),
                }
            ),
            "subject": _subject(facts, say),
            "chapters": tuple(one for one in _chapters(facts, say) if one.blocks),
            "annex": sheets(facts, say),
            "attachments": say("attachments"),
            "contact": say("correction"),
            "write_to": say("correction_office", issuer=say.text(facts.issuer)),
        },
        say,
    )


def _subject(facts: Facts, say: Wording) -> str:
    if facts.revision:
        return say("annual.subject_revised", year=facts.quarter.year, moved=revisions.most_moved(facts, say))
    return say(
        "annual.subject", year=facts.quarter.year, headline=_headline(facts, say).rstrip(say("joints.stop"))
    )


def _chapters(facts: Facts, say: Wording) -> list[Chapter]:
    changed = [revisions.chapter(facts, say)] if facts.revision else []
    return [
        _summary(facts, say),
        *changed,
        *(year.measures(facts, one, say) for one in _CHAPTERS),
        year.plans(facts, say),
        year.centres(facts, say),
        year.returns(facts, say),
        year.tracks(facts, say),
        definitions.chapter(facts, say),
    ]


def _headline(facts: Facts, say: Wording) -> str:
    told = [
        say(
            "titles.answer",
            name=say.text(facts.measures[code].name),
            value=said(value, facts.measures[code], say),
        )
        for code in CODES
        if (value := year.of_year(facts, code)) is not None
    ]
    return say("annual.headline", year=facts.quarter.year, told=say.clauses(told), plan=plan(facts, say))


def _summary(facts: Facts, say: Wording) -> Chapter:
    due = [one for one in facts.returns if one.quarter in year.quarters_of(facts)]
    used = sum(one.in_use for one in due)
    share = percent(used, len(due), 1) if due else ""
    items = (
        Item(
            label=say("annual.basis_label"),
            text=say("annual.basis", due=len(due), used=used, share=share),
        ),
        Item(label=say("annual.closed_label"), text=say("annual.closed", year=facts.quarter.year)),
        Item(label=say("annual.revised_label"), text=year.revised(facts, say)),
    )
    return Chapter(
        id="summary",
        title=say("annual.overview"),
        mail=True,
        blocks=(
            Contents(),
            Headline(text=_headline(facts, say)),
            Figures(
                title=say("annual.figures", n=count_text(len(KEY), say)),
                column=say("annual.column"),
                figures=tuple(_figure(facts, code, say) for code in KEY),
                note=say("annual.figures_note"),
                spark_note=say("annual.spark_note"),
            ),
            Prose(title=say("annual.reading"), items=items),
        ),
    )


def _figure(facts: Facts, code: str, say: Wording) -> Figure:
    measure = facts.measures[code]
    series = [facts.value(code, one) for one in year.quarters_of(facts)]
    return Figure(
        code=code,
        label=say.text(measure.name),
        **on_card(year.of_year(facts, code), measure, say),
        changes=_against_year_before(facts, measure, say),
        series=tuple(None if one is None else drawn(one, measure) for one in series),
    )


def _against_year_before(facts: Facts, measure: Measure, say: Wording) -> tuple[Change, ...]:
    """Only where all four quarters of the year before are held and were counted alike: part of a year is no year."""
    last = facts.quarter.shift(-4)
    held = [one for one in facts.quarters if one.year == last.year]
    before, now = facts.value(measure.code, last, period="ytd"), year.of_year(facts, measure.code)
    changed = any(one.since == Quarter(facts.quarter.year, 1) for one in facts.breaks(measure.code))
    if len(held) < 4 or changed or before is None or now is None:
        return ()
    return (Change(label=say("annual.year_before"), text=change(now, before, measure, say)),)
