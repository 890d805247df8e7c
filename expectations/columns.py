"""One column of the form: what stands in it, how it is called and printed."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cached_property
from typing import Self

from pydantic import model_validator

from expectations.rules import Model

_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")


class Column(Model):
    """One column of the form.

    ``type`` is text, remark (sentences that are read out to others), integer, decimal(p,s), date, flag, code, quarter or
    uscc. ``private`` columns (contacts) are read and checked but never reach warehouse, evidence or data docs. ``was``
    lists headings of earlier versions; ``since`` is the version of the form that brought the column.
    """

    no: int
    name: str
    zh: str
    en: str
    type: str
    unit: str = ""
    codes: str = ""
    required: bool = False
    unique: bool = False
    private: bool = False
    min: float | None = None
    max: float | None = None
    fixed: str = ""
    prefill: bool = False
    was: tuple[str, ...] = ()
    since: str = ""
    help: str = ""
    width: int = 14

    @property
    def heading(self) -> str:
        """The printed heading of a table column, with its unit."""
        return f"{self.zh}（{self.unit}）" if self.unit else self.zh

    @cached_property
    def scale(self) -> int | None:
        """Decimals allowed: 0 for integers, s for decimal(p,s), None where the column holds no number."""
        if self.type == "integer":
            return 0
        match = _DECIMAL.fullmatch(self.type)
        return int(match[2]) if match else None

    @property
    def sql_type(self) -> str:
        kinds = {"integer": "bigint", "date": "date", "flag": "boolean"}
        return self.type if self.scale else kinds.get(self.type, "varchar")

    @property
    def sql_type_judged(self) -> str:
        """The type of values under judgement: wide enough for any readable number, and for a thousand times that."""
        return f"decimal(28,{self.scale})" if self.scale else self.sql_type

    @property
    def bounds(self) -> tuple[str, str]:
        """``min`` and ``max`` as printed, blank where there is none."""
        lowest, highest = (
            "" if bound is None else format(Decimal(str(bound)).normalize(), "f")
            for bound in (self.min, self.max)
        )
        return lowest, highest

    @model_validator(mode="after")
    def _range_fits_type(self) -> Self:
        """What passes the range rule must fit the warehouse's column."""
        if (self.min is None) != (self.max is None):
            raise ValueError(f"{self.name}: min and max are printed together; give both or none")
        match = _DECIMAL.fullmatch(self.type)
        if match and int(match[1]) < 18:
            room = 10 ** (int(match[1]) - int(match[2]))
            if self.min is None or self.max is None or max(abs(self.min), abs(self.max)) >= room:
                raise ValueError(f"{self.name}: min and max must be given and fit {self.type}")
        return self
