"""Indicators: their definitions (indicators.yml)."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from expectations.codes import Code, code_lists
from expectations.form import the_form
from expectations.relations import numbers
from expectations.yaml12 import read_yaml

# What is known without a return: tables of the registry, and how each return stands by the ledger.
REGISTERED = {
    "centres": ("中心登记", "register of centres"),
    "stages": ("中心阶段登记", "register of stages"),
    "units": ("单位登记", "register of units"),
    "memberships": ("成员登记", "register of members"),
    "openings": ("期初余额登记", "register of openings"),
    "thresholds": ("门槛登记", "register of thresholds"),
    "settlements": ("主管部门裁定", "decisions on claims"),
    "returns": ("报送台账", "ledger of returns"),
}
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
    registry and ledger, whoever reported. ``cells``: the columns its rows are read from, by sheet of the form or table of
    the registry (none named: all of the sheet); of some the value hangs on other rows too, which the mart names: ``rests_on``.
    ``significance`` replaces the usual ``threshold``. ``unbounded``: a return to come could lessen it as well, or what is
    missing stands in it as known before.
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
    cells: dict[str, tuple[str, ...]]
    rests_on: bool = False
    significance: Decimal | None = None
    unbounded: bool = False

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

    @model_validator(mode="after")
    def _cells_exist(self) -> Self:
        for sheet, columns in self.cells.items():
            known = the_form().by_name[sheet].by_name if sheet not in REGISTERED else columns
            if unknown := [name for name in columns if name not in known]:
                raise ValueError(f"{self.code}: {sheet} has no columns {unknown}")
        return self

    @property
    def bounded(self) -> bool:
        """Whether it is a total of returns that is never negative: what is reported is the least it can be."""
        totals = {"flow", "stock", "distinct"}
        return self.kind in totals and not self.from_registry and not self.unbounded

    @property
    def threshold(self) -> Decimal | None:
        """The least change that a revised edition is issued for: a share of the figure, of a ratio in its own terms (0.005
        is half a percentage point). None where no change of it alone is one: how returns stand is told by name.
        """
        if self.chapter == "quality":
            return None
        return self.significance or Decimal("0.005" if self.kind == "ratio" else "0.01")

    def is_significant(self, before: Decimal | None, now: Decimal | None) -> bool:
        """Whether a figure moved beyond its threshold; one that appears or disappears did."""
        if self.threshold is None or before == now:
            return False
        if before is None or now is None:
            return True
        return abs(now - before) >= (self.threshold if self.kind == "ratio" else self.threshold * abs(before))

    @property
    def basis(self) -> str:
        """Where it comes from, as printed: ``研发项目表[12]至[15]；成员登记``."""
        return "各表" if self._of_all_sheets else "；".join(_basis(*one) for one in self.cells.items())

    @property
    def basis_en(self) -> str:
        """The same in English: ``Projects sheet [12] to [15]; register of members``."""
        told = (
            "all sheets" if self._of_all_sheets else "; ".join(_basis_en(*one) for one in self.cells.items())
        )
        return told[:1].upper() + told[1:]

    @property
    def _of_all_sheets(self) -> bool:
        return set(self.cells) == set(the_form().by_name)

    def parts(self) -> list[tuple[str, date, date | None]]:
        """The total (blank) and every member of its breakdowns as ``dimension:member``, with when each is valid."""
        found: list[tuple[str, date, date | None]] = [("", date.min, None)]
        for dimension, breakdown in self.by.items():
            found += [(f"{dimension}:{c.code}", c.valid_from, c.valid_to) for c in breakdown.entries()]
        return found


def _basis(name: str, columns: tuple[str, ...]) -> str:
    if name in REGISTERED:
        return REGISTERED[name][0]
    sheet = the_form().by_name[name]
    return f"{sheet.zh}表{numbers(sheet, columns, '、', '至')}"


def _basis_en(name: str, columns: tuple[str, ...]) -> str:
    if name in REGISTERED:
        return REGISTERED[name][1]
    sheet = the_form().by_name[name]
    return f"{sheet.en[0].lower()}{sheet.en[1:]} sheet {numbers(sheet, columns, ', ', ' to ')}".rstrip()


@cache
def indicators() -> dict[str, Indicator]:
    """All indicators by code, in the order they are reported."""
    found = [Indicator(**one) for one in read_yaml(Path(__file__).parent / "indicators.yml")]
    return {one.code: one for one in found}


@cache
def indicators_hash() -> str:
    """The hash of all definitions as a reader may know them: code around them may change without a word."""
    told = json.dumps([one.model_dump(mode="json") for one in indicators().values()], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()
