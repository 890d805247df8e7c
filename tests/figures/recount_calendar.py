"""Which quarters a figure looks at, which returns it may use (同口径), and where a figure stands at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import NamedTuple

import pandas as pd

from tests.figures.recount_returns import Frame

LEVELS = ("province", "field", "city", "centre", "unit")
# How many quarters back a period looks, and how many quarters away the same unit must have reported as well.
LIKE = {"like": (0, -1), "like_before": (1, 1), "like_year": (0, -4), "like_year_before": (4, 4)}


class Period(NamedTuple):
    """A period of a quarter: the places in the calendar it looks at, and how far away the same return must be."""

    quarter: str
    name: str
    span: tuple[int, ...]
    other: int | None = None


class Calendar:
    """The quarters there are returns of, oldest first.

    ``returns`` has one row an accepted return, ``places`` all scopes by level, and with ``recipient`` the cities
    recipients sit in.
    """

    def __init__(self, quarters: Sequence[str], returns: Frame, places: Mapping[str, Sequence[str]]) -> None:
        self.quarters, self.places = tuple(quarters), places
        self.at = {quarter: i for i, quarter in enumerate(self.quarters)}
        told = zip(returns["centre"], returns["unit"], returns["quarter"], strict=True)
        self.whose = {(centre, unit, self.at[quarter]): n for n, (centre, unit, quarter) in enumerate(told)}
        self.returns = self.placed(returns)

    def placed(self, rows: Frame) -> Frame:
        """Rows with their quarter's place ``i`` and the number of their return, -1 where they come from none."""
        i = rows["quarter"].map(self.at).astype(int)
        keys = zip(rows["centre"], rows["unit"], i, strict=True)
        return rows.assign(i=i, whose=[self.whose.get(key, -1) for key in keys])

    def periods(self, quarters: Sequence[str]) -> Iterator[Period]:
        for quarter in quarters:
            at = self.at[quarter]
            yield Period(quarter, "quarter", (at,))
            yield Period(
                quarter, "ytd", tuple(i for i in range(at + 1) if self.quarters[i][:4] == quarter[:4])
            )
            for name, (back, other) in LIKE.items():
                if at >= back:
                    yield Period(quarter, name, (at - back,), other)

    @cached_property
    def _both(self) -> dict[int, list[int]]:
        """By distance: the returns whose unit reported to the same centre that many quarters away as well."""
        return {
            other: [n for (*who, i), n in self.whose.items() if (*who, i + other) in self.whose]
            for _, other in LIKE.values()
        }

    def within(self, rows: Frame, period: Period, *, last: bool) -> pd.Series:
        """Which placed rows a period counts; ``last``: those of its last quarter only."""
        mask = rows["i"].isin(period.span[-1:] if last else period.span)
        return mask if period.other is None else mask & rows["whose"].isin(self._both[period.other])

    @cache  # noqa: B019 - a calendar lives as long as the recount that asks
    def covered(self, quarters: tuple[str, ...], whose_city: str, *, last: bool) -> Frame:
        """Every scope a figure stands for: — stands only where no accepted return covers the cell.

        ``whose_city``: a city is covered by returns of its own units; as a recipient's by any of the province; and what
        the registry knows needs no return.
        """
        found = []
        for period in self.periods(quarters):
            if whose_city == "registry":
                scopes = {**self.places, "unit": ()} if period.other is None else {}
            else:
                seen = self.returns[self.within(self.returns, period, last=last)]
                scopes = {level: seen[level] for level in ("field", "city", "centre")}
                scopes |= {"province": ["province"][: len(seen)], "unit": seen["unit"]}
                if period.other is not None:
                    scopes["unit"] = ()  # like for like a single unit's figure is the same
                if whose_city == "recipient":
                    scopes["city"] = self.places["recipient"] if len(seen) else ()
            found += [
                (period.quarter, period.name, level, scope, period.span[0])
                for level in LEVELS
                for scope in dict.fromkeys(scopes.get(level, ()))
            ]
        return Frame(found, columns=["quarter", "period", "level", "scope", "since"])
