"""Figures → evidence: the rows they are made of, each with the file it was sent in and the cells its values stand in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from expectations.form import Sheet
from expectations.quarter import Quarter
from expectations.raw import visible
from reports.facts import EvidenceFact
from reports.text import Text
from reports.view import LANGUAGES
from reports.wording import Wording, wording
from tasks.known import Known, ensure_parsed
from warehouse.basis import REGISTERED
from warehouse.figures import Figure
from warehouse.indicators import Indicator, indicators
from warehouse.returns import Standing
from warehouse.store import Connection, insert, scratch
from warehouse.trace import QuarterRow, Source, TracedRow, Traces, comes_to


class Cell(NamedTuple):
    """One cell: the column's name, the address (``F12``; of a registry table ``line:column``), the value read from it."""

    column: str
    cell: str
    value: str | None


@dataclass(frozen=True)
class Place:
    """A row as it was received: ``file`` and ``sha256`` name the file, ``sheet`` the sheet as printed.

    A row of the registry has no submission; its file is the table and its hash that of the registry as it was known. A
    return that nothing came of has neither.
    """

    submission: str | None
    unit: str | None
    file: str
    sha256: str
    sheet: str
    row: int | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Evidence:
    """One row of a figure: what it adds, where it stands, and the further places its value hangs on."""

    traced: TracedRow
    place: Place
    rests_on: tuple[Place, ...]

    @property
    def part(self) -> Decimal:
        return self.traced.numerator


@dataclass(frozen=True)
class Proof:
    """A figure with its evidence; ``holds``: the rows come to exactly what is stored."""

    figure: Figure
    rows: tuple[Evidence, ...]
    holds: bool


def proofs(known: Known, figures: Sequence[Figure]) -> list[Proof]:
    """The evidence of each figure, all read in one go."""
    with known.reading() as connection:
        traced = Traces(connection).of(figures)
    cells = _Cells(known)
    cells.read(source for rows in traced for row in rows for source in (row.source, *row.rests_on))
    return [
        Proof(
            figure,
            tuple(cells.evidence(row, indicators()[figure.indicator].at(figure.quarter)) for row in rows),
            comes_to(figure, rows),
        )
        for figure, rows in zip(figures, traced, strict=True)
    ]


def evidence_of(known: Known, quarter: Quarter) -> tuple[EvidenceFact, ...]:
    """Every row that the figures of a quarter are made of, as a report shows it."""
    with known.reading() as connection:
        rows = Traces(connection).of_quarter(str(quarter))
    cells = _Cells(known)
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


class _Cells:
    """The cells of the rows asked for, as they were parsed from the files received."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.submissions = {one.id: one for one in known.inputs.submissions}
        self.sheets: dict[str, Sheet] = known.inputs.form.by_name
        self._read: dict[Source, list[Cell]] = {}

    def read(self, sources: Iterable[Source]) -> None:
        rows = sorted({one for one in sources if one.submission and one.sheet in self.sheets})
        ensure_parsed(self.known.house, self.known.inputs)
        parsed = {
            one.submission: self.known.inputs.parsed / self.submissions[one.submission].judged.parsed
            for one in rows
            if one.submission
        }
        with scratch() as connection:
            for values in _cells_of(connection, parsed, rows):
                where, cell = Source(*values[:3]), Cell(*values[3:])
                self._read.setdefault(where, []).append(cell)

    def evidence(self, row: TracedRow, one: Indicator) -> Evidence:
        rests_on = tuple(self._place(source, row, one) for source in row.rests_on)
        return Evidence(row, self._place(row.source, row, one), rests_on)

    def _place(self, source: Source, row: TracedRow, one: Indicator) -> Place:
        if source.sheet == "settlements":
            return self._settled(source.row or 0)
        if source.sheet == "returns":
            return self._returned(row, one)
        if source.submission is None:
            return self._registered(source.sheet or "", source.row or 0, one)
        sent = self.submissions[source.submission]
        unit, file, sha256 = sent.judged.unit, sent.arrival.name, sent.judged.sha256
        if source.sheet is None:  # the return as a whole; its rows are what it rests on
            return Place(source.submission, unit, file, sha256, "", None, ())
        home = self.sheets[source.sheet]
        wanted = one.cells.get(source.sheet, ()) or {column.name for column in home.due}
        cells = [cell for cell in self._read.get(source, ()) if cell.column in wanted]
        in_order = tuple(sorted(cells, key=lambda cell: home.position[cell.column]))
        return Place(source.submission, unit, file, sha256, home.zh, source.row, in_order)

    def _registered(self, table: str, line: int, one: Indicator) -> Place:
        """A line of a registry table; the heading is line 1."""
        record = getattr(self.known.registry, table)[line - 2].model_dump(mode="json", by_alias=True)
        wanted = {*one.cells.get(table, ()), "from", "to", "centre", "unit"}
        cells = tuple(
            Cell(name, f"{line}:{name}", None if value is None else str(value))
            for name, value in record.items()
            if name in wanted
        )
        return Place(None, None, f"registry/{table}.csv", self._registry_hash, table, line, cells)

    def _settled(self, seq: int) -> Place:
        """A decision on credit: the share of each claimant."""
        (found,) = (one for one in self.known.inputs.settlements if one.seq == seq)
        cells = tuple(Cell("share", f"{each.unit}|{each.centre}", str(each.share)) for each in found.credits)
        return Place(None, None, "ledger", "", REGISTERED["settlements"][0], seq, cells)

    def _returned(self, row: TracedRow, one: Indicator) -> Place:
        """How an expected return stands by the ledger, and the file that it stands by: none where nothing came."""
        found = self._standings[row.quarter, row.key]
        told = found.in_force or found.newest
        says = {
            "state": found.state,
            "received": found.received,
            "on_time": found.on_time,
            "first_pass": found.first_pass,
        }
        cells = tuple(Cell(name, "", str(says[name]).lower()) for name in one.cells["returns"])
        file, sha256 = (told.arrival.name, told.judged.sha256) if told else ("", "")
        sheet = REGISTERED["returns"][0]
        return Place(told.id if told else None, found.unit, file, sha256, sheet, None, cells)

    @cached_property
    def _standings(self) -> dict[tuple[str, str], Standing]:
        return {
            (str(quarter), f"{one.unit}|{one.centre}"): one
            for quarter in self.known.inputs.quarters
            for one in self.known.standings(quarter)
        }

    @cached_property
    def _registry_hash(self) -> str:
        return hashlib.sha256(self.known.registry.snapshot().encode()).hexdigest()


def _cells_of(
    connection: Connection, parsed: dict[str, Path], rows: Sequence[Source]
) -> list[tuple[Any, ...]]:
    """Submission, sheet, row, column, address and value of the cells of some rows."""
    if not parsed:
        return []
    connection.execute("create temp table parsed_files (submission text, path text)")
    insert(connection, "parsed_files", [(name, str(path)) for name, path in parsed.items()])
    connection.execute("create temp table wanted (submission text, sheet text, row integer)")
    insert(connection, "wanted", rows)
    return connection.execute(
        'select w.submission, c.sheet, c.row, c."column", c.cell, c.value '
        "from read_parquet(?, filename = true) c join parsed_files f on f.path = c.filename "
        "join wanted w on w.submission = f.submission and w.sheet = c.sheet and w.row = c.row",
        [[str(path) for path in parsed.values()]],
    ).fetchall()
