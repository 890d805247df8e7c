"""A table of rows and columns with its sums, edition after edition: what is printed, what was, and what links them.

A public edition prints a quarter and, from the second on, the year to date. Both are made of what was known then, so a
later edition may rest on a quarter that is no longer as it was printed: the difference is a number of its own, which
nobody prints and everybody could work out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from warehouse.additive import Cell, Contribution, LinkedTables, Relation, State

Place = tuple[str, str]
Held = Mapping[Place, tuple[Contribution, ...]]
_NONE = Decimal(0)


@dataclass(frozen=True)
class Grid:
    """Rows and columns as printed, and ``up``: the sum each goes into, from which a tree of sums may grow."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    up: Mapping[str, str]

    def line(self, member: str) -> list[str]:
        """A row or column and all sums it goes into."""
        return [member, *self.line(self.up[member])] if member in self.up else [member]

    @cached_property
    def places(self) -> list[Place]:
        """Every cell of the table as (row, column), sums included."""
        rows = dict.fromkeys(m for row in self.rows for m in self.line(row))
        columns = dict.fromkeys(m for column in self.columns for m in self.line(column))
        return [(row, column) for row in rows for column in columns]

    @cached_property
    def sums(self) -> list[tuple[Place, tuple[Place, ...]]]:
        """What adds up: (total, parts), by rows and by columns."""
        parts: dict[str, list[str]] = {}
        for member, total in self.up.items():
            parts.setdefault(total, []).append(member)
        found = []
        for row, column in self.places:
            if row in parts:
                found.append(((row, column), tuple((part, column) for part in parts[row])))
            if column in parts:
                found.append(((row, column), tuple((row, part) for part in parts[column])))
        return found

    def held(self, records: Iterable[tuple[Place, Contribution]]) -> Held:
        """What is in every cell, sums included, of records that each belong to one row and one column."""
        found: dict[Place, list[Contribution]] = {}
        for (row, column), one in records:
            for at in self.line(row):
                for across in self.line(column):
                    found.setdefault((at, across), []).append(one)
        return {place: tuple(ones) for place, ones in found.items()}


class Mark(NamedTuple):
    """One printed place of an edition: of the quarter or of the year to date."""

    period: str
    row: str
    column: str


@dataclass(frozen=True)
class Issue:
    """One measure in one public edition: its quarter, the year's quarters so far as known then, oldest first, and what
    it withheld. Of the edition in the making nothing is withheld yet. ``as_printed`` are the quarters that are told as an
    earlier edition printed them, though more is known."""

    quarter: str
    known: Mapping[str, Held]
    withheld: frozenset[Mark] = field(default=frozenset())
    as_printed: tuple[str, ...] = ()


def marks(grid: Grid, issue: Issue) -> list[Mark]:
    """Every place the edition prints or withholds."""
    periods = ["quarter", "ytd"] if len(issue.known) > 1 else ["quarter"]
    return [Mark(period, *place) for period in periods for place in grid.places]


class Linked(NamedTuple):
    """The tables of an edition in the making with all earlier ones, and which cell each of its marks is."""

    tables: LinkedTables
    cell: Mapping[Mark, str]


def linked(grid: Grid, issues: Sequence[Issue], step: Decimal) -> Linked:
    """The last of these editions, open, linked to the ones before it, settled. All are of one year and one measure."""
    maker = _Maker(grid, step)
    for number, issue in enumerate(issues, 1):
        cell = maker.add(number, issue, "open" if number == len(issues) else "printed")
    return Linked(LinkedTables(maker.cells.values(), maker.relations), cell)


