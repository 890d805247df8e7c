"""What a report is written from: figures and standings as plain values, whatever store they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from expectations.quarter import Quarter
from reports.blocks import State

Kind = Literal["flow", "stock", "ratio", "distinct", "median"]


@dataclass(frozen=True)
class Measure:
    """An indicator as the report needs it. ``unit`` is printed after the value; ``decimals`` places are printed."""

    code: str
    zh: str
    kind: Kind
    unit: str
    decimals: int
    formula: str
    basis: str


@dataclass(frozen=True)
class Reading:
    """One figure: value (a ratio as a fraction; None = no data), what it is made of, and from how many rows."""

    value: Decimal | None
    numerator: Decimal
    denominator: Decimal | None
    n: int


@dataclass(frozen=True)
class CentreFact:
    """A centre on the quarter's last day. ``stage`` is blank before it was set up."""

    code: str
    name: str
    short: str
    field: str
    city: str
    stage: str
    since: date | None


@dataclass(frozen=True)
class ReturnFact:
    """How one expected return stands; ``reason`` says why it is not used."""

    quarter: Quarter
    centre_code: str
    centre: str
    unit_code: str
    unit: str
    unit_short: str
    state: State
    in_use: bool
    received: bool
    reason: str


@dataclass(frozen=True)
class Recognition:
    """A centre recognised from a day until a day (open where None)."""

    start: date
    end: date | None


@dataclass(frozen=True)
class TargetFact:
    by: date
    value: int
    source: str


ReadingKey = tuple[str, str, str, str, str]  # indicator, quarter, period, level, scope


@dataclass(frozen=True)
class Facts:
    """Everything one report says, before it is said. ``quarters`` is oldest first and ends with ``quarter``."""

    quarter: Quarter
    quarters: tuple[Quarter, ...]
    measures: Mapping[str, Measure]
    readings: Mapping[ReadingKey, Reading]
    centres: tuple[CentreFact, ...]
    returns: tuple[ReturnFact, ...]
    recognitions: tuple[Recognition, ...]
    targets: tuple[TargetFact, ...]
    scope_names: Mapping[tuple[str, str], str]
    report_on: date
    plan_start: date
    issuer: str
    notice: str
    contact: str

    def reading(
        self,
        code: str,
        quarter: Quarter | None = None,
        *,
        level: str = "province",
        scope: str = "province",
        period: str = "quarter",
    ) -> Reading | None:
        return self.readings.get((code, str(quarter or self.quarter), period, level, scope))

    def value(
        self,
        code: str,
        quarter: Quarter | None = None,
        *,
        level: str = "province",
        scope: str = "province",
        period: str = "quarter",
    ) -> Decimal | None:
        """One value; None where no accepted return covers it."""
        found = self.reading(code, quarter, level=level, scope=scope, period=period)
        return found.value if found else None

    def due(self) -> list[ReturnFact]:
        """The returns expected for the quarter of the report."""
        return [one for one in self.returns if one.quarter == self.quarter]
