"""Invented linked tables, each the same for its seed: margins, hierarchies, tables that share cells, editions that follow.

A record is one contract or project: a unit's, in a centre, with or without a recipient, in one row and one column.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from warehouse.additive import Contribution, LinkedTables
from warehouse.grid import Grid, Held, Issue, Place, linked, marks

SHAPES = ("row", "square", "tree")
Record = tuple[Place, Contribution]


def grid_of(shape: str, dice: random.Random) -> Grid:
    """A row with its total; rows and columns with margins; rows in two groups, the groups in a total."""
    rows = tuple(f"r{i}" for i in range(dice.randint(3, 4)))
    if shape == "row":
        return Grid(rows, ("C",), dict.fromkeys(rows, "R"))
    columns = tuple(f"c{i}" for i in range(dice.randint(2, 3)))
    up = dict.fromkeys(rows, "R") | dict.fromkeys(columns, "C")
    if shape == "tree":
        up |= {row: f"G{i % 2}" for i, row in enumerate(rows)} | {"G0": "R", "G1": "R"}
    return Grid(rows, columns, up)


class Business:
    """The firms of one invented table, and what they do; as lopsided as business is: a few firms do most of it."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.units = [f"Z{dice.randrange(5)}-U{i}" for i in range(dice.randint(7, 12))]
        self.recipients = ["", *(f"K{i}" for i in range(5))] if dice.random() < 0.4 else [""]
        self.counts = dice.random() < 0.3
        self.step = Decimal(1) if self.counts else Decimal("0.01")

    def contribution(self) -> Contribution:
        unit, recipient = self.dice.choice(self.units), self.dice.choice(self.recipients)
        parties = {f"firm:{unit}", f"centre:{unit.partition('-')[0]}"}
        amount = (
            Decimal(1) if self.counts else Decimal(round(self.dice.lognormvariate(3, 0.8) * 100) + 1) / 100
        )
        return Contribution(amount, frozenset(parties | ({f"firm:{recipient}"} if recipient else set())))

    def records(self, grid: Grid) -> list[Record]:
        number = self.dice.randint(4, 9) * len(grid.rows) * len(grid.columns)
        return [
            ((self.dice.choice(grid.rows), self.dice.choice(grid.columns)), self.contribution())
            for _ in range(number)
        ]


def one_edition(seed: int) -> LinkedTables:
    """A table of one quarter, nothing before it."""
    dice = random.Random(seed)
    grid, business = grid_of(SHAPES[seed % len(SHAPES)], dice), Business(dice)
    issue = Issue("Q1", {"Q1": grid.held(business.records(grid))})
    return linked(grid, [issue], business.step).tables


def two_tables(seed: int) -> LinkedTables:
    """Rows × columns and rows × others of the same records: their row totals are one."""
    dice = random.Random(seed)
    grid, business = grid_of("square", dice), Business(dice)
    others = tuple(f"d{i}" for i in range(2))
    second = Grid(grid.rows, others, dict.fromkeys(grid.rows, "R") | dict.fromkeys(others, "C"))
    records = business.records(grid)
    again = [((row, dice.choice(others)), one) for (row, _), one in records]
    first = linked(grid, [Issue("Q1", {"Q1": grid.held(records)})], business.step).tables
    then = linked(second, [Issue("Q1", {"Q1": second.held(again)})], business.step).tables
    cells = {one.id: one for one in (*first.cells, *then.cells)}
    return LinkedTables(cells.values(), (*first.relations, *then.relations))


def editions(seed: int, *, revised: bool, withheld: Callable[[LinkedTables], frozenset[str]]) -> LinkedTables:
    """A year's editions, each withholding what ``withheld`` says with the earlier ones in mind; the last one is open.

    ``revised``: a unit's return for the first quarter comes late, another's is corrected, and the first quarter is issued
    again before the second.
    """
    dice = random.Random(seed)
    grid, business = grid_of(SHAPES[seed % 5 == 4], dice), Business(dice)
    known: dict[str, Held] = {}
    issues: list[Issue] = []
    for quarter in ("Q1", "Q2", "Q3")[: dice.randint(2, 3)]:
        records = business.records(grid)
        for version in _versions(records, business, dice) if revised and quarter == "Q1" else [records]:
            known = {**known, quarter: grid.held(version)}
            issues.append(Issue(quarter, known))
            made = linked(grid, issues, business.step)
            kept = withheld(made.tables)
            issues[-1] = replace(
                issues[-1], withheld=frozenset(m for m in marks(grid, issues[-1]) if made.cell[m] in kept)
            )
    issues[-1] = replace(issues[-1], withheld=frozenset())
    return linked(grid, issues, business.step).tables


def _versions(records: list[Record], business: Business, dice: random.Random) -> list[list[Record]]:
    """The records as first known – a unit's missing –, and as known later, another's first one corrected."""
    late, corrected = (f"firm:{unit}" for unit in dice.sample(business.units, 2))
    first = [one for one in records if late not in one[1].parties]
    then = [
        (place, one._replace(amount=one.amount * 2) if corrected in one.parties else one)
        for place, one in records
    ]
    return [first, then]
