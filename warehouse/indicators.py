"""Indicators: their definitions (indicators.yml)."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from expectations.codes import Code, code_lists
from expectations.yaml12 import read_yaml

Kind = Literal["flow", "stock", "ratio", "distinct", "median"]
Level = Literal["province", "field", "city", "centre", "unit"]
# `like…` are 同口径: this quarter and the one before (or the same a year ago), over returns accepted both times.
Period = Literal["quarter", "ytd", "like", "like_before", "like_year", "like_year_before"]
Chapter = Literal["system", "rd", "diffusion", "industrialisation", "finance", "outcome", "quality"]


class Breakdown(BaseModel):
    """How a figure is broken down along one dimension.

    Either ``column`` of the mart holds the member (a code of the list ``codes``, or of ``members`` of it), or each
    member has its own numerator (``numerators``: member → SQL).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    codes: str
    column: str = ""
    members: tuple[str, ...] = ()
    numerators: dict[str, str] = {}

    def entries(self) -> list[Code]:
        """The members as codes, in the order they are shown."""
        chosen = self.members or tuple(self.numerators)
        return [code for code in code_lists()[self.codes] if not chosen or code.code in chosen]


class Indicator(BaseModel):
    """One indicator. ``unit`` is what its printed value is in, ``decimals`` how many places are printed.

    ``source`` is a mart, ``where`` which of its rows count, ``key`` what counts once, ``numerator`` and ``denominator``
    what each adds, ``count`` what it adds to n, ``city`` the mart's column a row's city stands in. ``by`` names
    breakdowns by dimension; each is counted from rows like the total. ``ever``: a key counts only in the first quarter
    it is seen in at that level and scope, of all quarters held; ``warm_up`` quarters have to be held before a figure
    says anything. ``rolling`` figures look at the quarter's last day or at four quarters, so their year to date is the
    last quarter's. ``top``: the strongest city's share. Fewer than ``min_n`` cases give —. ``from_registry``: known from
    registry and ledger, whoever reported.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    code: str
    chapter: Chapter
    kind: Kind
    zh: str
    en: str
    unit: str
    unit_en: str
    decimals: int = 0
    source: str
    where: str = ""
    key: tuple[str, ...]
    numerator: str = "1"
    denominator: str = ""
    count: str = "1"
    by: dict[str, Breakdown] = {}
    city: str = ""
    levels: tuple[Level, ...]
    min_n: int = 0
    ever: bool = False
    warm_up: int = 0
    rolling: bool = False
    top: bool = False
    from_registry: bool = False
    formula: str
    formula_en: str
    basis: str
    basis_en: str

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        """Distinct keys are counted, so each adds 1 unless it counts once for ever; ratios alone have a denominator."""
        if self.kind == "distinct" and self.numerator != "1" and not self.ever:
            raise ValueError(f"{self.code}: a distinct count adds 1 a key")
        if (self.kind == "ratio") != bool(self.denominator):
            raise ValueError(f"{self.code}: a ratio has a denominator, nothing else has")
        if "city" in self.levels and not self.city:
            raise ValueError(f"{self.code}: the level city needs the column the city stands in")
        return self

    def parts(self) -> list[tuple[str, date, date | None]]:
        """The total (blank) and every member of its breakdowns as ``dimension:member``, with when each is valid."""
        found: list[tuple[str, date, date | None]] = [("", date.min, None)]
        for dimension, breakdown in self.by.items():
            found += [(f"{dimension}:{c.code}", c.valid_from, c.valid_to) for c in breakdown.entries()]
        return found


@cache
def indicators() -> dict[str, Indicator]:
    """All indicators by code, in the order they are reported."""
    found = [Indicator(**one) for one in read_yaml(Path(__file__).parent / "indicators.yml")]
    return {one.code: one for one in found}
