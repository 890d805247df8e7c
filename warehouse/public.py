"""The public edition's tables: what each is (public_tables.yml), what is in it, and what of it may be printed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from expectations.quarter import Quarter
from expectations.yaml12 import read_yaml
from warehouse.additive import Cell, Contribution, LinkedTables
from warehouse.disclosure import withheld
from warehouse.exposure import primary
from warehouse.grid import Grid, Held, Issue, Mark, linked, marks, moved
from warehouse.indicators import indicators
from warehouse.store import Connection

HERE = Path(__file__).parent
ALL_ROWS, ALL_COLUMNS = "all rows", "all columns"


class Line(BaseModel):
    """A row or column: the members of a code list taken together in it; ``rest`` takes all that no other names."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    code: str
    zh: str
    en: str
    members: tuple[str, ...] = ()
    rest: bool = False


class PublicTable(BaseModel):
    """One table. ``by`` is a breakdown of the indicator, ``city`` the recipients', blank for a table of one column."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    indicator: str
    by: str = ""
    rows: tuple[Line, ...]
    columns: tuple[Line, ...] = ()

    @model_validator(mode="after")
    def _takes_everything(self) -> Self:
        for lines in (self.rows, self.columns):
            if lines and [one.rest for one in lines].count(True) != 1:
                raise ValueError(f"{self.indicator}: one row and one column take the rest")
        if bool(self.by) != bool(self.columns):
            raise ValueError(f"{self.indicator}: columns are members of a breakdown")
        return self

    @property
    def grid(self) -> Grid:
        """Rows by columns with margins; a table without columns is its column of sums."""
        rows, columns = (tuple(one.code for one in lines) for lines in (self.rows, self.columns))
        up = dict.fromkeys(rows, ALL_ROWS) | dict.fromkeys(columns, ALL_COLUMNS)
        return Grid(rows, columns or (ALL_COLUMNS,), up)

    @property
    def step(self) -> Decimal:
        """The least difference that says anything: one of a count, a hundredth of an amount."""
        return Decimal("0.01") if indicators()[self.indicator].unit == "万元" else Decimal(1)


@cache
def public_tables() -> dict[str, PublicTable]:
    """All tables by indicator, in the order they are printed."""
    read = read_yaml(HERE / "public_tables.yml")
    found = [PublicTable(**{"rows": read["rows"], **one}) for one in read["tables"]]
    return {one.indicator: one for one in found}


@cache
def tables_hash() -> str:
    """The hash of what the tables are: rows, columns and members."""
    told = json.dumps([one.model_dump(mode="json") for one in public_tables().values()], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _line_of(lines: Sequence[Line], member: str | None) -> str:
    return next(
        (one.code for one in lines if member in one.members), next(one.code for one in lines if one.rest)
    )


def held(connection: Connection, table: PublicTable, quarter: Quarter) -> Held:
    """What is in every cell of a table in a quarter, sums included, and whose business it is."""
    sql = (HERE / "sql" / "public_records.sql").read_text("utf-8")
    asked = {
        "indicator": table.indicator,
        "quarter": str(quarter),
        "by": table.by,
        "ever": indicators()[table.indicator].ever,
    }
    grid = table.grid
    records = [
        (
            (
                _line_of(table.rows, field),
                _line_of(table.columns, member) if table.columns else grid.columns[0],
            ),
            Contribution(amount, frozenset(parties)),
        )
        for field, member, amount, parties in connection.execute(sql, asked).fetchall()
    ]
    return grid.held(records)


def open_issue(connection: Connection, table: PublicTable, quarter: Quarter) -> Issue:
    """One table of a new public edition before anything is withheld: the year's quarters as they are known now, whatever
    earlier editions printed of them.
    """
    opened = [
        Quarter.parse(key)
        for (key,) in connection.execute("select quarter from reg_quarter order by 1").fetchall()
    ]
    year = [one for one in opened if one.year == quarter.year and one <= quarter]
    return Issue(str(quarter), {str(one): held(connection, table, one) for one in year})


def protected(table: PublicTable, new: Issue, earlier: Sequence[Issue]) -> Issue:
    """The same with what it withholds, ``earlier`` being all public editions of the year so far."""
    made = linked(table.grid, [*earlier, new], table.step)
    kept = withheld(made.tables)
    return replace(
        new, withheld=frozenset(mark for mark in marks(table.grid, new) if made.cell[mark] in kept)
    )


def told(table: PublicTable, new: Issue, earlier: Sequence[Issue]) -> Issue:
    """What a new edition tells, protected. A quarter that has changed since it was printed is told anew if no total of the
    province need be withheld for it; else, as when one late return is all that changed, as it was printed.
    """
    before = {
        quarter: held for one in earlier for quarter, held in one.known.items() if quarter < new.quarter
    }
    changed = [quarter for quarter, held in before.items() if held != new.known[quarter]]
    made = protected(table, replace(new, known={**new.known, **before}, as_printed=tuple(changed)), earlier)
    for quarter in changed:
        if is_revealing(table, before[quarter], new.known[quarter]):
            continue
        known = {**made.known, quarter: new.known[quarter]}
        left = tuple(one for one in made.as_printed if one != quarter)
        trial = protected(table, Issue(new.quarter, known, as_printed=left), earlier)
        made = trial if tells_totals(trial) else made
    return made


def is_revealing(table: PublicTable, before: Held, now: Held) -> bool:
    """Whether what changed in the province's total is too few parties' business for both totals to be told."""
    total = (ALL_ROWS, ALL_COLUMNS)
    change = Cell("change", moved(before.get(total, ()), now.get(total, ())), step=table.step, signed=True)
    return bool(primary(LinkedTables([change], [])))


def tells_totals(issued: Issue) -> bool:
    """Whether the province's totals are printed, of the quarter and of the year to date."""
    return not any((one.row, one.column) == (ALL_ROWS, ALL_COLUMNS) for one in issued.withheld)


def printed(table: PublicTable, issued: Issue) -> Mapping[Mark, Decimal | None]:
    """Every number of a table of an edition; None where it is withheld."""

    def value(mark: Mark) -> Decimal:
        quarters = [issued.quarter] if mark.period == "quarter" else list(issued.known)
        place = (mark.row, mark.column)
        return sum((one.amount for q in quarters for one in issued.known[q].get(place, ())), Decimal(0))

    return {mark: None if mark in issued.withheld else value(mark) for mark in marks(table.grid, issued)}
