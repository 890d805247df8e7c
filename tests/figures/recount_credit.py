"""Credit: who claims what, and what each claimant is credited with: as decided, by shares, or alone (domain.md §4)."""

from __future__ import annotations

import json

import pandas as pd
import sqlalchemy as sa

from tests.figures.recount_add import Count, count
from tests.figures.recount_province import Province
from tests.figures.recount_returns import SCALE, Frame, Kept

CLAIM = ["claim", "identifier"]
CLAIMANT = [*CLAIM, "unit", "centre"]


def decided(kept: Kept) -> Frame:
    """The newest decision on each claim, a row a claimant, shares in ten-thousandths."""
    with sa.create_engine(kept.ledger).connect() as ledger:
        rows = pd.read_sql(sa.text("select kind, identifier, credits from settlement order by seq"), ledger)
    newest = rows.drop_duplicates(["kind", "identifier"], keep="last")
    told = [
        (one.kind, one.identifier, unit, centre, round(float(share) * SCALE))
        for one in newest.itertuples()
        for unit, centre, share in json.loads(one.credits)
    ]
    return Frame(told, columns=[*CLAIMANT, "decided"])


def credited(rows: Frame, province: Province) -> Frame:
    """Claims (``claim``, ``identifier``, ``share`` in ten-thousandths or blank) with what their claimant is credited with.

    A claimant is a unit in a centre. What was decided goes first, and nothing to whom it does not name; then a sole
    claimant's share, 1 if blank; then the shares of all, if all gave one and they add up to at most 1.
    """
    made = decided(province.kept)
    claims = (
        rows.sort_values(["quarter", "row"], kind="stable").groupby(CLAIMANT, as_index=False)["share"].first()
    )
    of_all = claims.groupby(CLAIM, as_index=False).agg(
        claimants=("unit", "size"), given=("share", "count"), total=("share", "sum")
    )
    claims = claims.merge(of_all, on=CLAIM).merge(made, on=CLAIMANT, how="left")
    settled = set(made[CLAIM].itertuples(index=False, name=None))
    by_decision = [one in settled for one in claims[CLAIM].itertuples(index=False, name=None)]
    agreed = (claims["given"] == claims["claimants"]) & (claims["total"] <= SCALE)
    alone = claims["claimants"] == 1
    credit = claims["share"].fillna(SCALE).where(alone, claims["share"].where(agreed, 0))
    claims["credit"] = credit.where(~pd.Series(by_decision, dtype=bool), claims["decided"].fillna(0)).astype(
        "int64"
    )
    return rows.merge(claims[[*CLAIMANT, "credit"]], on=CLAIMANT, how="left")


def credits_of(rows: Frame, province: Province, worth: pd.Series | int = SCALE, **how: object) -> Count:
    """The share-weighted count of claims, each worth so many ten-thousandths."""
    found = credited(rows.assign(worth=worth), province)
    weighed = (found["worth"].astype("int64") * found["credit"] + SCALE // 2) // SCALE
    return count("flow", found, CLAIMANT, weighed, ever=True, **how)
