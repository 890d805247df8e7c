"""What goes with a report: sheets of its annex, and the evidence behind its figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from reports.shapes import Model


class AnnexColumn(Model):
    label: str
    width: int = 12
    format: Literal["text", "integer", "decimal", "percent", "date"] = "text"


class AnnexLink(Model):
    """A row of another sheet of the annex, counted from its first."""

    sheet: str
    row: int


class AnnexSheet(Model):
    """A sheet of native values (percent = fractions), each shown with as many decimals as it was given.

    ``links``: where the second cell of each row leads, if anywhere.
    """

    name: str
    title: str
    columns: tuple[AnnexColumn, ...]
    rows: tuple[tuple[str | int | Decimal | date | None, ...], ...]
    note: str = ""
    links: tuple[AnnexLink | None, ...] = ()


class EvidenceRow(Model):
    """A row a figure is made of: whose, where it stands, with the values read there, and what it adds."""

    unit: str
    file: str
    sheet: str
    cells: str
    rests_on: str
    adds: str


class EvidenceGroup(Model):
    """The rows of one centre, and what they come to. Without rows there are too many for a page."""

    label: str
    text: str
    count: str
    rows: tuple[EvidenceRow, ...]


class Evidence(Model):
    """How one figure of the province is made."""

    code: str
    title: str
    value: str
    formula: str
    basis: str
    made: str
    groups: tuple[EvidenceGroup, ...]
    note: str
