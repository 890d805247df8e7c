"""Recomputed from cells: payments, first uses, sales, finance, and what enterprises made of a year."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

from tests.figures.from_cells import Place
from tests.figures.from_cells_diffusion import EVENTS
from tests.figures.from_cells_made import Made, Maker, Row, by_unit, days, members, result
from tests.figures.recount_money import FUND_MOVES, GIVEN, RAISED
from tests.figures.recount_province import first_day, last_day

OUTPUTS, FOLLOWUP, PRODUCTS = "研发产出", "后续进展", "产业化"
FIRST_QUARTER = "2024-Q4"  # the first the demo holds


def _paid(row: Row) -> Made | None:
    if row.own["kind"] != "到账":
        return None
    told = row.rest(EVENTS)
    for one in told:
        assert (one.sender.centre, one["event_no"]) == (row.of.centre, row.own["subject_no"])
    key = f"{row.sha256[:12]}|{row.own.row}"
    city = told[0]["city"] if told else None
    return Made(key, row.own["amount_wan_cny"], city=city, centre=row.of.centre, unit=row.of.unit)


# ── first use
def _number(place: Place, row: Row) -> str | None:
    """The output a report of first use is about: its own, or that of the event it names; else what it names itself."""
    if place.table == PRODUCTS:
        return place["output_no"]  # type: ignore[no-any-return]
    asked = (place.sender.centre, place["subject_no"])
    told = [one for one in row.rest(EVENTS) if (one.sender.centre, one["event_no"]) == asked]
    own_first = sorted(told, key=lambda one: (one.sender.unit != place.sender.unit, one.sender, one.row))
    return (own_first[0]["output_no"] if own_first else None) or place["subject_no"]


def _subject(place: Place, row: Row) -> str:
    named = (place.sender.centre, _number(place, row))
    told = [one for one in row.rest(OUTPUTS) if (one.sender.centre, one["output_no"]) == named]
    told.sort(key=lambda one: (one.sender.quarter, one.sender.unit, one.row))
    return result(told[0]) if told else "|".join(map(str, named))


def _used(row: Row, *, timed: bool) -> Made | None:
    reports = [one for one in (row.own, *row.rests) if one.table in {FOLLOWUP, PRODUCTS}]
    for one in reports:
        assert one.table == PRODUCTS or one["kind"] == "首次应用"
    subject = _subject(row.own, row)
    assert {_subject(one, row) for one in reports} == {subject}
    first = min(one["first_sale_date" if one.table == PRODUCTS else "followup_date"] for one in reports)
    if str(first) < first_day(FIRST_QUARTER):
        return None
    if not timed:
        return by_unit(row, subject)
    since = min((one["output_date"] for one in row.rest(OUTPUTS)), default=None)
    if since is None or first < since:
        return None
    return by_unit(row, subject, days(since, first))


def _used_credited(row: Row) -> Made | None:
    """A sole claimant's first use counts 1, that of several nothing: first uses have no shares, and none was decided.

    A product's first sale is a claim only where nobody reports an earlier use.
    """
    made = _used(row, timed=False)
    reports = [one for one in (row.own, *row.rests) if one.table in {FOLLOWUP, PRODUCTS}]
    first = min(one["first_sale_date" if one.table == PRODUCTS else "followup_date"] for one in reports)
    if made is None or (row.own.table == PRODUCTS and row.own["first_sale_date"] != first):
        return None
    assert not row.rest("settlements")
    claims = {
        (one.sender.unit, one.sender.centre)
        for one in reports
        if one.table == FOLLOWUP or one["first_sale_date"] == first
    }
    key = f"{row.of.unit}|{row.of.centre}|{made.key}"
    return replace(made, key=key, value=Decimal(len(claims) == 1))


# ── sales and finance
def _sold(row: Row, value: str, over: str = "") -> Made:
    key = f"{row.of.unit}|{row.own['product']}"
    return by_unit(row, key, row.own[value], row.own[over] if over else None)


def _money(row: Row, kinds: tuple[str, ...]) -> Made | None:
    own = row.own
    if own["kind"] not in kinds:
        return None
    key = f"{row.of.centre}|{row.of.unit}|{own['event_no']}"
    return by_unit(row, key, own["amount_wan_cny"], members=members(kind=own["kind"]))


def _leverage(row: Row) -> Made | None:
    made = _money(row, RAISED)
    if made is None:
        return None
    fiscal = made.value if row.own["kind"] == "财政" else Decimal(0)
    return by_unit(row, made.key, made.value - fiscal, fiscal)


def _fund(row: Row) -> Made | None:
    own = row.own
    if own.table == "openings":
        centre = own["centre"]
        lead = row.listed.lead(centre, row.quarter)
        opened = own["at"] <= last_day(row.quarter)
        value = Decimal(own["risk_fund_wan_cny"])
        return Made(f"{centre}|opening", value, centre=centre, unit=lead) if opened else None
    since = row.listed.opened.get(row.of.centre)
    if own["kind"] not in FUND_MOVES or (since and str(own["event_date"]) <= since):
        return None
    key = f"{row.of.centre}|{row.of.unit}|{row.of.quarter}|{own['event_no']}"
    return Made(key, own["amount_wan_cny"] * FUND_MOVES[own["kind"]], centre=row.of.centre, unit=row.of.unit)


# ── the year of an enterprise
def _of_year(row: Row, value: Decimal | int, over: Decimal | None = None) -> Made | None:
    """One quarter of the year of an enterprise that is a member of the row's centre on the quarter's last day.

    What it says to one centre it says to all: the sheet may be that of another centre's return.
    """
    assert row.own.table == "单位情况"
    unit, centre = row.of.unit, row.centre or ""
    if row.listed.kinds[unit] != "企业" or not row.listed.belongs(centre, unit, last_day(row.quarter)):
        return None
    now = Decimal(row.of.quarter == row.quarter)
    city = row.listed.homes[unit]
    return Made(f"{unit}|{row.of.quarter}", Decimal(value), over, now, city, centre, unit)


def _productive(row: Row) -> Made | None:
    return _of_year(row, row.own["value_added_wan_cny"], row.own["employees"] / 4)


def _leading(row: Row) -> Made | None:
    year = [row.own, *row.rest("单位情况")]
    assert len({one.sender.quarter for one in year}) == 4
    assert {one.sender.unit for one in year} == {row.of.unit}
    (mark,) = row.rest("thresholds")
    floor = Decimal(mark["value"])
    assert floor == row.listed.floor(row.defined)
    leads = sum(one["revenue_wan_cny"] for one in year) >= floor
    return _of_year(row, leads and row.of.quarter == row.quarter)


MADE: dict[str, Maker] = {
    "received_wan_cny": _paid,
    "first_applications": partial(_used, timed=False),
    "first_applications_credited": _used_credited,
    "days_output_to_first_use": partial(_used, timed=True),
    "new_product_sales_wan_cny": partial(_sold, value="sales_wan_cny"),
    "sme_sales_share": partial(_sold, value="sme_sales_wan_cny", over="sales_wan_cny"),
    "funds_raised_wan_cny": partial(_money, kinds=RAISED),
    "member_contributions_wan_cny": partial(_money, kinds=GIVEN),
    "distributions_wan_cny": partial(_money, kinds=("收益分配",)),
    "nonfiscal_per_fiscal": _leverage,
    "risk_fund_balance_wan_cny": _fund,
    "labour_productivity_wan_cny": _productive,
    "leading_enterprises": _leading,
}
