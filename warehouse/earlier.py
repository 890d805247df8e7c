"""How an indicator was defined before: what of its definition was otherwise, until when, and why it was changed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Earlier(BaseModel):
    """How an indicator was defined until the end of a year: what was otherwise then, and ``why`` it was changed.

    A change of the ``significance`` alone is no break in the series and needs no formula.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    until: str = Field(pattern=r"^\d{4}-Q4$")  # or a year to date would mix two definitions
    why: str
    why_en: str
    source: str = ""
    where: str = ""
    key: tuple[str, ...] = ()
    numerator: str = ""
    denominator: str = ""
    count: str = ""
    cells: dict[str, tuple[str, ...]] = {}
    rests_on: bool = False
    formula: str = ""
    formula_en: str = ""
    significance: Decimal | None = None

    @property
    def otherwise(self) -> dict[str, Any]:
        """The fields of the indicator that had another value, with that value."""
        return self.model_dump(exclude_unset=True, exclude={"until", "why", "why_en"})

    @model_validator(mode="after")
    def _told(self) -> Self:
        if self.otherwise.keys() - {"significance"} and not (self.formula and self.formula_en):
            raise ValueError(
                f"until {self.until}: what was counted otherwise needs its formula in both languages"
            )
        return self