class _Maker:
    """Cells and relations as editions come. A place whose contributions have not changed is the cell it was."""

    def __init__(self, grid: Grid, step: Decimal) -> None:
        self.grid, self.step = grid, step
        self.cells: dict[str, Cell] = {}
        self.relations: list[Relation] = []
        self._version: dict[tuple[str, Place], str] = {}

    def add(self, number: int, issue: Issue, state: State) -> dict[Mark, str]:
        """One edition more; returns the cell each of its marks is."""
        for quarter, held in issue.known.items():
            self._quarter(number, quarter, held)
        cell = {
            mark: self._version[issue.quarter, (mark.row, mark.column)]
            for mark in marks(self.grid, issue)
            if mark.period == "quarter"
        }
        if len(issue.known) > 1:
            cell |= self._year(number, issue)
        # A number once printed stays known, whatever a later edition withholds.
        for mark, name in cell.items():
            if self.cells[name].state != "printed":
                self.cells[name] = self._as(name, "withheld" if mark in issue.withheld else state)
        self._cost(cell)
        return cell

    def _as(self, name: str, state: State, cost: float = 1.0) -> Cell:
        old = self.cells[name]
        return Cell(name, old.contributions, state, old.step, cost, old.signed)

    def _quarter(self, number: int, quarter: str, held: Held) -> None:
        """A quarter as known to an edition: the cells it had before, or new ones and what changed."""
        changed: dict[Place, str] = {}
        for place in self.grid.places:
            now, old = held.get(place, ()), self._version.get((quarter, place))
            if old is None or _by_parties(self.cells[old].contributions) != _by_parties(now):
                name = self._named(f"{quarter}@{number}", place, now)
                if old is not None:
                    changed[place] = self._difference(name, old, now)
                self._version[quarter, place] = name
        version = {place: self._version[quarter, place] for place in self.grid.places}
        self._sums(version)
        self._sums(changed)

    def _year(self, number: int, issue: Issue) -> dict[Mark, str]:
        version: dict[Place, str] = {}
        for place in self.grid.places:
            quarters = tuple(self._version[quarter, place] for quarter in issue.known)
            all_of = tuple(one for name in quarters for one in self.cells[name].contributions)
            version[place] = self._named(f"ytd@{number}", place, all_of)
            self.relations.append(Relation(version[place], quarters))
        self._sums(version)
        return {Mark("ytd", *place): name for place, name in version.items()}

    def _named(self, table: str, place: Place, held: tuple[Contribution, ...]) -> str:
        name = "|".join((table, *place))
        self.cells[name] = Cell(name, held, "hidden", self.step)
        return name

    def _difference(self, new: str, old: str, now: tuple[Contribution, ...]) -> str:
        """What a revision changed in one place, party by party."""
        held = moved(self.cells[old].contributions, now)
        name = f"{new}−{old}"
        self.cells[name] = Cell(name, held, "hidden", self.step, signed=True)
        self.relations.append(Relation(new, (old, name), disjoint=False))
        return name

    def _sums(self, version: Mapping[Place, str]) -> None:
        for total, parts in self.grid.sums:
            here = tuple(version[part] for part in parts if part in version)
            if total in version and here:
                self.relations.append(Relation(version[total], here))

    def _cost(self, cell: Mapping[Mark, str]) -> None:
        """Withholding a number costs 1, and its part of the period's largest in percent."""
        most: dict[str, Decimal] = {}
        for mark, name in cell.items():
            most[mark.period] = max(most.get(mark.period, Decimal(0)), self.cells[name].value)
        for mark, name in cell.items():
            part = float(self.cells[name].value / most[mark.period]) if most[mark.period] else 0.0
            self.cells[name] = self._as(name, self.cells[name].state, 1 + 100 * part)


def moved(before: Iterable[Contribution], now: Iterable[Contribution]) -> tuple[Contribution, ...]:
    """What a revision changed in a number, party by party."""
    then, after = _by_parties(before), _by_parties(now)
    by = {parties: after.get(parties, _NONE) - then.get(parties, _NONE) for parties in then | after}
    return tuple(Contribution(amount, parties) for parties, amount in by.items() if amount)


def _by_parties(held: Iterable[Contribution]) -> dict[frozenset[str], Decimal]:
    found: dict[frozenset[str], Decimal] = {}
    for one in held:
        found[one.parties] = found.get(one.parties, _NONE) + one.amount
    return found
