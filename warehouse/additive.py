"""Linked additive tables: numbers, whose business is in each of them, and which of them add up to which.

Pure: nothing is read or written here. A number of an earlier edition is a cell like any other, only settled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
_MIXTURES = 1024
# open: this edition decides; printed and withheld: an earlier edition did; hidden: no edition ever prints it.
State = Literal["open", "printed", "withheld", "hidden"]
CENTRE = "centre:"  # what a centre's name as a party begins with


class Contribution(NamedTuple):
    """What one record adds to a number. ``parties`` know it: the reporting unit, its centre, the recipient."""

    amount: Decimal
    parties: frozenset[str]


@dataclass(frozen=True)
class Cell:
    """One number: the sum of its contributions. Without any it is a true 0, which everybody may know.

    ``step`` is the least difference that says anything (1 of a count), ``cost`` what is lost if the number is withheld.
    Only a ``signed`` number – what a revision changed – may be or contain a negative amount.
    """

    id: str
    contributions: tuple[Contribution, ...]
    state: State = "open"
    step: Decimal = Decimal(0)
    cost: float = 1.0
    signed: bool = False

    @property
    def value(self) -> Decimal:
        return sum((one.amount for one in self.contributions), Decimal(0))


class Relation(NamedTuple):
    """``total`` = Σ ``parts``. ``disjoint``: every contribution to the total is one to exactly one part.

    What is not disjoint is a revision: the new number = the old one + what changed.
    """

    total: str
    parts: tuple[str, ...]
    disjoint: bool = True


class LinkedTables:
    """Cells and the relations between them; ValueError if a relation does not add up or an amount is negative."""

    def __init__(self, cells: Iterable[Cell], relations: Iterable[Relation]) -> None:
        self.cells = tuple(cells)
        self.relations = tuple(dict.fromkeys(relations))
        self.index = {one.id: i for i, one in enumerate(self.cells)}
        if len(self.index) < len(self.cells):
            raise ValueError("two cells of one name")
        value = {one.id: one.value for one in self.cells}
        for one in self.relations:
            if value[one.total] != sum((value[part] for part in one.parts), Decimal(0)):
                raise ValueError(f"{one.total} is not the sum of {', '.join(one.parts)}")
        for cell in self.cells:
            if not cell.signed and any(one.amount < 0 for one in cell.contributions):
                raise ValueError(f"{cell.id}: a negative amount")

    @cached_property
    def parties(self) -> tuple[str, ...]:
        """Whose business is in any number; the blank one, first, is a reader who knows nothing of his own."""
        found = {party for cell in self.cells for one in cell.contributions for party in one.parties}
        return ("", *sorted(found))

    @cached_property
    def matrix(self) -> csr_array:
        """One row a relation, one column a cell: +1 the total, −1 a part; every row times the values is 0."""
        rows, columns, signs = [], [], []
        for row, one in enumerate(self.relations):
            for name, sign in [(one.total, 1.0), *((part, -1.0) for part in one.parts)]:
                rows.append(row)
                columns.append(self.index[name])
                signs.append(sign)
        return csr_array((signs, (rows, columns)), shape=(len(self.relations), len(self.cells)))

    @cached_property
    def _ways(self) -> tuple[frozenset[frozenset[int]], ...]:
        """Every number as the numbers it is made of that are made of no others.

        What linked tables break down differently is made of each in several ways, and so is what it goes into.
        """
        made_of: dict[int, list[list[int]]] = {}
        for one in self.relations:
            if one.disjoint:
                made_of.setdefault(self.index[one.total], []).append([self.index[part] for part in one.parts])
        found: dict[int, frozenset[frozenset[int]]] = {}

        def of(cell: int) -> frozenset[frozenset[int]]:
            if cell not in found:
                mixed = [_mixtures([of(part) for part in parts]) for parts in made_of.get(cell, [])]
                found[cell] = frozenset().union(*mixed) or frozenset({frozenset({cell})})
            return found[cell]

        return tuple(of(cell) for cell in range(len(self.cells)))

    def made_of(self, cells: Iterable[int]) -> list[frozenset[int]]:
        """Some numbers taken together, in every way they are made of numbers that are made of no others."""
        return sorted(_mixtures([self._ways[cell] for cell in cells]), key=sorted)

    @cached_property
    def weight(self) -> Array:
        """parties × cells: what of each number (of its amounts without sign) a party knows."""
        found = np.zeros((len(self.parties), len(self.cells)))
        at = {party: i for i, party in enumerate(self.parties)}
        for column, cell in enumerate(self.cells):
            for one in cell.contributions:
                for party in one.parties:
                    found[at[party], column] += abs(float(one.amount))
        return found

    @cached_property
    def total(self) -> Array:
        """Every number, its amounts taken without sign."""
        return np.array([sum(abs(float(one.amount)) for one in cell.contributions) for cell in self.cells])

    def shared(self, party: int, cells: Iterable[int]) -> Array:
        """parties × cells: what both ``party`` and each other party know of these cells."""
        columns = list(cells)
        found = np.zeros((len(self.parties), len(columns)))
        at = {name: i for i, name in enumerate(self.parties)}
        for column, cell in enumerate(columns):
            for one in self.cells[cell].contributions:
                if self.parties[party] in one.parties:
                    for other in one.parties:
                        found[at[other], column] += abs(float(one.amount))
        return found


def _mixtures(parts: Sequence[frozenset[frozenset[int]]]) -> frozenset[frozenset[int]]:
    """All unions of one way of each part; ValueError if there are too many to look at."""
    found = frozenset({frozenset[int]()})
    for ways in parts:
        found = frozenset(one | way for one in found for way in ways)
        if len(found) > _MIXTURES:
            raise ValueError("the tables are linked in too many ways")
    return found
