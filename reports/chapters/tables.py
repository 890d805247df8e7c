"""facts → tables that every chapter uses: its figures with all comparisons, and centres by indicator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from reports.blocks import Cell, Heading, Table
from reports.breaks import break_note, broken_over
from reports.comparisons import QUARTER, YEAR, beside, compared, uneven
from reports.facts import CentreFact, Facts, Measure
from reports.numbers import direction, heading_unit, in_table, plain
from reports.wording import Wording


def headings(say: Wording, path: str, numbers_from: int = 99) -> tuple[Heading, ...]:
    """A table's headings; columns from ``numbers_from`` on hold numbers."""
    pairs = say.headings(path)
    return tuple(Heading(label=a, sub=b, number=index >= numbers_from) for index, (a, b) in enumerate(pairs))


def code_headings(facts: Facts, say: Wording, codes: Iterable[str]) -> tuple[Heading, ...]:
    """One heading an indicator, its unit below."""
    measures = (facts.measures[code] for code in codes)
    return tuple(
        Heading(label=say.text(one.name), sub=heading_unit(one, say), number=True) for one in measures
    )


def centre_cell(centre: CentreFact, say: Wording) -> Cell:
    field, city = say.code("field", centre.field), say.code("city", centre.city)
    return Cell(text=say.text(centre.short), sub=say("tables.where", field=field, city=city))


def credited(code: str) -> str:
    """The indicator that weighs another by shares of credit: ``contract_value_credited_wan_cny``."""
    stem, unit, _ = code.partition("_wan_cny")
    return f"{stem}_credited{unit}"


def code_cell(facts: Facts, say: Wording, code: str, centre: str) -> Cell:
    """A centre's figure, and below it what the centre is credited with of it, where that differs."""
    value, weighed = facts.at_centre(code, centre), facts.measures.get(credited(code))
    share = facts.at_centre(weighed.code, centre) if weighed else None
    sub = (
        say("tables.credit", n=in_table(share, weighed, say))
        if weighed and share not in {value, None}
        else ""
    )
    return Cell(text=in_table(value, facts.measures[code], say), sub=sub, code=code)


def centre_table(facts: Facts, say: Wording, codes: Sequence[str], title: str, note: str = "") -> Table:
    """Recognised centres by indicator, largest first by the first of them."""
    rows = sorted(
        (one for one in facts.centres if one.recognised),
        key=lambda one: -(facts.at_centre(codes[0], one.code) or 0),
    )
    cells = [tuple(code_cell(facts, say, code, one.code) for code in codes) for one in rows]
    return Table(
        title=title,
        headings=(*headings(say, "tables.centre"), *code_headings(facts, say, codes)),
        rows=tuple((centre_cell(one, say), *line) for one, line in zip(rows, cells, strict=True)),
        note=say.sentences(note, credit_note(cells, say)),
    )


def credit_note(cells: Iterable[Iterable[Cell]], say: Wording) -> str:
    """What the second lines of figures of centres are; blank if there are none."""
    return say("tables.credit_note") if any(cell.sub for line in cells for cell in line) else ""


def of_all_centres(facts: Facts, code: str) -> Decimal:
    """What all centres add up to, those in cultivation too, with what two of them count counted twice."""
    each = (facts.at_centre(code, one.code) for one in facts.centres)
    return sum((one for one in each if one is not None), Decimal(0))


def unlisted_note(facts: Facts, say: Wording, code: str, path: str) -> str:
    """What centres in cultivation add to a total over a table of the recognised ones; blank if nothing."""
    each = [facts.at_centre(code, one.code) for one in facts.centres if not one.recognised]
    known = [one for one in each if one]
    return say(path, n=len(known), total=plain(sum(known, Decimal(0)))) if known else ""


def figures_table(facts: Facts, say: Wording, chapter: str) -> Table:
    """Every indicator of a chapter: this quarter, year to date, last quarter and a year ago, with both changes."""
    mine = [one for one in facts.measures.values() if one.chapter == chapter]
    like = any(any(uneven(facts, back)) for back in (QUARTER, YEAR))
    like = like and not all(one.registry for one in mine)
    # What stands beside this quarter's figure reaches back a year.
    changed = [one.code for one in mine if facts.broken(one.code, facts.quarter, YEAR)]
    like = like or broken_over(facts, changed, YEAR)
    return Table(
        title=_figures_title(facts, say, mine),
        headings=headings(say, "tables.figures", 1),
        rows=tuple(_figure_row(facts, say, one) for one in mine),
        note=say.sentences(
            _figures_note(mine, say, like=like),
            break_note(facts, say, *changed),
        ),
    )


def _figures_note(measures: Sequence[Measure], say: Wording, *, like: bool) -> str:
    return say.sentences(
        say("tables.note.cases"),
        say("tables.note.like") if like else "",
        of_year_note(measures, say, "tables.note"),
        say("tables.note.dash"),
    )


def of_year_note(measures: Sequence[Measure], say: Wording, path: str) -> str:
    """Of which figures of a table the year is no sum of its quarters, by name, and what it is instead."""
    last, once = ([say.text(one.name) for one in measures if one.of_year == way] for way in ("last", "once"))
    key = "all_last" if len(last) == len(measures) else "last"
    return say.sentences(
        say(f"{path}.{key}", names=say.names(last)) if last else "",
        say(f"{path}.once", names=say.names(once)) if once else "",
    )


def _figure_row(facts: Facts, say: Wording, measure: Measure) -> tuple[Cell, ...]:
    code, found = measure.code, facts.reading(measure.code)
    counted = found is not None and measure.kind in {"ratio", "median"} and not measure.registry
    before, ago = (facts.value(code, facts.quarter.shift(-back)) for back in (QUARTER, YEAR))
    total = facts.value(code, period="ytd")
    return (
        Cell(text=named(measure, say)),
        Cell(text=in_table(found.value if found else None, measure, say), strong=True, code=code),
        Cell(text=plain(found.n) if found and counted else ""),
        Cell(text=in_table(total, measure, say)),
        Cell(text=in_table(before, measure, say)),
        Cell(text=beside(facts, code, say, QUARTER)[0]),
        Cell(text=in_table(ago, measure, say)),
        Cell(text=beside(facts, code, say, YEAR)[0]),
    )


def named(measure: Measure, say: Wording) -> str:
    """An indicator with its unit, where a table has no column for it."""
    unit, name = heading_unit(measure, say), say.text(measure.name)
    return say("tables.named", name=name, unit=unit) if unit else name


def name_cell(measure: Measure, say: Wording) -> Cell:
    """An indicator, and below it the unit that a table counts it in."""
    return Cell(text=say.text(measure.name), sub=heading_unit(measure, say))


def _figures_title(facts: Facts, say: Wording, mine: Sequence[Measure]) -> str:
    """How many figures there are, and of how many a change within a year (or a quarter) is printed, up or down."""
    for back, path in ((YEAR, "year"), (QUARTER, "quarter")):
        pairs = [(compared(facts, one.code, back), one) for one in mine]
        moves = [direction(pair.now, pair.before, one, say) for pair, one in pairs]
        known = [one for one in moves if one is not None]
        if known:
            up, down = sum(one > 0 for one in known), sum(one < 0 for one in known)
            return say(f"tables.figures_{path}", n=len(mine), known=len(known), up=up, down=down)
    return say("tables.figures_alone", n=len(mine))
