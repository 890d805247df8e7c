"""Indicators: their definitions (indicators.yml) and their figures as read from the warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from expectations.yaml12 import read_yaml
from warehouse.store import Connection

Kind = Literal["flow", "stock", "ratio", "distinct", "median"]
Level = Literal["province", "field", "city", "centre", "unit"]
# `like…` are 同口径: this quarter and the one before (or the same a year ago), over returns accepted both times.
Period = Literal["quarter", "ytd", "like", "like_before", "like_year", "like_year_before"]
Chapter = Literal["system", "rd", "diffusion", "industrialisation", "finance", "outcome", "quality"]


class Indicator(BaseModel):
    """One indicator. ``unit`` is what its printed value is in, ``decimals`` how many places are printed.

    ``by`` names breakdowns: dimension → column of the mart; each is counted from rows like the total. ``new`` counts a
    key only where it was not seen at that level in any quarter held. ``rolling`` figures cover four quarters already,
    so their year to date is the last quarter's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    code: str
    chapter: Chapter
    kind: Kind
    zh: str
    en: str
    unit: str
    unit_en: str = ""
    decimals: int = 0
    source: str
    where: str = ""
    key: tuple[str, ...]
    numerator: str
    denominator: str = ""
    by: dict[str, str] = {}
    sheet: str = ""
    city: str = ""
    levels: tuple[Level, ...]
    min_n: int = 1
    new: bool = False
    rolling: bool = False
    from_registry: bool = False
    formula: str
    formula_en: str
    basis: str
    basis_en: str


@cache
def indicators() -> dict[str, Indicator]:
    """All indicators by code, in the order they are reported."""
    found = [Indicator(**one) for one in read_yaml(Path(__file__).parent / "indicators.yml")]
    return {one.code: one for one in found}


@dataclass(frozen=True)
class Figure:
    """One figure. ``n`` counts its rows; ``value`` is None where there is no data (—)."""

    indicator: str
    quarter: str
    period: Period
    level: Level
    scope: str
    numerator: Decimal
    denominator: Decimal | None
    n: int
    stored: Decimal | None

    @property
    def value(self) -> Decimal | None:
        """The figure: as stored, or for a ratio its numerator ÷ denominator, a fraction of one."""
        if indicators()[self.indicator].kind != "ratio":
            return self.stored
        return self.numerator / self.denominator if self.denominator else None


class Figures:
    """All figures of one warehouse generation, looked up by what they are of."""

    def __init__(self, connection: Connection) -> None:
        rows = connection.execute(
            "select indicator, quarter, period, level, scope, numerator, denominator, n, value from figures"
        ).fetchall()
        self._by_key = {row[:5]: Figure(*row) for row in rows}

    def get(
        self,
        indicator: str,
        quarter: str,
        *,
        level: Level = "province",
        scope: str = "province",
        period: Period = "quarter",
    ) -> Figure | None:
        """One figure, or None where no accepted return covers it."""
        return self._by_key.get((indicator, quarter, period, level, scope))

    def value(
        self,
        indicator: str,
        quarter: str,
        *,
        level: Level = "province",
        scope: str = "province",
        period: Period = "quarter",
    ) -> Decimal | None:
        """One figure's value, None where there is no data."""
        figure = self.get(indicator, quarter, level=level, scope=scope, period=period)
        return figure.value if figure else None

    def of(self, quarter: str) -> list[Figure]:
        """All figures of one quarter, in the order of the definitions."""
        order = list(indicators())
        found = [figure for key, figure in self._by_key.items() if key[1] == quarter]
        return sorted(found, key=lambda one: (order.index(one.indicator), one.level, one.scope, one.period))
