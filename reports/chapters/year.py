"""facts of a fourth quarter → chapters of the annual report: figures by quarter, plans, centres, returns, revisions."""

from __future__ import annotations

from decimal import Decimal

from expectations.quarter import Quarter
from reports.blocks import Cell, Chapter, Heading, Table
from reports.chapters.centres import CODES
from reports.chapters.summary import KEY
from reports.chapters.system import build_plans, policy
from reports.chapters.tables import centre_cell, code_headings, headings, name_cell, named, of_year_note
from reports.dates import count_text, quarter_short
from reports.facts import Facts
from reports.numbers import change, in_table, percent
from reports.plans import centre_plans
from reports.wording import Wording


def of_year(facts: Facts, code: str) -> Decimal | None:
    return facts.value(code, period="ytd")


def quarters_of(facts: Facts) -> list[Quarter]:
    return [one for one in facts.quarters if one.year == facts.quarter.year]


def revised(facts: Facts, say: Wording) -> str:
    """How many key figures of how many quarters differ between the first edition and what is known now."""
    moved = sum(len(set(one.values)) > 1 for one in facts.tracks)
    quarters = {one.quarter for one in facts.tracks}
    return say(
        "annual.revised" if quarters else "annual.not_issued",
        n=len(facts.tracks),
        moved=moved,
        quarters=len(quarters),
        all=count_text(len(KEY), say),
    )


def measures(facts: Facts, name: str, say: Wording) -> Chapter:
    """Every indicator of a chapter for the year, where a phone shows it, and quarter by quarter."""
    mine = [one for one in facts.measures.values() if one.chapter == name]
    quarters = quarters_of(facts)
    table = Table(
        title=say("annual.table", n=len(mine)),
        headings=(
            *headings(say, "annual.headings"),
            *headings(say, "annual.year_heading", 0),
            *(Heading(label=quarter_short(one, say), number=True) for one in quarters),
        ),
        rows=tuple(
            (
                Cell(text=named(one, say)),
                Cell(text=in_table(of_year(facts, one.code), one, say), strong=True),
                *(Cell(text=in_table(facts.value(one.code, at), one, say)) for at in quarters),
            )
            for one in mine
        ),
        note=say.sentences(of_year_note(mine, say, "annual.note"), say("annual.note.dash")),
    )
    return Chapter(id=name, title=say(f"chapters.{name}"), blocks=(table,))


def plans(facts: Facts, say: Wording) -> Chapter:
    found = centre_plans(facts)
    blocks = policy(facts, say)
    if found:
        # Of a whole year nothing is spread over its quarters.
        note = {"note": say("annual.plans_note")}
        blocks = [*blocks, build_plans(facts, found, say).model_copy(update=note)]
    return Chapter(id="plans", title=say("annual.plans"), blocks=tuple(blocks))


def centres(facts: Facts, say: Wording) -> Chapter:
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


def returns(facts: Facts, say: Wording) -> Chapter:
    """How the year's returns stand, quarter by quarter."""
    rows = []
    for at in quarters_of(facts):
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


def tracks(facts: Facts, say: Wording) -> Chapter:
    """Key figures of the year's quarters as their editions told them, and as they are known now."""
    rows = []
    for one in facts.tracks:
        measure = facts.measures[one.code]
        first, last = one.values[0], one.values[-1]
        rows.append(
            (
                Cell(text=quarter_short(one.quarter, say), sub=say("annual.editions", n=len(one.values) - 1)),
                name_cell(measure, say),
                Cell(text=in_table(first, measure, say)),
                Cell(text=in_table(last, measure, say)),
                Cell(
                    text=change(last, first, measure, say) if first != last else say("annual.unmoved"),
                    strong=first != last,
                ),
            )
        )
    table = Table(
        title=revised(facts, say).rstrip(say("joints.stop")),
        headings=headings(say, "annual.tracks_headings", 2),
        rows=tuple(rows),
    )
    return Chapter(id="tracks", title=say("chapters.revised_before"), blocks=(table,) if rows else ())
