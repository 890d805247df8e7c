"""What the demo expects of a file: its verdict, and the cells that errors, holds and warnings must name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from expectations.form import the_form
from tasks.demo_story import Return

Fault = Literal[
    "",
    "late",
    "missing",
    "nil",
    "revised",
    "correction",
    "three_errors",
    "no_workbook",
    "resent",
    "mended",
    "cut_off",
    "password",
    "error_cell",
    "yuan",
    "check_digit",
    "two_heads",
    "full_width",
    "duplicate",
    "patent_twice",
    "contract_twice",
    "trl_fell",
    "dropped",
    "size_differs",
    "belated",
    "tenfold",
    "reopened",
    "restated",
]
Verdict = Literal["accepted", "returned", "held", "refused", "missing"]
Address = tuple[str, str, str]  # sheet as printed, cell, rule; both blank where the file as a whole is meant


@dataclass(frozen=True)
class Settled:
    """What an official decides of a return that came too late and was held: when, to do what, who, and why."""

    at: datetime
    action: Literal["release", "reject"]
    by: str
    reason: str


@dataclass(frozen=True)
class Planted:
    """What the story expects of one file. ``cells`` are all its findings that are no mere notes.

    A return that never comes has a blank ``file``, no ``received`` and the verdict ``missing``. A revised
    return is accepted first and superseded by its correction, a returned one may be followed by a mended one. What
    came after the quarter's report is held until it is ``settled``; verdict and cells are those after that.
    """

    file: str
    quarter: str
    unit: str
    centre: str
    received: datetime | None
    verdict: Verdict
    fault: Fault = ""
    cells: tuple[Address, ...] = ()
    nil: bool = False
    settled: Settled | None = None


@dataclass(frozen=True)
class Arrival:
    """One file on its way: what it should lead to, and what is in it (nothing at all, bytes, or a return).

    ``reason`` is what the cover says of why it is sent again. A workbook may be spoilt once it is written: ``cut`` ends
    it at two thirds, ``broken`` (sheet, cell) turns a cell into an error value.
    """

    planted: Planted
    content: Return | bytes | None
    reason: str = ""
    cut: bool = False
    broken: tuple[str, str] | None = None

    @property
    def told(self) -> Return | None:
        """The return in it, if it can be read."""
        readable = isinstance(self.content, Return) and not self.cut
        return self.content if readable and isinstance(self.content, Return) else None


def expecting(
    told: Return, clean: Planted, fault: Fault, verdict: Verdict = "accepted", *cells: Address
) -> Arrival:
    """A file with a fault in it, received when the clean one would have been."""
    return Arrival(replace(clean, fault=fault, verdict=verdict, cells=cells), told)


def again(told: Return, clean: Planted, fault: Fault, word: str, reason: str = "") -> Arrival:
    """The right file on the following day, named as one that takes another's place."""
    assert clean.received is not None
    minutes = 17 + clean.received.minute % 40
    named = clean.file.replace(".xlsx", f"（{word}）.xlsx")
    later = replace(
        clean, file=named, received=clean.received + timedelta(days=1, minutes=-minutes), fault=fault
    )
    return Arrival(later, told, reason)


def address(sheet_name: str, column: str, index: int, rule: str) -> Address:
    """The cell of the record at ``index`` (from 0) of a sheet."""
    sheet = the_form().by_name[sheet_name]
    return sheet.zh, sheet.address(column, sheet.first_row + index), rule
