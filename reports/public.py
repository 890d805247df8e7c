"""public facts → view: the edition for everybody, and a centre's: a few tables in which some numbers are withheld.

Nothing is said here that is not in the tables: totals, and shares of what is printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from reports.attached import AnnexColumn, AnnexSheet
from reports.blocks import (
    Block,
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
from reports.dates import quarter_text
from reports.facts import Measure
from reports.numbers import Card, heading_unit, in_table, on_card, percent, rounded, said
from reports.public_facts import PERIODS, PublicFacts, PublicTableFact
from reports.text import Text
from reports.view import edition_head, finished, number_kind
from reports.wording import Wording, wording

T = TypeVar("T")


def build_public_view(
    facts: PublicFacts, number: int, known_at: datetime, language: str = "zh", *, issued: bool = True
) -> View:
    """Everything edition ``number`` of this scope says in one language; one that is not ``issued`` says so."""
    say = wording(language)
    head = _headline(facts, say)
    kind = "centre" if facts.centre else "public"
    title = say(f"public.titles.{kind}", centre=say.text(facts.centre) if facts.centre else "")
    edition = number_kind(revised=facts.revised, issued=issued)
    return finished(
        {
            "lang": language,
            "title": title,
            "issuer": say.text(facts.issuer),
            "notice": say.text(facts.notice),
            "edition": edition_head(facts.quarter, number, known_at, say, edition),
            "subject": _subject(facts, say, title),
            "chapters": (_overview(facts, say, head), *(_chapter(one, facts, say) for one in facts.tables)),
            "annex": tuple(_sheet(one, facts, say) for one in facts.tables),
            "attachments": say("attachments"),
            "contact": say("correction"),
            "write_to": say("correction_office", issuer=say.text(facts.issuer)),
        },
        say,
    )


def _subject(facts: PublicFacts, say: Wording, title: str) -> str:
    key = "public.subject_revised" if facts.revised else "public.subject"
    return say(key, quarter=quarter_text(facts.quarter, say), title=title)


def _headline(facts: PublicFacts, say: Wording) -> str:
    told = (_answer(one, "quarter", say) for one in facts.tables if one.total("quarter") is not None)
    totals = say.clauses(told)
    if facts.used < facts.due:
        totals = say("public.lacking", used=facts.used, due=facts.due, totals=totals)
    return say("sentence", text=totals)


def _answer(table: PublicTableFact, period: str, say: Wording) -> str:
    name, total = say.text(table.measure.name), table.total(period)
    if total is None:
        return say("public.total_withheld", name=name)
    return say("titles.answer", name=name, value=said(total, table.measure, say))


def _overview(facts: PublicFacts, say: Wording, head: str) -> Chapter:
    withheld = sum(cell is None for one in facts.tables for row in _cells(one) for cell in row)
    cells = sum(1 for one in facts.tables for row in _cells(one) for _ in row)
    items = [
        Item(label=say("public.basis_label"), text=_basis(facts, say)),
        *(
            Item(label=say("public.period_names.ytd"), text=text)
            for text in dict.fromkeys(_as_printed(one, say) for one in facts.tables if "ytd" in one.numbers)
            if text
        ),
        Item(label=say("public.mark_label", mark=say("public.mark")), text=say("public.legend")),
        Item(label=say("public.count_label"), text=say("public.count", n=cells, withheld=withheld)),
        Item(label=say("public.sums_label"), text=say("public.sums")),
    ]
    blocks: tuple[Block, ...] = (
        Contents(),
        Headline(text=head),
        Figures(title=say("public.figures"), figures=tuple(_figure(one, facts, say) for one in facts.tables)),
        Prose(title=say("public.reading"), items=tuple(items)),
    )
    return Chapter(id="public", title=say("public.overview"), blocks=blocks, mail=True)


def _basis(facts: PublicFacts, say: Wording) -> str:
    """How many returns the numbers are made of; to a centre also how many of its own, and what is in dispute of them."""
    return say.sentences(
        _used("public.basis", facts.used, facts.due, say),
        _used("public.own_basis", facts.own_used, facts.own_due, say) if facts.centre else "",
        say("public.disputed", which=say.names(facts.disputed)) if facts.disputed else "",
    )


def _used(key: str, used: int, due: int, say: Wording) -> str:
    return say(f"{key}_lacking" if used < due else key, used=used, due=due)


def _cells(table: PublicTableFact) -> Iterator[Sequence[Decimal | None]]:
    for numbers in table.numbers.values():
        yield from numbers


def _figure(table: PublicTableFact, facts: PublicFacts, say: Wording) -> Figure:
    """The total of the quarter, below it the year to date; to a centre also what is its own, with its share."""
    shown = _marked(table.total("quarter"), table.measure, say)
    told = {"public.period_names.ytd": table.total("ytd")} if "ytd" in table.numbers else {}
    changes = [Change(label=say(key), text=_said(value, table, say)) for key, value in told.items()]
    for period in table.numbers if facts.centre else ():
        own = table.own[period][-1]
        share = _share(own, table.total(period))
        text = (
            say("public.own_share", value=_said(own, table, say), share=share)
            if share
            else _said(own, table, say)
        )
        changes.append(Change(label=say(f"public.own_periods.{period}"), text=text))
    name = say.text(table.measure.name)
    return Figure(code=table.measure.code, label=name, **shown, changes=tuple(changes))


def _said(value: Decimal | None, table: PublicTableFact, say: Wording) -> str:
    return say("public.mark") if value is None else said(value, table.measure, say)


def _marked(value: Decimal | None, measure: Measure, say: Wording) -> Card:
    if value is None:
        return Card(value=say("public.mark"), unit="", sign="")
    return on_card(value, measure, say)


def _chapter(table: PublicTableFact, facts: PublicFacts, say: Wording) -> Chapter:
    blocks = tuple(_table(table, period, facts, say) for period in PERIODS if period in table.numbers)
    return Chapter(id=table.measure.code, title=say.text(table.measure.name), blocks=blocks)


def _table(table: PublicTableFact, period: str, facts: PublicFacts, say: Wording) -> Table:
    total = table.total(period)
    rows = [
        (
            Cell(text=say.text(name), strong=name == table.rows[-1]),
            Cell(text=_text(numbers[-1], table, say), sub=_share(numbers[-1], total)),
            *(Cell(text=_text(value, table, say)) for value in numbers[:-1]),
        )
        for name, numbers in zip(table.rows, table.numbers[period], strict=True)
    ]
    if facts.centre:
        own = (Cell(text=_text(value, table, say)) for value in _total_first(table.own[period]))
        rows.append((Cell(text=_own_row(facts.centre, say), strong=True), *own))
    unit = heading_unit(table.measure, say)
    labels = (say("public.field"), *map(say.text, _total_first(table.columns)))
    return Table(
        title=say(f"public.periods.{period}", answer=_answer(table, period, say)),
        headings=tuple(
            Heading(label=label, sub=unit if at else "", number=at > 0) for at, label in enumerate(labels)
        ),
        rows=tuple(rows),
        note=say.sentences(
            say("public.note", mark=say("public.mark"), legend=say("public.legend"))
            if _some(table, period)
            else "",
            _as_printed(table, say) if period == "ytd" else "",
        ),
    )


def _as_printed(table: PublicTableFact, say: Wording) -> str:
    quarters = say.names(quarter_text(one, say) for one in table.as_printed)
    return say("public.as_printed", quarters=quarters) if quarters else ""


def _total_first(line: Sequence[T]) -> tuple[T, ...]:
    """As yearbooks set it, and where a phone shows it."""
    return (line[-1], *line[:-1])


def _own_row(centre: Text, say: Wording) -> str:
    return say("public.own", centre=say.text(centre))


def _some(table: PublicTableFact, period: str) -> bool:
    return any(value is None for row in table.numbers[period] for value in row)


def _text(value: Decimal | None, table: PublicTableFact, say: Wording) -> str:
    return say("public.mark") if value is None else in_table(value, table.measure, say)


def _share(part: Decimal | None, whole: Decimal | None) -> str:
    """A row's share of the total, if both are printed, and made of nothing else."""
    if part is None or not whole or part == whole:
        return ""
    return percent(part, whole)


def _sheet(table: PublicTableFact, facts: PublicFacts, say: Wording) -> AnnexSheet:
    name = say.text(table.measure.name)
    labels = (say("public.period"), say("public.field"), *map(say.text, table.columns))
    rows = []
    for period, numbers in table.numbers.items():
        named = list(zip(map(say.text, table.rows), numbers, strict=True))
        if facts.centre:
            named.append((_own_row(facts.centre, say), table.own[period]))
        for row, values in named:
            rows.append(
                (say(f"public.period_names.{period}"), row, *(_native(v, table, say) for v in values))
            )
    return AnnexSheet(
        name=name[:31],
        title=say("public.sheet", name=name, unit=say.text(table.measure.unit)),
        columns=tuple(
            AnnexColumn(label=label, width=22 if at < 2 else 16, format="text" if at < 2 else "decimal")
            for at, label in enumerate(labels)
        ),
        rows=tuple(rows),
        note=say.sentences(say("public.legend"), _as_printed(table, say)),
    )


def _native(value: Decimal | None, table: PublicTableFact, say: Wording) -> Decimal | str:
    """As many decimals as the page prints: what is rounded there is not told here."""
    return say("public.mark") if value is None else rounded(value, table.measure.decimals)
