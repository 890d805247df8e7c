"""How a figure is added up (domain.md §5): by kind, at every level, for every period, each from the rows themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import pandas as pd

from tests.figures.recount_calendar import Calendar
from tests.figures.recount_returns import SCALE, Frame

CELL = ["level", "scope", "part"]
WHEN = ["quarter", "period"]
ADDED = ["value", "over", "n"]
Values = int | pd.Series


@dataclass(frozen=True)
class Count:
    """The rows an indicator counts, and how.

    ``rows`` have quarter, centre, unit, field, city (None where a row belongs to none), ``key`` (what counts once),
    ``value`` and ``over`` (numerator and denominator in ten-thousandths), ``n`` and ``part``; the first row of a key
    stands. ``ever``: a key counts in the first quarter it is seen in only. ``last``: the year to date is the last
    quarter's. ``whose_city``: of the unit, of the recipient, or as the registry knows it (then nobody need report).
    ``top``: the strongest city's share of what the cities count. Below ``least`` cases, and in the first ``warm_up``
    quarters, there is no value. From the quarter ``since`` on it is counted otherwise than before: ``anew`` are the rows
    of all quarters by that count.
    """

    kind: str
    rows: Frame
    parts: tuple[str, ...] = ()
    whose_city: str = "unit"
    ever: bool = False
    top: bool = False
    last: bool = False
    least: int = 0
    warm_up: int = 0
    since: str = ""
    anew: Frame | None = None


def count(
    kind: str,
    rows: Frame,
    key: Sequence[str],
    value: Values = SCALE,
    over: Values = 0,
    n: Values = 1,
    by: Mapping[str, tuple[str, Sequence[str]]] | None = None,
    **how: Any,
) -> Count:
    """A count of ``rows`` by ``key``; ``by``: dimension → the column of its members and the members there are."""
    once = reduce(lambda left, right: left + "|" + right, (rows[name].astype(str) for name in key))
    made = [rows.assign(key=once, value=value, over=over, n=n, part="")]
    members: list[str] = []
    for dimension, (column, known) in (by or {}).items():
        member = made[0][made[0][column].notna()]
        made.append(member.assign(part=f"{dimension}:" + member[column]))
        members += [f"{dimension}:{one}" for one in known]
    return Count(kind, pd.concat(made, ignore_index=True), tuple(members), **how)


def figures(calendar: Calendar, one: Count, quarters: Sequence[str]) -> Frame:
    """All figures of an indicator: quarter, period, level, scope and part with value, numerator, denominator and n.

    What is compared over a change is counted anew both times; ``overlap`` is the whole quarter before it, counted anew.
    """
    found = _figures(calendar, one, quarters)
    if one.anew is None:
        return found
    since, anew = calendar.at[one.since], _figures(calendar, replace(one, rows=one.anew), calendar.quarters)
    back = found["period"].map({"like_before": 1, "like_year_before": 4}).fillna(0)
    over = (found["quarter"] >= one.since) & (found["quarter"].map(calendar.at) - back < since)
    others = anew.merge(found.loc[over, WHEN].drop_duplicates(), on=WHEN)
    overlap = anew[(anew["period"] == "quarter") & (anew["quarter"] == calendar.quarters[since - 1])]
    return pd.concat(
        [found[~over], others, overlap.assign(quarter=one.since, period="overlap")], ignore_index=True
    )


def _figures(calendar: Calendar, one: Count, quarters: Sequence[str]) -> Frame:
    long, cells = _spread(calendar.placed(one.rows))
    if one.ever:
        long = long[long["i"] == long.groupby("thing")["i"].transform("min")]
    long = long[long["n"] != 0]
    # Distinct things, medians and the strongest city pool their period; all else adds its quarters up.
    pooled = one.kind == "median" or one.top or (one.kind == "distinct" and not one.ever)
    periods = list(calendar.periods(quarters))
    asked = pd.concat(
        [long[calendar.within(long, period, last=one.last)] for period in periods], keys=range(len(periods))
    )
    asked = asked.rename_axis(["asked", None]).reset_index("asked")
    asked = asked.drop_duplicates(["asked", "thing"] if pooled else ["asked", "thing", "i"])
    added = asked.groupby(["asked", "cell"])[ADDED].sum()
    added["middle"] = asked.groupby(["asked", "cell"])["value"].median() if one.kind == "median" else None
    named = added.reset_index().join(cells, on="cell")
    named = _strongest(named) if one.top else named
    named = named.join(Frame([one[:2] for one in periods], columns=WHEN), on="asked")
    there = calendar.covered(tuple(quarters), one.whose_city, last=one.last)
    there = there.merge(Frame({"part": ["", *one.parts]}), how="cross")
    there = there[(there["part"] == "") | (there["level"] != "unit")]
    return _told(one, there.merge(named, on=WHEN + CELL, how="left"))


def _spread(rows: Frame) -> tuple[Frame, Frame]:
    """Each row once a level, numbered by the cell it counts in and by what counts once there; and the cells' names."""
    scopes = {"province": "province", "field": rows["field"], "city": rows["city"]}
    # A single unit is not broken down.
    scopes |= {"centre": rows["centre"], "unit": rows["unit"].where(rows["part"] == "")}
    each = [rows.assign(level=level, scope=scope) for level, scope in scopes.items()]
    long = pd.concat([one[one["scope"].notna()] for one in each], ignore_index=True)
    long["cell"] = long.groupby(CELL).ngroup()
    long["thing"] = long.groupby(["cell", "key"]).ngroup()
    cells = long.drop_duplicates("cell").set_index("cell")[CELL]
    return long[["cell", "thing", "i", "whose", *ADDED]].astype("int64"), cells


def _strongest(named: Frame) -> Frame:
    """The province's share of its strongest city: what that city counts by what all its cities count."""
    cities = named[named["level"] == "city"].groupby("asked")
    found = Frame({"value": cities["value"].max(), "over": cities["value"].sum(), "n": cities["n"].sum()})
    return found.reset_index().assign(level="province", scope="province", part="", middle=None)


def _told(one: Count, told: Frame) -> Frame:
    """Value, numerator, denominator and n; nothing found is a true 0, a ratio of nothing has no denominator."""
    numerator, n = told["value"].fillna(0), told["n"].fillna(0)
    value = {"ratio": told["over"] * float("nan"), "median": told["middle"]}.get(one.kind, numerator)
    known = (n >= one.least) & (told["since"] >= one.warm_up)
    return told[WHEN + CELL].assign(
        value=value.astype(float).where(known),
        numerator=numerator,
        denominator=told["over"] if one.kind == "ratio" else float("nan"),
        n=n,
    )
