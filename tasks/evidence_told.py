"""Evidence → what a report says of it: where each row of a quarter's figures stands, in words that people know."""

from __future__ import annotations

from collections.abc import Iterable

from expectations.quarter import Quarter
from expectations.raw import visible
from reports.facts import EvidenceFact
from reports.text import Text
from reports.view import LANGUAGES
from reports.wording import Wording, wording
from tasks.evidence import Cell, Cells, Evidence, Place
from tasks.known import Known
from warehouse.basis import REGISTERED
from warehouse.indicators import indicators
from warehouse.trace import QuarterRow, Traces


def evidence_of(known: Known, quarter: Quarter) -> tuple[EvidenceFact, ...]:
    """Every row that the figures of a quarter are made of, as a report shows it."""
    with known.reading() as connection:
        rows = Traces(connection).of_quarter(str(quarter))
    cells = Cells(known)
    # How complete a return is hangs on each of its cells: those are left to `jinchuang trace`.
    shown = [one if one.row.source.sheet else one._replace(row=one.row._replace(rests_on=())) for one in rows]
    cells.read(source for one in shown for source in (one.row.source, *one.row.rests_on))
    at = str(quarter)
    return tuple(
        _fact(known, one, cells.evidence(one.row, indicators()[one.indicator].at(at))) for one in shown
    )


def _fact(known: Known, one: QuarterRow, found: Evidence) -> EvidenceFact:
    place = found.place
    unit = known.registry.unit.get(place.unit or one.row.unit or "")
    return EvidenceFact(
        code=one.indicator,
        part=one.part,
        field=one.row.field or "",
        city=one.row.city or "",
        centre=one.row.centre or "",
        unit=Text(unit.name, unit.name_en) if unit else Text("", ""),
        file=visible(place.file),
        sheet=_sheet_name(known, place.sheet),
        cells=_told(place),
        rests_on=_all_told(known, found.rests_on),
        numerator=one.row.numerator,
        denominator=one.row.denominator,
        levels=frozenset(one.levels),
    )


def _sheet_name(known: Known, name: str) -> Text:
    """A sheet, or a table of the registry by the name that people know it by."""
    if name in REGISTERED:
        return Text(*REGISTERED[name])
    english = {one.zh: one.en for one in known.inputs.form.sheets} | dict(REGISTERED.values())
    return Text(name, english.get(name, name))


def _told(place: Place) -> Text:
    return Text(*(_cells_told(place, wording(language)) for language in LANGUAGES))


def _cells_told(place: Place, say: Wording) -> str:
    """``D9＝1287.9、E9＝空``; of registry and ledger, which have no addresses, the line and what its columns are called."""
    line = place.cells[0].cell.partition(":")[0] if place.file.startswith("registry/") else ""
    as_told = str(say.at("evidence.cell"))  # thousands of cells: taken once
    told = [as_told.format(cell=_named(one, say), value=_value(one, say)) for one in place.cells]
    return (say("evidence.line", n=line) if line else "") + say.names(told)


def _named(cell: Cell, say: Wording) -> str:
    """The address; of registry and ledger the column's heading, and of a decision whom the share is of."""
    if ":" not in cell.cell and cell.cell:
        return cell.cell
    return str(say.at("evidence.columns")[cell.column])


def _value(cell: Cell, say: Wording) -> str:
    if cell.value is None:
        return say("evidence.blank")
    if cell.cell:
        return visible(cell.value)
    # What the ledger says of a return has no address, and its words are the program's own.
    words = say.at("states") | say.at("evidence.values")
    return str(words.get(cell.value, cell.value))


def _all_told(known: Known, places: Iterable[Place]) -> Text:
    names = [(_sheet_name(known, one.sheet), _told(one)) for one in places]
    return Text(
        "；".join(f"{sheet.zh} {cells.zh}" for sheet, cells in names),
        "; ".join(f"{sheet.en} {cells.en}" for sheet, cells in names),
    )
