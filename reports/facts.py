"""What a report is written from: figures and standings as plain values, whatever store they came from, in no language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal

from expectations.quarter import Quarter
from reports.blocks import State
from reports.changes import DisputeFact, Restated, Revision, Track
from reports.coverage import CoverageKey, Covered
from reports.decided import Decided
from reports.text import Text

Kind = Literal["flow", "stock", "ratio", "distinct", "median"]


@dataclass(frozen=True)
class Measure:
    """An indicator as the report needs it. ``unit`` is printed after the value; ``decimals`` places are printed.

    ``of_year``: whether the year to date takes all that the year's quarters hold, counts once what several of them hold, or
    is what the last one says. ``registry`` figures hang on no return, so that coverage does not touch them. ``lists`` names
    the code list of each dimension it is broken down by. ``threshold`` is the least change a revised edition is issued for: a
    share of the figure, of a ratio in its own terms (0.005 is half a percentage point); None where there is none.
    """

    code: str
    chapter: str
    name: Text
    kind: Kind
    unit: Text
    decimals: int
    formula: Text
    basis: Text
    lists: Mapping[str, str]
    registry: bool = False
    of_year: Literal["all", "once", "last"] = "all"
    threshold: Decimal | None = None

    @property
    def share(self) -> bool:
        """A fraction printed in per cent; other ratios are printed as they are."""
        return self.kind == "ratio" and self.unit.zh == "%"


@dataclass(frozen=True)
class Reading:
    """One figure: value (a ratio as a fraction; None = no data), what it is made of, and from how many rows."""

    value: Decimal | None
    numerator: Decimal
    denominator: Decimal | None
    n: int


@dataclass(frozen=True)
class CentreFact:
    """A centre on the quarter's last day. ``stage`` is blank before it was set up; codes are those of codes.yml."""

    code: str
    name: Text
    short: Text
    field: str
    branch: str
    city: str
    stage: str
    recognised: bool
    since: date | None


@dataclass(frozen=True)
class ReturnFact:
    """How one expected return stands; ``reason`` says why it is not used."""

    quarter: Quarter
    centre_code: str
    centre: Text
    unit_code: str
    unit: Text
    unit_short: Text
    state: State
    in_use: bool
    received: bool
    reason: Text


@dataclass(frozen=True)
class Recognition:
    """A centre recognised from a day until a day (open where None)."""

    start: date
    end: date | None


@dataclass(frozen=True)
class TargetFact:
    """What is to be reached by a day: ``scope`` is ``province`` or a centre. A ratio is a fraction."""

    indicator: str
    scope: str
    by: date
    value: Decimal
    source: Text


@dataclass(frozen=True)
class ThresholdFact:
    """A published mark: ``full`` marks from here, ``none`` below it, a ``floor`` to be above. A ratio is a fraction."""

    indicator: str
    mark: str
    value: Decimal
    source: Text


@dataclass(frozen=True)
class DefinitionFact:
    """How an indicator is counted from a quarter until another (None: from the first on, until further notice).
    ``mark`` is the published threshold it is held against, in ``mark_unit``, ``sizes`` the day from which the table of
    enterprise sizes it hangs on is valid; ``why`` it came into force.
    """

    since: Quarter | None
    until: Quarter | None
    formula: Text
    basis: Text
    why: Text
    mark: Decimal | None
    mark_unit: Text
    sizes: date | None = None


@dataclass(frozen=True)
class EvidenceFact:
    """One row that figures of the quarter are made of: what it adds, and where it stands.

    ``centre`` is a code and ``unit`` a name, both blank where registry or ledger know it; ``cells`` are its addresses
    with what was read there, ``rests_on`` the same of other rows its value hangs on. ``levels``: where it is counted; of
    two rows that say the same the province counts one.
    """

    code: str
    part: str
    field: str
    city: str
    centre: str
    unit: Text
    file: str
    sheet: Text
    cells: Text
    rests_on: Text
    numerator: Decimal
    denominator: Decimal | None
    levels: frozenset[str]


