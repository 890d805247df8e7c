"""ledger + registry → the matrix unit × quarter: how every return stands, and the counts of the quarter looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from fastapi import HTTPException

from expectations.quarter import Quarter
from reports.text import Text
from tasks.settings import House
from tasks.shown_state import shown_state
from warehouse.registry_rows import Term
from warehouse.returns import Standing, Submission, standings, submissions

QUARTERS = 8
USED = ("accepted", "warned", "late", "nil")
AWAITED, NONE = "awaited", "none"  # not due yet; not a member then
OPEN = ("missing", AWAITED, "held", "returned", "refused")
STATES = (*USED, *OPEN, NONE)


@dataclass(frozen=True)
class Asked:
    """What the address asks to see; blank is everything, and the newest quarter."""

    quarter: str = ""
    centre: str = ""
    state: str = ""
    q: str = ""


@dataclass(frozen=True)
class Cell:
    """One return. ``newer`` is the verdict of a file that came after the one in use and is not used, else blank."""

    quarter: str
    state: str
    newer: str = ""


@dataclass(frozen=True)
class Line:
    """One unit in one centre, a cell a quarter."""

    unit: str
    name: Text
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Group:
    """A centre with those of its units that are shown, and how many of its returns of the quarter are due and used."""

    centre: str
    name: Text
    lines: tuple[Line, ...]
    due: int
    used: int


@dataclass(frozen=True)
class Picture:
    """How every return of the last quarters stands. ``term`` is the quarter looked at."""

    house: House
    asked: Asked
    opened: tuple[Term, ...]
    term: Term
    found: list[Submission]

    @cached_property
    def quarters(self) -> tuple[str, ...]:
        """The quarters shown, oldest first: up to the newest, or to the one asked for if that is longer ago."""
        names = [one.quarter for one in self.opened]
        at = names.index(self.term.quarter)
        end = len(names) if at >= len(names) - QUARTERS else at + 1
        return tuple(names[max(0, end - QUARTERS) : end])

    @cached_property
    def standings(self) -> dict[str, list[Standing]]:
        registry = self.house.registry
        return {one: standings(registry, self.found, Quarter.parse(one)) for one in self.quarters}

    @cached_property
    def cells(self) -> dict[tuple[str, str], dict[str, Cell]]:
        """By centre and unit, then by quarter; a quarter in which nothing was owed is left out."""
        counts, now = self.house.ledger.finding_counts(), self.house.now()
        early = {one.quarter for one in self.opened if now <= one.due}
        found: dict[tuple[str, str], dict[str, Cell]] = {}
        for quarter, stands in self.standings.items():
            for one in stands:
                cell = _cell(one, counts, early=quarter in early)
                found.setdefault((one.centre, one.unit), {})[quarter] = cell
        return found

    @cached_property
    def counts(self) -> Counter[str]:
        """How many returns of the quarter are in each state."""
        mine = (row.get(self.term.quarter) for row in self.cells.values())
        return Counter(one.state for one in mine if one)

    @property
    def due(self) -> int:
        return self.counts.total()

    @property
    def used(self) -> int:
        return sum(self.counts[one] for one in USED)

    @property
    def late(self) -> int:
        """How many were received after the deadline with grace, in use or not."""
        return sum(bool(one.newest and one.newest.judged.late) for one in self.standings[self.term.quarter])

    @property
    def newer(self) -> list[Standing]:
        """Those in use of which a newer file waits or went back."""
        return [one for one in self.standings[self.term.quarter] if _newer(one)]

    @cached_property
    def groups(self) -> list[Group]:
        """The centres with the units that the filters leave, in the registry's order."""
        by_centre: dict[str, dict[str, dict[str, Cell]]] = {}
        for (centre, unit), row in self.cells.items():
            by_centre.setdefault(centre, {})[unit] = row
        shown = (
            _group(self, centre.centre, by_centre[centre.centre])
            for centre in self.house.registry.centres
            if centre.centre in by_centre and self.asked.centre in {"", centre.centre}
        )
        return [one for one in shown if one.lines]


def picture(house: House, asked: Asked) -> Picture:
    """The picture that is asked for; 404 for a quarter that is not open."""
    opened = tuple(house.registry.opened(house.now())) or house.registry.calendar[:1]
    wanted = asked.quarter or opened[-1].quarter
    term = next((one for one in opened if one.quarter == wanted), None)
    if term is None:
        raise HTTPException(404, f"{wanted} is not open")
    return Picture(house, asked, opened, term, submissions(house.ledger))


def _cell(one: Standing, counts: dict[str, dict[str, int]], *, early: bool) -> Cell:
    state: str = shown_state(one, counts)
    return Cell(one.quarter, AWAITED if early and state == "missing" else state, _newer(one))


def _newer(one: Standing) -> str:
    if one.in_force is None or one.newest is None or one.newest.judged.verdict == "accepted":
        return ""
    return one.newest.judged.verdict


def _group(of: Picture, centre: str, rows: Mapping[str, Mapping[str, Cell]]) -> Group:
    registry, quarter = of.house.registry, of.term.quarter
    name = registry.centre[centre]
    lines = [
        Line(
            unit,
            Text(registry.unit[unit].short, registry.unit[unit].short_en),
            tuple(row.get(one) or Cell(one, NONE) for one in of.quarters),
        )
        for unit, row in rows.items()
        if _wanted(of, centre, unit, row.get(quarter))
    ]
    mine = [row[quarter].state for row in rows.values() if quarter in row]
    used = sum(one in USED for one in mine)
    return Group(centre, Text(name.short, name.short_en), tuple(lines), len(mine), used)


def _wanted(of: Picture, centre: str, unit: str, cell: Cell | None) -> bool:
    """Whether the filters leave a line; the state is that of the quarter looked at."""
    asked, state = of.asked, cell.state if cell else NONE
    kinds = {"": STATES, "open": OPEN, "used": USED}.get(asked.state, (asked.state,))
    if state not in kinds and not (cell and cell.newer and cell.newer in kinds):
        return False
    words = asked.q.casefold().split()
    if not words:
        return True
    one, its = of.house.registry.unit[unit], of.house.registry.centre[centre]
    told = (one.unit, one.name, one.short, one.name_en, its.centre, its.name, its.short, its.name_en)
    return all(word in " ".join(told).casefold() for word in words)
