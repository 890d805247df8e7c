"""Indicators: their definitions (indicators.yml)."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, model_validator

from expectations.codes import Code, code_lists
from expectations.form import the_form
from expectations.quarter import Quarter
from expectations.yaml12 import read_yaml
from warehouse.basis import REGISTERED, told_basis, told_basis_en
from warehouse.earlier import Earlier

Kind = Literal["flow", "stock", "ratio", "distinct", "median"]
Level = Literal["province", "field", "city", "centre", "unit"]
# `like…` are 同口径: this quarter and the one before (or the same a year ago), over returns accepted both times and by this
# quarter's definition. `overlap`: the whole quarter before, by the definition that has come into force since.
Period = Literal["quarter", "ytd", "like", "like_before", "like_year", "like_year_before", "overlap"]
# Of a year to date: `all` that its quarters hold, what they hold counted `once`, or what the `last` one says.
OfYear = Literal["all", "once", "last"]
Chapter = Literal["system", "rd", "diffusion", "industrialisation", "finance", "outcome", "quality"]


class Breakdown(BaseModel):
    """How a figure is broken down: ``column`` of the mart holds the member (a code of the list ``codes``, or of
    ``members`` of it), or each member has its own numerator (``numerators``: member → SQL).
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


class Version(NamedTuple):
    """A definition (an indicator without earlier ones) with the first and last quarter it measures, blank where open.

    ``why`` it gave way to the next one, in Chinese and English. ``broke``: it measures otherwise than the one before.
    """

    since: str
    until: str
    of: Indicator
    why: tuple[str, str] = ("", "")
    broke: bool = False


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
    ``significance`` replaces the usual ``threshold``. ``mark`` is the published threshold its SQL asks for by that word, as
    valid on the quarter's last day, in ``mark_unit``; ``sized``: it hangs on the table of enterprise sizes. ``earlier``: how
    it was defined before, oldest first. ``unbounded``: a return to come could lessen it as well, or what is
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
    mark: Literal["", "floor"] = ""
    mark_unit: str = ""
    mark_unit_en: str = ""
    sized: bool = False
    earlier: tuple[Earlier, ...] = ()

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

    @model_validator(mode="after")
    def _changes_can_be_told(self) -> Self:
        """Definitions follow each other, each must be one, and no figure may be made by two of them."""
        if any(one.until >= later.until for one, later in pairwise(self.earlier)):
            raise ValueError(f"{self.code}: earlier definitions stand oldest first")
        breaks = [one for one in self.versions if one.broke]  # makes, and so checks, every version
        if self.ever and breaks:
            raise ValueError(
                f"{self.code}: what counts once for ever would have to be seen again: give it a new code"
            )
        if self.mark and not (self.kind == "stock" or self.rolling):
            raise ValueError(f"{self.code}: a mark may change within a year, whose total would mix two")
        if "to_sme" in f"{self.where} {self.numerator}" and not self.sized:
            raise ValueError(f"{self.code}: who is an SME hangs on the table of sizes")
        return self

    @cached_property
    def versions(self) -> tuple[Version, ...]:
        """All its definitions, oldest first; the last is in force until it is changed."""
        found: list[Version] = []
        present = self.model_dump(exclude={"earlier"})
        for one in (*self.earlier, None):
            of = Indicator(**(present | one.otherwise)) if one else self.model_copy(update={"earlier": ()})
            since = str(Quarter.parse(found[-1].until).shift(1)) if found else ""
            broke = bool(found) and _measured(found[-1].of) != _measured(of)
            found.append(
                Version(
                    since, one.until if one else "", of, (one.why, one.why_en) if one else ("", ""), broke
                )
            )
        return tuple(found)

    def at(self, quarter: str) -> Indicator:
        """The definition that measures a quarter."""
        return next(one.of for one in self.versions if not one.until or quarter <= one.until)

    @property
    def of_year(self) -> OfYear:
        """What its year to date is made of."""
        if self.rolling or self.kind == "stock":
            return "last"
        return "once" if self.kind == "distinct" and not self.ever else "all"

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
        return "各表" if self._of_all_sheets else "；".join(told_basis(*one) for one in self.cells.items())

    @property
    def basis_en(self) -> str:
        """The same in English: ``Projects sheet [12] to [15]; register of members``."""
        told = (
            "all sheets"
            if self._of_all_sheets
            else "; ".join(told_basis_en(*one) for one in self.cells.items())
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


def _measured(one: Indicator) -> dict[str, Any]:
    """What of a definition makes its figures."""
    return one.model_dump(include={"source", "where", "key", "numerator", "denominator", "count"})


@cache
def indicators() -> dict[str, Indicator]:
    """All indicators by code, in the order they are reported."""
    found = [Indicator(**one) for one in read_yaml(Path(__file__).parent / "indicators.yml")]
    return {one.code: one for one in found}


@cache
def indicators_hash(quarter: str) -> str:
    """The hash of all definitions up to a quarter as a reader may know them: code around them may change without a word."""
    told = [
        (version.since, version.of.model_dump(mode="json"))
        for one in indicators().values()
        for version in one.versions
        if version.since <= quarter
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
