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
from tasks.known import Known, ensure_parsed
from warehouse.basis import REGISTERED
from warehouse.figures import Figure
from warehouse.indicators import Indicator, indicators
from warehouse.returns import Standing
from warehouse.store import Connection, insert, scratch
from warehouse.trace import Source, TracedRow, Traces, comes_to


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
    cells = Cells(known)
    cells.read(source for rows in traced for row in rows for source in (row.source, *row.rests_on))
    return [
        Proof(
            figure,
            tuple(cells.evidence(row, indicators()[figure.indicator].at(figure.quarter)) for row in rows),
            comes_to(figure, rows),
        )
        for figure, rows in zip(figures, traced, strict=True)
    ]


class Cells:
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