ReadingKey = tuple[str, str, str, str, str, str]  # indicator, quarter, period, level, scope, part


@dataclass(frozen=True)
class Facts:
    """Everything one report says, before it is said. ``quarters`` is oldest first and ends with ``quarter``.

    ``readings`` hold every level but units. ``definitions`` are those of the indicators that were counted otherwise before,
    oldest first, up to the one of the quarter. ``disputes`` are those of the quarter, those still open, and those settled
    since it began, ``restated`` what returns of the quarter tell otherwise than earlier ones did. ``revision`` is what a
    later edition changes; ``tracks`` are the key figures of all quarters as their editions told them. ``evidence`` is for
    the authority's edition only, ``decided`` for officials. ``coverage`` is that of the quarter's totals.
    """

    quarter: Quarter
    quarters: tuple[Quarter, ...]
    measures: Mapping[str, Measure]
    readings: Mapping[ReadingKey, Reading]
    centres: tuple[CentreFact, ...]
    returns: tuple[ReturnFact, ...]
    recognitions: tuple[Recognition, ...]
    targets: tuple[TargetFact, ...]
    thresholds: tuple[ThresholdFact, ...]
    report_on: date
    plan_start: date
    issuer: Text
    notice: Text
    contact: Text
    definitions: Mapping[str, tuple[DefinitionFact, ...]] = field(default_factory=dict)
    disputes: tuple[DisputeFact, ...] = ()
    restated: tuple[Restated, ...] = ()
    revision: Revision | None = None
    tracks: tuple[Track, ...] = ()
    evidence: tuple[EvidenceFact, ...] = ()
    coverage: Mapping[CoverageKey, Covered] = field(default_factory=dict)
    decided: Decided = field(default_factory=Decided)

    def reading(
        self,
        code: str,
        quarter: Quarter | None = None,
        *,
        level: str = "province",
        scope: str = "province",
        period: str = "quarter",
        part: str = "",
    ) -> Reading | None:
        """One figure; ``part`` is blank for the total, else ``dimension:member``."""
        return self.readings.get((code, str(quarter or self.quarter), period, level, scope, part))

    def value(self, code: str, quarter: Quarter | None = None, **where: str) -> Decimal | None:
        """One value, asked for as in :meth:`reading`; None where no accepted return covers it."""
        found = self.reading(code, quarter, **where)
        return found.value if found else None

    def at_centre(self, code: str, centre: str, quarter: Quarter | None = None) -> Decimal | None:
        return self.value(code, quarter, level="centre", scope=centre)

    def breaks(self, code: str) -> list[DefinitionFact]:
        """The definitions that came into force within the quarters shown, so that two stand side by side."""
        mine = self.definitions.get(code, ())
        return [one for one in mine if one.since and self.quarters[0] < one.since <= self.quarter]

    def broken(self, code: str, quarter: Quarter, back: int) -> bool:
        """Whether a quarter is counted otherwise than the one so many quarters before it."""
        mine = self.definitions.get(code, ())
        return any(one.since and quarter.shift(-back) < one.since <= quarter for one in mine)

    def parts(self, code: str, dimension: str) -> list[str]:
        """The members of a breakdown that any shown quarter of the province knows."""
        found = {
            key[5].partition(":")[2]: None
            for key in self.readings
            if key[0] == code and key[3] == "province" and key[5].startswith(f"{dimension}:")
        }
        return list(found)

    @cached_property
    def used(self) -> Mapping[Quarter, frozenset[tuple[str, str]]]:
        """The (centre, unit) of the returns that each quarter's figures are made of."""
        found: dict[Quarter, set[tuple[str, str]]] = {}
        for one in self.returns:
            if one.in_use:
                found.setdefault(one.quarter, set()).add((one.centre_code, one.unit_code))
        return {quarter: frozenset(mine) for quarter, mine in found.items()}

    def due(self) -> list[ReturnFact]:
        """The returns expected for the quarter of the report."""
        return [one for one in self.returns if one.quarter == self.quarter]
