"""What changes between editions and what is claimed twice, as plain values, in no language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from expectations.quarter import Quarter
from reports.text import Text

DisputeState = Literal["open", "agreed", "decided"]


@dataclass(frozen=True)
class ChangedReturn:
    """A return that counts otherwise than in the edition before: let in late, revised, or no longer used.

    ``reason`` are the unit's own words, ``decided`` who let it in and why; both blank where there are none.
    """

    quarter: Quarter
    centre: Text
    unit: Text
    how: Literal["added", "revised", "withdrawn"]
    submission: str
    received: date
    reason: str = ""
    decided: str = ""


@dataclass(frozen=True)
class Cause:
    """What one changed return (None: all others, by what they share with it) adds to a figure, before and now."""

    changed: ChangedReturn | None
    before: Decimal
    now: Decimal


@dataclass(frozen=True)
class MovedFigure:
    """A total of the province that moved beyond its threshold; ``values`` by period: as told before, as known now.

    ``causes`` add up to the difference where the figure is a sum; of a ratio they are parts of its numerator.
    """

    code: str
    values: Mapping[str, tuple[Decimal | None, Decimal | None]]
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class RestatedCell:
    """One cell that says otherwise than ``there``, a cell of the return of ``quarter``; the same where it was not to come again.

    ``codes`` names the code list of both values, blank where they are none.
    """

    column: Text
    codes: str
    now: str
    cell: str
    quarter: Quarter
    before: str
    there: str


@dataclass(frozen=True)
class Restated:
    """A record that a return in force tells otherwise than was accepted of an earlier quarter, without being asked to.

    ``cell`` is where the finding points. ``text`` names both values and both cells as the unit was told, for what of it
    cannot be told apart into ``cells``.
    """

    unit: Text
    centre: Text
    sheet: Text
    cell: str
    text: Text
    cells: tuple[RestatedCell, ...] = ()

    @property
    def n(self) -> int:
        """How many cells were changed."""
        return len(self.cells) or 1


@dataclass(frozen=True)
class Revision:
    """What an edition changes in the one before it. ``disputes`` came up since, ``restated`` is what the changed returns
    tell of earlier quarters; ``registry`` and ``definitions``: whether these changed as well.
    """

    of: int
    known_at: datetime
    moved: tuple[MovedFigure, ...]
    returns: tuple[ChangedReturn, ...]
    disputes: tuple[DisputeFact, ...]
    restated: tuple[Restated, ...]
    registry: bool
    definitions: bool


@dataclass(frozen=True)
class Track:
    """A key figure of one quarter in every edition of it, the first first."""

    quarter: Quarter
    code: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class ClaimantFact:
    """Who claims something, since which quarter, and what it is credited with, a fraction of one."""

    unit: Text
    centre: Text
    quarter: Quarter
    credit: Decimal


@dataclass(frozen=True)
class DisputeFact:
    """What several units or centres claim. ``number`` is the identifier, ``since`` the quarter the second came in.

    ``doubtful``: a contract whose claimants name different recipients. ``settled_by`` and ``settled_on`` are of the
    newest decision, also where a claimant came after it.
    """

    kind: Text
    number: str
    state: DisputeState
    since: Quarter
    doubtful: bool
    claimants: tuple[ClaimantFact, ...]
    settled_by: str = ""
    settled_on: date | None = None
