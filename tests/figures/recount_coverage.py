"""Coverage counted anew: of every total what was accepted with and without warnings, and what the missing last reported."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import sqlalchemy as sa

from tests.figures.recount import DOMAINS
from tests.figures.recount_add import Count
from tests.figures.recount_province import Province
from tests.figures.recount_returns import Frame, Kept

WHOSE = ["quarter", "centre", "unit"]
WHERE = ["indicator", "quarter", "level", "scope"]
TOLD = ["plain", "warned", "missing", "returns", "unknown"]
BACK = 4  # quarters within which a return may stand for a missing one
# What a return to come could lessen, or what stands in the total as it was known before.
UNBOUNDED = {"outputs_waiting", "risk_fund_balance_wan_cny"}


def warned_files(kept: Kept) -> set[tuple[str, str, str]]:
    """Quarter, centre and unit of the returns in use whose last verdict came with a warning."""
    with sa.create_engine(kept.ledger).connect() as ledger:
        found = pd.read_sql(
            sa.text("select distinct sha256, seq from finding where severity = 'warning'"), ledger
        )
    used = kept.accepted.merge(found, left_on=["sha256", "seq_judged"], right_on=["sha256", "seq"])
    return set(used[WHOSE].itertuples(index=False, name=None))


def absent(province: Province) -> Frame:
    """Returns due and not in use, with the newest quarter of the four before in which one was in use."""
    at = province.calendar.at
    used = {(centre, unit, at[quarter]) for quarter, centre, unit in _keys(province.kept.accepted)}
    rows = province.members.assign(i=province.members["quarter"].map(at))
    keys = list(zip(rows["centre"], rows["unit"], rows["i"], strict=True))
    lacking = rows[[key not in used for key in keys]]
    last = [
        next((i - back for back in range(1, BACK + 1) if (centre, unit, i - back) in used), -1)
        for centre, unit, i in zip(lacking["centre"], lacking["unit"], lacking["i"], strict=True)
    ]
    return lacking.assign(last=last)


def _keys(rows: Frame) -> Iterable[tuple[str, str, str]]:
    return rows[WHOSE].itertuples(index=False, name=None)


def coverage(kept: Kept) -> Frame:
    """``WHERE`` and ``TOLD`` of every total that cannot be negative, sums in ten-thousandths."""
    province = Province(kept)
    warned, lacking = warned_files(kept), absent(province)
    found = [
        _covered(province, one, lacking, warned, level).assign(indicator=code, level=level)
        for domain in DOMAINS
        for code, one in domain.counts(province).items()
        if _is_bounded(code, one)
        for level in ("province", "field", "centre")
    ]
    quarters = dict(enumerate(province.calendar.quarters))
    return pd.concat(found, ignore_index=True).assign(quarter=lambda rows: rows["i"].map(quarters))


def _is_bounded(code: str, one: Count) -> bool:
    reported = one.kind in {"flow", "stock", "distinct"} and one.whose_city != "registry"
    return reported and "credited" not in code and code not in UNBOUNDED


def _covered(
    province: Province, one: Count, lacking: Frame, warned: set[tuple[str, str, str]], level: str
) -> Frame:
    """One row a quarter ``i`` and scope of the level in which a return is in use or lacking."""
    rows = one.rows[one.rows["part"] == ""]
    rows = rows.assign(
        i=rows["quarter"].map(province.calendar.at), warned=[key in warned for key in _keys(rows)]
    )
    rows = _at(rows, level)
    if one.ever:
        rows = rows[rows["i"] == rows.groupby(["scope", "key"])["i"].transform("min")]
    rows = rows[rows["n"] != 0]
    now = rows.drop_duplicates(["i", "scope", "key"])
    due = _at(lacking[lacking["at_end"]] if one.kind == "stock" else lacking, level)
    due = due.assign(last=due["last"].where(due["last"] >= one.warm_up, -1))
    before = due[["i", "scope", "centre", "unit", "last"]].merge(
        rows[["i", "scope", "centre", "unit", "key", "value"]].rename(columns={"i": "last"}),
        on=["scope", "centre", "unit", "last"],
    )
    told = pd.MultiIndex.from_frame(now[["i", "scope", "key"]])
    before = before[~pd.MultiIndex.from_frame(before[["i", "scope", "key"]]).isin(told)]
    before = before.sort_values("last", ascending=False, kind="stable").drop_duplicates(["i", "scope", "key"])
    sums = {
        "plain": now[~now["warned"]].groupby(["i", "scope"])["value"].sum(),
        "warned": now[now["warned"]].groupby(["i", "scope"])["value"].sum(),
        "missing": before.groupby(["i", "scope"])["value"].sum(),
        "returns": due.groupby(["i", "scope"]).size(),
        "unknown": due[due["last"] < 0].groupby(["i", "scope"]).size(),
    }
    used = _at(province.calendar.returns, level)
    there = pd.MultiIndex.from_frame(pd.concat([used, due])[["i", "scope"]].drop_duplicates())
    return (
        Frame({name: found.reindex(there) for name, found in sums.items()})
        .fillna(0)
        .astype("int64")
        .reset_index()
    )


def _at(rows: Frame, level: str) -> Frame:
    return rows.assign(scope=level if level == "province" else rows[level])
