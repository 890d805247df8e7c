"""The one definition of the return: forms/*.yml as typed objects. Everything about a column is derived from here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field

from expectations.addresses import column_letters, place_of
from expectations.columns import Column
from expectations.rules import Context, Function, Model, Rule
from expectations.yaml12 import read_yaml

__all__ = ["Column", "Form", "Printed", "Sheet", "load_form", "the_form"]

FOLDER = Path(__file__).parent / "forms"
HEADING_ROW = 5
MAX_ROWS = 2000  # data rows a table sheet has room for; a cell below or right of the form is refused
RECORD_VALUE_COLUMN = 4
# Sheets of ours beside the form's.
LISTS_SHEET = "代码表"
RELATIONS_SHEET = "审核关系"
OPEN_SHEET = "待续事项"
FINDINGS_SHEET = "审核结果"  # first sheet of an annotated copy, which units mend and send again
OWN_SHEETS = frozenset({LISTS_SHEET, RELATIONS_SHEET, OPEN_SHEET, FINDINGS_SHEET})

_CONTEXT = re.compile(r"(\w+)\(([^)]*)\)")


@dataclass(frozen=True)
class Printed:
    """A cell in which the form itself says what a column is: ``row`` and ``index`` from 1, ``texts`` that may stand there.

    ``written`` is what the template has in it, as a parser reads it.
    """

    address: str
    row: int
    index: int
    column: Column
    texts: tuple[str, ...]
    written: frozenset[str | float]


class Sheet(Model):
    """One sheet: a ``record`` (one value a row, in column D) or a ``table`` (one record a row below the headings).

    ``was`` lists names that the sheet had in earlier versions. ``csv``: its rows may be brought into the workbook from
    a CSV file.
    """

    name: str
    no: int
    zh: str
    en: str
    was: tuple[str, ...] = ()
    csv: bool = False
    layout: Literal["record", "table"]
    key: str = ""
    columns: tuple[Column, ...]
    context_text: dict[str, str] = Field(default_factory=dict, alias="context")
    rules: tuple[Rule, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def due(self) -> tuple[Column, ...]:
        """The columns that count towards completeness: contacts are not looked at, remarks have no need to be made."""
        return tuple(one for one in self.columns if not one.private and one.type != "remark")

    @cached_property
    def position(self) -> dict[str, int]:
        """Where each column stands among the sheet's columns, from 0."""
        return {column.name: index for index, column in enumerate(self.columns)}

    @cached_property
    def context(self) -> tuple[Context, ...]:
        """The declared context columns; an unknown function is a ValueError when the form is read."""
        found = []
        for name, text in self.context_text.items():
            match = _CONTEXT.fullmatch(text)
            if match is None or match[1] not in get_args(Function):
                raise ValueError(f"{self.name}.{name}: unknown context function {text!r}")
            arguments = tuple(part.strip() for part in match[2].split(",") if part.strip())
            found.append(Context(name=name, function=match[1], arguments=arguments))  # type: ignore[arg-type]
        return tuple(found)

    @property
    def first_row(self) -> int:
        """The first row that holds data (1-based)."""
        return HEADING_ROW + (1 if self.layout == "record" else 2)

    @property
    def last_row(self) -> int:
        """The last row that may hold data."""
        return HEADING_ROW + len(self.columns) if self.layout == "record" else HEADING_ROW + 1 + MAX_ROWS

    @property
    def last_column(self) -> int:
        """The last worksheet column of the form (1-based)."""
        return RECORD_VALUE_COLUMN + 1 if self.layout == "record" else len(self.columns)

    def heading_address(self, column: Column) -> str:
        """The cell in which the column's heading stands."""
        position = self.position[column.name]
        if self.layout == "record":
            return f"B{self.first_row + position}"
        return f"{column_letters(position + 1)}{HEADING_ROW}"

    def printed_cells(self, column: Column) -> dict[str, tuple[str, ...]]:
        """The cells in which the form itself says what a column is, and what may stand there, the present text first."""
        heading = self.heading_address(column)
        row, _ = place_of(heading)
        if self.layout == "record":
            unit = (column.unit or "—",)
            return {heading: (column.zh, *column.was), f"A{row}": (str(column.no),), f"C{row}": unit}
        number = f"{heading.removesuffix(str(row))}{row + 1}"
        return {heading: (column.heading, *column.was), number: (str(column.no),)}

    @cached_property
    def printed(self) -> tuple[Printed, ...]:
        """Every printed cell of the sheet."""
        found = []
        for column in self.columns:
            for address, texts in self.printed_cells(column).items():
                as_number = [float(text) for text in texts if text.isdecimal()]
                written: frozenset[str | float] = frozenset([texts[0], f"{texts[0]} *", *as_number])
                found.append(Printed(address, *place_of(address), column, texts, written))
        return tuple(found)

    def address(self, column: str, row: int) -> str:
        """The cell of a column's value; ``row`` is the worksheet row of the record (ignored by a record sheet)."""
        position = self.position[column]
        if self.layout == "record":
            return f"{column_letters(RECORD_VALUE_COLUMN)}{self.first_row + position}"
        return f"{column_letters(position + 1)}{row}"


class Form(Model):
    """The return: its title block and its sheets, in order. ``earlier`` versions are still read, the oldest first."""

    code: str
    version: str
    earlier: tuple[str, ...] = ()
    zh: str
    en: str
    issued_by: str
    document_no: str
    valid_until: date
    sheets: tuple[Sheet, ...]

    @cached_property
    def by_name(self) -> dict[str, Sheet]:
        return {sheet.name: sheet for sheet in self.sheets}

    def rules_asking(self, function: Function) -> frozenset[str]:
        """The numbers of the relations that rest on a context function: ``claimants``, who else claims the same."""
        return frozenset(
            rule.no
            for sheet in self.sheets
            for context in sheet.context
            if context.function == function
            for rule in sheet.rules
            if context.name in rule.must
        )

    @cached_property
    def _versions(self) -> dict[str, Form]:
        return {version: self._as_of(version) for version in self.earlier}

    def of_version(self, version: str) -> Form:
        """The form as it was in an earlier version that is still read; itself for any other."""
        return self._versions.get(version, self)

    def _as_of(self, version: str) -> Form:
        known = {"", *self.earlier[: self.earlier.index(version) + 1]}
        sheets = []
        for sheet in self.sheets:
            columns = tuple(column for column in sheet.columns if column.since in known)
            sheets.append(Sheet(**{**sheet.model_dump(by_alias=True), "columns": columns}))
        return Form(**{**self.model_dump(), "version": version, "sheets": sheets})

    def fixed(self, column: Column) -> str:
        """The value a column is fixed to by the form itself (its number, its version), or blank."""
        return str(getattr(self, column.fixed.removeprefix("form."))) if column.fixed else ""


def load_form(folder: Path) -> Form:
    """Read a folder of form files; a mistake in a definition raises pydantic's ValidationError or ValueError."""
    head = read_yaml(folder / "return.yml")
    sheets = [Sheet(**read_yaml(folder / f"{name}.yml")) for name in head["sheets"]]
    for sheet in sheets:
        _ = sheet.context  # an unknown context function must fail here, not in the middle of a check
    return Form(**{**head, "sheets": sheets})


@cache
def the_form() -> Form:
    """The return in force."""
    return load_form(FOLDER)
