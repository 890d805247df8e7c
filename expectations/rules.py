"""Audit relations as a form declares them, and what they may ask beyond their own row."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Severity = Literal["error", "warning", "hold"]
Function = Literal[
    "last_quarter",
    "registry",
    "sum_of_sheet",
    "lookup",
    "claimants",
    "elsewhere",
    "dropped",
    "restated",
    "replaced",
]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(Model):
    """An audit relation 审核关系: one SQL boolean expression over column and context names; null = does not apply.

    ``cell`` is the column its finding points to, if not the first it is about; ``sheet.column`` points to another
    sheet's first row.
    """

    no: str
    must: str
    severity: Severity
    zh: str
    en: str
    cell: str = ""


class Context(Model):
    """A declared meaning beyond the row: one of a closed list of functions, with its arguments.

    - ``last_quarter(column)``: the same record's value in the return in force a quarter ago.
    - ``registry(word)``: what is registered.
    - ``sum_of_sheet(sheet)``: its rows; ``sum_of_sheet(sheet.column)``: its sum.
    - ``lookup(sheet.column)``: of a record sheet; ``lookup(sheet.column, key)``: of the row with the same key here, in the
      centre's other returns or its earlier ones; ``lookup(sheet.column, own = theirs)`` where it is called differently.
    - ``claimants(columns)``: names of other units that report the same, and of the unit itself for another centre; with the
      word ``centre`` those of this centre.
    - ``elsewhere(columns)``: which of them the unit tells its other centre otherwise this quarter, and how.
    - ``dropped(sheet, column = 'value')``: keys of last quarter's rows that are not here.
    - ``restated(columns)``: which of them differ from the record of the same key in the newest return in force of an
      earlier quarter, and where it stands. ``of column`` makes another key of it; a key among the columns is never to
      come again and differs whenever it does.
    - ``replaced()``: the return in force whose place this one would take.
    """

    name: str
    function: Function
    arguments: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The arguments without the keys of ``of``."""
        return tuple(one for one in self.arguments if not one.startswith("of "))

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that ``of`` names."""
        return tuple(one.removeprefix("of ") for one in self.arguments if one.startswith("of "))
