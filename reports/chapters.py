"""facts → chapters after the first page: diffusion, centres, data quality, definitions."""

from __future__ import annotations

from decimal import Decimal

from reports.blocks import (
    Bar,
    Bars,
    Cell,
    Chapter,
    Chart,
    Columns,
    Heading,
    Matrix,
    MatrixGroup,
    MatrixRow,
    State,
    Table,
)
from reports.facts import CentreFact, Facts
from reports.numbers import NO_DATA, change_words, plain, printed, said
from reports.sentences import chinese_number, compared, diffusion_lead, effect, like_for_like, rest_of, uneven
from reports.wording import Wording

# The order in which states are explained: what counts, then what does not.
LEGEND: tuple[State, ...] = (
    "accepted",
    "warned",
    "late",
    "nil",
    "returned",
    "held",
    "refused",
    "missing",
    "none",
)


def table_headings(say: Wording, path: str, numbers_from: int = 99) -> tuple[Heading, ...]:
    """A table's headings; columns from ``numbers_from`` on hold numbers."""
    pairs = say.headings(path)
    return tuple(Heading(label=a, sub=b, number=index >= numbers_from) for index, (a, b) in enumerate(pairs))


def diffusion(facts: Facts, say: Wording) -> Chapter:
    smes = facts.measures["smes_served"]
    bars = []
    for quarter in facts.quarters:
        value = facts.value("smes_served", quarter)
        text = printed(value, smes)[0]
        bars.append(
            Bar(
                label=f"{quarter.number}季",
                sub=str(quarter.year),
                value=float(value or 0),
                text=text,
                strong=quarter == facts.quarter,
            )
        )
    return Chapter(
        id="diffusion",
        title=say("chapters.diffusion"),
        lead=diffusion_lead(facts, say),
        blocks=(
            Chart(
                name="smes",
                title=_columns_title(facts, say),
                drawing=Columns(bars=tuple(bars)),
                alt=_columns_title(facts, say)
                + "。"
                + "，".join(f"{q.zh} {b.text} 家" for q, b in zip(facts.quarters, bars, strict=True)),
                note=_columns_note(facts, say),
            ),
            _cities(facts, say),
            _by_centre(facts, say),
        ),
    )


def _columns_title(facts: Facts, say: Wording) -> str:
    """The answer in one line: how many, and how long it has been rising or falling (said from two quarters on)."""
    measure = facts.measures["smes_served"]
    values = [facts.value("smes_served", quarter) for quarter in facts.quarters]
    value = said(values[-1], measure)
    run, sign = 0, 0
    for now, before in zip(reversed(values[1:]), reversed(values[:-1]), strict=True):
        if now is None or before is None or now == before or (sign and (now > before) != (sign > 0)):
            break
        sign = 1 if now > before else -1
        run += 1
    if any(uneven(facts)):
        # Columns of unlike coverage carry no trend: say the like-for-like change, or the number alone.
        change = compared(facts, "smes_served")[0]
        return (
            say("diffusion.columns_like_title", value=value, change=change)
            if change
            else say("diffusion.columns_flat", value=value)
        )
    if not run:
        return say("diffusion.columns_flat", value=value)
    if run >= 2:
        runs = say(f"diffusion.runs_{'up' if sign > 0 else 'down'}", n=chinese_number(run))
    else:
        runs = say("diffusion.change", change=change_words(values[-1], values[-2], measure))
    return say("diffusion.columns_up", value=value, runs=runs)


def _columns_note(facts: Facts, say: Wording) -> str:
    now, before = like_for_like(facts, "smes_served")
    measure = facts.measures["smes_served"]
    like = ""
    if any(uneven(facts)) and now is not None and before is not None:
        like = say("diffusion.columns_like", before=said(before, measure), now=said(now, measure))
    return say("diffusion.columns_note", like=like)


def _cities(facts: Facts, say: Wording) -> Chart:
    measure = facts.measures["smes_served"]
    found = [
        (name, facts.value("smes_served", level="city", scope=code) or Decimal(0), len(code) == 4)
        for (level, code), name in facts.scope_names.items()
        if level == "city"
    ]
    inside = sorted((one for one in found if one[2]), key=lambda one: -one[1])
    outside = sum((value for _, value, here in found if not here), Decimal(0))
    top = _leaders([value for _, value, _ in inside])
    title = _cities_title(facts, inside, top, say)
    bars = tuple(
        Bar(label=name, value=float(value), text=said(value, measure), strong=index < top)
        for index, (name, value, _) in enumerate(inside)
    )
    note = say(
        "diffusion.cities_note", outside=say("diffusion.outside", n=plain(outside, 0)) if outside else ""
    )
    alt = f"{title}。" + "，".join(f"{bar.label} {bar.text}" for bar in bars)
    return Chart(name="cities", title=title, drawing=Bars(bars=bars), alt=alt, note=note)


def _leaders(values: list[Decimal]) -> int:
    """How many of the largest values stand out: at most three, and none that ties with the next."""
    for n in (3, 2, 1):
        if len(values) > n and values[n - 1] > values[n]:
            return n
    return 0


def _cities_title(facts: Facts, inside: list[tuple[str, Decimal, bool]], top: int, say: Wording) -> str:
    total = sum((value for _, value, _ in inside), Decimal(0))
    if facts.value("smes_served") is None:
        return say("diffusion.cities_no_data")
    if not total:
        return say("diffusion.cities_nobody")
    empty = [name for name, value, _ in inside if not value]
    rest = say("diffusion.cities_none", names="、".join(empty)) if empty else say("diffusion.cities_all")
    if not top:
        return say("diffusion.cities_even", n=len(inside) - len(empty), rest=rest)
    share = plain(sum((value for _, value, _ in inside[:top]), Decimal(0)) / total * 100, 0)
    return say(
        "diffusion.cities", top="、".join(name for name, _, _ in inside[:top]), share=f"{share}%", rest=rest
    )


