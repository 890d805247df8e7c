"""How the demo's returns come in: when, under which name, with which faults, and with whose claims against another's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Literal

from expectations.quarter import SHANGHAI, Quarter
from tasks.demo_faults import lost, sending
from tasks.demo_members import LAST, Member, Row, dice, patent_number
from tasks.demo_planted import Address, Arrival, Planted, address
from tasks.demo_recipients import firm
from tasks.demo_story import Return, story
from tasks.demo_words import technologies
from warehouse.registry import Registry, Size

Key = tuple[str, str]


@dataclass(frozen=True)
class _Dispute:
    """One result that two units of different centres claim in the same quarter."""

    quarter: Quarter
    what: Literal["patent_twice", "contract_twice"]
    claimants: tuple[Key, Key]


_DISPUTES = (
    _Dispute(Quarter(2025, 4), "patent_twice", (("NM02", "U28"), ("BA01", "U71"))),
    _Dispute(LAST, "patent_twice", (("EQ01", "U01"), ("NM01", "U05"))),
    _Dispute(LAST, "contract_twice", (("EQ01", "U02"), ("NM01", "U11"))),
    # The second of them comes after the report.
    _Dispute(LAST.shift(-1), "patent_twice", (("IT01", "U09"), ("NM01", "U05"))),
)
_CLAIMED = (("outputs", "identifier", "R4.6"), ("diffusion", "contract_no", "R5.13"))


def arrivals(registry: Registry) -> Iterator[Arrival]:
    """Every file of the story and every return that never comes, by quarter and membership."""
    before: dict[Key, Return] = {}
    for quarter, told in groupby(story(registry, lost), key=lambda one: one.quarter):
        returns = _disputed(list(told), quarter, registry.sizes)
        sent = [one for each in returns for one in sending(each, _clean(each), before.get(each.member.key))]
        in_time = _claims([one for one in sent if not one.planted.settled])
        after = _claims(sent)
        before = {}
        for one in sent:
            yield _warned(one, after if one.planted.settled else in_time)
            if one.told and one.planted.verdict == "accepted":
                before[one.told.member.key] = one.told


def _clean(told: Return) -> Planted:
    """The one file of a return without fault: in the second week, at an hour when offices work."""
    member, quarter = told.member, told.quarter
    opening = datetime.combine(quarter.end, time(), SHANGHAI)
    minutes = dice(f"receipt {member.centre} {member.unit} {quarter}").randint(0, 9 * 60)
    day = 9 + (member.position * 2 + quarter.number) % 5  # the 9th to the 13th: the deadline is the 15th
    received = opening + timedelta(days=day, hours=8, minutes=30 + minutes)
    name = _file_name(member, quarter)
    return Planted(name, str(quarter), member.unit, member.centre, received, "accepted", nil=told.nil)


def _file_name(member: Member, quarter: Quarter) -> str:
    """File names as people choose them, each unit in its own way."""
    return (
        f"{member.unit_name}（{member.centre_short}）{quarter.zh}报表.xlsx",
        f"{member.centre}_{member.unit_short}_{quarter}.xlsx",
        f"{quarter.zh}季报-{member.unit_name}-{member.centre}.xlsx",
    )[member.position % 3]


def _disputed(returns: list[Return], quarter: Quarter, sizes: Sequence[Size]) -> list[Return]:
    """The same returns, with what is claimed twice in both."""
    found = {one.member.key: one for one in returns}
    for number, dispute in enumerate(_DISPUTES):
        if dispute.quarter == quarter and found.keys() >= set(dispute.claimants):
            owner = found[dispute.claimants[0]].member
            sheet, row = (
                ("outputs", _patent(owner, quarter, number))
                if dispute.what == "patent_twice"
                else ("diffusion", _contract(owner, quarter, number, sizes))
            )
            for key in dispute.claimants:
                own: Row = {
                    (
                        "output_no" if sheet == "outputs" else "event_no"
                    ): f"{key[0]}-{quarter.year}-9{number:02d}"
                }
                found[key] = found[key].with_rows(**{sheet: (*found[key].sheets[sheet], {**own, **row})})
    return list(found.values())


def _patent(owner: Member, quarter: Quarter, number: int) -> Row:
    return {
        "kind": "发明专利授权",
        "identifier": f"ZL{patent_number(quarter.year - 3, 1, 9990000 + number)}",
        "title": f"一种{technologies(owner.branch)[number]}系统及控制方法",
        "output_date": quarter.start + timedelta(days=40),
    }


def _contract(owner: Member, quarter: Quarter, number: int, sizes: Sequence[Size]) -> Row:
    return {
        "event_date": quarter.start + timedelta(days=55),
        "technology": technologies(owner.branch)[number],
        "content": "共性技术",
        "mode": "技术开发",
        **firm(owner, 55, quarter.year, sizes),
        "contract_no": f"HT-{owner.centre}-{quarter.year % 100}-9{number:02d}",
        "registration_no": f"{quarter.year}149900{990000 + number}",
        "contract_value_wan_cny": 186,
        "transaction_value_wan_cny": 152,
    }


def _claims(sent: Sequence[Arrival]) -> dict[str, set[str]]:
    """Who claims what in a quarter: identifiers and contract numbers with the units that give them."""
    found: dict[str, set[str]] = defaultdict(set)
    for told in (one.told for one in sent if one.told):
        for sheet, column, _ in _CLAIMED:
            for row in told.sheets[sheet]:
                if column in row:
                    found[str(row[column])].add(told.member.unit)
    return found


def _warned(one: Arrival, claims: dict[str, set[str]]) -> Arrival:
    """The arrival with the warnings that its content leads to, whatever else is wrong with it."""
    if one.told is None:
        return one
    disputed = _disputed_cells(one.told, claims)
    more = (*_unknown_size(one.told), *disputed)
    fault = one.planted.fault
    if disputed and not fault:
        fault = "patent_twice" if disputed[0][2] == "R4.6" else "contract_twice"
    planted = replace(one.planted, cells=(*one.planted.cells, *more), fault=fault, nil=one.told.nil)
    return replace(one, planted=planted)


def _disputed_cells(told: Return, claims: dict[str, set[str]]) -> list[Address]:
    return [
        address(sheet, column, index, rule)
        for sheet, column, rule in _CLAIMED
        for index, row in enumerate(told.sheets[sheet])
        if column in row and len(claims[str(row[column])]) > 1
    ]


def _unknown_size(told: Return) -> list[Address]:
    """The cells where an enterprise's head-count is left out (a warning: its size stays unknown)."""
    return [
        address("diffusion", "recipient_employees", index, "R5.10")
        for index, row in enumerate(told.sheets["diffusion"])
        if row["recipient_kind"] == "企业" and "recipient_employees" not in row
    ]
