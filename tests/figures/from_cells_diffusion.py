"""Recomputed from cells: diffusion events, those they reach, their contracts, and outputs on their way."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

from tests.figures.from_cells import Place
from tests.figures.from_cells_made import Made, Maker, Row, by_unit, claimed, days, members, result
from tests.figures.recount_diffusion import TRAINED_ELSEWHERE

EVENTS = "技术扩散"
SME = ("中型", "小型", "微型")


def _event(row: Row, key: str, value: Decimal | int = 1, over: int | None = None, n: int = 1) -> Made:
    """An event counts where its recipient sits."""
    assert row.own.table == EVENTS
    return Made(
        key,
        Decimal(value),
        None if over is None else Decimal(over),
        Decimal(n),
        city=row.own["city"],
        centre=row.of.centre,
        unit=row.of.unit,
        members=members(content=row.own.cells.get("content"), mode=row.own.cells.get("mode")),
    )


def _number(row: Row) -> str:
    return f"{row.of.centre}|{row.of.unit}|{row.own['event_no']}"


def _who(place: Place) -> str:
    return str(place["recipient_uscc"] or place["recipient_name"])


def _inside(row: Row) -> bool:
    return row.listed.inside(row.of.centre, row.own["recipient_uscc"], row.own["event_date"])


def _where(row: Row, *, inside: bool) -> Made | None:
    return _event(row, _number(row)) if _inside(row) is inside else None


def _latest(row: Row) -> Place:
    """The row a recipient's size of the year is told by: another one, if that is the latest complete one."""
    told = row.rest(EVENTS)
    assert len(told) <= 1
    for one in told:
        assert _who(one) == _who(row.own)
        assert one.sender.quarter[:4] == row.of.quarter[:4]
    return told[0] if told else row.own


def _size(row: Row) -> str:
    told = _latest(row)
    if told["recipient_kind"] != "企业":
        return "不适用"
    return row.listed.size(
        told["recipient_industry"],
        told["recipient_employees"],
        told["recipient_revenue_wan_cny"],
        told["event_date"],
    )


def _firm(row: Row) -> Made | None:
    if _inside(row) or _latest(row)["recipient_kind"] != "企业":
        return None
    return _event(row, _who(row.own))


def _sme(row: Row) -> Made | None:
    return None if _inside(row) or _size(row) not in SME else _event(row, _who(row.own))


def _share(row: Row) -> Made | None:
    size = _size(row)
    if _inside(row) or size in {"未知", "不适用"}:
        return None
    return _event(row, _number(row), size in SME, 1)


def _unknown(row: Row) -> Made | None:
    size = _size(row)
    return None if _inside(row) or size == "不适用" else _event(row, _who(row.own), size == "未知", 1)


def _here(row: Row) -> bool:
    return len(row.own["city"]) == 4


def _city(row: Row) -> Made | None:
    return None if _inside(row) or not _here(row) else _event(row, row.own["city"])


def _top(row: Row) -> Made | None:
    if _inside(row) or _size(row) not in SME or not _here(row):
        return None
    return _event(row, _who(row.own), 1, 1)


def _contract(row: Row, needs: str = "", value: str = "") -> Made | None:
    number = claimed(row.own["contract_no"])
    if number is None or (needs and row.own[needs] is None):
        return None
    return _event(row, number, row.own[value] if value else 1)


def _contract_credited(row: Row, value: str = "") -> Made | None:
    """A sole claimant's contract in full; of several nothing: contracts have no shares, and none of the demo was decided."""
    made = _contract(row, value=value)
    if made is None:
        return None
    claims = [row.own, *row.rest(EVENTS)]
    assert len(claims) == 1 + len(row.rests), "no decisions"
    assert {claimed(one["contract_no"]) for one in claims} == {made.key}
    alone = len({(one.sender.unit, one.sender.centre) for one in claims}) == 1
    key = f"{row.of.unit}|{row.of.centre}|技术合同|{made.key}"
    return replace(made, key=key, value=made.value * alone)


def _trained(row: Row) -> Made | None:
    people = row.own["people_trained"]
    if people is None or (row.defined < TRAINED_ELSEWHERE and not _here(row)):
        return None
    return _event(row, _number(row), people)


def _moved(row: Row) -> Made | None:
    """Days from the output to its first transfer."""
    told = row.rest("研发产出")
    names = {(one.sender.centre, one["output_no"]) for one in told}
    assert names == {(row.of.centre, row.own["output_no"])}
    since = min(one["output_date"] for one in told)
    if row.own["event_date"] < since:
        return None
    key = f"{row.of.centre}|{row.own['output_no']}"
    return Made(key, days(since, row.own["event_date"]), centre=row.of.centre, unit=row.of.unit)


def _waiting(row: Row) -> Made | None:
    if row.own.table != "研发产出" or row.own["kind"] == "论文" or row.of.quarter > row.quarter:
        return None
    return by_unit(row, result(row.own))


MADE: dict[str, Maker] = {
    "diffusion_events": partial(_where, inside=False),
    "diffusion_events_inside": partial(_where, inside=True),
    "enterprises_served": _firm,
    "smes_served": _sme,
    "smes_new": _sme,
    "cities_reached": _city,
    "sme_event_share": _share,
    "size_unknown_share": _unknown,
    "top_city_share": _top,
    "contracts": _contract,
    "contracts_credited": _contract_credited,
    "contract_value_credited_wan_cny": partial(_contract_credited, value="contract_value_wan_cny"),
    "contracts_registered": partial(_contract, needs="registration_no"),
    "contract_value_wan_cny": partial(_contract, value="contract_value_wan_cny"),
    "transaction_value_wan_cny": partial(
        _contract, needs="transaction_value_wan_cny", value="transaction_value_wan_cny"
    ),
    "people_trained": _trained,
    "days_output_to_transfer": _moved,
    "outputs_waiting": _waiting,
}