def _value(facts: Facts, code: str, centre: str) -> str:
    """A value under a heading that names its unit: never changed to a larger one, as it is in sentences."""
    value = facts.value(code, level="centre", scope=centre)
    return NO_DATA if value is None else plain(value, facts.measures[code].decimals)


def _by_centre(facts: Facts, say: Wording) -> Table:
    served = [facts.value("smes_served", level="centre", scope=c.code) for c in facts.centres]
    rows = tuple(
        (
            Cell(text=centre.short, sub=f"{centre.field}·{centre.city}"),
            Cell(text=_value(facts, "smes_served", centre.code)),
            Cell(text=_value(facts, "contract_value_wan_cny", centre.code)),
            Cell(text=_value(facts, "days_output_to_transfer", centre.code)),
        )
        for centre in facts.centres
    )
    total = sum((value for value in served if value is not None), Decimal(0))
    key = "diffusion.centres_title" if total != facts.value("smes_served") else "diffusion.centres_title_same"
    return Table(
        title=say(
            key,
            sum=plain(total, 0),
            value=said(facts.value("smes_served"), facts.measures["smes_served"]),
        ),
        headings=table_headings(say, "diffusion.headings", 1),
        rows=rows,
        note=say("diffusion.centres_note"),
    )


def centres(facts: Facts, say: Wording) -> Chapter:
    recognised = sum(one.stage in {"省级", "国家级"} for one in facts.centres)
    cultivated = sum(one.stage == "培育" for one in facts.centres)
    key = "centres.title" if cultivated else "centres.title_none"
    table = Table(
        title=say(key, n=len(facts.centres), recognised=recognised, cultivated=cultivated),
        headings=table_headings(say, "centres.headings", 2),
        rows=tuple(_centre_row(facts, one) for one in facts.centres),
        note=say("centres.note"),
    )
    return Chapter(id="centres", title=say("chapters.centres"), blocks=(table,))


def _centre_row(facts: Facts, centre: CentreFact) -> tuple[Cell, ...]:
    due = [one for one in facts.due() if one.centre_code == centre.code]
    used = sum(one.in_use for one in due)
    share = facts.value("operating_rd_staff_share", level="centre", scope=centre.code)
    since = f"{centre.since.year}年{centre.since.month}月" if centre.since else ""
    return (
        Cell(text=centre.short, sub=f"{centre.field}·{centre.city}"),
        Cell(text=centre.stage or "—", sub=since),
        Cell(text=_value(facts, "rd_person_years", centre.code)),
        Cell(text=said(share, facts.measures["operating_rd_staff_share"])),
        Cell(text=_value(facts, "smes_served", centre.code)),
        Cell(text=_value(facts, "contract_value_wan_cny", centre.code)),
        Cell(text=f"{used}/{len(due)}", strong=used < len(due)),
    )


def quality(facts: Facts, say: Wording) -> Chapter:
    due = facts.due()
    used = sum(one.in_use for one in due)
    key = "quality.title_all" if used == len(due) else "quality.title"
    present = {one.state for one in facts.returns} | _absent(facts)
    matrix = Matrix(
        title=say(key, due=len(due), used=used, rest=rest_of(facts, say)),
        columns=tuple(quarter.zh_short for quarter in facts.quarters),
        groups=tuple(_group(facts, centre) for centre in facts.centres),
        legend=tuple((state, say(f"legend.{state}")) for state in LEGEND if state in present),
        note=say("quality.note", first=facts.quarters[0].zh, last=facts.quarter.zh),
    )
    blocks: tuple[Matrix | Table, ...] = (matrix,)
    if used < len(due):
        blocks += (_not_used(facts, say),)
    return Chapter(id="quality", title=say("chapters.quality"), lead=effect(facts, say), blocks=blocks)


def _absent(facts: Facts) -> set[State]:
    pairs = {(one.centre_code, one.unit_code) for one in facts.returns}
    return {"none"} if len(pairs) * len(facts.quarters) > len(facts.returns) else set()


def _group(facts: Facts, centre: CentreFact) -> MatrixGroup:
    mine = [one for one in facts.returns if one.centre_code == centre.code]
    rows = []
    names = {one.unit_code: one.unit_short for one in mine}
    for code, unit in names.items():
        states = {one.quarter: one.state for one in mine if one.unit_code == code}
        line = tuple(states.get(quarter, "none") for quarter in facts.quarters)
        rows.append(
            MatrixRow(label=unit, states=line, strong=line[-1] in {"missing", "returned", "held", "refused"})
        )
    return MatrixGroup(label=centre.short, rows=tuple(rows))


def _not_used(facts: Facts, say: Wording) -> Table:
    rows = [one for one in facts.due() if not one.in_use]
    return Table(
        title=say("quality.not_used", n=len(rows)),
        headings=table_headings(say, "quality.headings"),
        rows=tuple(
            (
                Cell(text=one.unit),
                Cell(text=one.centre),
                Cell(text=say(f"states.{one.state}"), strong=True),
                Cell(text=one.reason),
            )
            for one in rows
        ),
        note=say("quality.not_used_note"),
    )


def definitions(facts: Facts, say: Wording) -> Chapter:
    table = Table(
        title=say("definitions.title", n=chinese_number(len(facts.measures))),
        headings=table_headings(say, "definitions.headings"),
        rows=tuple(
            (Cell(text=one.zh), Cell(text=one.formula), Cell(text=one.basis))
            for one in facts.measures.values()
        ),
        note=say("definitions.note"),
    )
    return Chapter(id="definitions", title=say("chapters.definitions"), blocks=(table,))
