"""Recomputed from registry lines: centres, their stages and members; and how returns stand by the ledger's own rows."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pandas as pd

from tests.figures.from_cells import LEDGER, Place
from tests.figures.from_cells_listed import holds
from tests.figures.from_cells_made import Made, Maker, Row, by_unit, members
from tests.figures.recount_province import last_day
from tests.figures.recount_returns import RECORDS, TABLES, Kept

RECOGNISED = ("省级", "国家级")
PARTNERS = {"企业", "科研院所", "高校", "金融机构"}


def _stage(row: Row, *stages: str) -> bool:
    """Whether the row is a centre's stage of the quarter's last day, and one of some."""
    assert row.own.table == "stages"
    return row.own["stage"] in stages and holds(dict(row.own.cells), last_day(row.quarter))


def _centre(row: Row, key: str = "centre", value: int = 1, over: Decimal | None = None) -> Made:
    """A row of a centre; what of it counts once stands in the line of its stage, or in that of the centre."""
    centre = row.own["centre"]
    line = _line(row) if key != "centre" else row.own
    return Made(line[key], Decimal(value), over, city=row.listed.seats[centre], centre=centre)


def _line(row: Row) -> Place:
    (line,) = row.rest("centres")
    assert line["centre"] == row.own["centre"]
    return line


def _at(*stages: str) -> Maker:
    return lambda row: _centre(row) if _stage(row, *stages) else None


def _distinct(key: str) -> Maker:
    return lambda row: _centre(row, key) if _stage(row, *RECOGNISED) else None


def _joint(row: Row) -> Made | None:
    joint = _line(row)["legal_form"] == "股份有限公司"
    return _centre(row, value=joint, over=Decimal(1)) if _stage(row, *RECOGNISED) else None


def _whole(row: Row) -> Made | None:
    there = {
        one["unit"]
        for one in row.rest("memberships")
        if one["centre"] == row.own["centre"] and holds(dict(one.cells), last_day(row.quarter))
    }
    kinds = {one["kind"] for one in row.rest("units") if one["unit"] in there}
    return _centre(row) if _stage(row, *RECOGNISED) and kinds >= PARTNERS else None


def _member(row: Row) -> Made | None:
    (unit,) = row.rest("units")
    own = row.own
    if (
        own.table != "memberships"
        or unit["unit"] != own["unit"]
        or not holds(dict(own.cells), last_day(row.quarter))
    ):
        return None
    city = row.listed.homes[own["unit"]]
    return Made(own["unit"], city=city, centre=own["centre"], members=members(kind=unit["kind"]))


# ── returns: nothing is read of a workbook; the ledger knows when files came and how they were judged
@cache
def _files(kept: Kept) -> dict[tuple[str, str, str], pd.DataFrame]:
    """By quarter, unit and centre the files that came, oldest first."""
    return dict(list(kept.files.groupby(["quarter", "unit", "centre"])))


@cache
def _closes(kept: Kept) -> dict[str, pd.Timestamp]:
    calendar = kept.listed["calendar"]
    due = pd.to_datetime(calendar["due"], utc=True) + pd.to_timedelta(
        calendar["grace_days"].astype(int), unit="D"
    )
    return dict(zip(calendar["quarter"], due, strict=True))


def stand(row: Row) -> dict[str, str]:
    """How a return stands, as the trace writes it: state, files received, whether on time, whether accepted at once."""
    unit, centre = row.key.split("|")
    kept = row.archive.kept
    files = _files(kept).get((row.quarter, unit, centre))
    if files is None:
        return {"state": "missing", "received": "0", "on_time": "false", "first_pass": "false"}
    used = files[files["verdict"] == "accepted"]
    first = files.iloc[0]
    on_time = pd.Timestamp(first["received_at"]) <= _closes(kept)[row.quarter]
    newest = (used if len(used) else files).iloc[-1]
    assert row.sha256 == newest["sha256"]
    return {
        "state": newest["verdict"],
        "received": str(len(files)),
        "on_time": str(bool(on_time)).lower(),
        "first_pass": str(first["verdict_at_first"] == "accepted").lower(),
    }


def _return(column: str, *states: str, share: bool = False, of_those_that_came: bool = False) -> Maker:
    """Returns of which ``column`` is one of ``states``: counted, or with ``share`` held against all there are."""

    def made(row: Row) -> Made | None:
        unit, centre = row.key.split("|")
        says = stand(row)
        assert row.own.table == LEDGER
        assert row.own[column] == says[column]
        row.listed.role(centre, unit, row.quarter)  # it is due
        is_one = not states or says[column] in states or (states == ("some",) and says[column] != "0")
        if (of_those_that_came and says["received"] == "0") or not (is_one or share):
            return None
        return Made(f"{unit}|{centre}", Decimal(is_one), Decimal(1) if share else None, centre=centre)

    return made


def _complete(row: Row) -> Made:
    """Cells filled of the cells of all rows of a workbook, each of which the trace must name."""
    cells = [cell for one in row.rests for cell in one.cells.values()]
    for name in RECORDS + TABLES:
        told = row.rest(name)
        columns = row.archive.columns(row.sha256, name)
        assert all(len(one.cells) == columns for one in told), (row.sha256, name)
        if name in TABLES:
            assert [one.row for one in told] == sorted(row.archive.rows(row.sha256, name))
        else:
            assert len(told) == 1
    assert {one.sender for one in row.rests} == {row.of}
    filled = sum(cell is not None for cell in cells)
    return by_unit(row, f"{row.of.unit}|{row.of.centre}", filled, len(cells))


def _claimed(row: Row) -> Made:
    """What a cover leaves when its share of estimates is taken from a hundred."""
    assert row.own.table == RECORDS[0]
    estimated = row.own["estimate_share_pct"]
    return by_unit(row, f"{row.of.unit}|{row.of.centre}", 100 - estimated, 100)


MADE: dict[str, Maker] = {
    "centres_recognised": _at(*RECOGNISED),
    "centres_cultivated": _at("培育"),
    "centres_national": _at("国家级"),
    "field_groups_covered": _distinct("field"),
    "field_branches_covered": _distinct("branch"),
    "cities_with_centre": _distinct("city"),
    "joint_stock_share": _joint,
    "member_units": _member,
    "centres_all_kinds": _whole,
    "returns_expected": _return("state"),
    "returns_received": _return("received", "some"),
    "returns_on_time": _return("on_time", "true"),
    "returns_accepted_first_pass": _return("first_pass", "true"),
    "returns_held": _return("state", "held"),
    "returns_missing": _return("state", "missing"),
    "reporting_rate": _return("received", "some", share=True),
    "on_time_rate": _return("on_time", "true", share=True),
    "first_pass_rate": _return("first_pass", "true", share=True, of_those_that_came=True),
    "coverage_share": _return("state", "accepted", share=True),
    "content_completeness": _complete,
    "claimed_completeness": _claimed,
}
