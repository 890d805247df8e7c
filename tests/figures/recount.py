"""The province counted anew from what came in, by the words of the definitions (domain.md §5), in pandas alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import NamedTuple

import pandas as pd

from tests.figures import (
    recount_diffusion,
    recount_money,
    recount_quality,
    recount_rd,
    recount_system,
)
from tests.figures.recount_add import Count, figures
from tests.figures.recount_province import Province
from tests.figures.recount_returns import SCALE, Frame, Kept

KEY = ["indicator", "quarter", "period", "level", "scope", "part"]
NUMBERS = ["value", "numerator", "denominator", "n"]
DOMAINS = (recount_system, recount_rd, recount_diffusion, recount_money, recount_quality)


def recount(kept: Kept, quarters: Sequence[str]) -> Frame:
    """Every figure of the quarters named: ``KEY`` with value, numerator, denominator and n, money in ten-thousandths."""
    province = Province(kept)
    counted: dict[str, Count] = {}
    for domain in DOMAINS:
        counted |= domain.counts(province)
    return pd.concat(
        [figures(province.calendar, one, quarters).assign(indicator=code) for code, one in counted.items()],
        ignore_index=True,
    )


class Told(NamedTuple):
    """A recounted figure in its own unit; a ratio is a fraction, None no data."""

    value: Decimal | None
    numerator: Decimal
    denominator: Decimal | None
    n: int


class Counted:
    """Recounted figures, looked up by what they are of. ``ratios``: the indicators that are one."""

    def __init__(self, frame: Frame, ratios: Collection[str]) -> None:
        self.frame, self._ratios = frame, ratios
        columns = [frame[name].tolist() for name in KEY]
        numbers = [frame[name].tolist() for name in NUMBERS]
        self._told = dict(zip(zip(*columns, strict=True), zip(*numbers, strict=True), strict=True))

    def of(
        self,
        code: str,
        quarter: str,
        *,
        period: str = "quarter",
        level: str = "province",
        scope: str = "province",
        part: str = "",
    ) -> Told | None:
        """One figure, None where no accepted return covers it."""
        found = self._told.get((code, quarter, period, level, scope, part))
        if found is None:
            return None
        value, numerator, denominator = (
            None if pd.isna(one) else Decimal(int(one)) / SCALE for one in found[:3]
        )
        if code in self._ratios and denominator:
            value = (numerator or Decimal(0)) / denominator
        return Told(value, numerator or Decimal(0), denominator, int(found[3]))

    def value(self, code: str, quarter: str, **place: str) -> Decimal | None:
        found = self.of(code, quarter, **place)
        return found.value if found else None
