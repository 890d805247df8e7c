"""Data quality: who owed a return, when its files came and how they were judged, and how full accepted returns are."""

from __future__ import annotations

import pandas as pd

from tests.figures.recount_add import Count, count
from tests.figures.recount_province import Province
from tests.figures.recount_returns import SCALE, Frame, exact

WHOSE = ["quarter", "centre", "unit"]


def _owed(province: Province) -> Frame:
    """One row a return due, with the first file that came, the newest, and whether one is in use."""
    files = province.kept.files
    calendar = province.listed["calendar"].set_index("quarter")
    first, newest = (files.drop_duplicates(WHOSE, keep=which) for which in ("first", "last"))
    rows = province.members.merge(first[[*WHOSE, "received_at", "verdict_at_first"]], on=WHOSE, how="left")
    rows = rows.merge(newest[[*WHOSE, "verdict"]], on=WHOSE, how="left")
    rows = rows.merge(province.kept.accepted[WHOSE].assign(used=True), on=WHOSE, how="left")
    grace = pd.to_timedelta(calendar["grace_days"].astype(int), unit="D")
    closes = pd.to_datetime(calendar["due"], utc=True) + grace
    received = pd.to_datetime(rows["received_at"], utc=True, format="ISO8601")
    return rows.assign(
        came=received.notna(),
        on_time=received <= rows["quarter"].map(closes),
        at_once=rows["verdict_at_first"] == "accepted",
        used=rows["used"].notna(),
    )


def counts(province: Province) -> dict[str, Count]:
    rows = _owed(province)
    came, held = rows[rows["came"]], rows[~rows["used"] & (rows["verdict"] == "held")]
    key, how = ["unit", "centre"], {"whose_city": "registry", "last": True}
    told = province.told
    states = {
        "expected": rows,
        "received": came,
        "on_time": rows[rows["on_time"]],
        "accepted_first_pass": rows[rows["at_once"]],
        "held": held,
        "missing": rows[~rows["came"]],
    }
    rates = {
        "reporting_rate": (rows, "came"),
        "on_time_rate": (rows, "on_time"),
        "first_pass_rate": (came, "at_once"),
        "coverage_share": (rows, "used"),
    }
    return {
        **{f"returns_{state}": count("stock", chosen, key, **how) for state, chosen in states.items()},
        **{
            rate: count("ratio", chosen, key, chosen[what] * SCALE, SCALE, whose_city="registry")
            for rate, (chosen, what) in rates.items()
        },
        "claimed_completeness": count(
            "ratio", told, key, 100 * SCALE - exact(told["本季数据中估计数所占比重"]), 100 * SCALE
        ),
        "content_completeness": count("ratio", told, key, told["filled"] * SCALE, told["cells"] * SCALE),
    }
